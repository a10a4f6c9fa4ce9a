"""What a step that is due does: whom it tells, by which way, and what is written down of it (X04).

Everything of a batch is read first, then decided in memory, then written, each with a handful of statements:
at an alarm thousands of steps are due in the same minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from models.core import clock
from models.core.db import bulk
from models.core.db.connection import is_sqlite
from models.core.events.outbox import Outbox
from models.core.ledger import ledger_named
from models.messages.channels.reachability_facts import ReachabilityFacts
from models.messages.channels.records import SYSTEM
from models.messages.escalation.records import ChainStep
from models.messages.records import Delivery, Escalation, Message, Notice

TAKEN, NO_WAY, STOPPED = "taken", "no_way", "stopped"
_SELF = "self"
_CHUNK = 500


@dataclass
class Done:
    """A step that was due, and what became of it. `person_id` is who was told."""

    escalation: Escalation
    step: int
    due_at: datetime
    outcome: str
    detail: str | None = None
    person_id: int | None = None
    way: str = ""
    who: str = _SELF

    @property
    def once_key(self) -> str:
        """What makes telling twice impossible: a person is told of a message by a way once in a step of a round."""
        one = self.escalation
        return delivery_key(one.message_id, self.person_id, self.way, self.step, one.rounds)


def delivery_key(message_id: int, person_id: int | None, way: str, step: int, rounds: int) -> str:
    """`Delivery.once_key` of the step with that index; step 0 is the first telling, so the first step is 1."""
    key = f"{message_id}.p{person_id}.{way}.{step + 1}"
    return key if rounds == 1 else f"{key}.{rounds}"


def take_due(limit: int) -> int:
    """Take the steps that are due, in the running transaction; gives how many chains moved on."""
    now = clock.now()
    due = _lease(limit, now)
    return _Batch(due, now).run() if due else 0


def _lease(limit: int, now: datetime) -> list[Escalation]:
    query = (
        Escalation.select()
        .where(Escalation.state == "running", Escalation.next_at <= now)
        .order_by(Escalation.next_at, Escalation.id)
        .limit(limit)
    )
    # The row's lock is the lease: it is given back by the commit, or by the death of whoever held it.
    return list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))


class _Batch:
    """Chains with a step due, and all that has to be known to take it."""

    def __init__(self, due: Sequence[Escalation], now: datetime) -> None:
        self.now = now
        own = _notices(Notice.id.in_([one.notice_id for one in due]))
        self.own = {notice.id: notice for notice in own if notice is not None}
        self.due = [one for one in due if one.notice_id in self.own]
        self.means = ReachabilityFacts(self.own[one.notice_id].person_id for one in self.due)
        self.done: list[Done] = []
        self.moves: dict[tuple[Any, ...], list[int]] = {}
        self._look_at_others()

    def _look_at_others(self) -> None:
        """Deputies and superiors: who they are, and their notices. A notice that is being answered waits."""
        asked = {one.id: self._others(one) for one in self.due}
        persons = set().union(*asked.values()) if asked else set()
        self.means.know(persons)
        self.there: dict[tuple[int, int], Notice] = {}
        if not persons:
            return
        messages = {one.message_id for one in self.due}
        which = Notice.message.in_(messages) & Notice.person.in_(sorted(persons))
        self.there = {(row.message_id, row.person_id): row for row in _notices(which)}
        there = Notice.select(Notice.message, Notice.person).where(which).tuples()
        locked = set(there) - self.there.keys()
        self.due = [one for one in self.due if not any((one.message_id, p) in locked for p in asked[one.id])]

    def _others(self, one: Escalation) -> set[int]:
        person = self.own[one.notice_id].person_id
        whos = {step["who"] for step in one.steps[one.next_step :]} - {_SELF}
        found = {self.means.stands_in(person, who) for who in whos}
        return {person_id for person_id in found if person_id is not None}

    def run(self) -> int:
        for one in self.due:
            self._walk(one)
        told = self._notices_of_others()
        self._write_steps(told)
        queue([(item, told[item.escalation.message_id, item.person_id]) for item in self.done if item.way])
        for values, ids in self.moves.items():
            Escalation.update(**dict(values)).where(Escalation.id.in_(ids)).execute()
        _tell_boards({one.message_id for one in self.due})
        return len(self.due)

    def _walk(self, one: Escalation) -> None:
        """Take the step that is due; where nobody can be told by it, the next one is due at once."""
        index, due_at = one.next_step, cast("datetime", one.next_at)
        if _has_answered(self.own[one.notice_id], one):
            self._stopped(one, index, "本人已回应")
            return
        while index < len(one.steps):
            done = self._decide(one, index, due_at)
            self.done.append(done)
            index += 1
            if done.outcome == TAKEN:
                break
            due_at = self.now
        if index < len(one.steps):
            wait = timedelta(minutes=one.steps[index]["wait_minutes"])
            self._move(one, next_step=index, next_at=self.now + wait)
        else:
            self._move(one, next_step=index, next_at=None, state="finished")

    def _decide(self, one: Escalation, index: int, due_at: datetime) -> Done:
        who, way = one.steps[index]["who"], one.steps[index]["way"]
        done = Done(one, index, due_at, NO_WAY, who=who)
        principal = self.own[one.notice_id].person_id
        person_id = principal if who == _SELF else self.means.stands_in(principal, who)
        title = ChainStep.who.title_of(who)
        if person_id is None:
            done.detail = f"没有指定{title}"
            return done
        name = self.means.name(person_id)
        missing = self.means.lacks(person_id, way)
        if missing:
            done.detail = f"{title}{name}{missing}，不能用{ChainStep.way.title_of(way)}"[:200]
        else:
            done.outcome, done.detail = TAKEN, f"{title}{name}"
            done.person_id, done.way = person_id, way
        return done

    def _stopped(self, one: Escalation, index: int, why: str) -> None:
        minutes = one.reopen_minutes
        again = None if minutes is None else self.now + timedelta(minutes=minutes)
        self._move(one, next_step=index, next_at=again, state="stopped", stopped_at=self.now, stopped_why=why)

    def _move(self, one: Escalation, **values: Any) -> None:
        self.moves.setdefault(tuple(values.items()), []).append(one.id)

    def _notices_of_others(self) -> dict[tuple[int, int | None], int]:
        """The notice of everybody who is told, made for those who had none."""
        told: dict[tuple[int, int | None], int] = {
            (notice.message_id, notice.person_id): notice.id for notice in self.own.values()
        }
        told.update((key, notice.id) for key, notice in self.there.items())
        new: dict[tuple[int, int], Done] = {}
        for item in self.done:
            if item.person_id is not None and (item.escalation.message_id, item.person_id) not in told:
                new.setdefault((item.escalation.message_id, item.person_id), item)
        _insert("notice", _NOTICE, [self._notice(item) for _, item in sorted(new.items())])
        if new:
            rows = Notice.select(Notice.message, Notice.person, Notice.id).where(
                Notice.message.in_({key[0] for key in new}), Notice.person.in_({key[1] for key in new})
            )
            told.update(((message, person), row_id) for message, person, row_id in rows.tuples())
        return told

    def _notice(self, item: Done) -> tuple[Any, ...]:
        one, person_id = item.escalation, item.person_id
        assert person_id is not None
        account_id = self.means.people[person_id].account_id
        return (
            *(1, self.now, self.now, one.company_id, one.message_id),
            *(person_id, account_id, item.who, one.notice_id),
        )

    def _write_steps(self, told: dict[tuple[int, int | None], int]) -> None:
        rows = [
            (
                *(item.escalation.id, item.escalation.rounds, item.step, item.due_at, self.now, item.outcome),
                *(item.detail, told.get((item.escalation.message_id, item.person_id))),
            )
            for item in self.done
        ]
        _insert("escalation_step", _STEP, rows)


_NOTICE = (
    *("version", "created_at", "updated_at", "company_id", "message_id"),
    *("person_id", "account_id", "why", "for_notice_id"),
)
_STEP = ("escalation_id", "round", "step", "due_at", "taken_at", "outcome", "detail", "notice_id")
_DELIVERY = (
    *("version", "created_at", "updated_at", "company_id", "message_id", "notice_id", "person_id"),
    *("way", "step", "urgency", "state", "attempts", "due_at", "sent_at", "once_key", "for_notice_id"),
)


def queue(planned: Iterable[tuple[Done, int]]) -> None:
    """Queue a delivery for each step that was taken, given with the notice it is told on; due now, each once.

    The system's own messages need no sender: they are there. A delivery that was called off before it went out, by
    an answer that was for somebody else, comes back.
    """
    now, listed = clock.now(), list(planned)
    told = {item.escalation.message_id for item, _ in listed}
    urgencies = dict(
        Message.select(Message.id, Message.urgency).where(Message.id.in_(sorted(told) or (0,))).tuples()
    )
    again = _keys_again([item for item, _ in listed if item.who != _SELF])
    rows = []
    for item, notice_id in listed:
        one = item.escalation
        state, sent_at = ("delivered", now) if item.way == SYSTEM else ("queued", None)
        rows.append(
            (
                *(1, now, now, one.company_id, one.message_id, notice_id, item.person_id),
                *(item.way, item.step + 1, urgencies[one.message_id], state, 0, now, sent_at),
                *(again.get(item.once_key, item.once_key), None if item.who == _SELF else one.notice_id),
            )
        )
    rows.sort(key=lambda row: row[-2])
    _insert("delivery", _DELIVERY, rows)
    for start in range(0, len(rows), _CHUNK):
        keys = [row[-2] for row in rows[start : start + _CHUNK]]
        Delivery.update(state="queued", due_at=now, reason=None).where(
            Delivery.once_key.in_(keys), Delivery.state == "cancelled"
        ).execute()


def _keys_again(items: Sequence[Done]) -> dict[str, str]:
    """Keys for who was told in somebody's stead before, at the same step, and is told now of others.

    Several of one minute are one delivery, and so are those that still wait to go out; whoever has the card already
    has to hear of the next one.
    """
    keys: dict[str, int] = {}
    for item in items:
        keys.setdefault(item.once_key, item.escalation.notice_id)
    gone = Delivery.select(Delivery.once_key).where(
        Delivery.once_key.in_(sorted(keys) or ("",)), Delivery.state.not_in(("queued", "cancelled"))
    )
    return {key: f"{key}.n{keys[key]}" for (key,) in gone.tuples()}


def _tell_boards(message_ids: set[int]) -> None:
    """One piece of live news for each thing whose board shows what was told: it loads itself anew."""
    subjects = Message.select(Message.company_id, Message.subject_kind, Message.subject_id)
    for company_id, kind, subject_id in (
        subjects.where(Message.id.in_(sorted(message_ids))).distinct().tuples()
    ):
        ledger = ledger_named(f"{kind}s")
        if ledger is not None and ledger.live:
            Outbox.insert(
                kind="ledger.changed",
                company_id=company_id,
                subject_id=subject_id,
                payload={"ledger": ledger.name},
            ).execute()


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    for start in range(0, len(rows), _CHUNK):
        bulk.insert_new(table, columns, rows[start : start + _CHUNK])


def _notices(which: Any) -> list[Notice]:
    """Notices, locked until the commit; one that somebody is just answering is left out."""
    query = Notice.select().where(which).order_by(Notice.id)
    return list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))


def _has_answered(notice: Notice, one: Escalation) -> bool:
    """Whether there is an answer that counts: any in the first round, a new one once the chain was opened again."""
    at = notice.answered_at
    return at is not None and (one.rounds == 1 or at >= one.opened_at)
