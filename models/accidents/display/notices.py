"""Who was told of an accident and how they stand, straight from the rows of messages: never more than counts or a page.

Somebody may have several notices of one accident (the first report, a higher level, the end). What counts is the last
one that asked for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import ModelSelect, fn

from models.accidents.access import SUBJECT, told_persons
from models.accidents.records import Accident
from models.core.fields import moment_text
from models.core.security.actor import Actor
from models.messages.channels.records import GROUP
from models.messages.records import NEED_HELP, ON_SITE, REPORTER, Delivery, Message, Notice
from models.organization.records import Person

_NAMED = 3  # names that stand in a sentence


def asking(accident_ids: Sequence[int]) -> ModelSelect:
    """The query of the ids of the notices that count: one for each person and accident."""
    return (
        Notice.select(fn.MAX(Notice.id))
        .join(Message, on=(Notice.message == Message.id))
        .where(
            Message.subject_kind == SUBJECT, Message.subject_id.in_(list(accident_ids)), Message.needs_answer
        )
        .group_by(Message.subject_id, Notice.person)
    )


def last_answers(accident_ids: Sequence[int]) -> ModelSelect:
    """The query of the ids of the notices with what each person answered last, to whichever alarm of an accident."""
    return asking(accident_ids).where(Notice.answer.is_null(False))


def told_counts(accident_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """By accident: how many were told, and how many of them have answered what."""
    counts = {id_: {"total": 0, "acknowledged": 0, ON_SITE: 0, NEED_HELP: 0} for id_ in accident_ids}
    if not counts:
        return counts
    rows = (
        Notice.select(Message.subject_id, Notice.answer, fn.COUNT(Notice.id))
        .join(Message, on=(Notice.message == Message.id))
        .where(Notice.id.in_(asking(accident_ids)))
        .group_by(Message.subject_id, Notice.answer)
        .tuples()
    )
    for accident_id, answer, count in rows:
        told = counts[accident_id]
        told["total"] += count
        if answer is not None:
            told["acknowledged"] += count
        if answer in (ON_SITE, NEED_HELP):
            told[answer] += count
    return counts


def told_whom(accident: Accident) -> str:
    """Who was told of an accident, in words for who reported it: 已通知 陈磊、李芳 等 12 人，2 个群."""
    mine = (Message.subject_kind == SUBJECT) & (Message.subject_id == accident.id)
    told = Notice.select(fn.MIN(Notice.id), Notice.person).join(Message).where(mine, Notice.why != REPORTER)
    rows = list(told.group_by(Notice.person).order_by(fn.MIN(Notice.id)).limit(_NAMED).tuples())
    count = told.group_by(Notice.person).count()
    chats = (
        Delivery.select(fn.COUNT(fn.DISTINCT(Delivery.group)))
        .join(Message)
        .where(mine, Delivery.way == GROUP)
    )
    groups = int(chats.scalar() or 0)
    if not count and not groups:
        return "正在通知"
    names = {
        row.id: row.name
        for row in Person.select(Person.id, Person.name).where(Person.id.in_([p for _, p in rows] or (0,)))
    }
    people = (
        f"{'、'.join(names[person] for _, person in rows)}{f' 等 {count} 人' if count > len(rows) else ''}"
    )
    return f"已通知 {'，'.join(part for part in (people, f'{groups} 个群' if groups else '') if part)}"


def mine(actor: Actor, accident_ids: Sequence[int], kind: str = SUBJECT) -> dict[int, dict[str, Any]]:
    """By accident: the actor's own notice that counts, {notice, answer, answered_at}; or their own of a call for help."""
    persons = told_persons(actor)
    if not persons or not accident_ids:
        return {}
    rows = (
        Notice.select(Message.subject_id, Notice.id, Notice.answer, Notice.answered_at)
        .join(Message, on=(Notice.message == Message.id))
        .where(
            Message.subject_kind == kind,
            Message.subject_id.in_(list(accident_ids)),
            Message.needs_answer,
            Notice.person.in_(persons),
        )
        .order_by(Notice.id)
        .tuples()
    )
    return {
        accident_id: {
            "notice": str(notice),
            "answer": answer,
            "answered_at": moment_text(Notice.answered_at.python_value(at)),
        }
        for accident_id, notice, answer, at in rows
    }


def in_stead(own: Mapping[int, Mapping[str, Any]]) -> dict[int, list[dict[str, str]]]:
    """By accident, of whom the actor was told in their stead and is still asked for, from what `mine` gave."""
    from models.messages.inbox.answering_for_others import told_in_stead

    notices = {int(each["notice"]): accident_id for accident_id, each in own.items()}
    found = told_in_stead(notices) if notices else {}
    return {notices[notice]: listed for notice, listed in found.items()}
