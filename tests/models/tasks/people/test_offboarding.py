"""Who leaves: what is open goes to the superior, or those in charge are told; twice does once (X05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.events.outbox import Outbox
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings
from models.tasks.people import offboarding
from models.tasks.people.offboarding import hand_over
from models.tasks.records import CaseEvent, CaseStep, Task
from models.tasks.timing import periodic
from models.tasks.timing.periodic import PeriodicTask
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit, approve


def end(unit: Unit, name: str) -> None:
    binding = Binding.get(Binding.person == unit.id(name))
    in_transaction(bindings.end, unit.actor("管", "console"), binding)


def gets(unit: Unit, leaver: str, taker: str | None, by: str = "管") -> Any:
    to = None if taker is None else unit.people[taker]
    return in_transaction(hand_over, unit.actor(by), unit.people[leaver], to)


def test_the_superior_gets_all_that_is_open_in_one_message(unit: Unit) -> None:
    unit.above("白", "丁")
    unit.flow(approve("a", unit.id("白")))
    cases = [unit.start(unit.thing()) for _ in range(3)]
    done = unit.start(unit.thing())
    unit.does("白", done)
    periodic.make([PeriodicTask(unit.company.id, unit.id("白"), "post_work", 1, "巡检", "k1")])
    pass_all_on()
    end(unit, "白")
    pass_all_on()
    assert [unit.asked(case) for case in cases] == [{"丁": "a"}] * 3
    assert told("work.handed_over") == [("【交接】白的4 件待办交给丁", ["丁"])]
    assert told("task.handed") == [], "not one message for each"
    assert {task.person_id for task in Task.select().where(Task.state == "open")} == {unit.id("丁")}
    assert unit.acts(cases[0])[-1] == "handed"


@pytest.mark.parametrize("superior", ["丁", ""])
def test_work_without_a_case_goes_to_the_superior_or_need_not_be_done(unit: Unit, superior: str) -> None:
    if superior:
        unit.above("白", superior)
    periodic.make([PeriodicTask(unit.company.id, unit.id("白"), "post_work", 1, "巡检", "k1")])
    periodic.make([PeriodicTask(unit.company.id, unit.id("陈"), "post_work", 1, "巡检", "k2")])
    before = Task.get(Task.person == unit.id("白"))
    end(unit, "白")
    pass_all_on()
    after, event = Task.get_by_id(before.id), CaseEvent.get(CaseEvent.task_id == before.id)
    assert after.version == before.version + 1
    if superior:
        assert (after.person_id, after.handed_from_id, after.state) == (unit.id("丁"), unit.id("白"), "open")
        assert (event.act, event.title) == ("handed", "交接：白 → 丁")
    else:
        assert (after.person_id, after.state) == (unit.id("白"), "cancelled")
        assert (event.act, event.title) == ("released", "白已离开，不用办了")
    assert Task.get(Task.person == unit.id("陈")).version == 1, "nobody else's is touched"


def test_the_same_news_twice_hands_over_once(unit: Unit) -> None:
    unit.above("白", "丁")
    unit.flow(approve("a", unit.id("白")))
    unit.start(unit.thing())
    end(unit, "白")
    row = Outbox.get(Outbox.kind == "binding.ended")
    for _ in range(2):
        in_transaction(offboarding.left, row)
    assert len(unit.news("work.handed_over")) == 1


def test_without_a_superior_those_in_charge_are_told_and_the_step_says_so(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    end(unit, "白")
    pass_all_on()
    step = CaseStep.get(CaseStep.case == case.id)
    assert (step.stranded, unit.asked(case)) == (True, {})
    ((title, names),) = told("step.stranded")
    assert "没有人办理" in title and names == ["管"]
    ((title, names),) = told("work.handed_over")
    assert "没有登记上级" in title and names == ["管"]


def test_whoever_else_was_asked_keeps_the_step(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈")))
    case = unit.start(unit.thing())
    end(unit, "白")
    pass_all_on()
    assert unit.asked(case) == {"陈": "a"}
    assert told("step.stranded") == []


def test_a_superior_who_is_asked_already_is_not_asked_twice(unit: Unit) -> None:
    unit.above("白", "陈")
    unit.flow(approve("a", unit.id("白"), unit.id("陈"), rule="all"))
    case = unit.start(unit.thing())
    end(unit, "白")
    pass_all_on()
    assert unit.asked(case) == {"陈": "a"}
    unit.does("陈", case)
    assert unit.case(case).state == "approved"


def test_nobody_inherits_what_they_asked_for_themselves(unit: Unit) -> None:
    unit.above("白", "安")
    unit.above("安", "高")
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing(), by="安")
    end(unit, "白")
    pass_all_on()
    assert unit.asked(case) == {"高": "a"}


def test_by_hand_to_somebody_named_both_are_told(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    unit.start(unit.thing())
    done = gets(unit, "白", "陈")
    assert (done.tasks, done.stranded, done.to_id) == (1, 0, unit.id("陈"))
    pass_all_on()
    assert told("work.handed_over") == [("【交接】白的1 件待办交给陈", ["白", "陈"])]


def test_hand_over_is_refused_where_it_makes_no_sense(unit: Unit) -> None:
    for taker in ("白", "外"):
        with pytest.raises(Invalid):
            gets(unit, "白", taker)
    with pytest.raises(Conflict) as refusal:
        gets(unit, "白", None)
    assert refusal.value.code == "nobody_above"
    with pytest.raises(Forbidden):
        gets(unit, "白", "陈", by="丁")


def test_other_chapters_hand_over_along(unit: Unit) -> None:
    calls: list[tuple[str, str | None]] = []

    def hook(actor: Any, from_person: Person, to: Person | None) -> str:
        calls.append((from_person.name, None if to is None else to.name))
        return "2 个网格"

    unit.above("白", "丁")
    end(unit, "白")
    with offboarding.HANDED_OVER.answered(hook):
        pass_all_on()
    assert calls == [("白", "丁")]
    assert told("work.handed_over") == [("【交接】白的0 件待办、2 个网格交给丁", ["丁"])]


def test_who_is_taken_back_before_the_news_is_read_keeps_their_work(unit: Unit) -> None:
    unit.above("白", "丁")
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    end(unit, "白")
    Binding.update(state="approved").where(Binding.person == unit.id("白")).execute()
    pass_all_on()
    assert unit.asked(case) == {"白": "a"}
