"""需要支援: who calls for help at an accident, who was called, and who is coming (G02)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.accidents.access import HELP
from models.accidents.display.notices import last_answers
from models.accidents.records import Accident
from models.core.fields import moment_text
from models.core.security.actor import Actor
from models.messages.delivery.refresh import outdate
from models.messages.records import NEED_HELP, ON_SITE, RECEIVED, Message, Notice
from models.organization.belonging import own_units
from models.organization.records import Company, Person

#: What the caller hears; its id is the caller's notice's. (`HELP` is what is asked of those called.)
COMING = "accident_coming"
CALL_KIND = "accident.help"
WORDS = {RECEIVED: "正在赶来", ON_SITE: "已在现场"}
_MOST = 5


@dataclass(frozen=True)
class HelpCall:
    """One call: by whom, when, from where in the organisation, and which message called others (None: not yet)."""

    notice_id: int
    accident_id: int
    person: Person
    at: datetime
    message_id: int | None


def calls(accident_ids: Sequence[int]) -> list[HelpCall]:
    """The calls that stand, of these accidents, the newest first.

    One stands until its caller answers something else: an alarm that rings again asks everybody anew, and whoever is on
    the way still has to be heard of.
    """
    rows = (
        Notice.select(Notice, Message, Person)
        .join(Message, on=(Notice.message == Message.id))
        .switch(Notice)
        .join(Person, on=(Notice.person == Person.id))
        .where(Notice.id.in_(last_answers(accident_ids)), Notice.answer == NEED_HELP)
        .order_by(Notice.answered_at.desc(), Notice.id.desc())
    )
    found = list(rows)
    if not found:
        return []
    told = Message.select(Message.id, Message.card, Message.created_at).where(
        Message.subject_kind == HELP, Message.subject_id.in_(list(accident_ids)), Message.kind == CALL_KIND
    )
    # An answer that was raised keeps its first time: the call's own is that of its message.
    by_caller = {int((row.card or {}).get("caller") or 0): row for row in told.order_by(Message.id)}
    made = [(row, by_caller.get(row.id)) for row in found]
    standing = [
        HelpCall(
            row.id, row.message.subject_id, row.person,
            row.answered_at if call is None else call.created_at, None if call is None else call.id,
        )
        for row, call in made
    ]  # fmt: skip
    return sorted(standing, key=lambda call: (call.at, call.notice_id), reverse=True)


def comers(message_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """By message of a call: who answered that they come or are there, (name, answer), in their order."""
    rows = (
        Notice.select(Notice.message, Notice.answer, Person.name)
        .join(Person, on=(Notice.person == Person.id))
        .where(Notice.message.in_(list(message_ids) or [0]), Notice.answer.in_(list(WORDS)))
        .order_by(Notice.answered_at, Notice.id)
        .tuples()
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for message, answer, name in rows:
        found[message].append((name, answer))
    return found


def version_of(accident: Accident) -> int:
    """The version of the card of all calls at an accident: every call makes a new one, and the end."""
    made = Message.select().where(Message.subject_kind == HELP, Message.subject_id == accident.id).count()
    return int(made) + (accident.state != "open")


def whereabouts(person: Person) -> str:
    """Where in the unit somebody works: site and department, as far as they are known."""
    ids = [each for each in (person.site_id, person.department_id) if each is not None]
    names = {
        row.id: row.name for row in Company.select(Company.id, Company.name).where(Company.id.in_(ids or [0]))
    }
    return " ".join(names[each] for each in ids if each in names)


def help_of(actor: Actor, accident_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """By accident: the newest calls, {name, phone, at, called, coming: [{name, answer, word}]}.

    The whole phone for people of the same unit alone: whoever reads this may be the one who comes.
    """
    found: dict[int, list[dict[str, Any]]] = {id_: [] for id_ in accident_ids}
    standing = calls(accident_ids) if accident_ids else []
    if not standing:
        return found
    messages = [call.message_id for call in standing if call.message_id is not None]
    answered, called = comers(messages), _called(messages)
    mine = set(own_units(actor))
    for call in standing:
        if len(found[call.accident_id]) >= _MOST:
            continue
        key = call.message_id or 0
        found[call.accident_id].append(
            {
                "name": call.person.name,
                "phone": call.person.phone if call.person.company_id in mine else None,
                "at": moment_text(call.at),
                "mine": call.person.id in actor.person_ids,
                "called": called.get(key, 0),
                "coming": [
                    {"name": name, "answer": answer, "word": WORDS[answer]}
                    for name, answer in answered.get(key, [])
                ],
            }
        )
    return found


def place_among(notice: Notice) -> int:
    """The how manieth somebody is of those who said that they come to a call."""
    earlier = (Notice.answered_at < notice.answered_at) | (
        (Notice.answered_at == notice.answered_at) & (Notice.id < notice.id)
    )
    rows = Notice.select().where(Notice.message == notice.message_id, Notice.answer.in_(list(WORDS)), earlier)
    return int(rows.count()) + 1


def _called(message_ids: Sequence[int]) -> dict[int, int]:
    rows = Notice.select(Notice.message).where(Notice.message.in_(list(message_ids) or [0])).tuples()
    found: dict[int, int] = defaultdict(int)
    for (message,) in rows:
        found[message] += 1
    return found


def end(accident: Accident) -> None:
    """The accident is over: nobody is asked to come any more, and the cards say so."""
    from models.messages.escalation import hooks

    Message.update(needs_answer=False).where(
        Message.subject_kind == HELP, Message.subject_id == accident.id
    ).execute()
    hooks.closed(HELP, accident.id)
    outdate(HELP, accident.id, version_of(accident))
