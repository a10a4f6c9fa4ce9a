"""Who comes and who is called, at the borders: whose coming rings, who acts first, whom a refused reporter can call (G02)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.accidents.access import HELP
from models.accidents.alarm import call_notifications, contacts, first_responders
from models.accidents.alarm.call_notifications import coming, said
from models.accidents.records import Accident
from models.core import clock as clocks
from models.core.errors import Conflict
from models.core.events.outbox import Outbox
from models.messages.channels.records import Contact
from models.messages.escalation.presets import Receivers
from models.messages.records import Message, Notice
from models.organization.records import Binding, Person
from tests.models.accidents.conftest import Scene
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("on_the_way", "there", "words"),
    [
        (0, 0, ""),
        (1, 0, "正在赶来：甲0"),
        (0, 2, "已在现场：乙0、乙1"),
        (5, 0, "正在赶来：甲0、甲1、甲2、甲3、甲4"),
        (6, 1, "正在赶来：甲0、甲1、甲2、甲3、甲4等 6 人；已在现场：乙0"),
    ],
)
def test_who_comes_in_words(on_the_way: int, there: int, words: str) -> None:
    coming_ = [(f"甲{n}", "received") for n in range(on_the_way)]
    assert said(coming_ + [(f"乙{n}", "on_site") for n in range(there)]) == words


def called_for_help(scene: Scene) -> tuple[Accident, Notice, Message]:
    """An accident at which the worker calls for help, and the message that calls others."""
    accident = scene.report(1)
    (caller,) = scene.tell(accident, scene.worker, answer="need_help")
    call = Message.create(
        company_id=accident.company_id, kind="accident.help", subject_kind=HELP, subject_id=accident.id,
        title="需要支援", text="…", card={"caller": caller.id}, needs_answer=True,
    )  # fmt: skip
    return accident, caller, call


def comer(scene: Scene, n: int) -> Person:
    return Person.create(
        company=scene.unit,
        name=f"来人{n}",
        id_number=f"99010119900101{n:04d}",
        phone="13900000009",
        role="operator",
    )


@pytest.mark.parametrize(
    ("place", "rings"), [(1, True), (3, True), (4, False), (5, True), (6, False), (9, False), (10, True)]
)
def test_the_first_who_come_ring_the_caller_and_then_every_fifth(
    scene: Scene, place: int, rings: bool
) -> None:
    accident, caller, call = called_for_help(scene)
    notices = [
        Notice.create(company=accident.company_id, message=call, person=comer(scene, n),
                      answer="received", answered_at=clocks.now())
        for n in range(place)
    ]  # fmt: skip
    telling = coming(Outbox(kind="accident.coming", subject_id=notices[-1].id))
    assert (telling is not None) is rings
    if telling is not None:
        assert telling.persons == [caller.person_id] and telling.title.endswith("正在赶来")


@pytest.mark.parametrize(
    ("what", "told"),
    [("as it is", True), ("on site", True), ("no answer", False), ("over", False), ("no caller", False),
     ("another message", False), ("gone", False)],
)  # fmt: skip
def test_whose_coming_is_told_at_all(scene: Scene, what: str, told: bool) -> None:
    accident, _, call = called_for_help(scene)
    answer = {"no answer": None, "on site": "on_site"}.get(what, "received")
    notice = Notice.create(
        company=accident.company_id, message=call, person=scene.boss, answer=answer, answered_at=clocks.now()
    )
    if what == "over":
        Accident.update(state="closed").execute()
    elif what == "no caller":
        Message.update(card={}).where(Message.id == call.id).execute()
    elif what == "another message":
        Message.update(subject_kind="accident").where(Message.id == call.id).execute()
    row = Outbox(kind="accident.coming", subject_id=99_999 if what == "gone" else notice.id)
    assert (coming(row) is not None) is told


@pytest.mark.parametrize(
    ("what", "told"),
    [("as it is", True), ("another answer", False), ("another thing", False), ("over", False), ("an older card", False),
     ("gone", False)],
)  # fmt: skip
def test_which_call_calls_others(scene: Scene, what: str, told: bool) -> None:
    accident = scene.report(1)
    (notice,) = scene.tell(accident, scene.worker, answer="need_help")
    if what == "another answer":
        Notice.update(answer="received").execute()
    elif what == "another thing":
        Message.update(subject_kind=HELP).execute()
    elif what == "over":
        Accident.update(state="closed").execute()
    elif what == "an older card":
        scene.tell(accident, scene.worker)
    row = Outbox(kind="accident.help", subject_id=99_999 if what == "gone" else notice.id)
    telling = call_notifications.called(row)
    assert (telling is not None) is told
    if telling is not None:
        assert scene.worker.id not in telling.persons
        assert {scene.officer.id, scene.second.id} <= set(telling.persons)


def test_who_acts_first(crowd: Crowd) -> None:
    worker, officer, boss, left = (
        crowd.person(), crowd.person(role="safety_officer"), crowd.person(), crowd.person(bound="ended"),
    )  # fmt: skip
    crowd.person(unit=crowd.other, role="safety_officer")
    assert first_responders.of_unit(crowd.unit.id) == [officer.id]
    for person, superior in ((worker, boss), (officer, left)):
        Contact.create(company=crowd.unit, person=person, superior=superior)
    assert first_responders.directors(worker.id, set()) == [boss.id]
    assert first_responders.directors(None, {officer.id}) == [] == first_responders.directors(None, set())
    assert first_responders.directors(officer.id, {worker.id}) == [boss.id]


@pytest.mark.parametrize(("people", "few"), [(49, True), (50, True), (51, False)])
def test_a_preset_of_many_is_no_choice_of_who_acts(crowd: Crowd, people: int, few: bool) -> None:
    persons = tuple(crowd.person(account=False, card=None).id for _ in range(people))
    found = first_responders.preset_few(Receivers(ways=(), persons=persons), crowd.unit.id)
    assert found == (sorted(persons) if few else [])


def refusal(**values: Any) -> Conflict:
    return Conflict("不行", **{"code": "no", "cause": "原因", "advice": "请再试。", **values})


def test_a_refused_reporter_is_given_a_number_to_call(crowd: Crowd) -> None:
    crowd.person(role="safety_officer", phone="13900001234", name="陈安澜")
    person, waiting = crowd.person(), crowd.person(bound="waiting")
    for who in (person, waiting):
        actor = replace(crowd.actor(person), person_ids=(who.id,))
        found = contacts.with_contact(refusal(), actor).details["contact"]
        assert found["phone"] == "13900001234", who.name
        assert contacts.with_contact(refusal(), actor, crowd.other.id).details["contact"] == found, (
            "theirs alone"
        )
    left = crowd.person(bound="ended")
    for nobody in (
        None,
        replace(crowd.actor(person), person_ids=(left.id,)),
        replace(crowd.actor(person), person_ids=()),
    ):
        assert contacts.with_contact(refusal(), nobody).details["contact"] == contacts.EMERGENCY
    there = contacts.with_contact(refusal(details={"contact": {"name": "甲", "phone": "1"}}))
    assert there.details["contact"]["name"] == "甲" and there.advice == "请再试。"


@pytest.mark.parametrize(
    ("advice", "said_"),
    [("请再试。", f"请再试；{contacts.CALL}"), ("", contacts.CALL), ("打 110。", "打 110。")],
)
def test_the_emergency_number_is_in_the_advice_once(advice: str, said_: str) -> None:
    assert contacts.with_contact(refusal(advice=advice)).advice == said_


def test_the_unit_worked_for_is_asked_before_others(crowd: Crowd) -> None:
    number = "990101199001010001"
    person = crowd.person(number=number)
    crowd.person(unit=crowd.other, number=number, card=None)
    for unit, phone in ((crowd.unit, "13900000001"), (crowd.other, "13900000002")):
        crowd.person(unit=unit, role="safety_officer", phone=phone)
    actor = crowd.actor(person)
    assert Binding.select().count() == 4 and len(actor.person_ids) == 2
    for company, phone in ((crowd.unit, "13900000001"), (crowd.other, "13900000002")):
        here = replace(actor, company_id=company.id)
        assert contacts.with_contact(refusal(), here).details["contact"]["phone"] == phone
        assert contacts.with_contact(refusal(), actor, company.id).details["contact"]["phone"] == phone
