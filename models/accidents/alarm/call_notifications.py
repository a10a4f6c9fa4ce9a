"""Who is called when somebody at an accident needs help, and what the caller hears (G02)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.accidents.access import HELP, SUBJECT
from models.accidents.alarm import first_responders
from models.accidents.alarm.calls import (
    CALL_KIND,
    COMING,
    WORDS,
    comers,
    place_among,
    version_of,
    whereabouts,
)
from models.accidents.display.notices import asking
from models.accidents.records import Accident, AccidentVersion
from models.core.events.outbox import Outbox
from models.messages.channels.records import CARD, SMS, SYSTEM
from models.messages.escalation.presets import Receivers, bound, preset_receivers
from models.messages.inbox.past_recipients import told_before
from models.messages.records import NEED_HELP, URGENT, Message, Notice
from models.messages.tellers import teller
from models.organization.records import Person

if TYPE_CHECKING:
    from models.messages.tell import Telling

#: Answers that are news at once, as the manifest has them (`kinds`).
CALLED, ON_THE_WAY = "accident.help", "accident.coming"
#: So many who come ring the caller one by one; after them every so manieth.
_FIRST, _EVERY = 3, 5


@teller(CALLED)
def called(row: Outbox) -> Telling | None:
    """A call for help: to the reporter, the safety officers, who leads, who is there, and the groups, at once."""
    from models.messages.tell import Telling

    notice = Notice.get_or_none(Notice.id == row.subject_id)
    if notice is None or notice.answer != NEED_HELP or notice.message.subject_kind != SUBJECT:
        return None
    accident = Accident.get_by_id(notice.message.subject_id)
    newest = Notice.select().where(Notice.id == notice.id, Notice.id.in_(asking([accident.id]))).exists()
    if accident.state != "open" or not newest:
        return None  # over, or the same press on an older card of the same accident
    first = AccidentVersion.get(AccidentVersion.accident == accident.id, AccidentVersion.number == 1)
    receivers = Receivers.from_json(first.facts["receivers"])
    persons, groups = _whom(accident, notice.person_id, receivers)
    person = Person.get_by_id(notice.person_id)
    title = f"{person.name} 需要支援：{accident.place}"
    preset = preset_receivers(accident.company_id, accident.level)
    return Telling(
        company_id=accident.company_id, kind=CALL_KIND, subject_kind=HELP, subject_id=accident.id,
        subject_version=version_of(accident) + 1, title=title, text=words(accident, person),
        card={"kind": HELP, "subject_id": accident.id, "caller": notice.id, "title": title},
        link=f"/pages/accident/index?id={accident.id}", urgency=URGENT, needs_answer=True, persons=persons,
        ways=tuple(dict.fromkeys((*receivers.ways, SYSTEM, CARD, SMS))), groups=groups,
        chain_id=receivers.chain or preset.chain,
    )  # fmt: skip


def words(accident: Accident, person: Person) -> str:
    """The call in a few lines: who, from where, and the accident with its place."""
    works = whereabouts(person)
    return "\n".join(
        (
            f"谁：{person.name}{f'（{works}）' if works else ''}",
            f"地点：{accident.place}",
            f"事故：{accident.number} {accident.what}",
            *((f"现场需要：{accident.needs}",) if accident.needs else ()),
            "去得了的请马上点“我马上到”，他会收到您的名字",
        )
    )


def _whom(accident: Accident, caller: int, receivers: Receivers) -> tuple[list[int], tuple[int, ...]]:
    """Everybody who has to hear of it, but the caller; where that is nobody, all who were told of the accident."""
    told, chats = told_before(SUBJECT, accident.id)
    few = set(first_responders.of_unit(accident.company_id, accident.grid_id))
    if not accident.narrow:
        few |= set(first_responders.preset_few(receivers, accident.company_id))
    few |= set(first_responders.on_site(asking([accident.id])))
    few |= set(first_responders.directors(caller, few))
    reporter = accident.reporter_id
    if reporter is not None and bound().where(Person.id == reporter).exists():
        few.add(reporter)
    few.discard(caller)
    groups = () if accident.narrow else tuple(sorted({*chats, *receivers.groups}))
    return sorted(few or set(told) - {caller}), groups


@teller(ON_THE_WAY)
def coming(row: Outbox) -> Telling | None:
    """Somebody comes: to the caller, by name; the first few ring, then every fifth."""
    from models.messages.tell import Telling

    notice = Notice.get_or_none(Notice.id == row.subject_id)
    if notice is None or notice.message.subject_kind != HELP or notice.answer not in WORDS:
        return None
    message: Any = notice.message
    caller = Notice.get_or_none(Notice.id == int((message.card or {}).get("caller") or 0))
    accident = Accident.get_by_id(message.subject_id)
    if caller is None or accident.state != "open":
        return None
    there = comers([message.id]).get(message.id, [])
    place = place_among(notice)
    if place > _FIRST and place % _EVERY:
        return None
    version = (
        Message.select().where(Message.subject_kind == COMING, Message.subject_id == caller.id).count() + 1
    )
    name = Person.get_by_id(notice.person_id).name
    title = f"{name} {WORDS[notice.answer]}"
    return Telling(
        company_id=accident.company_id, kind="accident.coming", subject_kind=COMING, subject_id=caller.id,
        subject_version=version, title=title, text=said(there), card={"kind": COMING, "subject_id": caller.id, "title": title},
        link=f"/pages/accident/index?id={accident.id}", urgency=URGENT, needs_answer=False,
        persons=[caller.person_id], ways=(SYSTEM, CARD),
    )  # fmt: skip


def said(there: list[tuple[str, str]]) -> str:
    """Who comes, in words: 正在赶来：陈安澜、周守正；已在现场：沈立新."""
    parts = []
    for answer, word in WORDS.items():
        names = [name for name, given in there if given == answer]
        if names:
            more = f"等 {len(names)} 人" if len(names) > _EVERY else ""
            parts.append(f"{word}：{'、'.join(names[:_EVERY])}{more}")
    return "；".join(parts)
