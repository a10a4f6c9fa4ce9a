"""Who is to hear of what was written into trails, asked once for each transaction (H04, J05).

`history` gathers here which rows got lines; before the commit the hearers are asked, a table at a time. So whoever
writes knows nothing of them, and ten thousand lines cost a few questions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from models.core.chapters import load
from models.core.db.connection import before_commit

Noted = Mapping[int, Sequence[int]]
Hearer = Callable[[str, Noted], None]

Touched = Mapping[int | None, set[int]]
Watcher = Callable[[Touched], None]

_hearers: list[Hearer] = []
_watchers: dict[str, list[Watcher]] = defaultdict(list)


def hearer(function: Hearer) -> Hearer:
    """Register a function that is told of a table, and for each of its rows the ids of its new lines (`Change`).

    It runs in the transaction that wrote them. A line whose savepoint was rolled back is not there any more.
    """
    if function not in _hearers:
        _hearers.append(function)
    return function


def watcher(*tables: str) -> Callable[[Watcher], Watcher]:
    """Register a function that keeps something in step with rows of these tables: `function(touched)` is given the ids of
    the rows that got any line, also their first or last one, by company. It runs once for each table before the commit.
    """

    def register(function: Watcher) -> Watcher:
        for table in tables:
            if function not in _watchers[table]:
                _watchers[table].append(function)
        return function

    return register


class _Touched:
    """The rows of watched tables that a transaction wrote lines for."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[int | None, set[int]]] = defaultdict(lambda: defaultdict(set))

    def finish(self) -> None:
        """Tell who watches. What they write themselves is not told again."""
        tables, self.tables = self.tables, defaultdict(lambda: defaultdict(set))
        for table, rows in tables.items():
            for function in _watchers[table]:
                function(rows)


def touched(lines: Iterable[tuple[str, int, int | None]]) -> None:
    """Lines were written: table, row, company. Outside of `in_transaction` who watches is told at once."""
    load("listeners")
    found = [line for line in lines if _watchers.get(line[0])]
    if not found:
        return
    waiting = before_commit(_Touched)
    now = waiting or _Touched()
    for table, row_id, company_id in found:
        now.tables[table][company_id].add(row_id)
    if waiting is None:
        now.finish()


class Heard:
    """The rows that a transaction wrote lines for."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[int, list[int]]] = {}
        self.spoken_for: set[tuple[str, int]] = set()

    def finish(self) -> None:
        """Ask the hearers; not of rows that are spoken for."""
        for table, row_id in self.spoken_for:
            self.tables.get(table, {}).pop(row_id, None)
        for table, noted in self.tables.items():
            if noted:
                _ask(table, noted)


def noted(lines: Sequence[tuple[str, int, int]]) -> None:
    """Lines were written: table, row, the line's id. Outside of `in_transaction` the hearers are asked at once."""
    heard = before_commit(Heard)
    now = heard or Heard()
    for table, row_id, line_id in lines:
        now.tables.setdefault(table, {}).setdefault(row_id, []).append(line_id)
    if heard is None:
        now.finish()


def speak_for(table: str, row_id: int) -> None:
    """This transaction announces news of its own of the row, for the same people: they hear it once."""
    heard = before_commit(Heard)
    if heard is not None:
        heard.spoken_for.add((table, row_id))


def _ask(table: str, noted: Noted) -> None:
    load("listeners")
    for function in _hearers:
        function(table, noted)


__all__ = ["Heard", "Touched", "hearer", "noted", "speak_for", "touched", "watcher"]
