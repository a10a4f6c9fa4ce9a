"""Sums that are kept: big counts answered from small tables (I01).

Rows of a sum only ever add up, also to corrections. So a writer never waits for another one's commit, and a reader sees
exactly the rows that it would count: both were written in the same transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import structlog
from peewee import SQL, Case, fn

from models.core import clock
from models.core.db.bulk import insert_all
from models.core.db.connection import database, in_transaction, is_sqlite
from models.core.fields import Link
from models.core.ledger.reading.query import EMPTY, link_of_filter
from models.core.ledger.reference_check import reached
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views.declaration import Kept, Statistic, all_views
from models.core.views.records import KeptSum

log = structlog.get_logger("kept_sums")
_COLUMNS = ("first", "second", "third")
_WORDS = ("company_id", "day", *_COLUMNS)
_INSERTED = ("name", *_WORDS, "fresh", "count")
_RECOUNTED_DAYS = 8
Key = tuple[int, date, int, int, int]


def add(kept: Kept, rows: Iterable[tuple[int, date, Sequence[Any]]]) -> None:
    """Add rows that were just inserted: (company, day, values of the kept columns). In the same transaction."""
    counts = Counter((company, day, *_padded(values)) for company, day, values in rows)
    insert_all("kept_sum", _INSERTED, [(kept.name, *key, 1, count) for key, count in sorted(counts.items())])


def _padded(values: Sequence[Any]) -> tuple[int, ...]:
    numbers = [int(value or 0) for value in values]
    return (*numbers, *[0] * (len(_COLUMNS) - len(numbers)))


def know(actor: Actor, view: Statistic, right: str, used: Collection[str]) -> bool:
    """Whether the kept sums can answer for filters and groups of these names, and for how far the actor's right reaches."""
    assert view.kept is not None
    known = {view.time, view.kept.record.company_field, *_parts_of(view)}
    return actor.rights.get(right, 0) >= Scope.COMPANY and set(used) <= known


def _parts_of(view: Statistic) -> dict[str, Any]:
    """The columns of the sums by the names of the ledger's filters."""
    assert view.kept is not None
    columns = dict(zip(view.kept.parts, (getattr(KeptSum, name) for name in _COLUMNS), strict=False))
    found = {}
    for item in view.ledger.filters:
        stored = view.column_of(item.field)
        if stored is not None and stored.name in columns:
            found[item.field] = columns[stored.name]
    return found


class KeptNumbers:
    """Numbers of rows as they were kept; the same as `Counted` gives."""

    def __init__(self, actor: Actor, view: Statistic, filters: Mapping[str, Any], right: str) -> None:
        assert view.kept is not None
        self.view, self.parts = view, _parts_of(view)
        self.narrow = partial(reached, actor, right)
        companies = set(actor.companies(right))
        self.where = [KeptSum.name == view.kept.name]
        for name, given in filters.items():
            if name == view.kept.record.company_field:
                values = [given] if isinstance(given, str) else given
                companies &= {int(value) for value in values} if values else companies
            elif name == view.time:
                self.where.append(KeptSum.day.between(given["from"], given["to"]))
            elif given:
                self.where.append(self._condition(name, given))
        self.where.append(KeptSum.company_id.in_(sorted(companies)))
        self.sums = [self._sum(each.filters) for each in view.counted]

    def _condition(self, name: str, given: Any) -> Any:
        values = [given] if isinstance(given, str) else list(given)
        link: Link | None = link_of_filter(self.view.ledger, name)
        if link is None:
            numbers = [int(value.strip().lower() in ("true", "是", "1")) for value in values]
        else:
            asked = [int(value) for value in values if value != EMPTY]
            numbers = [*self.narrow(link, asked), *([0] if EMPTY in values else [])]
        return self.parts[name].in_(numbers)

    def _sum(self, filters: Mapping[str, Any]) -> Any:
        summed: Any = KeptSum.count
        for name, given in filters.items():
            summed = Case(None, [(self._condition(name, given), summed)], 0)
        return fn.COALESCE(fn.SUM(summed), 0)

    def column(self, name: str) -> Any:
        """The column of the sums that the filter `name` is about; 0 is nothing again."""
        if name == self.view.time:
            return KeptSum.day
        if name not in self.parts:
            return KeptSum.company_id
        stored = self.view.column_of(name)
        return fn.NULLIF(self.parts[name], 0) if stored.null else self.parts[name]

    def numbers(self, group: Any, limit: int) -> list[tuple[Any, ...]]:
        """(group, the number of each measure …), the most first."""
        query = KeptSum.select(group.alias("grouped"), *self.sums).where(*self.where).group_by(SQL("grouped"))
        rows = (
            query.having(fn.SUM(KeptSum.count) != 0)
            .order_by(self.sums[0].desc(), SQL("grouped"))
            .limit(limit)
        )
        return [(row[0], *map(int, row[1:])) for row in rows.tuples()]


