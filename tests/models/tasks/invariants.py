"""What must be true of a case whatever anybody has done (docs/tasks.md), asked of the database itself."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.core.history import Change
from models.tasks.people.resolve import there_of
from models.tasks.records import Case, CaseEvent, CaseStep, Task
from tests.models.tasks.things import NEW, Thing


def print_of(case_id: int) -> dict[str, Any]:
    """Everything that an act may change, so that two looks can be compared."""
    case = Case.get_by_id(case_id)
    steps = list(CaseStep.select().where(CaseStep.case == case_id).order_by(CaseStep.id).dicts())
    tasks = list(
        Task.select().where(Task.step.in_([step["id"] for step in steps] or [0])).order_by(Task.id).dicts()
    )
    thing = Thing.select().where(Thing.id == case.subject_id).dicts().get()
    return {"case": dict(case.__data__), "steps": steps, "tasks": tasks, "thing": thing}


def written(case_id: int) -> tuple[int, int]:
    """How many events and pieces of news there are."""
    return CaseEvent.select().where(CaseEvent.case_id == case_id).count(), Outbox.select().count()


def check(case_id: int) -> None:
    """Raise AssertionError where an invariant does not hold."""
    now = print_of(case_id)
    case, steps, tasks = now["case"], now["steps"], now["tasks"]
    opened = [step for step in steps if step["state"] == "open"]
    hosts = [step for step in opened if not step["added"]]
    alive = [task for task in tasks if task["state"] in ("open", "waiting")]
    running = case["state"] == "running"
    # 1, 4: it is somewhere, in one place, or over and nowhere.
    assert (case["running_key"] == f"thing:{case['subject_id']}") == running
    assert (case["running_key"] is None) != running
    assert (case["ended_at"] is None) == running
    if not running:
        assert not opened and not alive
        assert not [step for step in steps if step["state"] == "ahead"]
        return
    assert len(hosts) == 1, [step["key"] for step in opened]
    assert {step["position"] for step in opened} == {hosts[0]["position"]}
    ids = {step["id"] for step in opened}
    assert {task["step"] for task in alive} <= ids
    # 2: somebody who is there can do something, or it says that nobody is.
    asked = [task for task in alive if task["state"] == "open"]
    here = there_of(case["company"], [task["person"] for task in asked])
    assert bool(here) != bool(hosts[0]["stranded"]), hosts[0]
    assert not any(step["stranded"] for step in opened if step["added"])
    # 3: one after the other means one.
    for step in opened:
        turn = [task for task in asked if task["step"] == step["id"]]
        assert step["rule"] != "order" or len(turn) <= 1
        people = [task["person"] for task in alive if task["step"] == step["id"]]
        assert len(people) == len(set(people))
    _state_is_the_last_transitions(case["subject_id"])


def _state_is_the_last_transitions(thing_id: int) -> None:
    """6: what the subject is, is what its trail says last."""
    table = Thing.transitions
    assert table is not None
    names = {item.name: item.to for item in table.items}
    moves = Change.select().where(Change.table == "test_thing", Change.row_id == thing_id).order_by(Change.id)
    last = [names[row.action] for row in moves if row.action in names]
    assert Thing.get_by_id(thing_id).state == (last[-1] if last else NEW)
