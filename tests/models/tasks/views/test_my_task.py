"""From a card that several were sent to one's own task (H02)."""

from __future__ import annotations

import pytest

from models.core.clock import today
from models.core.errors import NotFound
from models.tasks.records import CaseStep, Proxy, Task
from models.tasks.views import my_task
from tests.models.tasks.units import Unit, approve


def task_of(unit: Unit, name: str) -> str:
    return str(Task.get(Task.person == unit.id(name)).id)


def test_each_of_several_finds_their_own_and_still_does_when_another_was_first(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈")))
    case = unit.start(unit.thing())
    step = CaseStep.get(CaseStep.case == case.id)
    for name in ("白", "陈"):
        own = {"task": task_of(unit, name), "case": str(case.id)}
        assert my_task.of_case(unit.actor(name), step_id=step.id) == own
        assert my_task.of_case(unit.actor(name), case_id=str(case.id)) == own
    unit.does("白", case)
    assert my_task.of_case(unit.actor("陈"), case_id=case.id)["task"] == task_of(unit, "陈")


def test_what_is_open_comes_before_what_is_done_and_of_what_is_done_the_last(unit: Unit) -> None:
    """陈 stands in for 白: their own part is done, the other one is still to do."""
    unit.flow(approve("a", unit.id("白"), unit.id("陈"), rule="all"))
    case = unit.start(unit.thing())
    day = today()
    Proxy.create(company=unit.company, person=unit.id("白"), proxy=unit.id("陈"), starts_on=day, ends_on=day)
    unit.does("陈", case)
    assert my_task.of_case(unit.actor("陈"), case_id=case.id)["task"] == task_of(unit, "白")
    unit.decide("陈", unit.task("白", case))
    assert my_task.of_case(unit.actor("陈"), case_id=case.id)["task"] == task_of(unit, "陈")


def test_who_has_no_part_gets_the_case_and_strangers_nothing(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    assert my_task.of_case(unit.actor("管"), case_id=case.id) == {"task": None, "case": str(case.id)}
    with pytest.raises(NotFound):
        my_task.of_case(unit.actor("外"), case_id=case.id)
    with pytest.raises(NotFound):
        my_task.of_case(unit.actor("白"))
