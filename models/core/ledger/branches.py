"""Rows that stand in a tree by a reference to their own record (`parent`): the branch below one, and rows that hang on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from peewee import fn

from models.core.fields import Link
from models.core.ledger.declaration import Values
from models.core.ledger.parts import Derived
from models.core.row_ids import parse_id

_CHUNK = 500


def below(record: type[Any], parent: str, ids: Iterable[int]) -> set[int]:
    """The rows with these ids and all that stand below them, one statement for each level (and each 500 rows of it)."""
    key, link = record._meta.primary_key, record._meta.fields[parent]
    found: set[int] = set()
    level = set(ids)
    while level:
        found |= level
        wanted = sorted(level)
        level = set()
        for start in range(0, len(wanted), _CHUNK):
            rows = record.select(key).where(link.in_(wanted[start : start + _CHUNK]))
            level |= {row[0] for row in rows.tuples()}
        level -= found
    return found


def inside(name: str, title: str, column: Any, *, parent: str = "parent") -> Derived:
    """A filter that leaves what hangs on a node of a tree or anywhere below it.

    `column` is the reference that says on which node a row hangs, or a tuple of them, the deepest first: the first that is
    filled in holds.
    """
    columns = column if isinstance(column, tuple) else (column,)
    link: Link = columns[0]
    at: Any = fn.COALESCE(*columns) if len(columns) > 1 else link

    def where(values: Sequence[str]) -> Any:
        ids = [row_id for value in values if (row_id := parse_id(value)) is not None]
        return at.in_(sorted(below(link.rel_model, parent, ids)) or [0])

    return Derived(
        name,
        title,
        "references",
        load=lambda actor, rows: {},
        where=where,
        to=link.to,
        shown=False,
        column=at,
    )


def in_order(rows: Iterable[Any], parent: str, key: Callable[[Any], Any]) -> list[tuple[Any, int]]:
    """The rows in the order of their tree, parents first and each beside its depth; those beside each other by `key`.

    One whose parent is not among them stands at the top, with all that is below it.
    """
    kept = {row.get_id(): row for row in rows}
    children: dict[int | None, list[Any]] = {}
    for row in sorted(kept.values(), key=key):
        above = row.__data__.get(parent)
        children.setdefault(above if above in kept else None, []).append(row)
    ordered: list[tuple[Any, int]] = []
    waiting = [(row, 0) for row in reversed(children.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        ordered.append((row, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(row.get_id(), []))]
    return ordered


def cycles(record: type[Any], row: Any, clean: Values) -> dict[str, str]:
    """A sentence for each reference of a row to its own record that would put it below itself."""
    wrong: dict[str, str] = {}
    for name, value in clean.items():
        field = record._meta.fields.get(name)
        if value is None or not isinstance(field, Link) or field.rel_model is not record:
            continue
        if value != row.__data__.get(name) and value in below(record, name, [row.get_id()]):
            wrong[name] = f"不能放在自己或自己的下级下面，请另选{field.title}"
    return wrong
