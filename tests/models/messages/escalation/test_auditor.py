"""The auditor finds what somebody broke on purpose, and nothing where all is well (X04)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from models.messages.escalation import auditor, running
from models.messages.escalation.auditor import Report
from models.messages.records import Delivery, Escalation, EscalationStep, Message, Notice
from tests.support.alarms import Alarm
from tests.support.clock_in_plant import Plant

FULL = ((5, "self", "sms"), (10, "deputy", "card"), (15, "superior", "sms"))


@pytest.fixture
def alarm(plant: Plant) -> Alarm:
    return Alarm(plant.units[0])


@pytest.fixture
def notices(alarm: Alarm, clock: Any) -> list[Notice]:
    """Three people of whom one has answered; the first step was taken."""
    deputy = alarm.person("代理")
    found = alarm.tell(alarm.chain(*FULL), [alarm.person(deputy=deputy) for _ in range(3)])
    clock.forward(minutes=5)
    running.take_steps()
    alarm.answer(found[2])
    return found


@pytest.fixture
def reports() -> Iterator[list[Report]]:
    heard: list[Report] = []
    auditor.on_audit(heard.append)
    yield heard
    auditor._listeners.remove(heard.append)


def kinds() -> list[str]:
    return sorted(gap.kind for gap in auditor.audit())


def test_nothing_is_missing_while_the_workers_work(notices: Any, clock: Any, reports: list[Report]) -> None:
    for _ in range(40):
        assert auditor.audit() == []
        clock.forward(minutes=1)
        running.take_steps()
    assert reports[-1].counts == {
        "chains_running": 0, "chains_stopped": 1, "chains_finished": 2,
        "steps_taken": 5, "steps_no_way": 2, "steps_stopped": 0, "deliveries_late": reports[-1].counts["deliveries_late"],
    }  # fmt: skip
    assert reports[-1].counts["deliveries_late"] > 0, "no sender runs here"


def test_without_workers_every_running_chain_is_overdue_after_the_grace(notices: Any, clock: Any) -> None:
    clock.forward(minutes=11)
    assert auditor.audit() == []
    clock.forward(seconds=1)
    gaps = auditor.audit()
    assert [gap.kind for gap in gaps] == ["step_overdue", "step_overdue"]
    assert gaps[0].since == clock.moment - timedelta(seconds=61)
    assert gaps[0].detail == "第 2 步没有执行"
    running.take_steps()
    assert auditor.audit() == []


def test_a_next_step_put_far_away_is_overdue_all_the_same(notices: Any, clock: Any) -> None:
    Escalation.update(next_at=clock.moment + timedelta(days=9)).execute()
    clock.forward(minutes=12)
    running.take_steps()
    assert kinds() == ["step_overdue", "step_overdue"]


def test_a_step_that_was_skipped_is_found(notices: Any, clock: Any) -> None:
    Escalation.update(next_step=2).where(Escalation.notice_id == notices[0].id).execute()
    clock.forward(minutes=10)
    running.take_steps()
    assert "step_missing" in kinds()


def test_a_running_chain_without_a_next_time_is_found(notices: Any) -> None:
    Escalation.update(next_at=None).where(Escalation.notice_id == notices[0].id).execute()
    assert kinds() == ["no_next_step"]


def test_a_chain_that_an_answer_did_not_stop_is_found(notices: Any, clock: Any) -> None:
    Notice.update(answer="received", answered_at=clock.moment).where(Notice.id == notices[0].id).execute()
    assert kinds() == ["still_running"]


def test_a_chain_that_did_not_end_is_found(notices: Any, clock: Any) -> None:
    one = Escalation.get(Escalation.notice_id == notices[0].id)
    for step in (1, 2):
        EscalationStep.create(escalation=one, step=step, due_at=clock.moment, outcome="no_way")
    assert kinds() == ["still_running"]


def test_a_step_whose_delivery_is_gone_is_found(notices: Any) -> None:
    lost = Delivery.get(Delivery.notice == notices[0], Delivery.step == 1)
    lost.delete_instance()
    [gap] = auditor.audit()
    assert (gap.kind, gap.message_id) == ("delivery_missing", notices[0].message_id)


def test_a_delivery_leased_for_ever_is_found(notices: Any, clock: Any) -> None:
    row = Delivery.get(Delivery.notice == notices[0], Delivery.step == 1)
    Delivery.update(state="sending", lease_until=clock.moment).where(Delivery.id == row.id).execute()
    assert kinds() == []
    clock.forward(minutes=10, seconds=1)
    running.take_steps()
    assert [(gap.kind, gap.row_id) for gap in auditor.audit()] == [("lease_lost", row.id)]
    Delivery.update(lease_until=None).where(Delivery.id == row.id).execute()
    assert kinds() == ["lease_lost"]


def test_a_message_that_told_nobody_is_found(alarm: Alarm, clock: Any) -> None:
    message = Message.create(
        company_id=alarm.company.id,
        kind="x",
        subject_kind="accident",
        subject_id=1,
        title="x",
        text="x",
        card={},
    )
    assert kinds() == []
    clock.forward(minutes=2)
    assert [(gap.kind, gap.row_id) for gap in auditor.audit()] == [("nobody_told", message.id)]


def test_a_chain_that_was_opened_again_is_audited_by_its_new_round(alarm: Alarm, clock: Any) -> None:
    [notice] = alarm.tell(alarm.chain(*FULL, reopen=30), [alarm.person()])
    alarm.answer(notice)
    clock.forward(minutes=30)
    running.reopen()
    assert kinds() == []
    clock.forward(seconds=61)
    assert kinds() == ["step_overdue"]
    running.take_steps()
    assert kinds() == []


def test_what_is_found_names_nobody_in_the_log(notices: Any, clock: Any, capsys: Any) -> None:
    clock.forward(minutes=12)
    auditor.audit()
    told = capsys.readouterr().out
    assert "step_overdue" in told
    assert "工人" not in told
