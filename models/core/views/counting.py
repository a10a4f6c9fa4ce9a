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
from models.core.views import kept_sums
from models.core.views.declaration import Measure, Statistic, Sum

Narrow = Callable[[Link, list[int]], list[int]]
#: What stands for all rows, where nothing is grouped by.
ALL = Value(1)
_Rows = list[tuple[Any, ...]]


class Source(Protocol):
    """Something that can count."""

    def column(self, name: str) -> Any:
        """The column that the filter `name` is about."""

    def numbers(self, group: Any, limit: int) -> _Rows:
        """(group, the number of each measure …), the most first."""


def source_of(actor: Actor, view: Statistic, query: ListQuery, by: str) -> Source:
    """Who can answer: the kept sums if they know all that is asked, else the rows themselves."""
    right = view.ledger.rights["read"]
    filters = [query.filters, *(each.filters for each in view.counted)]
    used = {by, *(name for each in filters for name in each)}
    if view.kept is not None and not query.q and kept_sums.know(actor, view, right, used):
        return kept_sums.KeptNumbers(actor, view, query.filters, right)
    return CountedRows(actor, view, query, right)


def _exact(view: Statistic, measure: Measure) -> Callable[[Any], float]:
    """What makes the database's sum a number: whole ones, or with as many places as the column has that is summed up."""
    column = getattr(view.ledger.record, measure.column) if isinstance(measure, Sum) else None
    places = getattr(column, "places", 0)
    return (lambda number: round(float(number), places)) if places else int


class CountedRows:
    """Numbers of rows as the database counts them, as far as the actor's right reaches."""

    def __init__(self, actor: Actor, view: Statistic, query: ListQuery, right: str) -> None:
        self.view = view
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

    def column(self, name: str) -> Any:
        """The column that the filter `name` is about."""
        return self.view.column_of(name)

    def numbers(self, group: Any, limit: int) -> _Rows:
        """(group, the number of each measure …), the most first."""
        rows = self.selection.summed(self.sums, group, limit)
        return [
            (row[0], *(each(number) for each, number in zip(self.exact, row[1:], strict=True)))
            for row in rows
        ]
