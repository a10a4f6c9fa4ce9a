"""What a row shows, is filtered and grouped by of the row that it points at: the site of a certificate's holder.

    *through(Certificate.person, "site", "department")     # among `derived`; the ledger names them as filters

It is what stands there now: who moves to another site takes their certificates along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import NodeList

from models.core.fields import Link
from models.core.ledger.parts import Derived
from models.core.ledger.reading.references import label_of, load_rows
from models.core.security.actor import Actor


class _There(NodeList):
    """The column of the other row as an expression: it may be empty, as a column of the row's own may."""

    null = True


def through(link: Link, *names: str) -> tuple[Derived, ...]:
    """The references `names` of the row that `link` points at, as values of the row that has the link."""
    return tuple(_one(link, name) for name in names)


def _one(link: Link, name: str) -> Derived:
    other = link.rel_model
    far: Any = other._meta.fields[name]
    column = _There((other.select(far).where(other._meta.primary_key == link),))

    def load(actor: Actor, rows: Sequence[Any]) -> Mapping[int, Any]:
        near = load_rows(other, {row.__data__.get(link.name) for row in rows} - {None})
        ids = {key: row.__data__.get(name) for key, row in near.items()}
        there = load_rows(far.rel_model, set(ids.values()) - {None})
        found = {row.get_id(): there.get(ids.get(row.__data__.get(link.name)) or 0) for row in rows}
        return {
            key: {"id": str(row.get_id()), "label": label_of(row, far.to)}
            for key, row in found.items()
            if row is not None
        }

    return Derived(name, far.title, "reference", load=load, to=far.to, column=column)


__all__ = ["through"]
