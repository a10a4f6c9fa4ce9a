"""Signing in to the console (Q07, K06): cookie, XSRF, first password, sign-out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.administration.records import Account, Session
from models.administration.roles.roles import builtin
from models.core.clock import set_clock
from tests.support.clock_in_plant import Plant
from tests.support.doors import Desk

LOGIN, PASSWORD = "13800000001", "Anquan-2026"


@pytest.fixture
def officer(plant: Plant) -> Account:
    """A safety officer of the first unit."""
    return plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)


@pytest.mark.gen_test(timeout=20)
async def test_sign_in_sets_a_cookie_that_no_script_can_read(
    officer: Account, desk: Callable[[], Desk]
) -> None:
    console = desk()
    before = await console("GET", "/session")
    assert (before.status, before.code) == (401, "unauthenticated")
    assert "_xsrf" in console.cookies, "the sign-in form needs it"
    answer = await console.sign_in(LOGIN, PASSWORD)
    assert answer.status == 200
    line = next(c for c in answer.headers.get_list("Set-Cookie") if c.startswith("anban_session"))
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    me = (await console("GET", "/session")).json
    assert me["account"]["login"] == LOGIN
    assert me["company"]["name"] == "清源水务"
    assert me["rights"]["equipment.read"] == "company"
    assert {item["ledger"] for group in me["menu"] for item in group["items"]} >= {
        "persons",
        "equipment",
        "clock-ins",
    }
    assert "roles" not in {item["ledger"] for group in me["menu"] for item in group["items"]}, "menu by right"


@pytest.mark.gen_test(timeout=20)
async def test_changes_need_the_xsrf_token(officer: Account, desk: Callable[[], Desk]) -> None:
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    for headers in ({"X-XSRFToken": ""}, {"X-XSRFToken": "forged"}):
        answer = await console("DELETE", "/session", headers=headers)
        assert (answer.status, answer.code) == (403, "xsrf")
    assert (await console("GET", "/session")).status == 200, "still signed in"


@pytest.mark.gen_test(timeout=20)
async def test_sign_out_ends_the_session_on_the_server(officer: Account, desk: Callable[[], Desk]) -> None:
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    kept = dict(console.cookies)
    assert (await console("DELETE", "/session")).status == 204
    console.cookies.update(kept)
    answer = await console("GET", "/session")
    assert (answer.status, answer.code) == (401, "session_expired")


@pytest.mark.gen_test(timeout=20)
async def test_a_phone_token_opens_no_console(plant: Plant, desk: Callable[[], Desk]) -> None:
    console = desk()
    console.cookies["anban_session"] = plant.tokens[0]
    assert (await console("GET", "/session")).status == 401


@pytest.mark.gen_test(timeout=20)
async def test_change_of_password_ends_the_other_sessions(officer: Account, desk: Callable[[], Desk]) -> None:
    here, there = desk(), desk()
    await here.sign_in(LOGIN, PASSWORD)
    await there.sign_in(LOGIN, PASSWORD)
    wrong = await here("POST", "/password", json={"current": "nope", "new": "Qingyuan#88"})
    assert (wrong.status, list(wrong.json["error"]["fields"])) == (422, ["current"])
    assert (await here("POST", "/password", json={"current": PASSWORD, "new": "Qingyuan#88"})).status == 200
    assert (await here("GET", "/session")).status == 200
    assert (await there("GET", "/session")).status == 401
    assert (await desk().sign_in(LOGIN, PASSWORD)).status == 401
    assert (await desk().sign_in(LOGIN, "Qingyuan#88")).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_a_first_password_session_sees_nothing_but_the_change(
    officer: Account, desk: Callable[[], Desk]
) -> None:
    Account.update(must_change_password=True).where(Account.id == officer.id).execute()
    console = desk()
    me = (await console.sign_in(LOGIN, PASSWORD)).json
    assert (me["must_change_password"], me["menu"], me["rights"]) == (True, [], {})
    answer = await console("GET", "/ledgers")
    assert (answer.status, answer.code) == (403, "must_change_password")


@pytest.mark.gen_test(timeout=20)
async def test_answers_say_when_and_which(officer: Account, desk: Callable[[], Desk]) -> None:
    answer = await desk()("GET", "/session", headers={"X-Request-Id": "from-the-phone-1"})
    assert answer.headers["X-Request-Id"] == "from-the-phone-1"
    assert answer.headers["X-Server-Time"] == "2026-11-22T08:00:00+08:00"
    assert answer.json["error"]["request_id"] == "from-the-phone-1"
    odd: Any = await desk()("GET", "/session", headers={"X-Request-Id": "short"})
    assert len(odd.headers["X-Request-Id"]) == 32
    assert Session.select().where(Session.door == "console").count() == 0


@pytest.mark.gen_test(timeout=20)
async def test_answers_say_by_how_much_the_demos_clock_was_put_forward(
    officer: Account, desk: Callable[[], Desk], clock: Any
) -> None:
    assert "X-Clock-Ahead" not in (await desk()("GET", "/session")).headers
    set_clock(clock, lambda: 3600.4)
    assert (await desk()("GET", "/session")).headers["X-Clock-Ahead"] == "3600"
