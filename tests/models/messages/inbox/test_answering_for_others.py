"""Who is told in others' stead answers for themselves, and for each of those by an act of its own (X04)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden
from models.messages.delivery.queue import take_due
from models.messages.escalation import auditor, running
from models.messages.inbox import mine
from models.messages.inbox.answering_for_others import (
    answer_for,
    principals_by_person,
    principals_of,
    told_in_stead,
)
from models.messages.records import Delivery, Escalation, Message, Notice
from models.organization.records import Binding, Person
from tests.support.alarms import Alarm, state, taken, told
from tests.support.clock_in_plant import Plant


@pytest.fixture
def alarm(plant: Plant) -> Alarm:
    return Alarm(plant.units[0])


def stands_for(person: Person) -> list[str]:
    """The names that the person's only message says an answer is waited for beside their own."""
    account = Account.get_by_id(Person.get_by_id(person.id).account_id)
    Assignment.get_or_create(account_id=account.id, role=builtin("worker"), company_id=None)
    (item,) = mine.page(actor_for_account(account, "phone"))["items"]
    return item["stands_for"]


def test_a_deputy_of_two_is_told_once_and_answers_for_each_by_an_act_of_its_own(
    alarm: Alarm, clock: Any
) -> None:
    deputy = alarm.person("代理")
    first, second = alarm.person(deputy=deputy), alarm.person(deputy=deputy)
    notices = alarm.tell(alarm.chain((5, "deputy", "sms"), (5, "self", "sms")), [first, second])
    clock.forward(minutes=5)
    running.take_steps()
    assert told(deputy) == [("sms", 1)]
    assert Notice.select().where(Notice.person == deputy).count() == 1
    theirs = Notice.get(Notice.person == deputy)
    assert [each.notice_id for each in principals_of([theirs.id])[theirs.id]] == [each.id for each in notices]
    assert alarm.answer(theirs) == 0, "what they answer counts for themselves"
    assert [state(notice).state for notice in notices] == ["running", "running"]
    assert told(deputy) == [("sms", 1)], "and what they were told for others still goes out"
    assert stands_for(deputy) == [first.name, second.name]
    assert in_transaction(answer_for, [deputy.id], "accident", 1, notices[0].id)
    assert stands_for(deputy) == [second.name], "whom an answer is still waited for"
    assert [state(notice).state for notice in notices] == ["stopped", "running"]
    assert state(notices[0]).stopped_why == "代理人代理已代为回应"
    assert not in_transaction(answer_for, [deputy.id], "accident", 1, notices[0].id), (
        "twice does nothing twice"
    )
    assert told(deputy) == [("sms", 1)], "it is still needed for the other"
    clock.forward(minutes=5)
    running.take_steps()
    assert taken(notices[1]) == [(1, 0, "taken"), (1, 1, "taken")], "whose chain goes on"
    assert in_transaction(answer_for, [deputy.id], "accident", 1, notices[1].id)
    assert [state(notice).state for notice in notices] == ["stopped", "stopped"]
    assert told(deputy, ("cancelled",)) == [("sms", 1)]


