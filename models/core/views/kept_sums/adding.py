"""Whoever writes rows that are summed up adds to the sums, in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from models.core.db.bulk import insert_all
from models.core.db.connection import is_sqlite
from models.core.db.row_watch import Words
from models.core.views.declaration import Kept, KeptPart
from models.core.views.kept_sums import words as of
from models.core.views.records import KeptKind

INSERTED = ("name", *of.WORDS, "fresh", "count")


def add(kept: Kept, rows: Iterable[tuple[int, date, Sequence[Any]]]) -> None:
    """Add rows that were just inserted: (company, day, values of the kept columns). In the same transaction."""
    counts = Counter((company, day, *_padded(values)) for company, day, values in rows)
    insert_all("kept_sum", INSERTED, [(kept.name, *key, 1, count) for key, count in sorted(counts.items())])


def _padded(values: Sequence[Any]) -> tuple[int, ...]:
    numbers = [int(value or 0) for value in values]
    return (*numbers, *[0] * (len(of.COLUMNS) - len(numbers)))


class Changes:
    """The watcher of a record whose rows change: what a row was is taken from its sums, what it is is added."""

    def __init__(self, *sums: Kept) -> None:
        self.sums = sums

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the columns that say where a row counts."""
        record = self.sums[0].record
        known = {one.name for one in record._meta.sorted_fields}
        plain = {part for kept in self.sums for part in kept.parts if isinstance(part, str)}
        inside = {part.name: part for kept in self.sums for part in kept.parts if isinstance(part, KeptPart)}
        used = {one for part in inside.values() for one in part.looks_at}
        assert used <= known, f"{used - known} are no columns of {record.__name__}"
        other = {name for kept in self.sums for name in (kept.day, kept.later) if name}
        return frozenset({*plain, *used, record.company_field or "", *other})

    def words(self, conditions: Sequence[Any], *, lock: bool) -> Words:
        """By what the rows count, by id: company, day, and the number at each part of any sums."""
        kept = self.sums[0]
        query = kept.record.select(
            kept.record._meta.primary_key, of.company_of(kept), of.day_of(kept), *self._numbers().values()
        )
        if conditions:
            query = query.where(*conditions)
        if lock and not is_sqlite():
            query = query.for_update()
        return {row[0]: (row[1], of.as_day(row[2]), *map(int, row[3:])) for row in query.tuples()}

    def _numbers(self) -> dict[str, Any]:
        parts = {_name(part): of.number_of(kept, part) for kept in self.sums for part in kept.parts}
        return parts | {kept.later: of.number_of(kept, kept.later) for kept in self.sums if kept.later}

    def moved(self, before: Words, after: Words) -> None:
        """Take what rows were from the sums, and add what they are."""
        moves: Counter[tuple[Any, ...]] = Counter()
        for row_id in {*before, *after}:
            was, is_now = before.get(row_id), after.get(row_id)
            if was != is_now:
                moves.update({} if was is None else {was: -1})
                moves.update({} if is_now is None else {is_now: 1})
        places = {name: place for place, name in enumerate(self._numbers())}
        rows = []
        for kept in self.sums:
            found = [places[_name(part)] for part in kept.parts]
            for name, whole_months in of.grains(kept):
                counts: Counter[tuple[Any, ...]] = Counter()
                for (company, day, *numbers), count in moves.items():
                    if kept.later and not numbers[places[kept.later]]:
                        continue  # it is not in these sums yet
                    beginning = day.replace(day=1) if whole_months else day
                    counts[(company, beginning, *_padded([numbers[place] for place in found]))] += count
                rows += [(name, *key, 1, count) for key, count in sorted(counts.items()) if count]
        insert_all("kept_sum", INSERTED, rows)


def _name(part: str | KeptPart) -> str:
    return part.name if isinstance(part, KeptPart) else part


def is_ready(kept: Kept) -> bool:
    """Whether the sums of rows that change were counted from all rows once, as they are declared now."""
    if not kept.record.watched:
        return True
    there = KeptKind.select().where(KeptKind.name == kept.name, KeptKind.definition == of.definition_of(kept))
    return bool(there.exists())
