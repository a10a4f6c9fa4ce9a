"""Ledgers on the phone: the 工作台, rows by the same rights and engine as the console's, what hangs on a row."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tornado.web import Application

from handlers.web.operations import Route
from models.administration.records import Account, Assignment, Session
from models.administration.roles.builtin_roles import builtin_roles
from models.administration.roles.roles import builtin
from models.core.clock import now
from models.core.ledger import all_ledgers
from models.core.ledger.changes.once import RowRequest
from models.core.security import crypto
from models.core.security.rights import Scope
from models.objectives.meetings.records import Meeting
from models.organization.records import Company, Person
from tests.journeys.phone_door import photo
from tests.support.doors import Answer, Call
from tests.support.two_companies import FOREIGN

AT = "2026-11-05T09:00:00+08:00"
PHOTO = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    + photo("teal")
    + b"\r\n--b--\r\n"
)


def phone_of(role: str, company: Company) -> str:
    """A phone's session of somebody of `company` who holds `role` there; gives the token."""
    account = Account.create(company=company, login=f"phone-{role}", name="测试", state="active")
    Assignment.create(account_id=account.id, role=builtin(role), company_id=company.id)
    token = crypto.new_token()
    Session.create(
        token_hash=crypto.hash_token(token), account_id=account.id, door="phone", company_id=company.id,
        expires_at=now() + timedelta(hours=1),
    )  # fmt: skip
    return token


def meeting(person: Person, **values: Any) -> dict[str, Any]:
    """What the form of a meeting sends."""
    who = str(person.id)
    return {"name": "周一例会", "held_at": AT, "kind": "monthly", "chair": who, "attended": [who], **values}


@pytest.mark.gen_test(timeout=30)
async def test_the_workbench_has_the_ledgers_with_a_face_by_right(two: Any, phone: Call) -> None:
    token = phone_of("safety_officer", two["own"][Company])
    items = (await phone("GET", "/ledgers", token=token)).json["items"]
    assert [one["name"] for one in items] == [
        ledger.name for ledger in all_ledgers() if ledger.phone is not None
    ]
    face = next(one for one in items if one["name"] == "meetings")["phone"]
    assert face["create"] and "attended" in face["form"]
    assert not next(one for one in items if one["name"] == "certificates")["phone"]["create"]
    worker = phone_of("worker", two["own"][Company])
    named = {one["name"] for one in (await phone("GET", "/ledgers", token=worker)).json["items"]}
    assert "meetings" not in named


@pytest.mark.gen_test(timeout=30)
async def test_a_row_sent_twice_is_made_once(two: Any, phone: Call) -> None:
    token, values = phone_of("safety_officer", two["own"][Company]), meeting(two["own"][Person])
    sent = {"json": {"values": values}, "token": token}
    before = Meeting.select().count()
    first = await phone("POST", "/ledgers/meetings", headers={"Idempotency-Key": "one"}, **sent)
    again = await phone("POST", "/ledgers/meetings", headers={"Idempotency-Key": "one"}, **sent)
    assert (first.status, again.status) == (201, 201), first.body
    assert first.json["id"] == again.json["id"]
    await phone("POST", "/ledgers/meetings", headers={"Idempotency-Key": "two"}, **sent)
    assert Meeting.select().count() == before + 2
    wrong = await phone(
        "POST", "/ledgers/meetings", json={"values": {}}, token=token, headers={"Idempotency-Key": "x"}
    )
    assert wrong.status == 422 and "name" in wrong.json["error"]["fields"]
    assert RowRequest.select().count() == 2, "what was refused may be sent again under its key"
    assert (await phone("POST", "/ledgers/meetings", **sent)).code == "idempotency_key_missing"


@pytest.mark.gen_test(timeout=30)
async def test_a_row_is_changed_by_the_console_s_own_rules(two: Any, phone: Call) -> None:
    token, person = phone_of("safety_officer", two["own"][Company]), two["own"][Person]
    made = await phone(
        "POST",
        "/ledgers/meetings",
        json={"values": meeting(person)},
        token=token,
        headers={"Idempotency-Key": "k"},
    )
    path = f"/ledgers/meetings/{made.json['id']}"
    edited = await phone("PUT", path, json={"version": 1, "values": {"place": "二楼"}}, token=token)
    assert edited.status == 200 and edited.json["values"]["place"] == "二楼"
    late = await phone("PUT", path, json={"version": 1, "values": {"place": "三楼"}}, token=token)
    assert (late.status, late.code) == (409, "changed_meanwhile")
    told = (await phone("GET", f"{path}/history", token=token)).json["items"]
    assert [one["title"] for one in told] == ["修改", "新增"]
    foreign = meeting(person, attended=[str(two["other"][Person].id)])
    refused = await phone(
        "POST", "/ledgers/meetings", json={"values": foreign}, token=token, headers={"Idempotency-Key": "f"}
    )
    assert refused.status == 422 and "attended" in refused.json["error"]["fields"]


