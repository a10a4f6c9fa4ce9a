"""Who follows the equipment, the person or the site hears that somebody clocked in (Q09, H04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from models.core import clock
from models.core.db.bulk import select_in
from models.core.db.queries import fetch_many
from models.core.errors import AnbanError
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.duty.records import READ_CLOCK_INS, ClockIn
from models.messages.channels.records import CARD
from models.messages.records import LOW
from models.messages.tell import Telling
from models.messages.tellers import teller_of_many
from models.tasks.notify.subscriptions import followers_among, kinds_in_sql
from models.tasks.people.person_actor import actor_of

#: The tables whose rows one follows to hear of clock-ins, each with the column that names the row.
_FOLLOWED_BY = {"person": "c.person_id", "equipment": "c.equipment_id", "company": "e.site_id"}
_PLACES = (
    "SELECT c.id, c.person_id, c.equipment_id, e.site_id FROM clock_in c"
    " LEFT JOIN equipment e ON e.id = c.equipment_id WHERE c.id IN ({keys})"
)
_AMONG = "SELECT c.id FROM clock_in c LEFT JOIN equipment e ON e.id = c.equipment_id WHERE c.id IN ({keys}) AND ({any})"
_ANY = "EXISTS (SELECT 1 FROM follow f WHERE f.subject_kind IN ({kinds}) AND f.subject_id = {column})"


def followed(ids: Sequence[int]) -> set[int]:
    """Those of the clock-ins whose person, equipment or site anybody follows: one question for the whole batch."""
    sides = [(kinds_in_sql(table), column) for table, column in _FOLLOWED_BY.items()]
    either = " OR ".join(
        _ANY.replace("{kinds}", kinds).replace("{column}", column) for kinds, column in sides if kinds
    )
    return {row_id for (row_id,) in select_in(_AMONG.replace("{any}", either), ids)} if either else set()


@teller_of_many("clock_in.created", among=followed)
def clocked_in(rows: Sequence[Outbox]) -> dict[int, Telling]:
    """To who follows one of the three and may read the clock-in, but who clocked in: small news, with others in one.

    However many there are, who follows is asked once for each of the three, and what a follower may read once.
    """
    numbers = {row.subject_id: row.id for row in rows}
    records = sorted(fetch_many(ClockIn, [row_id for row_id in numbers if row_id is not None]), key=_number)
    actor, followers = cache(_actor), _followers([record.id for record in records])
    hearing = {
        record: [one for one in followers.get(record.id, ()) if _hears(actor(one), record)]
        for record in records
    }
    return {numbers[record.id]: _telling(record, persons) for record, persons in hearing.items() if persons}


def _number(record: ClockIn) -> int:
    return int(record.id)


def _telling(record: ClockIn, persons: Sequence[int]) -> Telling:
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
        company_id=record.company_id, kind="clock_in.created", subject_kind="clock-ins", subject_id=record.id,
        title=title, text=text, card=card, urgency=LOW, persons=persons, ways=(CARD,), bundle=True,
        read=READ_CLOCK_INS,
    )  # fmt: skip


def _followers(ids: Iterable[int]) -> dict[int, list[int]]:
    """The persons who follow whoever clocked in, what at, or where it stands, each once, by clock-in."""
    places = select_in(_PLACES, ids)
    found: dict[int, list[int]] = {row[0]: [] for row in places}
    for place, table in enumerate(_FOLLOWED_BY, start=1):
        followers = followers_among(table, (row[place] for row in places if row[place] is not None))
        for row in places:
            found[row[0]] += followers.get(row[place], ())
    return {row_id: list(dict.fromkeys(persons)) for row_id, persons in found.items()}


def _actor(person_id: int) -> Actor | None:
    """What the person may do; None for who may do nothing (any more)."""
    try:
        return actor_of(person_id)
    except AnbanError:
        return None


def _hears(actor: Actor | None, record: ClockIn) -> bool:
    """Whether they may read the clock-in, and it is not their own."""
    if actor is None or record.person_id in actor.person_ids:
        return False
    return actor.may(READ_CLOCK_INS, record)


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
