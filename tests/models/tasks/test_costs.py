"""What deciding, its answer and the lists ask of the database: a bound for each, and no more for many rows (H02, H05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.security.actor import Actor
from models.tasks.assigned.given_tasks import give
from models.tasks.engine.decide import decide
from models.tasks.views import inbox
from models.tasks.views.case import case_view
from models.tasks.views.task import task_view
from tests.models.tasks.units import Unit, approve
from tests.support.statement_log import listening


def decided(actor: Actor, task_id: int) -> dict[str, Any]:
    """A decision as the doors answer it."""
    done = decide(actor, task_id, "agree", comment="同意")
    return task_view(actor, done.task.id, turn=done.turn)


def cost(rule: Any, *args: Any) -> tuple[int, int]:
    """How many rows' worth of questions a rule asks, and how often it writes."""
    with listening() as said:
        in_transaction(rule, *args)
    asked = sum(sql.startswith("SELECT") for sql in said)
    assert said and len(said) - asked == sum(sql.startswith(("INSERT", "UPDATE")) for sql in said)
    return asked, len(said) - asked


def test_a_decision_with_its_answer(unit: Unit) -> None:
    """Five to know where things stand, one for who is next, two for the answer; what is written, each row once."""
    does = {"key": "agree", "title": "同意", "does": "praise", "next": "end:approved"}
    unit.flow(approve("one", unit.id("白")), approve("two", unit.id("白"), outcomes=[does]), own="allow")
    case = unit.start(unit.thing())
    actor = unit.actor("白")
    assert cost(decided, actor, unit.task("白", case).id) == (8, 6)
    assert cost(decided, actor, unit.task("白", case).id) == (7, 7)
    assert unit.case(case).state == "approved" and unit.thing_state(case) == "good"


def test_a_second_time_and_others_beside(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), unit.id("陈")), approve("two", unit.id("丁")))
    case = unit.start(unit.thing())
    task = unit.task("白", case).id
    assert cost(decided, unit.actor("白"), task) == (9, 7)  # and what was the other's to do is not any more
    assert cost(decided, unit.actor("白"), task) == (7, 0)


def test_a_task_and_a_case(unit: Unit) -> None:
    steps = [approve(f"s{number}", unit.id("白"), unit.id("陈"), rule="all") for number in range(4)]
    unit.flow(*steps, own="allow")
    case = unit.start(unit.thing())
    early = cost(task_view, unit.actor("白"), unit.task("白", case).id)
    for _ in range(3):
        unit.does("白", case)
        unit.does("陈", case)
    late = unit.task("白", case).id
    assert cost(task_view, unit.actor("白"), late) == early == (8, 0)
    assert cost(case_view, unit.actor("安"), case.id) == (8, 0)  # one of them: for whom the reader stands in


@pytest.mark.parametrize(
    ("ask", "box", "most"),
    [
        (inbox.page, "todo", 15), (inbox.page, "done", 14), (inbox.cases, "waiting", 14), (inbox.cases, "done", 13),
        (inbox.cases, "started", 11),
    ],
)  # fmt: skip
def test_a_list_asks_as_often_for_many_rows_as_for_few(unit: Unit, ask: Any, box: str, most: int) -> None:
    """Of any kind: things, and what people gave each other."""
    unit.flow(approve("one", unit.id("白")), approve("two", unit.id("安")), own="allow")
    officer = unit.actor("管")

    def more(count: int) -> None:
        for number in range(count):
            unit.does("白", unit.start(unit.thing(name=f"事{number}"), by="白"))
            unit.start(unit.thing(name=f"又{number}"), by="白")
            asked = {"title": f"请办{number}", "persons": [unit.id("白")], "needs_review": True}
            in_transaction(give, officer, asked)

    more(1)
    actor = unit.actor("白")
    few = cost(ask, actor, box)
    more(5)
    assert cost(ask, actor, box) == few
    assert few[0] <= most and few[1] == 0