@pytest.mark.gen_test(timeout=60)
async def test_a_photo_sent_twice_is_attached_once(two: Any, phone: Call) -> None:
    token = phone_of("safety_officer", two["own"][Company])
    values = {"json": {"values": meeting(two["own"][Person])}, "token": token}
    row = (await phone("POST", "/ledgers/meetings", headers={"Idempotency-Key": "row"}, **values)).json["id"]
    files = f"/ledgers/meetings/{row}/attachments"
    kind = {"Content-Type": "multipart/form-data; boundary=b"}

    async def send(**headers: str) -> Answer:
        return await phone("POST", files, token=token, json=PHOTO, headers={**kind, **headers})

    first = await send(**{"Idempotency-Key": "p1"})
    again = await send(**{"Idempotency-Key": "p1"})
    assert (first.status, again.status) == (201, 201), again.body
    assert first.json["id"] == again.json["id"]
    await send(**{"Idempotency-Key": "p2"})
    assert len((await phone("GET", files, token=token)).json["items"]) == 2
    assert (await send()).code == "idempotency_key_missing"


@pytest.mark.parametrize("role", [role.code for role in builtin_roles()])
@pytest.mark.gen_test(timeout=60)
async def test_no_row_of_another_company_on_the_phone(
    two: Any, role: str, app: Application, phone: Call
) -> None:
    """Every phone route of a ledger refuses who lacks the right, and shows nothing of the other company."""
    token = phone_of(role, two["own"][Company])
    reach = next(item.reach for item in builtin_roles() if item.code == role)
    routes: list[Route] = [
        one for one in app.settings["routes"] if one.path.startswith("/api/mp/v1/ledgers/")
    ]
    assert routes
    for route in routes:
        other = two["other"].get(route.ledger.record) if route.ledger else None
        named = {"{id}": str(other.get_id()) if other else "1", "{field}": "company", "{attachment}": "1"}
        path = route.path.removeprefix("/api/mp/v1")
        for mark, value in named.items():
            path = path.replace(mark, value)
        for method, described in route.operations().items():
            bodies = {"post": {"values": {}, "ids": [named["{id}"]]}, "put": {"version": 1, "values": {}}}
            answer = await phone(
                method.upper(), path, json=bodies.get(method), token=token, headers={"Idempotency-Key": "i"}
            )
            where = f"{role}: {method} {route.path} → {answer.status} {answer.body[:200]!r}"
            scope = reach.get(described.right_for(route.ledger))
            assert answer.status < 500, where
            if scope is None:
                assert answer.status == 403, where
            if scope is None or scope < Scope.GROUP:
                assert FOREIGN not in answer.body.decode("utf-8", "replace"), where
                assert "{id}" not in route.path or answer.status in (400, 403, 404, 422), where


@pytest.mark.gen_test(timeout=30)
async def test_what_hangs_on_a_row_goes_by_the_rights_of_its_own_ledger(two: Any, phone: Call) -> None:
    person = two["own"][Person]
    token = phone_of("safety_officer", two["own"][Company])
    await phone(
        "POST",
        "/ledgers/meetings",
        json={"values": meeting(person)},
        token=token,
        headers={"Idempotency-Key": "m"},
    )
    lists = await related(phone, token, f"equipment/{two['own'][_record('equipment')].id}")
    assert [one["ledger"] for one in lists] == ["clock-ins", "hazards"] and lists[0]["count"]["value"] == 1
    assert not lists[0]["create"], "a clock-in is no row that one writes"
    foreign = await phone(
        "GET", f"/ledgers/equipment/{two['other'][_record('equipment')].id}/related", token=token
    )
    assert foreign.status == 404


def _record(name: str) -> Any:
    return next(ledger.record for ledger in all_ledgers() if ledger.name == name)


async def related(phone: Call, token: str, row: str) -> list[dict[str, Any]]:
    """What hangs on a row, as the phone reads it."""
    answer = await phone("GET", f"/ledgers/{row}/related", token=token)
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["items"]
    return found
