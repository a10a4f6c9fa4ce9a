"""Ready-made rules for records that may belong to everybody: standard rows, and those that a company adds of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_
from typing import Any

from models.core.errors import Invalid
from models.core.ledger.changes.default_rules import plain_create, plain_edit
from models.core.ledger.declaration import Values
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.rights import Scope


def shared_create(record: type[Record], right: str, key: Sequence[str]) -> Callable[[Actor, Values], Any]:
    """A rule that makes a row: of everybody, if nobody's company is named and the right reaches the whole group, or else of
    the company named, or the actor's own. No two rows that a company sees have the same values in `key`.

    It raises Invalid at the last field of `key` where there is such a row.
    """

    def create(actor: Actor, values: Values) -> Any:
        values = of_company(actor, right, values)
        check_key(record, values.get("company"), {name: values.get(name) for name in key})
        return plain_create(record)(actor, values)

    return create


def shared_edit(record: type[Record], key: Sequence[str]) -> Callable[[Actor, Any, Values], Any]:
    """A rule that changes such a row, and raises Invalid as `shared_create` does."""

    def edit(actor: Actor, row: Any, values: Values) -> Any:
        if any(name in values for name in key):
            whole = {name: values.get(name, row.__data__.get(name)) for name in key}
            check_key(record, row.scope_value("company"), whole, row.get_id())
        return plain_edit(record)(actor, row, values)

    return edit


def of_company(actor: Actor, right: str, values: Values) -> Values:
    """Values with a company: who does not keep the whole group's rows makes their company's."""
    if values.get("company") is None and actor.rights.get(right) != Scope.GROUP:
        return {**values, "company": actor.company_id}
    return values


def check_key(record: type[Record], company: int | None, key: Values, own: int = 0) -> None:
    """Raise Invalid where a row beside `own` that the company sees has these values.

    A unique key keeps a company's rows apart, but not those of everybody: NULL equals nothing.
    """
    fields = record._meta.fields
    alike = reduce(and_, (fields[name] == value for name, value in key.items()))
    there = record.select().where(alike, record.in_use_at(company), record._meta.primary_key != own).first()
    if there is None:
        return
    names = list(key)
    same = "、".join(fields[each].title for each in names)
    whose = "各单位通用的一条，不用再加" if there.scope_value("company") is None else "，请改原来的那条"
    raise Invalid(fields={names[-1]: f"{same}相同的已经有{whose}"})


__all__ = ["check_key", "of_company", "shared_create", "shared_edit"]
