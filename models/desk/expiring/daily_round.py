"""Once a day each company's rows are looked through, and what came to a reminder is told: one message for each person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import IntegrityError

from models.core import clock
from models.core.db.connection import database, in_transaction
from models.core.db.writes import insert_numbered
from models.core.events.outbox import announce_rows
from models.core.fields import Integer
from models.core.ledger import Ledger
from models.core.ledger.expiry import LACKING, OVER
from models.core.settings import CompanySetting
from models.desk.expiring.narrow_officers import holders, is_held, narrow_officers
from models.desk.expiring.records import ExpiryRound, ExpiryTold
from models.desk.expiring.watched import watched
from models.organization.records import Company, Person
from models.tasks.people.responsible import persons_with

NEAR = "expiry.near"  # news
_SHOWN = 20  # rows that a message may name
_CHUNK = 500
REMIND_HOUR = CompanySetting(
    "expiry-hour",
    "到期提醒",
    Integer("每天几点提醒", max=23, unit="点", help="每人一天最多一条，把当天到提醒日的都放在一起"),
    default=8,
)


@dataclass(frozen=True)
class Reminder:
    """A row of which somebody has to hear: at which of its reminders, and whose it is."""

    ledger: Ledger
    row: Any
    days: int

    @property
    def key(self) -> tuple[str, int, date, int]:
        """What tells one reminder from another."""
        assert self.ledger.expires is not None
        return self.ledger.name, self.row.get_id(), self.row.__data__[self.ledger.expires.field], self.days

    @property
    def person_id(self) -> int | None:
        """Whose row it is."""
        assert self.ledger.expires is not None
        name = self.ledger.expires.person
        return self.row.__data__.get(name) if name else None


def work(limit: int) -> int:
    """Have the round of up to `limit` companies whose hour has come and that had none today; gives how many."""
    due = in_transaction(_due, limit, write=False)
    for company_id in due:
        in_transaction(go_round, company_id)
    return len(due)


def _due(limit: int) -> list[int]:
    today, hour = clock.today(), clock.local(clock.now()).hour
    done = ExpiryRound.select(ExpiryRound.company_id).where(ExpiryRound.day == today)
    rows = Company.select(Company.id).where(Company.kind == "company", Company.id.not_in(done))
    found = [row.id for row in rows.order_by(Company.id) if hour >= REMIND_HOUR.of(row.id)]
    return found[:limit]


def go_round(company_id: int) -> int:
    """Tell what came to a reminder at a company, in the running transaction; gives how many reminders. Once a day."""
    if not _begin(company_id):
        return 0
    found = [reminder for ledger in watched() for reminder in _of_ledger(ledger, company_id)]
    if not found:
        return 0
    ids = insert_numbered(
        ExpiryTold,
        [
            {"company_id": company_id, "ledger": name, "row_id": row_id, "until": until, "days": days,
             "told_on": clock.today()}
            for name, row_id, until, days in (reminder.key for reminder in found)
        ],
    )  # fmt: skip
    told = dict(zip((reminder.key for reminder in found), ids, strict=True))
    news = []
    for reminders, persons in _by_person(company_id, found):
        shown = [told[reminder.key] for reminder in reminders[:_SHOWN]]
        news.append((company_id, shown[0], {"told": shown, "counts": _counts(reminders), "persons": persons}))
    announce_rows(NEAR, news)
    return len(found)


def _begin(company_id: int) -> bool:
    """Whether this is the first round of the company today; a second process waits here, and finds that it is not."""
    today = clock.today()
    moved = ExpiryRound.update(day=today).where(
        ExpiryRound.company_id == company_id, ExpiryRound.day < today
    )  # fmt: skip
    if moved.execute() == 1:
        return True
    try:
        with database.atomic():
            ExpiryRound.create(company_id=company_id, day=today)
    except IntegrityError:
        return False
    return True


def _of_ledger(ledger: Ledger, company_id: int) -> list[Reminder]:
    """The reminders of a ledger's rows that are due at a company and were not told."""
    record, expires, today = ledger.record, ledger.expires, clock.today()
    company = record.scope_field("company")
    if company is None or expires is None:
        return []
    until = record._meta.fields[expires.field]
    rows = record.select().where(company == company_id, expires.warned(record, today))
    due = [(row, expires.threshold(row, today)) for row in rows.order_by(until, record._meta.primary_key)]
    found = [Reminder(ledger, row, days) for row, days in due if days is not None]
    known = _known(ledger.name, [reminder.row.get_id() for reminder in found])
    return [reminder for reminder in found if reminder.key not in known]


def _known(ledger: str, ids: list[int]) -> set[tuple[str, int, date, int]]:
    known = set()
    for start in range(0, len(ids), _CHUNK):
        rows = ExpiryTold.select().where(
            ExpiryTold.ledger == ledger, ExpiryTold.row_id.in_(ids[start : start + _CHUNK])
        )
        known |= {(row.ledger, row.row_id, row.until, row.days) for row in rows}
    return known


def _by_person(company_id: int, found: list[Reminder]) -> Iterable[tuple[list[Reminder], list[int]]]:
    """What each person is told; those who are told the very same are told together."""
    told: dict[int, dict[int, Reminder]] = defaultdict(dict)  # by person and place in `found`
    ledgers = {reminder.ledger.name: reminder.ledger for reminder in found}
    responsible = {name: _responsible(ledger, company_id) for name, ledger in ledgers.items()}
    officers = narrow_officers(company_id, ledgers.values())
    held = holders((reminder.ledger, reminder.row) for reminder in found)
    for place, reminder in enumerate(found):
        own = () if reminder.person_id is None else (reminder.person_id,)
        holder = held.get(reminder.row.scope_value("self")) if is_held(reminder.ledger) else None
        narrow = officers.of(reminder.ledger, reminder.row, holder)
        for person in {*responsible[reminder.ledger.name], *own, *narrow}:
            told[person][place] = reminder
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for person, reminders in told.items():
        alike[tuple(reminders)].append(person)
    for places, who in sorted(alike.items()):
        yield [found[place] for place in places], sorted(who)


def _responsible(ledger: Ledger, company_id: int) -> list[int]:
    """Who may see to it, of the company's own people: whoever has the right for the whole group is not rung for each."""
    assert ledger.expires is not None
    persons = persons_with(ledger.expires.right, company_id)
    rows = Person.select(Person.id).where(Person.id.in_(persons or [0]), Person.company == company_id)
    return [row.id for row in rows]


def _counts(reminders: list[Reminder]) -> list[tuple[str, int, int, int]]:
    """By ledger, how many are near, over, and not there at all."""
    near = Counter(item.ledger.name for item in reminders if item.days not in (OVER, LACKING))
    over = Counter(item.ledger.name for item in reminders if item.days == OVER)
    lacking = Counter(item.ledger.name for item in reminders if item.days == LACKING)
    names = dict.fromkeys(item.ledger.name for item in reminders)
    return [(name, near[name], over[name], lacking[name]) for name in names]
