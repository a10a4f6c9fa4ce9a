"""Who follows the equipment, the person or the site hears that somebody clocked in (Q09, H04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.core import clock
from models.core.db.bulk import select_in
from models.core.errors import AnbanError
from models.core.events.outbox import Outbox
from models.duty.records import READ_CLOCK_INS, ClockIn
from models.equipment.records import Equipment
from models.messages.channels.records import CARD
from models.messages.records import LOW
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.organization.records import Company, Person
from models.tasks.notify.subscriptions import followed_among, follows_of
from models.tasks.people.person_actor import actor_of

_PLACES = (
    "SELECT c.id, c.person_id, c.equipment_id, e.site_id FROM clock_in c"
    " LEFT JOIN equipment e ON e.id = c.equipment_id WHERE c.id IN ({keys})"
)


def followed(ids: Sequence[int]) -> set[int]:
    """Those of the clock-ins whose person, equipment or site anybody follows: four questions for the whole batch."""
    rows = select_in(_PLACES, ids)
    persons = followed_among("person", (row[1] for row in rows))
    equipment = followed_among("equipment", (row[2] for row in rows))
    sites = followed_among("company", (row[3] for row in rows if row[3] is not None))
    return {row[0] for row in rows if row[1] in persons or row[2] in equipment or row[3] in sites}


@teller("clock_in.created", among=followed)
def clocked_in(row: Outbox) -> Telling | None:
    """To who follows one of the three and may read the clock-in, but who clocked in: small news, with others in one."""
    record = ClockIn.get_or_none(ClockIn.id == row.subject_id)
    if record is None:
        return None
    persons = [one for one in _followers(record) if _hears(one, record)]
    if not persons:
        return None
    title = f"【上岗】{record.person_name}：{record.equipment_name}"[:120]
    text = _text(record)
    card: dict[str, Any] = {
        "kind": "clock-ins",
        "subject_id": record.id,
        "version": 1,
        "title": title,
        "lead": text,
        "tone": "plain",
        "path": "",
    }
    return Telling(
        company_id=record.company_id, kind=row.kind, subject_kind="clock-ins", subject_id=record.id,
        title=title, text=text, card=card, urgency=LOW, persons=persons, ways=(CARD,), bundle=True,
        read=READ_CLOCK_INS,
    )  # fmt: skip


def _followers(record: ClockIn) -> Iterable[int]:
    """The persons who follow whoever clocked in, what at, or where it stands; each once."""
    equipment = Equipment.get_or_none(Equipment.id == record.equipment_id)
    site = None if equipment is None else Company.get_or_none(Company.id == equipment.site_id)
    things = (Person.get_or_none(Person.id == record.person_id), equipment, site)
    there = [thing for thing in things if thing is not None]
    found = [
        item.person_id
        for thing in there
        for item in follows_of(thing._meta.table_name, thing.id, thing.created_at)
    ]
    return dict.fromkeys(found)


def _hears(person_id: int, record: ClockIn) -> bool:
    """Whether the person may read the clock-in, and it is not their own."""
    try:
        actor = actor_of(person_id)
    except AnbanError:
        return False
    return record.person_id not in actor.person_ids and actor.may(READ_CLOCK_INS, record)


def _text(record: ClockIn) -> str:
    evidence = record.evidence
    at = clock.local(record.scanned_at)
    when = f"{at.hour:02d}:{at.minute:02d}"
    if at.date() != clock.today():
        when = f"{at.year}-{at.month:02d}-{at.day:02d} {when}"
    unit = evidence["unit"]["name"]
    place = evidence["equipment"].get("location")
    lines = [
        f"时间：{when}{'（补传）' if record.late else ''}",
        f"单位：{unit}",
        f"位置：{place}" if place else "",
        f"作业项目：{record.code}",
    ]
    return "\n".join(line for line in lines if line)
