"""Entries of points, whatever they are for: given and taken back in turn, each turn once (A12).

What points are given for is named by the manifests of chapters (`points=`, a `PointReason`), how many by the rules of
each company. Where something happens for which there are points, one function is called:

    settle(activity, "activity.joined", people, why="参加安全活动", back="不在参加人员里")

It gives the rule's points to whoever of `people` has none for this, and takes them back from whoever is not among them
any more. Taking back is an entry of its own, so that one sees why a sum has become less. The first entry for a reason
has the `once_key` `{what}:{row}`, those after it `{what}:{row}:{n}`; the row is locked meanwhile, so that each turn
comes once, however often and by how many relays news are passed on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from models.core import clock
from models.core.chapters import all_kinds, all_point_reasons
from models.core.db.bulk import insert_new
from models.core.db.connection import is_sqlite
from models.core.events.outbox import announce
from models.core.ledger import ledger_named
from models.core.records import Record
from models.objectives.records import Point, PointRule
from models.organization.records import Person

TAKEN = "points.taken"
_COLUMNS = (
    *("company_id", "site_id", "department_id", "person_id", "points", "what", "why"),
    *("subject_kind", "subject_id", "at", "once_key", "version", "created_at", "updated_at"),
)


def entries(row: Record, what: str) -> list[Point]:
    """What was given and taken back because of a row for one reason, in order."""
    first = f"{what}:{row.get_id()}"
    kind = all_point_reasons()[what].kind
    found = Point.select().where(Point.subject_kind == kind, Point.subject_id == row.get_id())
    mine = found.order_by(Point.id)
    return [each for each in mine if each.once_key == first or each.once_key.startswith(f"{first}:")]


def balances(row: Record, what: str) -> dict[int, int]:
    """How many points each person has because of a row for one reason; who has none left is not named."""
    sums: dict[int, int] = {}
    for each in entries(row, what):
        sums[each.person_id] = sums.get(each.person_id, 0) + each.points
    return {person: points for person, points in sums.items() if points > 0}


def by_rule(company_id: Any, what: str) -> int:
    """How many points a company gives for something: 0 where it has no rule."""
    rule = PointRule.get_or_none(PointRule.company == company_id, PointRule.what == what)
    return 0 if rule is None else int(rule.points)


def settle(
    row: Record, what: str, people: Iterable[int], *, why: str, back: str, points: int | None = None,
    at: datetime | None = None, untouched: Collection[int] = (), called: bool = True,
) -> None:  # fmt: skip
    """See to it that exactly these `people` (person ids) have points because of `row`, for the reason `what`.

    Who has them keeps them, however the rule has changed meanwhile. `points` are the rule's unless given; `at` is when it
    happened (now unless given). `untouched` neither get nor lose any: nobody earns by what they write down themselves.
    Unless `called`, the entry does not say by its number which row it is for: colleagues read the list of points.
    """
    lock(row)
    wanted, had = list(dict.fromkeys(people)), balances(row, what)
    many = by_rule(row.scope_value("company"), what) if points is None else points
    place = len(entries(row, what))
    for person in wanted:
        if many > 0 and person not in had and person not in untouched:
            _enter(row, what, person, many, _why(row, what, why, called), at or clock.now(), place)
            place += 1
    for person, held in had.items():
        if person not in wanted and person not in untouched:
            _enter(row, what, person, -held, _why(row, what, back, called), clock.now(), place)
            _tell(row, what, person, held, back)
            place += 1


def take_back(row: Record, what: str, why: str, *, called: bool = True) -> None:
    """Take back what was given because of a row for one reason, and tell who had it; `called` as for `settle`."""
    settle(row, what, (), why="", back=why, called=called)


def lock(row: Record) -> None:
    """Hold the row until the end of the transaction. On SQLite there is one writer anyway."""
    if not is_sqlite():
        record = type(row)
        record.select(record.id).where(record.id == row.get_id()).for_update().first()


def label_of(row: Record, what: str) -> str:
    """What the thing that points are for is called: by its number, else as its ledger calls it."""
    kind = all_kinds().get(all_point_reasons()[what].kind)
    ledger = None if kind is None else ledger_named(kind.ledger)
    number = getattr(row, "number", None)
    return str(number or (ledger.label(row) if ledger is not None else row.get_id()))


def _why(row: Record, what: str, why: str, called: bool) -> str:
    return (f"{why}：{label_of(row, what)}" if called else why)[:120]


def _enter(row: Record, what: str, person_id: int, points: int, why: str, at: datetime, place: int) -> None:
    now, whose = clock.now(), Person.get_by_id(person_id)
    key = f"{what}:{row.get_id()}" + (f":{place}" if place else "")
    values = (
        *(row.scope_value("company"), whose.site_id, whose.department_id, person_id, points, what),
        *(
            why,
            all_point_reasons()[what].kind,
            row.get_id(),
            at,
            key,
            1,
            now,
            now,
        ),
    )
    insert_new("point", _COLUMNS, [values])


def _tell(row: Record, what: str, person_id: int, points: int, why: str) -> None:
    told = {"of": all_point_reasons()[what].kind, "called": label_of(row, what)}
    announce(TAKEN, row, ledger="points", person=person_id, points=points, why=why, **told)


__all__ = ["TAKEN", "balances", "by_rule", "entries", "label_of", "lock", "settle", "take_back"]
