"""Where the numbers of a statistic come from: rows that are counted, or sums that were kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import and_
from typing import Any, Protocol

from peewee import SQL, Case, Value, fn

from models.core.fields import Link
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery, conditions_of
from models.core.ledger.reference_check import reached
from models.core.security.actor import Actor
from models.core.views import kept_sums, periods
from models.core.views.declaration import Measure, Statistic, Sum

Narrow = Callable[[Link, list[int]], list[int]]
_Rows = list[tuple[Any, ...]]


class Source(Protocol):
    """Something that can count."""

    def numbers(self, by: str, step: str, limit: int) -> _Rows:
        """(group, the number of each measure …), the most first; all rows are one group without `by`."""


def source_of(actor: Actor, view: Statistic, query: ListQuery, by: str, days: periods.Days | None) -> Source:
    """Who can answer: kept sums if there are some that know all that is asked, else the rows themselves."""
    right = view.ledger.rights["read"]
    filters = [query.filters, *(each.filters for each in view.counted)]
    used = {by, *(name for each in filters for name in each)}
    kept = None if query.q else kept_sums.known_by(actor, view, right, used)
    if kept is not None:
        return kept_sums.KeptNumbers(actor, view, kept, query.filters, right)
    return CountedRows(actor, view, query, right, days)


def _exact(view: Statistic, measure: Measure) -> Callable[[Any], float]:
    """What makes the database's sum a number: whole ones, or with as many places as the column has that is summed up."""
    column = getattr(view.ledger.record, measure.column) if isinstance(measure, Sum) else None
    places = getattr(column, "places", 0)
    return (lambda number: round(float(number), places)) if places else int


class CountedRows:
    """Numbers of rows as the database counts them, as far as the actor's right reaches."""

    def __init__(
        self, actor: Actor, view: Statistic, query: ListQuery, right: str, days: periods.Days | None
    ) -> None:
        self.view, self.days = view, days
        self.selection = Selection(actor, view.ledger, query, right)
        narrow = partial(reached, actor, right)
        self.sums = [self._sum(each, narrow) for each in view.counted]
        self.exact = [_exact(view, each) for each in view.counted]

    def _sum(self, measure: Measure, narrow: Narrow) -> Any:
        wanted: Sequence[Any] = conditions_of(self.view.ledger, measure.filters, narrow).where
        if isinstance(measure, Sum):
            number: Any = getattr(self.view.ledger.record, measure.column)
        elif not wanted:
            return fn.COUNT(SQL("1"))
        else:
            number = 1
        counted = Case(None, [(reduce(and_, wanted), number)], 0) if wanted else number
        return fn.COALESCE(fn.SUM(counted), 0)

    def numbers(self, by: str, step: str, limit: int) -> _Rows:
        """(group, the number of each measure …), the most first; all rows are one group without `by`."""
        column: Any = self.view.column_of(by) if by else Value(1)
        group = column
        if self.days is not None and step and by == self.view.time:
            group = periods.in_sql(column, step, self.days)
        rows = self.selection.summed(self.sums, group, limit)
        return [
            (row[0], *(each(number) for each, number in zip(self.exact, row[1:], strict=True)))
            for row in rows
        ]
