"""Trees beside ledgers: rows below rows, each with what hangs on its branch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import SQL, fn

from models.core.fields import Link
from models.core.ledger.branches import in_order
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.references import attach, label_of
from models.core.security.actor import Actor
from models.core.views.declaration import Hanging, Tree

#: Nodes of a tree at most: it says so where there are more.
MOST_NODES = 20_000
_CHUNK = 500


@dataclass(frozen=True)
class Node:
    """A node: its record, how deep it stands, above it whom one sees (None at the top), and how much hangs on its branch."""

    record: Any
    depth: int
    parent: int | None
    numbers: Sequence[int]


@dataclass(frozen=True)
class FoundTree:
    """A tree in its order, parents first. `counts` are those that the actor may read; `cut` says what was left out."""

    view: Tree
    nodes: Sequence[Node]
    counts: Sequence[Hanging]
    cut: str = ""


def tree(actor: Actor, view: Tree) -> FoundTree:
    """The tree as far as the actor's right to read the ledger reaches; a node whose parent they may not see is at the top.

    Raises Forbidden without the right.
    """
    right = view.ledger.rights["read"]
    rows = Selection(actor, view.ledger, ListQuery.parse(view.ledger), right).fetch(None, MOST_NODES + 1)
    cut = f"只列出 {MOST_NODES:,} 个；请先在右上角选一个单位" if len(rows) > MOST_NODES else ""
    rows = [row for row in rows[:MOST_NODES] if row.visible_to(actor)]
    attach(view.ledger.record, rows, view.second)
    ordered = in_order(rows, view.parent, lambda row: (*(getattr(row, name) for name in view.order), row.id))
    counts = [one for one in view.counts if actor.may(one.of()[0].rights["read"])]
    numbers = [_hanging(actor, view, one, [row for row, _ in ordered]) for one in counts]
    there = {row.id for row, _ in ordered}
    nodes = [
        Node(
            row,
            depth,
            above if (above := row.__data__[view.parent]) in there else None,
            [each.get(row.id, 0) for each in numbers],
        )
        for row, depth in ordered
    ]
    return FoundTree(view, nodes, counts, cut)


def _hanging(actor: Actor, view: Tree, what: Hanging, rows: Sequence[Any]) -> dict[int, int]:
    """How many rows hang on each branch, by the id of its node: those on it, and on all nodes below it, seen or not."""
    ledger, column = what.of()
    query = ListQuery.parse(ledger, filters=what.filters)
    selection = Selection(actor, ledger, query, ledger.rights["read"])
    found = selection.summed([fn.COUNT(SQL("1"))], column, 2**31)
    own = {int(at): int(count) for at, count in found if at is not None}
    above = {row.id: row.__data__[view.parent] for row in rows}
    above |= _above(view, set(own) | {each for each in above.values() if each} - set(above), above)
    total: dict[int, int] = {}
    for at, count in own.items():
        on: int | None = at
        passed: set[int] = set()
        while on is not None and on not in passed:
            passed.add(on)
            total[on] = total.get(on, 0) + count
            on = above.get(on)
    return total


def _above(view: Tree, wanted: set[int], known: Mapping[int, int | None]) -> dict[int, int | None]:
    """What stands above nodes that are not seen, up to the top."""
    record = view.ledger.record
    key, link = record._meta.primary_key, record._meta.fields[view.parent]
    found: dict[int, int | None] = {}
    while wanted := wanted - set(known) - set(found):
        part = sorted(wanted)[:_CHUNK]
        rows = dict(record.select(key, link).where(key.in_(part)).tuples())
        found |= {each: rows.get(each) for each in part}
        wanted |= {each for each in rows.values() if each is not None}
    return found


def text_of(row: Any, name: str) -> str:
    """What stands in a column of a node, as people read it; its references are attached."""
    field = row._meta.fields[name]
    if isinstance(field, Link):
        target = row.__rel__.get(name)
        return "" if target is None else label_of(target, field.to)
    value = row.__data__.get(name)
    if value is None:
        return ""
    if hasattr(field, "title_of"):
        return str(field.title_of(value))
    return str(field.plain(value))
