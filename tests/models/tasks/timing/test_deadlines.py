"""Reminders before a deadline and the ladder after it: each once, to whom it names (H05, H06)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.events import outbox
from models.core.events.outbox import Outbox
from models.tasks.records import CaseStep
from models.tasks.timing import deadlines
from models.tasks.timing.schedule import REMIND_HOURS, STEP_HOURS
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit, approve
from tests.support.company_settings import set_to

LADDER = [
    {"after": 0, "who": [{"by": "holder"}]},
    {"after": 24, "who": [{"by": "superior", "of": "holder"}]},
]


def timed(unit: Unit, **said: Any) -> CaseStep:
    """An open step of 白 that is due in ten hours, at 18:00."""
    plan = {"hours": 10, "remind": [4, 1], "ladder": LADDER, "title": "确认", **said}
    unit.flow(approve("a", unit.id("白"), **plan))
    return CaseStep.get(CaseStep.case == unit.start(unit.thing(name="补丁")).id)


def kinds() -> list[str]:
    rows = (
        Outbox.select(Outbox.kind).where(Outbox.kind << ("step.due_soon", "step.overdue")).order_by(Outbox.id)
    )
    return [row.kind for row in rows]


def test_before_and_after_each_once(unit: Unit, clock: Any) -> None:
    unit.above("白", "高")
    timed(unit)
    assert deadlines.work() == 0
    clock.forward(hours=6)
    assert (deadlines.work(), deadlines.work()) == (1, 0)
    clock.forward(hours=3)
    assert (deadlines.work(), deadlines.work()) == (1, 0)
    pass_all_on()
    assert told("step.due_soon") == [("【快到期 · 待确认】补丁 · 今天 18:00前", ["白"])] * 2
    clock.forward(hours=1)
    assert deadlines.work() == 1
    clock.forward(hours=24)
    assert (deadlines.work(), deadlines.work()) == (1, 0)
    pass_all_on()
    (first, second) = told("step.overdue")
    assert first[1] == ["白"] and second[1] == ["高"]
    assert second[0] == "【超时 · 待确认】补丁 · 已超时，应于 昨天 18:00"
    step = CaseStep.get()
    assert (step.next_nudge_at, step.nudges) == (None, 4)


def test_after_a_standstill_one_reminder_and_every_rung_in_one(unit: Unit, clock: Any) -> None:
    unit.above("白", "高")
    holder = {"by": "holder"}
    timed(unit, ladder=[LADDER[0], {"after": 24, "who": [holder, *LADDER[1]["who"]]}])
    clock.forward(hours=9, minutes=30)
    deadlines.work()
    assert kinds() == ["step.due_soon"], "of two reminders the last"
    clock.forward(days=3)
    deadlines.work()
    assert kinds() == ["step.due_soon", "step.overdue"]
    pass_all_on()
    ((_, persons),) = told("step.overdue")
    assert sorted(persons) == ["白", "高"], "whom both rungs name is told once"


def test_no_reminder_once_it_is_late(unit: Unit, clock: Any) -> None:
    timed(unit)
    clock.forward(hours=11)
    deadlines.work()
    assert kinds() == ["step.overdue"]


def test_what_was_done_meanwhile_nudges_nobody(unit: Unit, clock: Any) -> None:
    step = timed(unit)
    clock.forward(hours=10)
    deadlines.work()
    unit.does("白", step.case)
    pass_all_on()
    assert told("step.overdue") == []
    clock.forward(days=9)
    assert deadlines.work() == 0


def test_a_deadline_that_was_moved_takes_its_nudges_along(unit: Unit, clock: Any) -> None:
    step = timed(unit)
    later = step.due_at.replace(day=step.due_at.day + 5)
    CaseStep.update(due_at=later).where(CaseStep.id == step.id).execute()
    clock.forward(hours=10)
    assert deadlines.work() == 1 and kinds() == []
    clock.forward(days=5)
    deadlines.work()
    assert kinds() == ["step.overdue"]


def test_who_is_killed_in_it_has_done_nothing(
    unit: Unit, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    timed(unit)
    clock.forward(hours=10)

    def dies(*args: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deadlines, "announce", dies)
    with pytest.raises(KeyboardInterrupt):
        deadlines.work()
    monkeypatch.undo()
    assert kinds() == []
    assert deadlines.work() == 1
    assert kinds() == ["step.overdue"]


def test_many_at_once_nudge_each_once(unit: Unit, clock: Any) -> None:
    unit.flow(approve("a", unit.id("白"), hours=10, ladder=LADDER[:1]))
    for _ in range(20):
        unit.start(unit.thing())
    clock.forward(hours=10)
    found: list[int] = []
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        found.extend(deadlines.work(5) for _ in range(4))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    while deadlines.work(5):
        pass
    assert kinds() == ["step.overdue"] * 20
    assert sum(found) <= 20


def test_the_timer_goes_on_after_a_send_back(unit: Unit, clock: Any) -> None:
    """The step that was come back to keeps its deadline, and so its nudges."""
    unit.flow(
        approve("a", unit.id("白"), hours=10, ladder=LADDER[:1]),
        {
            "key": "b", "title": "复核", "kind": "approve", "who": [{"by": "person", "id": unit.id("陈")}],
            "outcomes": [{"key": "agree", "title": "好"}, {"key": "back", "title": "退回", "next": "a"}],
        },
    )  # fmt: skip
    case = unit.start(unit.thing())
    before = CaseStep.get(CaseStep.case == case.id)
    clock.forward(hours=5)
    unit.does("白", case)
    unit.does("陈", case, "back")
    again = CaseStep.get(CaseStep.case == case.id, CaseStep.state == "open")
    assert (again.key, again.due_at, again.next_nudge_at) == ("a", before.due_at, before.due_at)
    clock.forward(hours=5)
    assert deadlines.work() == 1
    assert len(in_transaction(outbox.take)) > 0


def test_a_step_without_a_limit_has_the_companys(unit: Unit, clock: Any) -> None:
    set_to(STEP_HOURS, unit.company.id, 24)
    set_to(REMIND_HOURS, unit.company.id, 4)
    unit.flow(approve("a", unit.id("白"), title="确认"), approve("b", unit.id("丁"), hours=5, remind=[1]))
    case = unit.start(unit.thing(name="补丁"))
    step = CaseStep.get(CaseStep.case == case.id)
    assert step.due_at == now() + timedelta(hours=24)
    clock.forward(hours=20)
    assert deadlines.work() == 1
    pass_all_on()
    assert [persons for _, persons in told("step.due_soon")] == [["白"]]
    unit.does("白", case)
    own = CaseStep.get(CaseStep.case == case.id, CaseStep.key == "b")
    assert own.due_at == now() + timedelta(hours=5)
    assert own.next_nudge_at == now() + timedelta(hours=4), "its own reminder, not the company's"
