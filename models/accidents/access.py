"""Which accidents somebody may read: by right, as who reported it, or as who was told of it (G02)."""

from __future__ import annotations

from typing import Any

from peewee import ModelSelect

from models.accidents.records import (
    CLOSE_ACCIDENTS,
    EDIT_ACCIDENTS,
    READ_ACCIDENTS,
    REPORT_ACCIDENTS,
    Accident,
    AccidentVersion,
)
from models.core.errors import Invalid, NotFound
from models.core.row_ids import parse_id
from models.core.security.actor import Actor
from models.messages.records import Message, Notice
from models.organization.belonging import own_units
from models.organization.records import Binding

SUBJECT = "accident"
HELP = "accident_help"  # a call for help at an accident (alarm/calls.py); its id is the accident's
PAGE = 20


def invalid(field: str, sentence: str, **parts: Any) -> Invalid:
    """The refusal for one field."""
    return Invalid(fields={field: sentence}, **parts)


def find(actor: Actor, accident_id: int) -> Accident:
    """The accident, if the actor may read it, reported it, or was told of it. Raises NotFound, Forbidden."""
    actor.require(READ_ACCIDENTS)
    found: Accident | None = Accident.get_or_none(Accident.id == accident_id)
    if found is None or not (
        actor.may(READ_ACCIDENTS, found)
        or is_reporter(actor, found)
        or _was_told(actor, found.id)
        or has_added(actor, found)
    ):
        raise NotFound()
    return found


def is_reporter(actor: Actor, accident: Accident) -> bool:
    """Whether the actor reported it, and (where that was as one of the unit's people) still belongs there."""
    if accident.reporter_id is not None:
        return accident.reporter_id in actor.person_ids
    mine = actor.account_id is not None and accident.reporter_account_id == actor.account_id
    return mine and actor.unit_id is None


def sees_receipt_only(actor: Actor, accident: Accident) -> bool:
    """Whether all that the actor has to do with it is to have sent it as a stranger: they see what they said, no more."""
    return bool(accident.unverified) and not (
        actor.may(READ_ACCIDENTS, accident) or _was_told(actor, accident.id) or has_added(actor, accident)
    )


def has_added(actor: Actor, accident: Accident) -> bool:
    """Whether the actor added something to it, and still belongs to the unit."""
    if actor.account_id is None or accident.company_id not in own_units(actor):
        return False
    mine = AccidentVersion.by_account_id == actor.account_id
    return bool(AccidentVersion.select().where(AccidentVersion.accident == accident.id, mine).exists())


def told_persons(actor: Actor) -> list[int]:
    """The actor's own files in units that they belong to: what was told to these they may read."""
    if not actor.person_ids:
        return []
    bound = Binding.select(Binding.person).where(
        Binding.person.in_(actor.person_ids), Binding.state == "approved"
    )
    return [row.person_id for row in bound]


def _told_ids(persons: list[int]) -> ModelSelect:
    return (
        Message.select(Message.subject_id)
        .join(Notice, on=(Notice.message == Message.id))
        .where(Message.subject_kind.in_((SUBJECT, HELP)), Notice.person.in_(persons))
    )


def _was_told(actor: Actor, accident_id: int) -> bool:
    persons = told_persons(actor)
    return bool(persons) and _told_ids(persons).where(Message.subject_id == accident_id).exists()


def list_of(
    actor: Actor, *, cursor: str | None = None, limit: int = PAGE
) -> tuple[list[Accident], str | None]:
    """What the actor may read, newest first, and the cursor of the next page (None at the end).

    Raises Invalid for a cursor that is none, Forbidden.
    """
    reached = actor.see(Accident.select(Accident.id), Accident, READ_ACCIDENTS)
    wanted = Accident.id.in_(reached)
    if actor.account_id is not None and actor.unit_id is None:
        wanted |= Accident.reporter.is_null() & (Accident.reporter_account_id == actor.account_id)
    if actor.person_ids:
        wanted |= Accident.reporter.in_(actor.person_ids)
    persons = told_persons(actor)
    if persons:
        wanted |= Accident.id.in_(_told_ids(persons))
    query = Accident.select().where(wanted)
    if cursor:
        before = parse_id(cursor)
        if before is None:
            raise invalid("cursor", "翻页位置已失效", code="bad_cursor", advice="请从第一页重新查看")
        query = query.where(Accident.id < before)
    rows = list(query.order_by(Accident.id.desc()).limit(limit + 1))
    more = len(rows) > limit
    return rows[:limit], str(rows[limit - 1].id) if more else None


def permitted(actor: Actor, accident: Accident) -> dict[str, bool]:
    """What the actor may do: {update, correct, tell_all, close, do_duty}.

    Who reported it completes it while it is open, whatever else they may do; lowering a level, and all that comes
    after the end, is for those who may edit accidents.
    """
    edits = actor.may(EDIT_ACCIDENTS, accident)
    # What a stranger sent opens nothing: who it was may be anybody (strangers.py).
    mine = is_reporter(actor, accident) and actor.may(REPORT_ACCIDENTS) and not accident.unverified
    return {
        "update": edits or (mine and accident.state == "open"),
        "correct": edits,
        "tell_all": edits and accident.is_held,
        "close": accident.state == "open" and actor.may(CLOSE_ACCIDENTS, accident),
        "do_duty": edits,
    }
