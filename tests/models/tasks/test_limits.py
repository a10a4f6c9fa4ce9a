"""40 comments × 20 mentions, ping-pong, urging, tasks for everybody: bounded by sense, and nothing is lost (H03, H05)."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Invalid, TooMany
from models.core.security.usage_limits import UsageLimit
from models.messages.records import LOW, NORMAL, Delivery, Message, Notice
from models.tasks.assigned import given_tasks
from models.tasks.engine import case_actions, reassignment
from models.tasks.engine.case_actions import comment, hand_on, reassign, urge
from models.tasks.records import Case, CaseEvent
from tests.models.tasks.relay import pass_all_on
from tests.models.tasks.units import Unit, approve


def do(act: Any, *args: Any, **more: Any) -> Any:
    return in_transaction(act, *args, **more)


def only(most: int, limit: UsageLimit) -> UsageLimit:
    """The limit with another number, so that a test need not do a thing a thousand times."""
    fewer = copy(limit)
    object.__setattr__(fewer, "most", most)
    return fewer


def running(unit: Unit) -> Case:
    unit.flow(approve("one", unit.id("白")))
    return unit.start(unit.thing())


def comments(case: Case) -> int:
    return CaseEvent.select().where(CaseEvent.case_id == case.id, CaseEvent.act == "commented").count()


def mentioned() -> list[Message]:
    return list(Message.select().where(Message.kind == "case.commented").order_by(Message.id))


def test_a_case_that_is_over_tells_nobody(unit: Unit) -> None:
    case = running(unit)
    unit.does("白", case)
    with pytest.raises(Invalid, match="已经结束"):
        do(comment, unit.actor("安"), case.id, "看看", [unit.id("丁")])
    do(comment, unit.actor("安"), case.id, "发票后补")
    pass_all_on()
    assert mentioned() == []
    (event,) = CaseEvent.select().where(CaseEvent.case_id == case.id, CaseEvent.act == "commented")
    assert (event.title, event.comment) == ("追加说明", "发票后补")


def test_who_was_called_is_rung_for_once_an_hour(unit: Unit, clock: Any) -> None:
    case, called = running(unit), [unit.id("丁"), unit.id("陈")]
    for n in range(4):
        do(comment, unit.actor("安"), case.id, f"第 {n} 条", called)
    do(comment, unit.actor("安"), case.id, "还有冯", [*called, unit.id("冯")])
    pass_all_on()
    assert [(message.urgency, Notice.select().where(Notice.message == message.id).count()) for message in mentioned()] == [
        (NORMAL, 2), (LOW, 2), (LOW, 2), (LOW, 2), (NORMAL, 1), (LOW, 2),
    ]  # fmt: skip
    later = Delivery.select().join(Message).where(Message.urgency == LOW, Delivery.way == "card")
    assert len({row.due_at for row in later}) == 1, "due together, so that they are one message"
    clock.forward(minutes=61)
    do(comment, unit.actor("安"), case.id, "一小时后", called)
    pass_all_on()
    assert mentioned()[-1].urgency == NORMAL


def test_more_people_than_concern_a_case_are_not_called(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    case = running(unit)
    monkeypatch.setattr(case_actions, "MENTIONS", only(2, case_actions.MENTIONS))
    do(comment, unit.actor("安"), case.id, "请看", [unit.id("丁"), unit.id("陈")])
    with pytest.raises(TooMany, match="提到的人太多"):
        do(comment, unit.actor("安"), case.id, "请看", [unit.id("冯")])
    do(comment, unit.actor("安"), case.id, "请看", [unit.id("丁")])
    do(comment, unit.actor("安"), case.id, "不提人照样能写")
    assert comments(case) == 3


def test_comments_of_one_account_are_as_many_as_can_be_read(unit: Unit) -> None:
    case = running(unit)
    for n in range(case_actions.COMMENTS.most):
        do(comment, unit.actor("安"), case.id, f"第 {n} 条")
    with pytest.raises(TooMany, match="留言太密"):
        do(comment, unit.actor("安"), case.id, "又一条")
    do(comment, unit.actor("白"), case.id, "别人照样能写")
    assert comments(case) == case_actions.COMMENTS.most + 1


def test_a_task_does_not_go_to_and_fro_without_end(unit: Unit) -> None:
    case = running(unit)
    task, names = unit.task("白", case), ("陈", "白")
    holder = "白"
    for n in range(reassignment.HAND_ONS.most):
        do(hand_on, unit.actor(holder), task.id, unit.id(names[n % 2]))
        holder = names[n % 2]
    with pytest.raises(TooMany, match="转来转去"):
        do(hand_on, unit.actor(holder), task.id, unit.id("丁"))
    do(reassign, unit.actor("管"), case.id, [unit.id("丁")])
    unit.does("丁", case)
    assert unit.case(case).state == "approved"


def test_urging_is_bounded_over_all_cases(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_actions, "URGES", only(2, case_actions.URGES))
    unit.flow(approve("one", unit.id("白")))
    for _ in range(2):
        do(urge, unit.actor("安"), unit.start(unit.thing()).id)
    with pytest.raises(TooMany, match="催办太密"):
        do(urge, unit.actor("安"), unit.start(unit.thing()).id)


def test_tasks_are_given_to_so_many_an_hour(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_tasks, "PEOPLE", only(3, given_tasks.PEOPLE))
    data = {"title": "扫地", "persons": [str(unit.id("白")), str(unit.id("丁"))], "needs_review": False}
    do(given_tasks.give, unit.actor("管"), data)
    with pytest.raises(TooMany, match="指派得太多"):
        do(given_tasks.give, unit.actor("管"), data)
