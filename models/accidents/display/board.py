"""The live board of an accident: who was told, by which way, with what success, and what comes next (G02, X04).

Everything is counted and filtered in the database: with 10,000 people it costs as many queries as with ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from peewee import JOIN, SQL, Case, ModelSelect, fn

from models.accidents.access import SUBJECT, find, invalid
from models.accidents.display.accident_json import accident_json
from models.accidents.display.notices import asking
from models.accidents.records import READ_ACCIDENTS
from models.core import clock
from models.core.fields import moment_text, spaced
from models.core.ledger.reading.query import contains
from models.core.ledger.reading.references import load_rows
from models.core.security import identifiers
from models.core.security.actor import Actor, missing_right
from models.core.security.rights import Scope
from models.messages.channels.records import SYSTEM, ChatGroup
from models.messages.inbox.answers import RANK
from models.messages.records import NEED_HELP, REPORTER, Delivery, Escalation, Message, Notice
from models.organization.records import READ_PERSONS, Person

UNANSWERED = "unanswered"  # whoever is asked and has not said anything, whatever became of the ways
TOLD, DELIVERED, SEEN, ACKNOWLEDGED, UNREACHED = "told", "delivered", "seen", "acknowledged", "unreached"
STATES = (TOLD, DELIVERED, SEEN, ACKNOWLEDGED, UNREACHED)
PAGE = 100
_LOST = ("failed", "suspected")
_OVER = (*_LOST, "cancelled")
# Where each stands in the list: who needs care comes first.
_PLACES = {ACKNOWLEDGED: 4, SEEN: 3, DELIVERED: 2, UNREACHED: 0, TOLD: 1}


def board(
    actor: Actor,
    accident_id: int,
    *,
    state: str | None = None,
    answer: str | None = None,
    q: str = "",
    offset: int = 0,
    limit: int = PAGE,
) -> dict[str, Any]:
    """The board as docs/messages.md shapes it; `people` is a page of those in `state`, with `answer`, found by `q`
    (part of the name or phone), `matching` of them in all.

    Each person is in exactly one state, the farthest that is known, and `counts` adds up to its `total`. Accepted by
    a platform is not delivered, and the list of one's own messages counts only once it is read. Raises NotFound,
    Forbidden for who reaches only their own accidents, Invalid for a state that there is not.
    """
    accident = find(actor, accident_id)
    if actor.rights[READ_ACCIDENTS] == Scope.SELF:
        raise missing_right(READ_ACCIDENTS, actor, reach=Scope.SELF)
    if state is not None and state not in (*STATES, UNANSWERED):
        raise invalid("state", "没有这个状态")
    if answer is not None and answer not in RANK:
        raise invalid("answer", "没有这种回应")
    counts, answers = _counts(accident.id), _answers(accident.id)
    silent = Notice.select().where(Notice.id.in_(asking([accident.id])), _SILENT).count()
    page = _joined(Notice.select(Notice, _case(_NAMES).alias("standing")), accident.id)
    wanted = _wanted(state, answer, q)
    if wanted:
        page = page.where(*wanted)
    notices = list(page.order_by(*_ORDER, Notice.id).offset(offset).limit(limit))
    if not wanted:
        matching = sum(counts.values())
    elif state == UNANSWERED and len(wanted) == 1:
        matching = silent
    elif len(wanted) == 1 and not q:
        matching = counts[state] if state is not None else answers[str(answer)]
    else:
        matching = _joined(Notice.select(fn.COUNT(Notice.id)), accident.id).where(*wanted).scalar()
    running = _running(accident.id)
    return {
        "accident": accident_json(actor, accident),
        "people": _people(actor, notices),
        "next": offset + len(notices) if offset + len(notices) < matching else None,
        "matching": matching,
        "groups": _groups(accident.id),
        "counts": {**counts, "total": sum(counts.values())},
        "answers": answers,
        "unanswered": silent,
        "next_at": moment_text(
            Escalation.next_at.python_value(running.select(fn.MIN(Escalation.next_at)).scalar())
        ),
        "server_time": moment_text(clock.now()),
    }


def _messages(accident_id: int) -> ModelSelect:
    return Message.select(Message.id).where(
        Message.subject_kind == SUBJECT, Message.subject_id == accident_id
    )


def _wanted(state: str | None, answer: str | None, q: str) -> list[Any]:
    """The conditions on a notice for what is asked."""
    found: list[Any] = []
    if state == UNANSWERED:
        found.append(_SILENT)
    elif state is not None:
        found.append(_case(_NAMES) == state)
    if answer is not None:
        found.append(Notice.answer == answer)
    if text := spaced(q)[:30]:
        called = contains(Person.name, text) | contains(Person.phone, text)
        found.append(Notice.person.in_(Person.select(Person.id).where(called)))
    return found


def _answers(accident_id: int) -> dict[str, int]:
    """How many gave each answer."""
    query = Notice.select(Notice.answer, fn.COUNT(Notice.id)).where(
        Notice.id.in_(asking([accident_id])), Notice.answer.is_null(False)
    )
    found = dict(query.group_by(Notice.answer).tuples())
    return {name: found.get(name, 0) for name in RANK}


def _counts(accident_id: int) -> dict[str, int]:
    """How many people are in each state, all of them."""
    query = Notice.select(_case(_NAMES).alias("standing"), fn.COUNT(Notice.id))
    found = dict(_joined(query, accident_id).group_by(SQL("standing")).tuples())
    return {name: found.get(name, 0) for name in STATES}


# What became of the ways of each notice. The list of one's own messages reaches nobody by itself: it does not push.
_PUSHED = Delivery.way != SYSTEM
_SUMS = {
    "seen": Delivery.state == "seen",
    "delivered": _PUSHED & Delivery.state.in_(("delivered", "acknowledged")),
    "pushed": _PUSHED,
    "lost": Delivery.state.in_(_LOST),
    "open": _PUSHED & Delivery.state.not_in(_OVER),
    "silent_open": (Delivery.way == SYSTEM) & Delivery.state.not_in(_OVER),
}


def _joined(query: ModelSelect, accident_id: int) -> ModelSelect:
    """`query` of notices with the sums of their deliveries beside each, as the table `ways`."""
    sums = [fn.SUM(Case(None, [(condition, 1)], 0)).alias(name) for name, condition in _SUMS.items()]
    ways = (
        Delivery.select(Delivery.notice, *sums)
        .where(Delivery.message.in_(_messages(accident_id)), Delivery.notice.is_null(False))
        .group_by(Delivery.notice)
        .alias("ways")
    )
    return query.join(ways, JOIN.LEFT_OUTER, on=(ways.c.notice_id == Notice.id)).where(
        Notice.id.in_(asking([accident_id]))
    )


def _case(values: dict[str, Any]) -> Case:
    """The state of a notice in SQL, as `values` names each."""
    unreached = SQL("ways.lost > 0") & SQL(
        "((ways.pushed > 0 AND ways.open = 0) OR (ways.pushed = 0 AND ways.silent_open = 0))"
    )
    return Case(
        None,
        [
            (Notice.answer.is_null(False), values[ACKNOWLEDGED]),
            (Notice.read_at.is_null(False) | SQL("ways.seen > 0"), values[SEEN]),
            (SQL("ways.delivered > 0"), values[DELIVERED]),
            (unreached, values[UNREACHED]),
        ],
        values[TOLD],
    )


_NAMES = {name: name for name in STATES}
# Who reported it need not answer.
_SILENT = Notice.answer.is_null() & (Notice.why != REPORTER)
# Who asks for help is at the top, whatever else there is.
_ORDER = (Case(None, [(Notice.answer == NEED_HELP, 0)], 1), _case(_PLACES))


def _people(actor: Actor, notices: Sequence[Any]) -> list[dict[str, Any]]:
    ids = [row.id for row in notices]
    people = load_rows(Person, {row.person_id for row in notices})
    ways: dict[int, list[dict[str, Any]]] = defaultdict(list)
    deliveries = Delivery.select().where(Delivery.notice.in_(ids or [0])).order_by(Delivery.step, Delivery.id)
    for row in deliveries:
        ways[row.notice_id].append(_way(row))
    chains = {row.notice_id: row for row in Escalation.select().where(Escalation.notice_id.in_(ids or [0]))}
    return [
        {
            "person": _person(actor, people[row.person_id]),
            "notice": str(row.id),
            "why": row.why,
            "state": row.standing,
            "answer": row.answer,
            "answered_at": moment_text(row.answered_at),
            "ways": ways[row.id],
            "next": _next(chains.get(row.id)),
            "stopped": _stopped(chains.get(row.id)),
        }
        for row in notices
    ]


def _person(actor: Actor, person: Person) -> dict[str, Any]:
    """Name and phone; the whole number for who may see it in the personnel file anyway, to call who is silent."""
    whole = actor.may(READ_PERSONS, person)
    return {
        "id": str(person.id),
        "name": person.name,
        "phone": person.phone if whole else identifiers.mask_phone(person.phone),
    }


def _way(row: Delivery) -> dict[str, Any]:
    return {
        "way": row.way,
        "state": row.state,
        "at": moment_text(row.sent_at or row.due_at),
        "reason": row.reason,
        "step": row.step,
    }


def _next(row: Escalation | None) -> dict[str, Any] | None:
    """The step that a silent person's chain takes next."""
    if row is None or row.state != "running" or row.next_at is None or row.next_step >= len(row.steps):
        return None
    step = row.steps[row.next_step]
    return {"at": moment_text(row.next_at), "who": step["who"], "way": step["way"]}


def _stopped(row: Escalation | None) -> str | None:
    """Why a chain rings no more, in words: the deputy has answered, somebody is there."""
    return row.stopped_why if row is not None and row.state == "stopped" else None


def _running(accident_id: int) -> ModelSelect:
    return Escalation.select().where(
        Escalation.message_id.in_(_messages(accident_id)), Escalation.state == "running"
    )


def _groups(accident_id: int) -> list[dict[str, Any]]:
    """The latest that became of each group."""
    rows = (
        Delivery.select(Delivery, ChatGroup)
        .join(ChatGroup, on=(Delivery.group == ChatGroup.id))
        .where(Delivery.message.in_(_messages(accident_id)))
        .order_by(Delivery.id)
    )
    latest = {row.group_id: row for row in rows}
    return [
        {"id": str(row.group_id), "name": row.group.name, "state": row.state, "reason": row.reason}
        for row in latest.values()
    ]
