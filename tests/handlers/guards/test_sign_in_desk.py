"""A flood of sign-ins: argon2 bounded, known devices first, the rest refused early (issue 9.2)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from tornado.web import Application

from models.administration.passwords import password_rules
from models.administration.records import SignIn
from models.administration.roles.roles import builtin
from models.core.db.connection import database
from models.core.errors import TooMany
from models.core.security import password_hashing
from models.core.security.password_hashing import HashingPool
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call, Desk

LOGIN, PASSWORD = "13800000001", "Anquan-2026"


@pytest.fixture
def small(monkeypatch: Any) -> HashingPool:
    """A pool of one thread, and two under way at once of each kind."""
    made = HashingPool(1, 2)
    monkeypatch.setattr(password_hashing, "pool", lambda: made)
    return made


@pytest.fixture
def held(monkeypatch: Any) -> threading.Event:
    """Comparing waits until this is set."""
    event, matches = threading.Event(), password_rules.matches

    def slow(*given: Any) -> bool:
        event.wait(10)
        return matches(*given)

    monkeypatch.setattr(password_rules, "matches", slow)
    return event


def body(login: str, password: str = "wrong", **more: Any) -> dict[str, Any]:
    return {"provider": "password", "login": login, "password": password, **more}


@pytest.mark.gen_test(timeout=30)
async def test_a_full_queue_refuses_at_once_without_the_database(
    plant: Plant, phone: Call, small: HashingPool, held: threading.Event, monkeypatch: Any
) -> None:
    waiting = [asyncio.ensure_future(phone("POST", "/session", json=body(f"user{n}"))) for n in range(2)]
    while small._under_way[False] < 2:
        await asyncio.sleep(0.01)
    asked: list[str] = []
    execute = database.obj.execute_sql
    monkeypatch.setattr(
        database.obj, "execute_sql", lambda sql, *rest: (asked.append(sql), execute(sql, *rest))[1]
    )
    await asyncio.sleep(0.2)
    asked.clear()
    answer = await phone("POST", "/session", json=body("user9"))
    assert (answer.status, answer.code, asked) == (429, "busy", [])
    assert int(answer.headers["Retry-After"]) >= 1
    held.set()
    assert [(await each).status for each in waiting] == [401, 401]
    assert small._under_way == {True: 0, False: 0}


@pytest.mark.gen_test(timeout=30)
async def test_a_known_device_gets_in_while_the_queue_is_full(
    plant: Plant, phone: Call, small: HashingPool, monkeypatch: Any
) -> None:
    plant.account(1, plant.units[0], password=PASSWORD)
    first = await phone("POST", "/session", json=body(LOGIN, PASSWORD))
    device = first.json["known_device"]
    places = [small.take(first=False) for _ in range(2)]
    assert (await phone("POST", "/session", json=body(LOGIN, PASSWORD))).code == "busy"
    again = await phone("POST", "/session", json=body(LOGIN, PASSWORD, known_device=device))
    assert (again.status, bool(again.json["token"])) == (200, True)
    for place in places:
        place.leave()


@pytest.mark.gen_test(timeout=30)
async def test_the_console_keeps_its_device_too_beyond_the_session(
    plant: Plant, desk: Callable[[], Desk], small: HashingPool
) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    await console("DELETE", "/session")
    places = [small.take(first=False) for _ in range(2)]
    assert (await desk().sign_in(LOGIN, PASSWORD)).code == "busy"
    assert (await console.sign_in(LOGIN, PASSWORD)).status == 200
    for place in places:
        place.leave()


@pytest.mark.gen_test(timeout=30)
async def test_other_requests_go_on_while_passwords_are_compared(
    plant: Plant, phone: Call, app: Application, held: threading.Event
) -> None:
    plant.account(1, plant.units[0], password=PASSWORD)
    trying = [asyncio.ensure_future(phone("POST", "/session", json=body(f"user{n}"))) for n in range(8)]
    await asyncio.sleep(0.2)
    answer = await asyncio.wait_for(phone("GET", "/session", token=plant.tokens[1]), 2)
    assert answer.status == 200, "no thread of the rules waits for argon2"
    held.set()
    await asyncio.gather(*trying)


@pytest.mark.gen_test(timeout=30)
async def test_who_waits_is_refused_without_a_question_to_the_database(
    plant: Plant, phone: Call, app: Application, clock: Any
) -> None:
    plant.account(1, plant.units[0], password=PASSWORD)
    for _ in range(5):
        assert (await phone("POST", "/session", json=body(LOGIN))).code == "wrong_password"
    assert (await phone("POST", "/session", json=body(LOGIN, PASSWORD))).code == "account_locked"
    rows = SignIn.select().count()
    waits = app.settings["sign_in_desk"]._waits
    assert len(waits) == 1
    answer = await phone("POST", "/session", json=body(LOGIN, PASSWORD))
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (429, "account_locked", "60")
    assert SignIn.select().count() == rows
    clock.forward(seconds=61)
    assert (await phone("POST", "/session", json=body(LOGIN, PASSWORD))).status == 200


def test_the_pool_serves_known_ones_first_and_bounds_its_threads() -> None:
    pool, order, gate = HashingPool(2, 50), [], threading.Event()
    blocking = [pool.add(False, gate.wait) for _ in range(2)]
    later = [pool.add(False, lambda n=n: order.append(f"other {n}")) for n in range(3)]
    known = [pool.add(True, lambda n=n: order.append(f"known {n}")) for n in range(3)]
    assert len(pool._members) == 2
    gate.set()
    for future in (*blocking, *later, *known):
        future.result(5)
    assert order[0].startswith("known")
    assert {each.split()[0] for each in order[:2]} == {"known"}


def test_a_rule_that_hashes_inside_of_the_pool_does_not_wait_for_itself() -> None:
    pool = HashingPool(1, 1)
    assert pool.run(lambda: pool.run(lambda: 7)) == 7
    with pool.take(first=True), pytest.raises(TooMany):
        pool.run(lambda: 7)
    with pytest.raises(ZeroDivisionError):
        pool.run(lambda: 1 // 0)
    assert pool.run(lambda: 8) == 8
