"""The accident's board by the console's door, and the health of the ways that carry it (G02, J08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from bots import tools
from bots.delivery import limits
from models.accidents import rules
from models.accidents.records import Accident, AccidentVersion
from models.administration.records import Account, Assignment
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign, builtin
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.messages.records import Delivery
from models.organization.records import Company, Person
from tests.handlers.test_messages import officer, signed_in
from tests.support.doors import Desk
from tests.support.people_to_tell import Crowd

__all__ = ["officer"]


@pytest.fixture
def accident(crowd: Crowd, officer: Person) -> Any:
    facts = {"what": "着火", "place": "一号厂", "happened_at": now().isoformat()}
    return in_transaction(rules.report, crowd.actor(officer), facts, key="k")[0]


@pytest.mark.gen_test(timeout=20)
async def test_the_board_its_filters_and_an_answer(
    crowd: Crowd, officer: Person, accident: Any, desk: Callable[[], Desk]
) -> None:
    people = [crowd.person() for _ in range(3)]
    crowd.tell(officer, *people, subject_id=accident.id)
    console = await signed_in(desk, officer)
    path = f"/accidents/{accident.id}"
    page = (await console("GET", f"{path}/board?limit=2")).json
    assert (len(page["people"]), page["next"], page["matching"], page["counts"]["total"]) == (2, 2, 4, 4)
    answered = await console("POST", f"{path}/answers", json={"answer": "need_help"})
    assert answered.json["mine"]["answer"] == "need_help"
    asked = (await console("GET", f"{path}/board?answer=need_help")).json
    assert [row["person"]["name"] for row in asked["people"]] == [officer.name]
    assert asked["answers"]["need_help"] == 1
    for wrong in ("state=gone", "answer=maybe", "limit=501", "offset=-1"):
        assert (await console("GET", f"{path}/board?{wrong}")).status in (400, 422), wrong
    assert (await console("GET", "/accidents/x/board")).status == 404


@pytest.mark.gen_test(timeout=20)
async def test_a_report_by_the_console_is_the_phones(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk]
) -> None:
    console = await signed_in(desk, officer)
    chosen, group = crowd.person(), crowd.chat(crowd.unit)
    offered = (await console("GET", f"/accidents/options?unit={crowd.unit.id}")).json
    assert {"value": "sms", "title": "短信"}.items() <= offered["ways"][2].items()
    assert [one["id"] for one in offered["groups"]] == [str(group.id)]
    found = (await console("GET", f"/accidents/people?q={quote(chosen.name)}")).json["items"]
    assert str(chosen.id) in [one["id"] for one in found]
    body = {
        "company": str(crowd.unit.id), "what": "储罐泄漏", "place": "罐区", "happened_at": now().isoformat(),
        "receivers": {"persons": [str(chosen.id)], "groups": [str(group.id)], "ways": ["sms", "email"]},
    }  # fmt: skip
    path, key = "/accidents/reports", {"Idempotency-Key": "desk-1"}
    assert (await console("POST", path, json=body)).code == "idempotency_key_missing"
    made = [await console("POST", path, json=body, headers=key) for _ in range(2)]
    assert [answer.status for answer in made] == [201, 200], "a second press is the same report"
    assert made[0].json["id"] == made[1].json["id"] and Accident.select().count() == 1
    kept = AccidentVersion.get().facts["receivers"]
    assert (kept["persons"], kept["groups"], kept["ways"]) == ([chosen.id], [group.id], ["sms", "email"])
    assert Accident.get().told_by == "console"
    wrong = await console("POST", path, json={**body, "what": ""}, headers={"Idempotency-Key": "desk-2"})
    assert (wrong.status, set(wrong.json["error"]["fields"])) == (422, {"what"})
    by_form = await console("POST", "/accidents", json={"values": {}})
    assert by_form.status == 405, "one way to report, and it has a key"


@pytest.mark.gen_test(timeout=20)
async def test_a_duty_is_done_once_and_the_end_is_the_end(
    crowd: Crowd, officer: Person, accident: Any, desk: Callable[[], Desk]
) -> None:
    console = await signed_in(desk, officer)
    path = f"/accidents/{accident.id}"
    done = (await console("POST", f"{path}/duties/1", json={"note": "电话"})).json["duties"][0]
    again = (await console("POST", f"{path}/duties/1", json={"note": "又一次"})).json["duties"][0]
    assert (done["note"], done["late"], again) == ("电话", False, done)
    assert (await console("POST", f"{path}/duties/9", json={})).status == 404
    assert (await console("POST", f"{path}/duties/1", json={"note": "长" * 201})).status == 422
    body = {"ids": [str(accident.id)], "values": {"closing": "已扑灭"}}
    assert (await console("POST", "/accidents/actions/close", json=body)).status == 200
    assert (await console("POST", "/accidents/actions/close", json=body)).status == 409


@pytest.mark.gen_test(timeout=20)
async def test_a_stale_form_says_what_has_changed(
    crowd: Crowd, officer: Person, accident: Any, desk: Callable[[], Desk]
) -> None:
    console = await signed_in(desk, officer)
    path = f"/accidents/{accident.id}"
    row = (await console("GET", path)).json
    first = await console("PATCH", path, json={"version": row["version"], "values": {"deaths": 1}})
    assert first.status == 200
    stale = await console("PATCH", path, json={"version": row["version"], "values": {"measures": "已送医"}})
    assert (stale.status, stale.code) == (409, "changed_meanwhile")
    assert stale.json["error"]["details"]["row"]["values"]["deaths"] == 1


async def _foreign(crowd: Crowd, desk: Callable[[], Desk], unit: Company) -> Desk:
    person = crowd.person(unit=unit)
    account = Account.get(Account.id == person.account_id)
    Assignment.create(account_id=account.id, role=builtin("safety_officer"), company_id=unit.id)
    from models.core.security import crypto
    from tests.handlers.test_messages import PASSWORD

    Account.update(password_hash=crypto.hash_password(PASSWORD)).where(Account.id == account.id).execute()
    return await signed_in(desk, person)


@pytest.mark.gen_test(timeout=20)
async def test_another_companys_officer_finds_nothing(
    crowd: Crowd, officer: Person, accident: Any, desk: Callable[[], Desk]
) -> None:
    stranger = await _foreign(crowd, desk, crowd.other)
    path = f"/accidents/{accident.id}"
    tries = [
        ("GET", f"{path}/board", None),
        ("POST", f"{path}/answers", {"answer": "received"}),
        ("POST", f"{path}/duties/1", {}),
        ("GET", f"/wecom-apps/{crowd.app.id}/usage", None),
    ]
    for method, where, body in tries:
        assert (await stranger(method, where, json=body)).status == 404, where


@pytest.mark.gen_test(timeout=20)
async def test_the_limits_used_of_a_way(crowd: Crowd, officer: Person, desk: Callable[[], Desk]) -> None:
    group = crowd.chat(crowd.unit)
    console = await signed_in(desk, officer)
    tools.redis().flushall()  # what other tests used of the same app
    tools.limits().take(limits.api(crowd.app.corp_id, "message/send"), 7)
    tools.limits().take(limits.robot(group.webhook_key), 3)
    app = (await console("GET", f"/wecom-apps/{crowd.app.id}/usage")).json["items"]
    assert [(one["used"], one["most"], one["seconds"]) for one in app[:2]] == [
        (7, 10_000, 60),
        (7, 150_000, 3600),
    ]
    robot = (await console("GET", f"/chat-groups/{group.id}/usage")).json["items"]
    assert (robot[0]["used"], robot[0]["most"]) == (3, 20)


@pytest.mark.gen_test(timeout=20)
async def test_a_dead_letter_is_sent_again_once(
    crowd: Crowd, officer: Person, accident: Any, desk: Callable[[], Desk]
) -> None:
    crowd.tell(crowd.person(), subject_id=accident.id)
    Delivery.update(state="failed", reason="手机号停机").where(Delivery.way == "card").execute()
    console = await signed_in(desk, officer)
    (row,) = (await console("GET", "/deliveries?f.state=failed")).json["items"]
    assert row["values"]["reason"] == "手机号停机" and "resend" in row["can"]
    body = {"ids": [row["id"]], "values": {}}
    assert (await console("POST", "/deliveries/actions/resend", json=body)).status == 200
    assert (await console("POST", "/deliveries/actions/resend", json=body)).status == 409
    assert Delivery.select().where(Delivery.state == "queued").count() == 1


@pytest.mark.gen_test(timeout=20)
async def test_a_unit_tries_the_groups_app_on_itself_but_not_the_groups_chats(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk]
) -> None:
    shared, everybody = crowd.wecom(None), crowd.chat(None)
    console = await signed_in(desk, officer)
    body = {"ids": [str(shared.id)], "values": {}}
    assert (await console("POST", "/wecom-apps/actions/test", json=body)).status == 403, (
        "officers set nothing up"
    )
    assign(officer.account_id, builtin_roles.COMPANY_ADMINISTRATOR, crowd.unit.id)
    tried = await console("POST", "/wecom-apps/actions/test", json=body)
    assert tried.status == 200, tried.body
    told = list(Delivery.select().where(Delivery.way == "card"))
    assert [row.person_id for row in told] == [officer.id], "who asked, and nobody else"
    wide = await console("POST", "/chat-groups/actions/test", json={"ids": [str(everybody.id)], "values": {}})
    assert wide.status == 403
    edited = await console(
        "PATCH", f"/wecom-apps/{shared.id}", json={"version": 1, "values": {"name": "我的"}}
    )
    assert edited.status == 403