def test_nobody_answers_for_whom_they_were_not_told_of(alarm: Alarm, clock: Any) -> None:
    deputy, other = alarm.person("代理"), alarm.person("旁人")
    worker, second = alarm.person("甲", deputy=deputy), alarm.person("乙", deputy=deputy)
    notices = alarm.tell(alarm.chain((0, "deputy", "sms"), (5, "self", "sms")), [worker, second, other])
    with pytest.raises(Forbidden):  # not told of it yet
        in_transaction(answer_for, [deputy.id], "accident", 1, notices[0].id)
    running.take_steps()
    for person, subject, notice in (
        (other, 1, notices[0].id), (deputy, 2, notices[0].id), (deputy, 1, notices[2].id), (deputy, 1, 999_999),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            in_transaction(answer_for, [person.id], "accident", subject, notice)
    alarm.answer(notices[0])
    with pytest.raises(Conflict, match="甲"):
        in_transaction(answer_for, [deputy.id], "accident", 1, notices[0].id)
    Binding.update(state="ended").where(Binding.person == deputy).execute()
    with pytest.raises(Forbidden):
        in_transaction(answer_for, [deputy.id], "accident", 1, notices[1].id)


def test_who_is_told_later_of_another_hears_it_again(alarm: Alarm, clock: Any) -> None:
    deputy = alarm.person("代理")
    first, second = alarm.person(deputy=deputy), alarm.person(deputy=deputy)
    chain = alarm.chain((5, "deputy", "sms"), (60, "self", "sms"))
    notices = alarm.tell(chain, [first])
    clock.forward(minutes=3)
    late = Notice.create(company=alarm.company, message=notices[0].message_id, person=second)
    in_transaction(running.begin, notices[0].message_id, chain.id, [(late.id, second.id)])
    clock.forward(minutes=2)
    running.take_steps()
    Delivery.update(state="accepted").where(Delivery.person == deputy).execute()
    clock.forward(minutes=3)
    running.take_steps()
    assert told(deputy) == [("sms", 1)], "the card that they have names the first alone"
    theirs = Notice.get(Notice.person == deputy)
    assert [each.alone for each in principals_of([theirs.id])[theirs.id]] == [False, False]
    assert auditor.audit() == []


def test_a_chain_that_opens_again_asks_who_answered_for_it_and_forgets_no_others(
    alarm: Alarm, clock: Any
) -> None:
    deputy = alarm.person("代理")
    worker = alarm.person("甲", deputy=deputy)
    chain = alarm.chain((0, "deputy", "sms"), (5, "self", "sms"), reopen=10)
    mine, own = alarm.tell(chain, [worker, deputy])
    running.take_steps()
    alarm.answer(own)
    Escalation.update(reopen_minutes=None, next_at=None).where(Escalation.notice_id == own.id).execute()
    in_transaction(answer_for, [deputy.id], "accident", 1, mine.id)
    clock.forward(minutes=10)
    Notice.update(followed_up_at=None).execute()
    assert running.reopen() == 1
    assert Notice.get_by_id(own.id).answer == "received", "what they answered for themselves stays"
    assert (state(mine).state, state(mine).answered_by_id) == ("running", None)
    running.take_steps()
    assert principals_of([own.id])[own.id][0].waits


def test_a_deputy_who_was_told_for_themselves_and_has_answered_is_asked_for_the_other(
    alarm: Alarm, clock: Any
) -> None:
    deputy = alarm.person("代理")
    worker = alarm.person("本人", deputy=deputy)
    chain = alarm.chain((5, "self", "sms"), (5, "deputy", "sms"))
    mine, theirs = alarm.tell(chain, [worker, deputy])
    alarm.answer(theirs)
    for _ in range(2):
        clock.forward(minutes=5)
        running.take_steps()
    assert taken(mine) == [(1, 0, "taken"), (1, 1, "taken")]
    assert told(deputy) == [("sms", 2)], "their own answer was for themselves"
    assert [row.id for row in in_transaction(take_due, 10) if row.person_id == deputy.id], "and it goes out"
    in_transaction(answer_for, [deputy.id], "accident", 1, mine.id)
    assert (state(mine).state, state(mine).stopped_why) == ("stopped", "代理人代理已代为回应")


def test_what_is_said_of_those_whom_somebody_was_told_for(alarm: Alarm, clock: Any) -> None:
    """Of one alone: an answer counts for both. Of two, or beside an account of one's own: each takes an act of its own."""
    alone, both, own = (alarm.person(name) for name in ("只代一人", "代两人", "自己也接"))
    people = [
        alarm.person(name, deputy=deputy)
        for name, deputy in zip("甲乙丙丁", (alone, both, both, own), strict=True)
    ]
    notices = alarm.tell(alarm.chain((0, "deputy", "sms"), (5, "self", "sms")), [*people, own])
    running.take_steps()
    told = {deputy.name: Notice.get(Notice.person == deputy).id for deputy in (alone, both, own)}
    found = principals_of(told.values())
    flags = {
        name: [
            (each.name, each.waits, each.answered, each.stands_in_only, each.alone) for each in found[notice]
        ]
        for name, notice in told.items()
    }
    assert flags == {
        "只代一人": [("甲", True, False, True, True)],
        "代两人": [("乙", True, False, True, False), ("丙", True, False, True, False)],
        "自己也接": [("丁", True, False, False, False)],
    }

    def said() -> dict[str, list[tuple[str, str]]]:
        shown = told_in_stead(told.values())
        return {
            name: [(each["name"], each["state"]) for each in shown.get(key, ())] for name, key in told.items()
        }

    assert said() == {
        "只代一人": [("甲", "with_mine")], "代两人": [("乙", "waits"), ("丙", "waits")], "自己也接": [("丁", "waits")],
    }  # fmt: skip
    in_transaction(answer_for, [both.id], "accident", 1, notices[1].id)
    alarm.answer(notices[2])
    alarm.answer(notices[3])
    assert said() == {"只代一人": [("甲", "with_mine")], "代两人": [("乙", "answered")], "自己也接": []}
    assert told_in_stead([]) == principals_of([]) == {}
    assert Notice.get_by_id(told["代两人"]).read_at is not None, "who acts for somebody has read it"


def test_for_whom_people_stand_at_the_newest_message_that_asks(alarm: Alarm, clock: Any) -> None:
    deputy, other = alarm.person("代理"), alarm.person("旁人")
    worker = alarm.person("甲", deputy=deputy)
    chain = alarm.chain((0, "deputy", "sms"), (5, "self", "sms"))
    alarm.tell(chain, [worker, other])
    running.take_steps()
    asked = [deputy.id, other.id]
    found = principals_by_person("accident", 1, asked)
    assert {person: [each.name for each in others] for person, others in found.items()} == {deputy.id: ["甲"]}
    for kind, subject, people in (("accident", 2, asked), ("hazard", 1, asked), ("accident", 1, [other.id])):
        assert principals_by_person(kind, subject, people) == {}
    assert principals_by_person("accident", 1, []) == {}
    quiet = Message.create(
        company_id=alarm.company.id, kind="accident.closed", subject_kind="accident", subject_id=1, title="结束",
        text="", card={}, needs_answer=False,
    )  # fmt: skip
    Notice.create(company=alarm.company, message=quiet, person=deputy)
    assert list(principals_by_person("accident", 1, asked)) == [deputy.id], (
        "what asks nothing changes nothing"
    )
