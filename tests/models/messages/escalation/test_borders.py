"""Chains to the second: rounds and what counts in each, what a stop calls off, what the auditor holds for missing (X04)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.messages.escalation import auditor, running
from models.messages.records import DOUBTFUL, Delivery, Escalation, EscalationStep, Message, Notice
from tests.support.alarms import Alarm, state, told
from tests.support.clock_in_plant import Plant

pytestmark = pytest.mark.one_engine
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def alarm(plant: Plant) -> Alarm:
    return Alarm(plant.units[0])


def kinds() -> list[str]:
    return sorted(gap.kind for gap in auditor.audit())


@pytest.mark.parametrize(
    ("rounds", "before_opening", "opens"),
    [
        (1, -SECOND, 0),
        (1, timedelta(0), 0),
        (1, SECOND, 0),
        (2, -SECOND, 0),
        (2, timedelta(0), 0),
        (2, SECOND, 1),
        (1, None, 1),
        (2, None, 1),
    ],
)
def test_follow_up_keeps_a_chain_closed_in_the_round_that_it_was_in(
    alarm: Alarm, clock: Any, rounds: int, before_opening: timedelta | None, opens: int
) -> None:
    """In the first round all follow-up counts; later only what was done since it was opened again."""
    [notice] = alarm.tell(alarm.chain((5, "self", "sms"), reopen=10), [alarm.person()])
    clock.forward(minutes=1)
    alarm.answer(notice)
    opened_at = state(notice).opened_at
    Escalation.update(rounds=rounds).execute()
    if before_opening is not None:
        Notice.update(followed_up_at=opened_at - before_opening).execute()
    clock.forward(minutes=10)
    assert running.reopen() == opens
    assert (state(notice).rounds, state(notice).next_at is None) == (rounds + opens, not opens)


@pytest.mark.parametrize(
    ("rounds", "before_opening", "found"),
    [
        (1, SECOND, ["still_running"]),
        (1, timedelta(0), ["still_running"]),
        (2, SECOND, []),
        (2, timedelta(0), ["still_running"]),
        (2, -SECOND, ["still_running"]),
    ],
)
def test_an_answer_of_an_earlier_round_stops_nothing_of_a_later_one(
    alarm: Alarm, clock: Any, rounds: int, before_opening: timedelta, found: list[str]
) -> None:
    [notice] = alarm.tell(alarm.chain((5, "self", "sms")), [alarm.person()])
    answered_at = state(notice).opened_at - before_opening
    Notice.update(answer="received", answered_at=answered_at).execute()
    Escalation.update(rounds=rounds).execute()
    assert kinds() == found


def test_a_closed_subject_calls_off_steps_and_leaves_the_first_telling(alarm: Alarm, clock: Any) -> None:
    [notice] = alarm.tell(alarm.chain((5, "self", "sms"), (5, "self", "email"), reopen=10), [alarm.person()])
    Delivery.update(state="queued").where(Delivery.step == 0).execute()
    clock.forward(minutes=5)
    running.take_steps()
    assert in_transaction(running.close, "accident", 1) == 1
    assert [(row.step, row.state) for row in Delivery.select().order_by(Delivery.step)] == [
        (0, "queued"), (1, "cancelled")
    ]  # fmt: skip
    assert (state(notice).state, state(notice).stopped_why) == ("stopped", running.CLOSED)
    assert in_transaction(running.close, "accident", 1) == 0


def test_only_the_same_thing_is_closed(alarm: Alarm) -> None:
    chain = alarm.chain((5, "self", "sms"))
    [notice] = alarm.tell(chain, [alarm.person()])
    for kind, subject in (("accident", 2), ("hazard", 1)):
        assert in_transaction(running.close, kind, subject) == 0
    assert state(notice).state == "running"


@pytest.mark.parametrize("does", ["stop", "on_site"])
def test_a_stop_leaves_the_first_telling(alarm: Alarm, clock: Any, does: str) -> None:
    one, other = alarm.person(), alarm.person()
    mine, theirs = alarm.tell(
        alarm.chain((5, "self", "sms"), (5, "self", "email"), stop_when="on_site"), [one, other]
    )
    Delivery.update(state="queued").where(Delivery.step == 0).execute()
    clock.forward(minutes=5)
    running.take_steps()
    if does == "stop":
        assert in_transaction(running.stop, [mine.id, theirs.id], "已更正") == 2
    else:
        alarm.answer(theirs, "on_site")
    mine_now = {row.step: row.state for row in Delivery.select().where(Delivery.person == one)}
    assert mine_now == {0: "queued", 1: "cancelled"}


def test_no_chain_begins_that_is_off_or_for_nobody(alarm: Alarm, clock: Any) -> None:
    [notice] = alarm.tell(alarm.chain(), [alarm.person()])
    pairs = [(notice.id, notice.person_id)]
    off = alarm.chain((5, "self", "sms"), enabled=False)
    on = alarm.chain((5, "self", "sms"))
    for chain, notices in ((off.id, pairs), (99_999, pairs), (on.id, [])):
        assert in_transaction(running.begin, notice.message_id, chain, notices) == 0
    assert in_transaction(running.begin, notice.message_id, on.id, pairs) == 1
    assert state(notice).next_at == clock.moment + 5 * MINUTE


@pytest.mark.parametrize(
    ("outcome", "minutes", "found"),
    [("taken", 10, []), ("taken", 11, ["step_overdue"]), ("no_way", 0, []), ("no_way", 1, ["step_overdue"])],
)
def test_the_step_after_one_that_reached_nobody_is_due_at_once(
    alarm: Alarm, clock: Any, outcome: str, minutes: int, found: list[str]
) -> None:
    """Each a second inside of its minute's grace, and a second beyond."""
    [notice] = alarm.tell(alarm.chain((5, "self", "sms"), (10, "deputy", "card")), [alarm.person()])
    clock.forward(minutes=5)
    running.take_steps()
    EscalationStep.update(outcome=outcome).execute()
    clock.forward(minutes=minutes, seconds=60 if not found else 1)
    assert kinds() == found
    assert state(notice).state == "running"


