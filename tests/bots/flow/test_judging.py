"""属实 on the card: who may say that a report is true does so without opening anything, and everybody is told (G02, L01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.records import Accident
from models.accidents.report import bursts
from models.accidents.rules import report
from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.security.actor import Actor
from models.messages.escalation.records import Preset, PresetPerson
from models.messages.records import Notice
from models.organization.records import Person
from tests.bots.flow.conftest import USERS
from tests.bots.flow.playing import live, text
from tests.bots.flow.wired import Wired

TRUE, WORKER, OFFICER, SECOND = "属实，通知全部", 0, 1, 2


@pytest.fixture
def officers(wired: Wired) -> Wired:
    """The second and the third of the unit are its safety officers; the preset names the first too."""
    people = wired.works.people
    preset = Preset.create(company=wired.crowd.unit, name="一律", level="any", ways=["card"])
    for person in people:
        PresetPerson.create(preset=preset, person=person.id)
    for person in people[1:]:
        Person.update(role="safety_officer").where(Person.id == person.id).execute()
        account = wired.crowd.actor(person).account_id
        Assignment.create(account_id=account, role=builtin("safety_officer"), company_id=wired.crowd.unit.id)
    return wired


def by_a_stranger(wired: Wired, what: str = "罐区着火") -> Accident:
    """A report by somebody who is not signed in, told and sent."""
    nobody = Actor(account_id=None, name="没有登录的人", door="phone")
    facts = {
        "what": what, "place": "罐区北侧", "happened_at": house_clock.now().isoformat(),
        "unit_name": wired.crowd.unit.name,
    }  # fmt: skip
    accident, _ = in_transaction(report, nobody, facts, key=what, address="10.0.0.1")
    wired.work()
    return accident


def card(wired: Wired, who: int, what: str = "罐区着火") -> Any:
    """Somebody's newest card about it, as it looks now."""
    return [each for each in wired.phone(USERS[who]).cards() if what in text(each)][-1]


def test_one_press_on_the_card_tells_everybody(officers: Wired) -> None:
    accident = by_a_stranger(officers)
    assert not [each for each in officers.phone(USERS[WORKER]).cards() if "罐区着火" in text(each)]
    for who in (OFFICER, SECOND):
        assert live(card(officers, who))[:2] == [TRUE, "收到"]
    officers.phone(USERS[OFFICER]).press(card(officers, OFFICER), TRUE)
    officers.work()
    officers.work()
    assert not Accident.get_by_id(accident.id).is_held
    assert live(card(officers, WORKER))[0] == "收到", "everybody else is told, and asked"
    assert TRUE not in live(card(officers, OFFICER))
    assert "您" in text(card(officers, OFFICER)) and officers.notice(OFFICER).answer == "received"
    assert live(card(officers, SECOND))[0] == "收到", "the other officer's copy does not ask it any more"


def test_who_has_acknowledged_may_still_say_that_it_is_true(officers: Wired) -> None:
    by_a_stranger(officers)
    officers.phone(USERS[OFFICER]).press(card(officers, OFFICER), "收到")
    officers.work()
    now = card(officers, OFFICER)
    assert live(now) == [TRUE] and "已回应：收到" in text(now)
    officers.phone(USERS[OFFICER]).press(now, TRUE)
    officers.work()
    officers.work()
    assert live(card(officers, WORKER))[0] == "收到"


def test_it_is_asked_of_nobody_who_may_not(officers: Wired) -> None:
    Assignment.delete().where(
        Assignment.account_id == officers.crowd.actor(officers.works.people[SECOND]).account_id,
        Assignment.role == builtin("safety_officer"),
    ).execute()
    by_a_stranger(officers)
    assert live(card(officers, OFFICER))[0] == TRUE
    assert live(card(officers, SECOND))[0] == "收到"


def test_of_many_by_one_account_the_chosen_one_is_told(officers: Wired) -> None:
    actor = officers.crowd.actor(officers.works.people[WORKER])
    made = []
    for place in range(bursts.USUAL.most + 2):
        facts = {"what": f"第{place}起", "place": "罐区", "happened_at": house_clock.now().isoformat()}
        made.append(in_transaction(report, actor, facts, key=str(place))[0])
    officers.work()
    first, second = made[-2:]
    asked = card(officers, OFFICER, "请核实")
    assert live(asked)[0] == "这一起属实"
    officers.phone(USERS[OFFICER]).press(asked, "这一起属实", {"which": [str(first.id)]})
    officers.work()
    assert [Accident.get_by_id(row.id).burst_id is None for row in (first, second)] == [True, False]
    asked = card(officers, OFFICER, "请核实")
    assert live(asked)[0] == TRUE, "one is left"
    officers.phone(USERS[OFFICER]).press(asked, TRUE)
    officers.work()
    assert Accident.get_by_id(second.id).burst_id is None
    assert (
        Notice.select()
        .where(Notice.person == officers.works.people[OFFICER].id, Notice.answer.is_null(False))
        .exists()
    )
