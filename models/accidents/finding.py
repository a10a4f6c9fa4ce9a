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
)
from models.core.actor import Actor
from models.core.errors import Invalid, NotFound
from models.messages.records import Message, Notice
from models.organization.records import Binding

SUBJECT = "accident"
PAGE = 20


def invalid(field: str, sentence: str, **parts: Any) -> Invalid:
    """The refusal for one field."""
    return Invalid(fields={field: sentence}, **parts)


def find(actor: Actor, accident_id: int | str) -> Accident:
    """The accident, if the actor may read it, reported it, or was told of it. Raises NotFound, Forbidden."""
    actor.require(READ_ACCIDENTS)
    text = str(accident_id)
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 19):
        raise NotFound()
    found: Accident | None = Accident.get_or_none(Accident.id == int(text))
    if found is None or not (
        actor.may(READ_ACCIDENTS, found) or is_reporter(actor, found) or _was_told(actor, found.id)
    ):
        raise NotFound()
    return found


def is_reporter(actor: Actor, accident: Accident) -> bool:
    """Whether the actor reported it, and (where that was as one of the unit's people) still belongs there."""
    if accident.reporter_id is not None:
        return accident.reporter_id in actor.person_ids
    return actor.account_id is not None and accident.reporter_account_id == actor.account_id


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
        .where(Message.subject_kind == SUBJECT, Notice.person.in_(persons))
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
    if actor.account_id is not None:
        wanted |= Accident.reporter.is_null() & (Accident.reporter_account_id == actor.account_id)
    if actor.person_ids:
        wanted |= Accident.reporter.in_(actor.person_ids)
    persons = told_persons(actor)
    if persons:
        wanted |= Accident.id.in_(_told_ids(persons))
    query = Accident.select().where(wanted)
    if cursor:
        if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 19):
            raise invalid("cursor", "翻页位置已失效", code="bad_cursor", advice="请从第一页重新查看")
        query = query.where(Accident.id < int(cursor))
    rows = list(query.order_by(Accident.id.desc()).limit(limit + 1))
    more = len(rows) > limit
    return rows[:limit], str(rows[limit - 1].id) if more else None


def permitted(actor: Actor, accident: Accident) -> dict[str, bool]:
    """What the actor may do: {update, correct, close, do_duty}.

    Who reported it completes it while it is open, whatever else they may do; lowering a level, and all that comes
    after the end, is for those who may edit accidents.
    """
    edits = actor.may(EDIT_ACCIDENTS, accident)
    mine = is_reporter(actor, accident) and actor.may(REPORT_ACCIDENTS)
    return {
        "update": edits or (mine and accident.state == "open"),
        "correct": edits,
        "close": accident.state == "open" and actor.may(CLOSE_ACCIDENTS, accident),
        "do_duty": edits,
    }
