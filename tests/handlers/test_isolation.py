"""Every route × every built-in role × two companies (J04, 司级隔离).

Fails for a route without a right, for a right that opens more than it names, and for a row, a label, a count or a
file of another company.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tornado.web import Application, RequestHandler

from handlers.web.operations import PUBLIC, SIGNED_IN, Route
from models.accidents.records import Accident
from models.administration.records import Account, Assignment, Role, Session, SignIn
from models.administration.roles.builtin_roles import builtin_roles
from models.administration.roles.grants import pack
from models.administration.roles.roles import builtin
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.history import Change
from models.core.ledger import Ledger
from models.core.logs.access import Access
from models.core.records import Record
from models.core.security import crypto
from models.core.security.actor import Actor
from models.core.security.rights import Scope, all_rights
from models.duty.gate import clock_in
from models.duty.records import ClockIn
from models.equipment.records import Equipment
from models.messages.channels.records import ChatGroup, ChatMember, Contact, MailServer, SmsProvider, WecomApp
from models.messages.chat_accounts.records import BookMatch
from models.messages.escalation.records import Chain, Preset, Wording
from models.messages.records import Delivery, Message, Notice
from models.organization.records import Binding, Company, Person
from models.training.records import Certificate
from tests.support.account_ties import tie_chat
from tests.support.clock_in_plant import Plant
from tests.support.doors import Answer, Call, Desk
from tests.support.other_company_rows import done, planned, put_right

ROLES = [role.code for role in builtin_roles()]
METHODS = ("get", "post", "put", "patch", "delete")
FOREIGN = "别家"  # stands in every text of the other company, and must never be seen


@pytest.fixture
def two(plant: Plant) -> dict[str, dict[type[Record], Record]]:
    """Two companies with a row of every ledger each: `own` and `other`."""
    return {
        "own": _fill(plant, plant.units[0], 1, "自家"),
        "other": _fill(plant, plant.unit(f"{FOREIGN}水务"), 2, FOREIGN),
    }


def _fill(plant: Plant, unit: Company, who: int, word: str) -> dict[type[Record], Record]:
    site = Company.create(
        name=f"{word}厂站", kind="site", parent=unit, company_root=unit.id, path=f"{unit.path}9{who}/"
    )
    person = plant.person(who, unit, name=f"{word}工人", site=site)
    account = plant.account(who, unit)
    certificate = plant.certificate(person, number=f"{word}-N1")
    truck = plant.equipment(unit, name=f"{word}叉车", site=site)
    passed: Any = in_transaction(clock_in, [plant.scan(who, truck, unit)])[0]
    role = Role.create(company=unit, name=f"{word}角色", grants=[])
    more = (
        put_right(unit, site, person, word)
        | done(unit, site, person, word)
        | planned(unit, site, person, word)
    )
    return _told(unit, person, word) | more | {
        Company: unit, Person: person, Binding: Binding.get(Binding.person == person), Certificate: certificate,
        Equipment: truck, Account: Account.get_by_id(account.id), Role: role,
        ClockIn: ClockIn.get_by_id(passed.record["id"]), **_logged(unit, account, word),
    }  # fmt: skip


def _logged(unit: Company, account: Account, word: str) -> dict[type[Record], Record]:
    """A line of every log, and a session."""
    common = {"account_id": account.id, "company_id": unit.id}
    who = {**common, "account_name": f"{word}人", "door": "console"}
    session = Session.get(Session.account_id == account.id)
    Session.update(company_id=unit.id, device=f"{word}手机").where(Session.id == session.id).execute()
    return {
        Session: session,
        SignIn: SignIn.create(login=f"{word}号", door="console", outcome="ok", **common),
        Access: Access.create(action="exported", subject=f"{word}台账", **who),
        Change: Change.create(table="equipment", row_id=1, action="edited", **who),
    }


def _told(unit: Company, person: Person, word: str) -> dict[type[Record], Record]:
    """An accident, who was told of it and how, and everything that is set up for telling people."""
    app = WecomApp.create(
        company=unit, name=f"{word}应用", corp_id=f"ww{unit.id}", agent_id=1, app_secret="s",
        callback_token="t", callback_key="k",
    )  # fmt: skip
    group = ChatGroup.create(company=unit, name=f"{word}群", kind="robot", webhook_key=f"key{unit.id}")
    chain = Chain.create(company=unit, name=f"{word}链", stop_when="each")
    accident = Accident.create(
        company=unit, number=f"KB26-{unit.id}", what=f"{word}着火", place=f"{word}厂", happened_at=now(),
        reported_at=now(), level="一般", provisional=True, reporter=None,
    )  # fmt: skip
    message = Message.create(
        company_id=unit.id, kind="accident.reported", subject_kind="accident", subject_id=accident.id,
        title=f"{word}快报", text=f"{word}着火", card={}, needs_answer=True,
    )  # fmt: skip
    notice = Notice.create(company=unit, message=message, person=person)
    delivery = Delivery.create(
        company=unit, message=message, notice=notice, person=person, way="card", state="failed",
        once_key=f"{message.id}.p{person.id}.card.0",
    )  # fmt: skip
    return {
        Accident: accident, Delivery: delivery, WecomApp: app, ChatGroup: group, Chain: chain,
        MailServer: MailServer.create(company=unit, name=f"{word}邮件", host="127.0.0.1", sender="a@example.com"),
        SmsProvider: SmsProvider.create(company=unit, name=f"{word}短信", provider="sandbox"),
        Contact: Contact.create(company=unit, person=person, email=f"{word}@example.com"),
        ChatMember: tie_chat(person, app, f"{word}号"),
        BookMatch: BookMatch.create(
            company=unit, person=person, app=app, account_id=1, user_id=f"{word}号", name=word, verdict="ready"
        ),
        Preset: Preset.create(company=unit, name=f"{word}预案", level="any", ways=["card"], chain=chain),
        Wording: Wording.create(company=unit, kind="accident.reported", title=f"{word}标题", body=f"{word}内容"),
    }  # fmt: skip


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
    reach = next(item.reach for item in builtin_roles() if item.code == role)
    return reach.get(right)


def _bodies(route: Route, method: str, row: Record | None) -> Any:
    if method == "get" or method == "delete":
        return None
    if route.path.endswith("/answers"):
        return {"answer": "received"}
    if "/duties/" in route.path:
        return {}
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


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.gen_test(timeout=90)
async def test_no_row_of_another_company(
    two: Any, role: str, app: Application, desk: Callable[[], Desk]
) -> None:
    console = desk()
    console.cookies["anban_session"] = _member(role, two["own"][Company])
    for route in _routes(app):
        if not route.path.startswith("/api/console/") or route.ledger is None:
            continue
        other = two["other"].get(route.ledger.record)
        for method, described in route.operations().items():
            right = described.right_for(route.ledger)
            answer = await console(method.upper(), _path(route, other), json=_bodies(route, method, other))
            where = f"{role}: {method} {route.path} → {answer.status} {answer.body[:200]!r}"
            assert answer.status < 500, where
            scope = _scope(role, right)
            if scope is None:
                assert answer.status == 403, where
                assert answer.json["error"]["details"]["right"] == right, where
            if scope is None or (scope < Scope.GROUP and other is not None):
                _shows_nothing_of_the_other(answer, route, where)


def _shows_nothing_of_the_other(answer: Answer, route: Route, where: str) -> None:
    assert FOREIGN not in answer.body.decode("utf-8", "replace"), where
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
        answer = await console("GET", f"/{ledger.name}?limit=200")
        scope = _scope(role, ledger.rights["read"])
        if scope is None:
            assert answer.status == 403
            continue
        assert answer.status == 200, answer.body
        rows = [ledger.record.get_by_id(int(item["id"])) for item in answer.json["items"]]
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
        assert answer.json["count"]["value"] == len(rows), "a count tells as much as a row"
    assert shown or role in ("worker", "site_officer", "unit_member")


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
