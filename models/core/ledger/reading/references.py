"""Rows that others point at: loaded a page at a time, named by their own ledger, seen as far as allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from peewee import ModelSelect

from models.core.db.queries import fetch_many
from models.core.fields import Link
from models.core.ledger.declaration import Ledger, all_ledgers, ledger_named
from models.core.records import Record
from models.core.security.actor import Actor

_CHUNK = 500


def links_of(record: type[Any]) -> dict[str, Link]:
    """The references among a record's columns, by name."""
    return {name: field for name, field in record._meta.fields.items() if isinstance(field, Link)}


def ledger_of(model: type[Any], to: str = "") -> Ledger | None:
    """The ledger that lists `model`: the one called `to`, or the first that is declared over it."""
    named = ledger_named(to) if to else None
    return named or next((ledger for ledger in all_ledgers() if ledger.record is model), None)


def label_of(row: Any, to: str = "") -> str:
    """What a row is called where another one points at it."""
    ledger = ledger_of(type(row), to)
    if ledger is not None:
        return ledger.label(row)
    return str(getattr(row, "name", None) or row.get_id())


def label_by(name: str) -> Callable[[Any], str]:
    """For rows without a name of their own: they are called as what their reference `name` is called."""

    def label(row: Any) -> str:
        link = links_of(type(row))[name]
        if name not in row.__rel__:
            attach(type(row), [row], [name])
        target = row.__rel__.get(name)
        return "" if target is None else label_of(target, link.to)

    return label


def load_rows(model: type[Any], ids: Iterable[int]) -> dict[int, Any]:
    """The rows with these ids, by id; one query for each 500."""
    wanted = sorted(set(ids))
    found: dict[int, Any] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        found.update((row.get_id(), row) for row in fetch_many(model, part))
    return found


def attach(record: type[Any], rows: Sequence[Any], names: Iterable[str] | None = None) -> None:
    """Load what `rows` point at and hang it onto them, with one query for each referenced table.

    `names` are the references to load (default: all). Afterwards `row.company` and the like ask nothing
    of the database.
    """
    links = links_of(record)
    wanted: dict[type[Any], set[int]] = {}
    chosen = [(name, links[name]) for name in (links if names is None else names) if name in links]
    for name, link in chosen:
        ids = {row.__data__.get(name) for row in rows} - {None}
        wanted.setdefault(link.rel_model, set()).update(ids)
    loaded = {model: load_rows(model, ids) for model, ids in wanted.items()}
    for name, link in chosen:
        there = loaded[link.rel_model]
        for row in rows:
            row.__rel__[name] = there.get(row.__data__.get(name))


def reference(row: Any, name: str, link: Link) -> dict[str, str] | None:
    """The reference `name` of an attached row as JSON."""
    target = row.__rel__.get(name)
    return None if target is None else {"id": str(target.get_id()), "label": label_of(target, link.to)}


def unbound(title: str, target: Ledger, only: tuple[str, str] | None = None) -> Link:
    """A reference to `target` that belongs to no record."""
    link = Link(title, target.record, to=target.name, only=only)
    link.name = link.model = None
    return link


def visible(actor: Actor, link: Link, right: str) -> ModelSelect:
    """The rows that the actor may point at with `link` while using `right`, of the kind that it is for (`only`).

    Of rows that take effect after approval these are the ones in force, and new ones for a link that takes `drafts`.

    The farther of `right` and the target's own read right counts: who may enter certificates for the company
    may pick any of its people. Where the target knows no such level as the right's scope (a site, oneself),
    the actor's own company is the bound.
    """
    model = link.rel_model
    query = model.select()
    if link.only is not None:
        column, value = link.only
        query = query.where(model._meta.fields[column] == value)
    target = ledger_of(model, link.to)
    if target is not None and target.published is not None:
        in_force = target.published.choosable()
        query = query.where(in_force | target.published.drafts() if link.drafts else in_force)
    if not issubclass(model, Record) or model.scope_field("company") is None:
        return query
    read = target.rights.get("read") if target is not None else None
    name = read if read and actor.rights.get(read, 0) > actor.rights.get(right, 0) else right
    scope = actor.rights.get(name)
    if (
        scope is not None
        and scope.key in ("site", "department", "self")
        and model.scope_field(scope.key) is None
    ):
        return query.where(model.scope_field("company").in_(actor.companies(name)))
    return actor.see(query, model, name)