@pytest.mark.parametrize(
    ("age", "state_", "found"),
    [
        (2 * DAY - SECOND, "finished", ["step_missing"]),
        (2 * DAY, "finished", []),
        (DAY, "stopped", []),
    ],
)
def test_what_has_ended_is_looked_at_for_two_days(
    alarm: Alarm, clock: Any, age: timedelta, state_: str, found: list[str]
) -> None:
    [notice] = alarm.tell(alarm.chain((5, "self", "sms")), [alarm.person()])
    Escalation.update(state=state_, opened_at=clock.moment - age, next_at=None).execute()
    assert kinds() == found
    assert Message.get_by_id(notice.message_id)


@pytest.mark.parametrize(
    ("age", "outcome", "found"),
    [
        (2 * DAY - SECOND, "taken", ["delivery_missing"]),
        (2 * DAY, "taken", []),
        (DAY, "no_way", []),
    ],
)
def test_a_step_that_was_taken_has_its_delivery(
    alarm: Alarm, clock: Any, age: timedelta, outcome: str, found: list[str]
) -> None:
    alarm.tell(alarm.chain((5, "self", "sms")), [alarm.person()])
    clock.forward(minutes=5)
    running.take_steps()
    Delivery.delete().where(Delivery.step > 0).execute()
    EscalationStep.update(taken_at=clock.moment - age, outcome=outcome).execute()
    assert kinds() == found


@pytest.mark.parametrize(
    ("age", "told_by", "found"),
    [
        (MINUTE + SECOND, None, ["nobody_told"]),
        (MINUTE, None, []),
        (2 * DAY - SECOND, None, ["nobody_told"]),
        (2 * DAY, None, []),
        (DAY, Notice, []),
        (DAY, Delivery, []),
    ],
)
def test_a_message_of_the_last_two_days_told_somebody(
    alarm: Alarm, clock: Any, age: timedelta, told_by: Any, found: list[str]
) -> None:
    person = alarm.person()
    alarm.tell(alarm.chain(), [person])
    Message.update(created_at=clock.moment - age).execute()
    if told_by is Delivery:
        Delivery.update(notice_id=None).execute()
    else:
        Delivery.delete().execute()
    if told_by is not Notice:
        Notice.delete().execute()
    assert kinds() == found


@pytest.mark.parametrize(
    ("values", "after", "found"),
    [
        ({}, None, True),
        ({"state": "accepted"}, None, False),
        ({"error_code": "42014"}, None, False),
        ({"updated_at": 2 * DAY - SECOND}, None, True),
        ({"updated_at": 2 * DAY}, None, False),
        ({}, {"state": "accepted"}, False),
        ({}, {"state": "failed"}, True),
        ({}, {"state": "accepted", "way": "system"}, True),
        ({}, "answered_at", False),
        ({}, "read_at", False),
        ({"earlier": True}, None, True),
    ],
)
def test_what_nobody_knows_to_have_come_is_found_unless_something_else_did(
    alarm: Alarm, clock: Any, values: dict[str, Any], after: Any, found: bool
) -> None:
    person = alarm.person()
    [notice] = alarm.tell(alarm.chain(), [person])
    if not values.pop("earlier", False):
        Delivery.delete().execute()
    told_ = {
        "company": alarm.company,
        "message": notice.message_id,
        "notice": notice,
        "person": person,
        "way": "card",
    }
    if "updated_at" in values:
        values = {**values, "updated_at": clock.moment - values["updated_at"]}
    row = Delivery.create(**told_, once_key="a", **{"state": "suspected", "error_code": DOUBTFUL, **values})
    if isinstance(after, dict):
        Delivery.create(**{**told_, "way": "sms", **after}, once_key="b")
    elif after:
        Notice.update(**{after: clock.moment}).execute()
    report = auditor.report()
    assert [(gap.kind, gap.row_id) for gap in report.gaps] == (
        [("delivery_doubtful", row.id)] if found else []
    )


@pytest.mark.parametrize(
    ("state_", "due", "late"),
    [("queued", 61, 1), ("queued", 60, 0), ("sending", 61, 0), ("failed", 61, 0)],
)
def test_how_many_wait_longer_than_they_should(
    alarm: Alarm, clock: Any, state_: str, due: int, late: int
) -> None:
    alarm.tell(alarm.chain(), [alarm.person()])
    Delivery.update(state=state_, due_at=clock.moment - due * SECOND, lease_until=clock.moment).execute()
    assert auditor.report().counts["deliveries_late"] == late
    assert told(Notice.get().person) == []
