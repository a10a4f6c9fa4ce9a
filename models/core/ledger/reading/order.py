"""In what order a list may stand, and the condition of the rows beyond a place in it.

A list stands in any order that it declares, however many rows there are: an index gives it. By every other date or number
that it shows it is sorted within what its filters leave, up to a bound; above that it says so. Where a value may be
missing, rows without one stand last, whichever way the others are sorted.
"""

from __future__ import annotations

from typing import Any

from models.core.errors import Invalid
from models.core.ledger.declaration import Ledger

#: So many rows are sorted by what no index gives (docs/decisions/many-rows.md has what that costs).
MOST_SORTED = 20_000
_KINDS = ("date", "moment", "integer", "number")


def declared(ledger: Ledger) -> list[str]:
    """The names that a list of any length may be sorted by."""
    return list(dict.fromkeys([*ledger.sorts, ledger.sort.lstrip("-")]))


def sortable(ledger: Ledger) -> list[str]:
    """The names that a list may be sorted by: what it declares, and every date and number among its columns."""
    fields = ledger.record._meta.fields
    shown = [column.field for column in ledger.columns if ledger.derived_named(column.field) is None]
    values = [name for name in shown if name in fields and getattr(fields[name], "kind", "") in _KINDS]
    return list(dict.fromkeys([*declared(ledger), *values]))


def too_many(ledger: Ledger, name: str) -> Invalid:
    """The refusal to sort so many rows by what no index gives."""
    why = f"按“{ledger.title_of(name)}”最多排 {MOST_SORTED:,} {ledger.measure}，符合条件的更多"
    return Invalid(
        "排不了这么多", code="too_many_to_sort", cause=why, advice="请先用筛选条件缩小范围，再排序",
        fields={"sort": f"{why}，请先筛选"},
    )  # fmt: skip


def ordered(sort: Any, key: Any, *, falling: bool, back: bool) -> list[Any]:
    """What a query is ordered by. `falling` is the way it is walked: `back` of a rising list."""
    made = [sort.desc() if falling else sort.asc()]
    if sort is not key:
        made.append(key.desc() if falling else key.asc())
    if sort.null:
        missing = sort.is_null()
        made.insert(0, missing.desc() if back else missing.asc())
    return made


def beyond(sort: Any, key: Any, value: Any, row_id: int, *, falling: bool, back: bool) -> Any:
    """The condition of the rows behind the place (`value`, `row_id`) on the way."""
    behind = key < row_id if falling else key > row_id
    if sort is key:
        return behind
    if sort.null and value is None:
        same = sort.is_null() & behind
        return same | sort.is_null(False) if back else same
    # The first part alone bounds the range in the index; MariaDB does not see it in the second.
    near = sort <= value if falling else sort >= value
    strict = sort < value if falling else sort > value
    found = near & (strict | ((sort == value) & behind if sort.null else behind))
    return found | sort.is_null() if sort.null and not back else found


__all__ = ["MOST_SORTED", "beyond", "declared", "ordered", "sortable", "too_many"]
