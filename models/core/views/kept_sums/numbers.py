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
    """Something that is summed up: sums that were kept, rows that no job has added to them yet, or rows that time alone moves
    from one number to another.
    """

    source: Any
    company: Any
    day: Any
    columns: Sequence[Any]
    count: Any
    where: Sequence[Any]
    #: What the number at a part is instead of what is kept: added with the one, taken away with the other.
    moved: ByTime | None = None


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
        said = self.view.column_of(by).python_value if self._is_flag(by) else lambda group: group
        return [(said(row[0]), *map(int, row[1:])) for row in query.tuples()]

    def _is_flag(self, by: str) -> bool:
        """Whether it is grouped by 是 and 否, which are kept as numbers."""
        return bool(by) and isinstance(self.view.column_of(by), Flag)

    def _sides(self, step: str) -> list[_Side]:
        columns = [of.column(place) for place in range(len(self.kept.parts))]
        kept = _Side(
            KeptSum, KeptSum.company_id, KeptSum.day, columns, KeptSum.count, [self._kept_days(step)]
        )
        moved = self.kept.by_time
        sides = [kept, self._moved(moved)] if moved else [kept]
        return [*sides, self._waiting()] if self.kept.later else sides

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

    def _moved(self, moved: ByTime) -> _Side:
        """The rows that time alone has moved: one where they belong now, one away from where they are kept."""
        return self._of_rows(moved.where(), moved)

    def _waiting(self) -> _Side:
        """The rows that no job has added to the sums yet."""
        return self._of_rows(of.waiting(self.kept), None)

    def _of_rows(self, which: Any, moved: ByTime | None) -> _Side:
        columns = [of.number_of(self.kept, part) for part in self.kept.parts]
        company = of.company_of(self.kept)
        where = [company.in_(self.companies), which, *of.between(self.kept, *self.days)]
        return _Side(self.kept.record, company, of.day_of(self.kept), columns, Value(1), where, moved)

    def _summed(self, side: _Side, by: str, step: str) -> Any:
        group = self._group(side, by, step).alias("grouped")
        sums = [self._sum(side, each.filters).alias(f"n{at}") for at, each in enumerate(self.view.counted)]
        where = list(side.where)
        for name, given in self.filters.items():
            if self._is_moved(side, name) is None:
                where.append(self._condition(side, name, given))
        query = side.source.select(group, *sums, self._sum(side, {}).alias("n"))
        return query.where(*where).group_by(SQL("grouped"))

    def _sum(self, side: _Side, filters: Mapping[str, Any]) -> Any:
        """The sum over the rows that filters leave; those of the number that time moves are answered here, not by SQL."""
        wanted = [
            self._condition(side, *each) for each in filters.items() if self._is_moved(side, each[0]) is None
        ]
        count = side.count
        if side.moved is not None:
            asked = [*filters.items(), *self.filters.items()]
            count = self._leaves(side, asked, side.moved.number) - self._leaves(side, asked, 0)
        summed = Case(None, [(reduce(and_, wanted), count)], 0) if wanted else count
        return fn.COALESCE(fn.SUM(summed), 0)

    def _is_moved(self, side: _Side, name: str) -> KeptPart | None:
        """The part that time moves rows of, if the filter `name` asks for it."""
        place = _place(self.view, self.kept, name)
        part = None if place is None or side.moved is None else self.kept.parts[place]
        return part if isinstance(part, KeptPart) and side.moved and part.name == side.moved.part else None

    def _leaves(self, side: _Side, asked: Sequence[tuple[str, Any]], number: int) -> int:
        """1 if all that is asked of the part leaves this number of it, 0 if not."""
        for name, given in asked:
            part = self._is_moved(side, name)
            values = [given] if isinstance(given, str) else list(given)
            if part is not None and number not in self._asked(part, name, values):
                return 0
        return 1

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
        if self._is_flag(by):
            return side.columns[place]
        return fn.NULLIF(side.columns[place], 0)