def all_kept() -> list[Kept]:
    """Every kind of sums that some statistic names."""
    found = [view.kept for view in all_views() if isinstance(view, Statistic) and view.kept is not None]
    return list({kept.name: kept for kept in found}.values())


def fold(limit: int) -> int:
    """Put rows of the same words together, of up to `limit` fresh ones; gives how many rows were looked at (a job)."""
    fresh = KeptSum.select(KeptSum.name, *(getattr(KeptSum, name) for name in _WORDS)).where(
        KeptSum.fresh == 1
    )
    keys = in_transaction(lambda: list(fresh.order_by(KeptSum.id).limit(limit).tuples()), write=False)
    for key in dict.fromkeys(keys):
        in_transaction(_fold_one, key)
    return len(keys)


def _fold_one(key: tuple[Any, ...]) -> None:
    """One row instead of all of a key. Who comes second finds that the rows are gone, and leaves it."""
    same = [getattr(KeptSum, name) == value for name, value in zip(("name", *_WORDS), key, strict=True)]
    rows = list(KeptSum.select(KeptSum.id, KeptSum.count).where(*same).order_by(KeptSum.id).tuples())
    if not rows:
        return
    ids = [row[0] for row in rows]
    gone = KeptSum.delete().where(KeptSum.id.in_(ids)).execute()
    if gone != len(ids):
        raise RuntimeError("somebody else puts these sums together")
    total = sum(row[1] for row in rows)
    if total:
        KeptSum.insert(dict(zip(_INSERTED, (*key, False, total), strict=True))).execute()


def recount(kept: Kept, first: date | None = None, last: date | None = None) -> int:
    """Compare the sums of some days (all without) with the rows, and correct them; gives how many words were wrong.

    Both are read in one statement, so in one moment: what others write meanwhile is in both or in neither.
    """
    found = database.execute_sql(*_differences(kept, first, last)).fetchall()
    rows = [(kept.name, row[0], _day(row[1]), *map(int, row[2:5]), 1, int(row[5])) for row in found]
    if rows:
        insert_all("kept_sum", _INSERTED, rows)
    return len(rows)


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _differences(kept: Kept, first: date | None, last: date | None) -> tuple[str, list[Any]]:
    quote = '"' if is_sqlite() else "`"
    fields = kept.record._meta.fields
    company = kept.record.scope_field("company").column_name
    parts = [f"COALESCE({fields[name].column_name}, 0)" for name in kept.parts]
    parts += ["0"] * (len(_COLUMNS) - len(parts))
    day = fields[kept.day].column_name
    mark = "?" if is_sqlite() else "%s"
    between = (f" AND {{day}} >= {mark}" if first else "") + (f" AND {{day}} <= {mark}" if last else "")
    given = [each.isoformat() for each in (first, last) if each]
    table = kept.record._meta.table_name
    names = ", ".join(f"{quote}{name}{quote}" for name in _WORDS)
    sql = (
        f"SELECT {names}, SUM(n) FROM (SELECT {company} AS company_id, {day} AS {quote}day{quote},"
        f" {', '.join(f'{part} AS {quote}{name}{quote}' for part, name in zip(parts, _COLUMNS, strict=True))}, 1 AS n"
        f" FROM {table} WHERE 1 = 1{between.format(day=day)}"
        f" UNION ALL SELECT {names}, -{quote}count{quote} FROM kept_sum WHERE name = {mark}{between.format(day='day')}"
        f") both_of_them GROUP BY {names} HAVING SUM(n) <> 0"
    )
    return sql, [*given, kept.name, *given]


def recount_lately() -> int:
    """Hold the sums of the last days against the rows (a sweep); gives how many were wrong: none, if all is well."""
    since = clock.today() - timedelta(days=_RECOUNTED_DAYS)
    wrong = {kept.name: words for kept in all_kept() if (words := recount(kept, since))}
    if wrong:
        log.warning("sums_corrected", words=wrong)
    return sum(wrong.values())


def recount_all() -> int:
    """Hold all sums against the rows, after rows were brought in beside the rules; gives how many were wrong."""
    return sum(recount(kept) for kept in all_kept())
