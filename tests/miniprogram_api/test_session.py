"""Signing in on the phone (Q07, K06, Q05) over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.web.requests import entry
from models.administration.records import Account, Session, SignInTicket
from models.administration.sign_in import tickets
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.security import crypto
from tests.support.clock_in_plant import Plant
from tests.support.doors import Answer, Call

LOGIN, PASSWORD = "13800000001", "Anquan-2026"


def _in(login: str = LOGIN, password: str = PASSWORD) -> dict[str, str]:
    return {"provider": "password", "login": login, "password": password}


@pytest.fixture
def worker(plant: Plant) -> Plant:
    """A second worker who signs in by password."""
    plant.person(1, plant.units[0])
    plant.account(1, plant.units[0], password=PASSWORD)
    return plant


@pytest.mark.gen_test(timeout=20)
async def test_sign_in_gives_token_person_and_units(worker: Plant, phone: Call) -> None:
    answer = await phone("POST", "/session", json=_in())
    assert answer.status == 200
    got = answer.json
    assert got["person"]["phone"] == "138****0001"
    assert [(unit["name"], unit["state"], unit["current"]) for unit in got["units"]] == [
        ("清源水务", "approved", True)
    ]
    assert got["must_change_password"] is False
    assert got["rights"]["tasks.act"] == "company" and "tasks.give" not in got["rights"]
    assert got["expires_at"].endswith("+08:00")
    assert got["token"] not in [row.token_hash for row in Session.select()], "only a hash is kept"
    again = await phone("GET", "/session", token=got["token"])
    assert again.status == 200
    assert "token" not in again.json
    assert (await phone("DELETE", "/session", token=got["token"])).status == 204
    over = await phone("GET", "/session", token=got["token"])
    assert (over.status, over.code) == (401, "session_expired")


@pytest.mark.gen_test(timeout=20)
async def test_wrong_password_and_unknown_login_are_told_the_same(worker: Plant, phone: Call) -> None:
    wrong = await phone("POST", "/session", json=_in(password="nonsense"))
    unknown = await phone("POST", "/session", json=_in(login="13999999999"))
    assert (wrong.status, unknown.status) == (401, 401)
    assert wrong.json["error"]["message"] == unknown.json["error"]["message"]
    assert wrong.code == "wrong_password"


@pytest.mark.gen_test(timeout=30)
async def test_locked_out_and_told_for_how_long(worker: Plant, phone: Call) -> None:
    for _ in range(5):
        answer = await phone("POST", "/session", json=_in(password="nonsense"))
    answer = await phone("POST", "/session", json=_in())
    assert (answer.status, answer.code) == (429, "account_locked")
    assert answer.json["error"]["retry_after"] == int(answer.headers["Retry-After"]) == 60


@pytest.mark.gen_test(timeout=20)
async def test_first_password_opens_nothing_but_the_change_of_password(worker: Plant, phone: Call) -> None:
    Account.update(
        password_hash=crypto.hash_password("121238"), must_change_password=True, first_password=True,
        first_password_until=now() + timedelta(days=7),
    ).where(Account.login == LOGIN).execute()  # fmt: skip
    answer = await phone("POST", "/session", json=_in(password="121238"))
    token = answer.json["token"]
    assert answer.json["must_change_password"] is True
    assert answer.json["rights"] == {}
    for method, path in (("GET", "/today"), ("GET", "/certificates"), ("GET", "/clock-ins")):
        refused = await phone(method, path, token=token)
        assert (refused.status, refused.code) == (403, "must_change_password")
    again = await phone("POST", "/session", json=_in(password="121238"))
    assert again.status == 200, "a look at the form does not spend it"
    weak = await phone("POST", "/password", token=token, json={"current": "121238", "new": "12345678"})
    assert weak.status == 422
    assert weak.json["error"]["fields"]["new"]
    changed = await phone("POST", "/password", token=token, json={"current": "121238", "new": "Qingyuan#88"})
    assert changed.status == 200
    assert changed.json["must_change_password"] is False
    assert (await phone("GET", "/today", token=token)).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_bad_requests_say_what_is_wrong(worker: Plant, phone: Call) -> None:
    cases: list[tuple[Any, int, str]] = [
        (b"{", 400, "not_json"),
        (b"[]", 400, "not_an_object"),
        (b"\xff\xfe", 400, "not_json"),
        (b'{"provider":"password","login":1,"password":true}', 422, "invalid"),
        (b"{}", 422, "invalid"),
        (b'{"a":"' + b"x" * 10_000_000 + b'"}', 413, "too_large"),
    ]
    for body, status, code in cases:
        answer = await phone("POST", "/session", json=body)
        assert (answer.status, answer.code) == (status, code), body[:60]
        assert answer.json["error"]["message"]


@pytest.mark.gen_test(timeout=20)
async def test_nobody_without_a_token(worker: Plant, phone: Call) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer x"},
    ):
        answer = await phone("GET", "/today", headers=headers)
        assert (answer.status, answer.code) == (401, "unauthenticated"), headers
    assert (await phone("GET", "/nothing")).status == 404
    assert (await phone("PUT", "/session", json={})).status == 405


def _ticket(who: Plant) -> tickets.Ticket:
    return in_transaction(tickets.issue, Account.get_by_id(who.accounts[1].id), origin="wecom:1")


async def _enter(phone: Call, ticket: tickets.Ticket, secret: str | None = None) -> Answer:
    """By a ticket, from the browser that has its secret (or another one)."""
    cookie = f"{entry.TICKET}{entry.mark_of(ticket.text)}={ticket.secret if secret is None else secret}"
    body = {"provider": "ticket", "ticket": ticket.text, "device": "企业微信"}
    return await phone("POST", "/session", json=body, headers={"Cookie": cookie})


@pytest.mark.gen_test(timeout=20)
async def test_a_ticket_signs_in_once_and_only_in_the_browser_that_set_out(
    worker: Plant, phone: Call
) -> None:
    ticket = _ticket(worker)
    for secret in ("", "another", _ticket(worker).secret):
        refused = await _enter(phone, ticket, secret)
        assert (refused.status, refused.code) == (401, "ticket_spent"), secret
    first = await _enter(phone, ticket)
    assert first.status == 200
    assert first.json["person"]["login"] == LOGIN
    assert (await phone("GET", "/session", token=first.json["token"])).status == 200
    again = await _enter(phone, ticket)
    assert (again.status, again.code) == (401, "ticket_spent")
    kept = [value for row in SignInTicket.select() for value in (row.ticket_hash, row.secret_hash)]
    assert ticket.text not in kept and ticket.secret not in kept, "only hashes are kept"


@pytest.mark.gen_test(timeout=20)
async def test_a_ticket_is_good_for_a_minute_and_an_active_account(
    worker: Plant, phone: Call, clock: Any
) -> None:
    late, off = _ticket(worker), _ticket(worker)
    Account.update(state="disabled").where(Account.id == worker.accounts[1].id).execute()
    refused = await _enter(phone, off)
    assert (refused.status, refused.code) == (401, "account_disabled")
    Account.update(state="active").where(Account.id == worker.accounts[1].id).execute()
    clock.forward(seconds=61)
    refused = await _enter(phone, late)
    assert (refused.status, refused.code) == (401, "ticket_spent")


@pytest.mark.gen_test(timeout=20)
async def test_half_a_sign_in_is_told_what_is_missing(worker: Plant, phone: Call) -> None:
    for body in (
        {"provider": "ticket"},
        {"provider": "password", "login": LOGIN},
        {"provider": "ticket", "login": LOGIN},
    ):
        answer = await phone("POST", "/session", json=body)
        assert (answer.status, answer.code) == (422, "invalid")
        assert answer.json["error"]["cause"]
