"""What somebody is to do now about a row of any ledger: their own first, then by time; nothing is nothing (H01)."""

from __future__ import annotations

import pytest

from models.tasks.views import my_task
from tests.models.tasks.units import Unit, approve

pytestmark = pytest.mark.one_engine
NOTHING = {"task": None, "case": None}


def test_my_task_of_a_case_and_of_a_task(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")), approve("b", unit.id("陈")))
    case = unit.start(unit.thing())
    task = unit.task("白", case)
    found = {"task": str(task.id), "case": str(case.id)}
    white = unit.actor("白")
    assert my_task.of_row(white, "all-cases", case.id) == found == my_task.of_row(white, "all-tasks", task.id)
    assert my_task.of_row(unit.actor("陈"), "all-cases", case.id) == NOTHING, "it is not their turn"
    for ledger, row in (("all-cases", 999), ("all-tasks", 999), ("nothing", case.id), (None, case.id), ("persons", case.id),
                        ("all-cases", None)):  # fmt: skip
        assert my_task.of_row(white, ledger, row) == NOTHING
    unit.does("白", case)
    assert my_task.of_row(white, "all-cases", case.id) == NOTHING
    assert my_task.of_row(unit.actor("陈"), "all-cases", case.id)["case"] == str(case.id)
