"""Every route × every built-in role × two companies (J04, 司级隔离).

Fails for a route without a right, for a right that opens more than it names, and for a row, a label, a count or a
file of another company.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from tornado.web import Application, RequestHandler

from handlers.web.guards.limits import DEFAULTS
from handlers.web.operations import PUBLIC, SIGNED_IN, Route
from models.administration.records import Account, Assignment, Role, Session
from models.administration.roles.builtin_roles import builtin_roles
from models.administration.roles.grants import pack
from models.administration.roles.roles import builtin
from models.core.chapters import load
from models.core.clock import now
from models.core.ledger import Ledger
from models.core.records import Record
from models.core.security import crypto
from models.core.security.actor import Actor
from models.core.security.rights import Scope, all_rights
from models.equipment.records import Equipment
from models.organization.records import Company, Person
from tests.support.clock_in_plant import Plant
from tests.support.doors import Answer, Call, Desk
from tests.support.two_companies import FOREIGN

#: Thousands of requests of one account are no honest use.
pytestmark = pytest.mark.installed(limits=dict.fromkeys(DEFAULTS, "1000000/60"))

ROLES = [role.code for role in builtin_roles()]
load("records")  # how far a role reaches is known when every chapter's rights are
REACHES = {role.code: role.reach for role in builtin_roles()}
METHODS = ("get", "post", "put", "patch", "delete")


def _member(role: str, company: Company) -> str:
    """A console session of somebody of `company` who holds `role` there; gives the token."""
    account = Account.create(company=company, login=f"tester-{role}", name="测试", state="active")
    Assignment.create(account_id=account.id, role=builtin(role), company_id=company.id)
    tokens = []
    for door in ("console", "phone"):
        token = crypto.new_token()
        Session.create(
            token_hash=crypto.hash_token(token),
            account_id=account.id,
            door=door,
            expires_at=now() + timedelta(hours=1),
        )
        tokens.append(token)
    return tokens[0]


def _routes(app: Application) -> list[Route]:
    found: list[Route] = app.settings["routes"]
    return found


def test_every_method_of_every_route_names_a_right(app: Application) -> None:
    names = {right.name for right in all_rights()} | {PUBLIC, SIGNED_IN}
    for route in _routes(app):
        implemented = {
            method
            for method in METHODS
            if getattr(route.handler, method) is not getattr(RequestHandler, method)
        }
        marked = {method for method in implemented if hasattr(getattr(route.handler, method), "operation")}
        assert implemented == marked | set(route.described), f"a method of {route.path} names no right"
        for method, described in route.operations().items():
            assert described.right_for(route.ledger) in names, f"{method} {route.path}"


def test_nothing_is_served_that_is_not_known_here(app: Application) -> None:
    """Routes outside of the described ones are few, and known to show no company's rows."""
    described = {route.spec().regex.pattern for route in _routes(app)}
    served = {rule.matcher.regex.pattern for rule in app.wildcard_router.rules}  # type: ignore[attr-defined]
    assert served - described == {
        r"/health$", r"/metrics$", r"/api/console/v1/live$", r"/api/mp/v1/live$", r"/api/.*$", r"/$",
        r"/e/([^/]{1,40})$", r"/g/([^/]{1,40})$", r"/console/(.*)$", r"/m/(.*)$",
        # The chat door: signed or encrypted by the platform, or a picture by its unguessable address.
        r"/bots/wecom/([0-9]{1,18})$", r"/bots/wecom/([0-9]{1,18})/enter$", r"/bots/wecom/([0-9]{1,18})/open$",
        r"/bots/wecom/([0-9]{1,18})/jssdk$", r"/bots/pictures/([0-9]{1,18}(?:-[0-9]{1,18})?)/([0-9]{1,6})/([0-9a-f]{32})$",
    }  # fmt: skip


def _scope(role: str, right: str) -> Scope | None:
    return REACHES[role].get(right)


def _shifts() -> list[tuple[str, ...]]:
    """The roles that may share a pair of companies: at most four that write in their own one alone, or nowhere.

    Who may write in every company has a pair alone, so that no other misses a row that they have taken away.
    """
    alone = [role for role in ROLES if any(_writes_anywhere(*one) for one in REACHES[role].items())]
    others = [role for role in ROLES if role not in alone]
    return [*((role,) for role in alone), *(tuple(others[at : at + 4]) for at in range(0, len(others), 4))]


def _writes_anywhere(right: str, scope: Scope) -> bool:
    return scope >= Scope.GROUP and not right.endswith((".read", ".export", ".use"))


shifts = pytest.mark.parametrize("roles", _shifts(), ids=lambda roles: "+".join(roles))


