"""Which accidents break in on whatever page somebody works at (G02): those that wait for their answer, and those of the
last hour that they may read. One that is still to be judged breaks in on those who judge alone: anybody may have sent it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from models.accidents.access import HELP, SUBJECT, told_persons
from models.accidents.alarm.calls import calls
from models.accidents.display.accident_json import level_text
from models.accidents.records import EDIT_ACCIDENTS, HELD, READ_ACCIDENTS, Accident
from models.core import clock
from models.core.fields import Integer, moment_text
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.settings import CompanySetting
from models.messages.records import REPORTER, Message, Notice
from models.organization.records import Company

FRESH = CompanySetting(
    "alarm-hours",
    "事故",
    Integer(
        "后台弹出提醒",
        min=1,
        max=72,
        unit="小时",
        help="事故上报或有新情况后这么久内，在后台每一页上面提醒；要我回应的一直提醒",
    ),
    default=1,
)
_MOST = 5
_ASKS = {SUBJECT: "answer", HELP: "help"}


def alarms(actor: Actor) -> dict[str, Any]:
    """`items` (the newest first, at most five) and `total`.

    Of each {id, key, number, what, place, company, level_text, at, title, callers, asks}: `key` changes with every new
    alarm of it, so that each rings once; `asks` is `help` or `answer` where I am asked and have not answered, else None.
    """
    actor.require(READ_ACCIDENTS)
    asked = _asked(actor)
    wanted = Accident.id.in_(list(asked) or [0])
    since = clock.now() - timedelta(hours=FRESH.of(actor.company_id))
    if actor.rights[READ_ACCIDENTS] != Scope.SELF:
        reached = actor.see(Accident.select(Accident.id), Accident, READ_ACCIDENTS)
        rung = Message.select(Message.subject_id).where(
            Message.subject_kind.in_(list(_ASKS)), Message.needs_answer, Message.created_at > since
        )
        fresh = (Accident.reported_at > since) | Accident.id.in_(rung)
        wanted |= fresh & Accident.id.in_(reached) & _mine_to_hear(actor) & ~_mine(actor)
    rows = list(Accident.select().where(Accident.state == "open", wanted).order_by(Accident.id.desc()))
    answered = _answered(actor, [row.id for row in rows if row.id not in asked])
    rows = [row for row in rows if row.id not in answered]
    last = _last([row.id for row in rows])
    rows.sort(key=lambda row: (row.id in asked, last.get(row.id, (0, None))[0], row.id), reverse=True)
    shown = rows[:_MOST]
    names = load_rows(Company, {row.company_id for row in shown})
    callers: dict[int, list[str]] = {row.id: [] for row in shown}
    for call in calls(list(callers)) if callers else []:
        callers[call.accident_id].append(call.person.name)
    return {
        "items": [_item(row, names[row.company_id].name, callers[row.id], asked, last) for row in shown],
        "total": len(rows),
    }


def _mine(actor: Actor) -> Any:
    return Accident.reporter_account_id.is_null(False) & (
        Accident.reporter_account_id == (actor.account_id or 0)
    )


def _mine_to_hear(actor: Actor) -> Any:
    if not actor.may(EDIT_ACCIDENTS):
        return ~HELD
    return ~HELD | Accident.id.in_(actor.see(Accident.select(Accident.id), Accident, EDIT_ACCIDENTS))


def _asked(actor: Actor) -> dict[int, str]:
    """By accident, what the actor is asked and has not answered; a call for help before everything."""
    persons = told_persons(actor)
    if not persons:
        return {}
    rows = (
        Notice.select(Message.subject_id, Message.subject_kind)
        .join(Message, on=(Notice.message == Message.id))
        .where(
            Notice.person.in_(persons), Notice.answer.is_null(), Notice.why != REPORTER, Message.needs_answer,
            Message.subject_kind.in_(list(_ASKS)),
        )
        .tuples()
    )  # fmt: skip
    found: dict[int, str] = {}
    for accident, kind in rows:
        if found.get(accident) != _ASKS[HELP]:
            found[accident] = _ASKS[kind]
    return found


def _answered(actor: Actor, ids: Sequence[int]) -> set[int]:
    """Those that the actor was told of and does not owe an answer: they do not break in on them again."""
    persons = told_persons(actor)
    if not persons or not ids:
        return set()
    rows = Notice.select(Message.subject_id).join(Message, on=(Notice.message == Message.id)).where(
        Message.subject_kind == SUBJECT, Message.subject_id.in_(ids), Notice.person.in_(persons)
    )  # fmt: skip
    return {accident for (accident,) in rows.tuples()}


def _last(ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """By accident the newest message that rang: its id, and when."""
    rows = (
        Message.select(Message.subject_id, fn.MAX(Message.id), fn.MAX(Message.created_at))
        .where(
            Message.subject_kind.in_(list(_ASKS)),
            Message.subject_id.in_(list(ids) or [0]),
            Message.needs_answer,
        )
        .group_by(Message.subject_id)
        .tuples()
    )
    return {accident: (message, Message.created_at.python_value(at)) for accident, message, at in rows}


def _item(
    row: Accident, company: str, callers: list[str], asked: dict[int, str], last: dict[int, Any]
) -> dict[str, Any]:
    message, at = last.get(row.id, (0, None))
    title = "未核实身份的事故快报" if row.unverified else "事故快报"
    if callers:
        title = f"{'、'.join(callers[:2])}{f'等 {len(callers)} 人' if len(callers) > 2 else ''} 需要支援"
    elif row.versions > 1 and message:
        title = str(Message.get_by_id(message).title).rsplit(" ", 1)[0]
    return {
        "id": str(row.id),
        "key": f"{row.id}.{message}",
        "number": row.number,
        "what": row.what,
        "place": row.place,
        "company": company,
        "level_text": level_text(row),
        "at": moment_text(at or row.reported_at),
        "title": title,
        "callers": callers,
        "asks": asked.get(row.id),
    }
