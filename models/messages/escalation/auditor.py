"""Proof that every step due was taken (X04): worked out anew from what the chains were when they began.

It trusts neither `next_at` nor the states that the workers keep, and changes nothing. What it finds it says in the
log (ids and counts, no names) and to whoever asked to be told (`on_audit`): a metric, an alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from peewee import fn

from models.core import clock
from models.core.db.connection import in_transaction
from models.messages.channels.records import SYSTEM
from models.messages.escalation.steps import NO_WAY, TAKEN, delivery_key
from models.messages.records import DOUBTFUL, Delivery, Escalation, EscalationStep, Message, Notice

GRACE = timedelta(seconds=60)
LEASE = timedelta(minutes=10)  # longer than any sender may hold what it sends
WINDOW = timedelta(days=2)  # how far back what has ended is looked at again
_PAGE = 500

log = structlog.get_logger("auditor")
_listeners: list[Callable[[Report], None]] = []


@dataclass(frozen=True)
class MissedStep:
    """Something that should have happened by `since` and has not. `row_id` is of the table that `kind` is about.

    kind: step_overdue, no_next_step, still_running, step_missing, delivery_missing (an escalation's id);
    lease_lost, delivery_doubtful (a delivery's); nobody_told (a message's).
    """

    kind: str
    row_id: int
    company_id: int
    message_id: int
    since: datetime
    detail: str = ""


@dataclass
class Report:
    """One audit: what is missing, and in numbers what was looked at."""

    at: datetime
    gaps: list[MissedStep] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def on_audit(listener: Callable[[Report], None]) -> Callable[[Report], None]:
    """Have `listener` called with every report (a metric of the server); gives it back."""
    _listeners.append(listener)
    return listener


def audit(now: datetime | None = None) -> list[MissedStep]:
    """Everything that is missing at `now` (default: the present). See `report` for the numbers."""
    return report(now).gaps


def work(limit: int = 1) -> int:
    """Audit once, as a kind of work: there is never more to do at once. Call it outside of a transaction."""
    report()
    return 0


def report(now: datetime | None = None) -> Report:
    """Audit, in one snapshot of the database, and say what came of it."""
    made = in_transaction(_report, now or clock.now(), write=False)
    kinds: dict[str, int] = {}
    for gap in made.gaps:
        kinds[gap.kind] = kinds.get(gap.kind, 0) + 1
    if made.gaps:
        log.error("gaps", **kinds, rows=[f"{gap.kind}:{gap.row_id}" for gap in made.gaps[:20]], **made.counts)
    else:
        log.info("complete", **made.counts)
    for listener in _listeners:
        listener(made)
    return made


def _report(now: datetime) -> Report:
    made = Report(now, counts=_counts(now))
    for chains in _pages(Escalation, Escalation.state == "running"):
        made.gaps += _running(chains, now)
    for chains in _recent(Escalation, Escalation.opened_at > now - WINDOW, Escalation.state == "finished"):
        made.gaps += _finished(chains)
    for steps in _recent(
        EscalationStep, EscalationStep.taken_at > now - WINDOW, EscalationStep.outcome == TAKEN
    ):
        made.gaps += _undelivered(steps)
    made.gaps += _leases(now)
    for rows in _recent(Delivery, Delivery.updated_at > now - WINDOW, Delivery.error_code == DOUBTFUL):
        made.counts["deliveries_doubtful"] = made.counts.get("deliveries_doubtful", 0) + len(rows)
        made.gaps += _doubtful(rows)
    for messages in _recent(Message, Message.created_at > now - WINDOW, Message.created_at < now - GRACE):
        made.gaps += _untold(messages)
    return made


def _counts(now: datetime) -> dict[str, int]:
    counts = {f"chains_{state}": 0 for state in ("running", "stopped", "finished")}
    states = Escalation.select(Escalation.state, fn.COUNT(Escalation.id)).group_by(Escalation.state)
    counts.update({f"chains_{state}": number for state, number in states.tuples()})
    counts.update({f"steps_{outcome}": 0 for outcome in (TAKEN, NO_WAY, "stopped")})
    outcomes = EscalationStep.select(EscalationStep.outcome, fn.COUNT(EscalationStep.id))
    counts.update(
        {f"steps_{name}": number for name, number in outcomes.group_by(EscalationStep.outcome).tuples()}
    )
    late = (Delivery.state == "queued") & (Delivery.due_at < now - GRACE)
    counts["deliveries_late"] = Delivery.select().where(late).count()
    return counts


def _running(chains: Sequence[Escalation], now: datetime) -> Iterator[MissedStep]:
    taken = _steps_of(chains)
    answers = dict(
        Notice.select(Notice.id, Notice.answered_at)
        .where(Notice.id.in_([one.notice_id for one in chains]), Notice.answered_at.is_null(False))
        .tuples()
    )
    for one in chains:
        due_at = _due_at(one, taken.get(one.id, {}))
        answered_at = answers.get(one.notice_id)
        if answered_at is not None and (one.rounds == 1 or answered_at >= one.opened_at):
            yield _gap("still_running", one, answered_at, "已有人回应，升级没有停止")
        elif due_at is None:
            yield _gap("still_running", one, one.opened_at, "每一步都做完了，升级没有结束")
        elif due_at < now - GRACE:
            yield _gap("step_overdue", one, due_at, f"第 {len(taken.get(one.id, {})) + 1} 步没有执行")
        elif one.next_at is None:
            yield _gap("no_next_step", one, due_at, "没有下一步的时间")


def _due_at(one: Escalation, taken: dict[int, EscalationStep]) -> datetime | None:
    """When the first step that was not taken is due, by the snapshot; None when all were taken."""
    index = next((place for place in range(len(one.steps)) if place not in taken), None)
    if index is None:
        return None
    wait = timedelta(minutes=one.steps[index]["wait_minutes"])
    at: Any = one.opened_at
    if index == 0:
        return at + wait if one.rounds == 1 else at
    before = taken[index - 1]
    at = before.taken_at
    due: datetime = at if before.outcome == NO_WAY else at + wait
    return due


def _finished(chains: Sequence[Escalation]) -> Iterator[MissedStep]:
    taken = _steps_of(chains)
    for one in chains:
        missing = [place + 1 for place in range(len(one.steps)) if place not in taken.get(one.id, {})]
        if missing:
            yield _gap("step_missing", one, one.opened_at, f"第 {missing[0]} 步没有执行，升级却结束了")


def _undelivered(steps: Sequence[EscalationStep]) -> Iterator[MissedStep]:
    """Steps that were taken, but whose delivery is not there."""
    chains = {
        row.id: row for row in Escalation.select().where(Escalation.id.in_({s.escalation_id for s in steps}))
    }
    notices = {step.notice_id for step in steps}
    persons = dict(Notice.select(Notice.id, Notice.person).where(Notice.id.in_(notices)).tuples())
    keys = {}
    for step in steps:
        one = chains[step.escalation_id]
        person_id, way = persons.get(step.notice_id), one.steps[step.step]["way"]
        keys[delivery_key(one.message_id, person_id, way, step.step, step.round)] = (one, step)
    there = Delivery.select(Delivery.once_key).where(Delivery.once_key.in_(list(keys))).tuples()
    for key in keys.keys() - {key for (key,) in there}:
        one, step = keys[key]
        yield _gap("delivery_missing", one, step.taken_at, f"第 {step.step + 1} 步没有发送")


def _leases(now: datetime) -> Iterator[MissedStep]:
    lost = (Delivery.lease_until < now - LEASE) | Delivery.lease_until.is_null()
    for row in Delivery.select().where(Delivery.state == "sending", lost).limit(_PAGE):
        since = row.lease_until or row.updated_at
        yield MissedStep("lease_lost", row.id, row.company_id, row.message_id, since, "一直在“发送中”")


def _doubtful(rows: Sequence[Delivery]) -> Iterator[MissedStep]:
    """What may not have come: nobody has answered, and no other way out of the house has taken it since."""
    notices = {row.notice_id for row in rows} - {None}
    answered = {
        row_id
        for (row_id,) in Notice.select(Notice.id)
        .where(
            Notice.id.in_(notices or (0,)), Notice.answered_at.is_null(False) | Notice.read_at.is_null(False)
        )
        .tuples()
    }
    taken = Delivery.select(Delivery.notice, Delivery.id).where(
        Delivery.notice.in_(notices or (0,)), Delivery.way != SYSTEM,
        Delivery.state.in_(("accepted", "delivered", "seen", "acknowledged")),
    )  # fmt: skip
    last = dict(taken.order_by(Delivery.id).tuples())
    for row in rows:
        if row.state == "suspected" and row.notice_id not in answered and last.get(row.notice_id, 0) < row.id:
            yield MissedStep(
                "delivery_doubtful", row.id, row.company_id, row.message_id, row.sent_at or row.updated_at,
                "送到没有查不到，也没有别的方式送到",
            )  # fmt: skip


def _untold(messages: Sequence[Message]) -> Iterator[MissedStep]:
    ids = [message.id for message in messages]
    told = {
        row_id
        for record in (Notice, Delivery)
        for (row_id,) in record.select(record.message).where(record.message.in_(ids)).distinct().tuples()
    }
    for message in messages:
        if message.id not in told:
            yield MissedStep(
                "nobody_told",
                message.id,
                message.company_id,
                message.id,
                message.created_at,
                "没有通知任何人",
            )


def _gap(kind: str, one: Escalation, since: datetime, detail: str) -> MissedStep:
    return MissedStep(kind, one.id, one.company_id, one.message_id, since, detail)


def _steps_of(chains: Sequence[Escalation]) -> dict[int, dict[int, EscalationStep]]:
    """The steps of the chains' present rounds, by chain and index."""
    rounds = {one.id: one.rounds for one in chains}
    found: dict[int, dict[int, EscalationStep]] = {}
    for step in EscalationStep.select().where(EscalationStep.escalation.in_(list(rounds))):
        if step.round == rounds[step.escalation_id]:
            found.setdefault(step.escalation_id, {})[step.step] = step
    return found


def _pages(record: Any, which: Any) -> Iterable[list[Any]]:
    last = 0
    while rows := list(record.select().where(which, record.id > last).order_by(record.id).limit(_PAGE)):
        yield rows
        last = rows[-1].id


def _recent(record: Any, newer: Any, which: Any) -> Iterable[list[Any]]:
    """Rows from the newest back, until a whole page is older than the window."""
    last = None
    while True:
        query = record.select() if last is None else record.select().where(record.id < last)
        rows = list(query.order_by(record.id.desc()).limit(_PAGE))
        if not rows:
            return
        last = rows[-1].id
        ids = [row.id for row in rows]
        kept = list(record.select().where(record.id.in_(ids), newer, which))
        if kept:
            yield kept
        elif not record.select().where(record.id.in_(ids), newer).exists():
            return