def _bodies(route: Route, method: str, row: Record | None) -> Any:
    if method == "get" or method == "delete":
        return None
    if route.path.endswith("/answers"):
        return {"answer": "received"}
    if "/duties/" in route.path:
        return {}
    if "/bulk/" in route.path:
        return {"ids": [str(row.get_id()) if row is not None else "1"], "dry": True}
    if "/actions/" in route.path:
        return {"ids": [str(row.get_id())] if row is not None else [], "values": {}}
    if method == "patch":
        return {"version": 1, "values": {}}
    return {"values": {}}


def _path(route: Route, row: Record | None) -> str:
    given = {"{id}": str(row.get_id()) if row is not None else "1", "{field}": "company"}
    path = route.path.removeprefix("/api/console/v1")
    for mark in ("{attachment}", "{job}", "{sequence}"):
        given[mark] = "1"
    for mark, value in given.items():
        path = path.replace(mark, value)
    return path


@shifts
@pytest.mark.gen_test(timeout=180)
async def test_no_row_of_another_company(
    two: Any, roles: tuple[str, ...], app: Application, walker: Callable[[], Desk]
) -> None:
    consoles = {role: walker() for role in roles}
    for role, console in consoles.items():
        console.cookies["anban_session"] = _member(role, two["own"][Company])
    await asyncio.gather(*(_sees_no_other(two, role, app, console) for role, console in consoles.items()))


async def _sees_no_other(two: Any, role: str, app: Application, console: Desk) -> None:
    refused: set[str] = set()
    for route in _routes(app):
        if not route.path.startswith("/api/console/") or route.ledger is None:
            continue
        other = two["other"].get(route.ledger.record)
        for method, described in route.operations().items():
            right = described.right_for(route.ledger)
            if _scope(role, right) is None and not _is_asked(role, f"{method} {route.path}", right, refused):
                continue
            answer = await console(method.upper(), _path(route, other), json=_bodies(route, method, other))
            where = f"{role}: {method} {route.path} → {answer.status} {answer.body[:200]!r}"
            assert answer.status < 500, where
            scope = _scope(role, right)
            if scope is None:
                assert answer.status == 403, where
                assert answer.json["error"]["details"]["right"] == right, where
            if scope is None or (scope < Scope.GROUP and other is not None):
                _shows_nothing_of_the_other(answer, route, where)


def _is_asked(role: str, where: str, right: str, refused: set[str]) -> bool:
    """Whether a role tries a route that it has no right for: each right once, and each route one role of three.

    Who is refused for want of a right is refused in one place (`admit`), before any handler's method.
    """
    first = right not in refused
    refused.add(right)
    return first or zlib.crc32(where.encode()) % 3 == ROLES.index(role) % 3


def _shows_nothing_of_the_other(answer: Answer, route: Route, where: str) -> None:
    assert FOREIGN not in answer.body.decode("utf-8", "replace"), where
    if "/bulk/" in route.path:  # one of many: it is not there, and so nothing is done to it
        told = answer.json if answer.status == 200 else {"refused": 1, "refusals": []}
        assert told["refused"] == 1 and not any(one["example"] for one in told["refusals"]), where
        return
    named_row = "{id}" in route.path or (
        "/actions/" in route.path and route.options["action"].where != "page"
    )
    if named_row:
        assert answer.status in (400, 403, 404, 409, 422), where
        if "{id}" in route.path:
            assert answer.status in (400, 403, 404, 422), where


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.gen_test(timeout=60)
async def test_lists_show_the_own_company_and_only_what_the_right_reaches(
    two: Any, role: str, app: Application, desk: Callable[[], Desk]
) -> None:
    console = desk()
    console.cookies["anban_session"] = _member(role, two["own"][Company])
    shown = 0
    for ledger in _ledgers(app):
        scope = _scope(role, ledger.rights["read"])
        if scope is None:
            assert (await console("GET", f"/{ledger.name}")).status == 403
            continue
        ids, count = await _listed(console, ledger)
        rows = [ledger.record.get_by_id(row_id) for row_id in ids]
        companies = {row.scope_value("company") for row in rows if row.scope_field("company") is not None} - {
            None
        }
        allowed = {two["own"][Company].id} | ({two["other"][Company].id} if scope == Scope.GROUP else set())
        assert companies <= allowed, f"{role} {ledger.name}"
        if scope >= Scope.COMPANY and ledger.record in two["own"]:
            assert two["own"][ledger.record].get_id() in {row.get_id() for row in rows}, (
                f"{role} {ledger.name}"
            )
            shown += 1
        assert count == len(rows), f"{role} {ledger.name}: a count tells as much as a row"
    assert shown or role in ("worker", "site_officer", "unit_member")


