"""Numbers of rows as they were kept; the same as counting gives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial, reduce
from operator import and_, or_
from typing import Any

from peewee import SQL, Case, Value, fn

from models.core.fields import Link, Pick
from models.core.fields.choices import Flag
from models.core.ledger.reading.query import EMPTY, link_of_filter
from models.core.ledger.reference_check import reached
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import periods
from models.core.views.declaration import ByTime, Kept, KeptPart, Statistic
from models.core.views.kept_sums import words as of
from models.core.views.kept_sums.adding import is_ready
from models.core.views.records import KeptSum

_YES = ("true", "是", "1")
#: Steps of time that a month is not too long for.
_OF_MONTHS = ("", "month", "quarter", "year")


def known_by(actor: Actor, view: Statistic, right: str, used: Collection[str]) -> Kept | None:
    """The first of the view's sums that can answer for filters and groups of these names, as far as the right reaches."""
    if actor.rights.get(right, 0) < Scope.COMPANY:
        return None
    for kept in view.kept:
        known = {view.time, kept.record.company_field or ""}
        if all(name in known or _place(view, kept, name) is not None for name in used) and is_ready(kept):
            return kept
    return None


def _place(view: Statistic, kept: Kept, name: str) -> int | None:
    """Which column of the sums answers the filter `name` of the view's ledger."""
    stored = view.column_of(name)
    return of.place_of(kept, name if stored is None else stored.name)


@dataclass(frozen=True)
class _Side:
    """Something that is summed up: sums that were kept, or rows that time alone moves from one number to another."""

    source: Any
    company: Any
    day: Any
    columns: Sequence[Any]
    count: Any
    where: Sequence[Any]


class KeptNumbers:
    """Numbers of rows from sums that know all that is asked."""

    def __init__(
        self, actor: Actor, view: Statistic, kept: Kept, filters: Mapping[str, Any], right: str
    ) -> None:
        self.view, self.kept = view, kept
        self.narrow = partial(reached, actor, right)
        companies = set(actor.companies(right))
        self.filters: dict[str, Any] = {}
        for name, given in filters.items():
            if name == kept.record.company_field:
                values = [given] if isinstance(given, str) else given
                companies &= {int(value) for value in values} if values else companies
            elif name == view.time:
                self.days = date.fromisoformat(given["from"]), date.fromisoformat(given["to"])
            elif given:
                self.filters[name] = given
        self.companies = sorted(companies)

    def numbers(self, by: str, step: str, limit: int) -> list[tuple[Any, ...]]:
        """(group, the number of each measure …), the most first; all rows are one group without `by`."""
        queries = [self._summed(side, by, step) for side in self._sides(step if by == self.view.time else "")]
        measures = [f"n{place}" for place in range(len(self.view.counted))]
        both = reduce(lambda one, other: one.union_all(other), queries).alias("sides")
        sums = [fn.SUM(getattr(both.c, name)) for name in measures]
        query = KeptSum.select(both.c.grouped.alias("grouped"), *sums).from_(both).group_by(both.c.grouped)
        query = query.having(fn.SUM(both.c.n) != 0).order_by(sums[0].desc(), both.c.grouped).limit(limit)
        return [(row[0], *map(int, row[1:])) for row in query.tuples()]

    def _sides(self, step: str) -> list[_Side]:
        columns = [of.column(place) for place in range(len(self.kept.parts))]
        kept = _Side(
            KeptSum, KeptSum.company_id, KeptSum.day, columns, KeptSum.count, [self._kept_days(step)]
        )
        moved = self.kept.by_time
        return [kept, self._moved(moved, moved.number, 1), self._moved(moved, 0, -1)] if moved else [kept]

    def _kept_days(self, step: str) -> Any:
        """The rows of sums that make up the days: whole months where there are some, and the days at both ends."""
        first, last = self.days
        within = KeptSum.company_id.in_(self.companies)
        here = KeptSum.name == self.kept.name
        begin = first if first.day == 1 else of.month_end(first) + timedelta(days=1)
        end = last if last == of.month_end(last) else last.replace(day=1) - timedelta(days=1)
        if not self.kept.months or step not in _OF_MONTHS or begin > end:
            return here & within & KeptSum.day.between(first, last)
        spans = [(here, first, begin - timedelta(days=1)), (here, end + timedelta(days=1), last)]
        parts = [name & within & KeptSum.day.between(low, high) for name, low, high in spans if low <= high]
        months = KeptSum.name == of.month_name(self.kept)
        return reduce(or_, [*parts, months & within & KeptSum.day.between(begin, end)])

    def _moved(self, moved: ByTime, number: int, count: int) -> _Side:
        """The rows that time alone has moved, with the number that they have now, or taken from where they are kept."""
        names = [part.name if isinstance(part, KeptPart) else part for part in self.kept.parts]
        columns = [of.number_of(self.kept, part) for part in self.kept.parts]
        columns[names.index(moved.part)] = Value(number)
        company = of.company_of(self.kept)
        where = [company.in_(self.companies), moved.where(), *of.between(self.kept, *self.days)]
        return _Side(self.kept.record, company, of.day_of(self.kept), columns, Value(count), where)

    def _summed(self, side: _Side, by: str, step: str) -> Any:
        group = self._group(side, by, step).alias("grouped")
        sums = [self._sum(side, each.filters).alias(f"n{at}") for at, each in enumerate(self.view.counted)]
        where = [*side.where, *(self._condition(side, *each) for each in self.filters.items())]
        query = side.source.select(group, *sums, fn.SUM(side.count).alias("n"))
        return query.where(*where).group_by(SQL("grouped"))

    def _sum(self, side: _Side, filters: Mapping[str, Any]) -> Any:
        wanted = [self._condition(side, *each) for each in filters.items()]
        summed = Case(None, [(reduce(and_, wanted), side.count)], 0) if wanted else side.count
        return fn.COALESCE(fn.SUM(summed), 0)

    def _condition(self, side: _Side, name: str, given: Any) -> Any:
        place = _place(self.view, self.kept, name)
        assert place is not None
        values = [given] if isinstance(given, str) else list(given)
        return side.columns[place].in_(self._asked(self.kept.parts[place], name, values) or [-1])

    def _asked(self, part: str | KeptPart, name: str, values: Sequence[str]) -> Sequence[int]:
        """The numbers that the values of a filter leave."""
        values = [value for value in values if value != ""]
        if isinstance(part, KeptPart):
            return part.answers[name](values)
        link: Link | None = link_of_filter(self.view.ledger, name)
        filled = [value for value in values if value != EMPTY]
        nothing = [0] if EMPTY in values else []
        if link is not None:
            return [*self.narrow(link, [int(value) for value in filled]), *nothing]
        field = self.view.column_of(name)
        if isinstance(field, Pick):
            return [*(of.code(str(field.clean(value))) for value in filled), *nothing]
        return [*(int(value.strip().lower() in _YES) for value in filled), *nothing]

    def _group(self, side: _Side, by: str, step: str) -> Any:
        """What is grouped by, as the column of the record has it."""
        if not by:
            return Value(1)
        if by == self.view.time:
            return periods.in_sql(side.day, step, self.days)
        place = _place(self.view, self.kept, by)
        if place is None:
            return side.company
        field = self.view.column_of(by)
        if isinstance(field, Pick):
            return Case(side.columns[place], [(of.code(each.value), each.value) for each in field.options])
        if isinstance(field, Flag):
            return side.columns[place]
        return fn.NULLIF(side.columns[place], 0)