async def _listed(console: Desk, ledger: Ledger) -> tuple[list[int], int]:
    """The ids of all rows that a list shows, page by page, and how many it says there are."""
    ids: list[int] = []
    cursor, count = "", 0
    while True:
        answer = await console("GET", f"/{ledger.name}?limit=200" + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status == 200, answer.body
        ids += [int(item["id"]) for item in answer.json["items"]]
        count = count or answer.json["count"]["value"]
        cursor = quote(answer.json["next"] or "")
        if not cursor:
            return ids, count


def _ledgers(app: Application) -> list[Ledger]:
    return list(
        {route.ledger.name: route.ledger for route in _routes(app) if route.ledger is not None}.values()
    )


def _everything() -> str:
    """The code of a role with every right, as far as the own company: who reads logs is none of the built-in ones."""
    grants = pack({right.name: Scope.COMPANY for right in all_rights()})
    return str(Role.create(code="everything", name="全部", grants=grants).code)


@pytest.mark.gen_test(timeout=60)
async def test_a_filter_by_another_company_finds_nothing(
    two: Any, app: Application, desk: Callable[[], Desk]
) -> None:
    console = desk()
    console.cookies["anban_session"] = _member(_everything(), two["own"][Company])
    for ledger in _ledgers(app):
        for item in ledger.filters:
            if item.field in ("company", "company_root", "person", "equipment", "site"):
                target = two["other"][{"person": Person, "equipment": Equipment}.get(item.field, Company)]
                answer = await console("GET", f"/{ledger.name}?f.{item.field}={target.get_id()}")
                assert answer.status in (200, 422), answer.body
                assert FOREIGN not in answer.body.decode()
                assert answer.json.get("items", []) == [], f"{ledger.name} by {item.field}"
        for name in ledger.form_fields():
            if ledger.derived_named(name) is None and ledger.field_named(name).kind == "reference":
                answer = await console("GET", f"/{ledger.name}/options/{name}?q={FOREIGN}")
                assert FOREIGN not in answer.body.decode().replace(f"?q={FOREIGN}", ""), (
                    f"{ledger.name} {name}"
                )


@pytest.mark.gen_test(timeout=60)
async def test_nothing_is_written_into_another_company(two: Any, desk: Callable[[], Desk]) -> None:
    """A row can't be made for, moved to, or tied to what the actor can't see."""
    console = desk()
    console.cookies["anban_session"] = _member("company_administrator", two["own"][Company])
    other, own = two["other"], two["own"]
    tries = [
        ("POST", "/equipment", {"company": str(other[Company].id), "name": "潜入", "type": "1"}),
        ("POST", "/certificates", {"person": str(other[Person].id), "number": "X", "code": "N1", "valid_until": "2030-01-01"}),
        ("POST", "/persons", {"company": str(other[Company].id), "name": "潜入", "id_number": "330302197812314564",
                              "phone": "13811112222", "role": "operator"}),
        ("POST", "/users", {"company": str(other[Company].id), "login": "sneak", "name": "潜入"}),
        ("POST", "/companies", {"parent": str(other[Company].id), "name": "潜入", "kind": "site"}),
    ]  # fmt: skip
    for method, path, values in tries:
        answer = await console(method, path, json={"values": values})
        assert answer.status in (403, 404, 422), (path, answer.body)
        assert FOREIGN not in answer.body.decode()
    moved = await console(
        "PATCH",
        f"/equipment/{own[Equipment].get_id()}",
        json={"version": 1, "values": {"company": str(other[Company].id)}},
    )
    assert moved.status == 422
    assert Equipment.select().where(Equipment.company == other[Company]).count() == 1
    assert Person.select().where(Person.company == other[Company]).count() == 1


@pytest.mark.gen_test(timeout=30)
async def test_the_phone_reaches_its_own_units_alone(two: Any, plant: Plant, phone: Call) -> None:
    token, other = plant.tokens[1], two["other"][Company]
    assert (await phone("PUT", "/unit", token=token, json={"unit": str(other.id)})).status == 404
    for path in (f"/clock-ins?unit={other.id}", f"/clock-ins/calendar?month=2026-11&unit={other.id}"):
        answer = await phone("GET", path, token=token)
        assert answer.json.get("items", answer.json.get("days")) == []
    today = await phone("GET", f"/today?unit={other.id}", token=token)
    assert (today.json["state"], today.json["records"], today.json["equipment"]) == ("no_unit", [], [])
    body = {"qr": two["other"][Equipment].label_code, "unit": str(other.id), "scanned_at": now().isoformat()}
    scan = await phone("POST", "/clock-ins", token=token, json=body, headers={"Idempotency-Key": "a"})
    assert (scan.status, scan.code) == (403, "not_bound")
    assert FOREIGN not in scan.body.decode()


def test_an_actor_of_no_company_sees_nothing(two: Any) -> None:
    nobody = Actor(account_id=99, name="无", rights={right.name: Scope.COMPANY for right in all_rights()})
    for record in two["own"]:
        seen = list(nobody.see(record.select(), record, "persons.read"))
        assert all(row.scope_value("company") is None for row in seen), record
        assert record.shared_when_no_company or not seen, record
