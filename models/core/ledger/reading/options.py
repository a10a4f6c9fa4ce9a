"""What a reference field may be filled with, found while one types."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from models.core.errors import Invalid, NotFound
from models.core.fields import Lines, Link
from models.core.ledger.declaration import Ledger, ledger_named
from models.core.ledger.reading.listing import sort_column
from models.core.ledger.reading.query import contains, search
from models.core.ledger.reading.references import attach, label_of, ledger_of, unbound, visible
from models.core.ledger.reference_check import link_of
from models.core.records import Record
from models.core.row_ids import parse_id
from models.core.security.actor import Actor

MAX_OPTIONS = 100


def options(actor: Actor, ledger: Ledger, field: str, q: str = "", limit: Any = 20) -> dict[str, Any]:
    """Choices for the reference `field`: `{"items": [{"id", "label", "note"}]}`, those that `q` finds.

    The field may be a column, a derived value or a question of an action. Raises NotFound for no such
    field, Invalid for a wrong limit.
    """
    actor.require(ledger.rights["read"])
    number = parse_id(limit) if isinstance(limit, str) else limit
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MAX_OPTIONS:
        raise Invalid(fields={"limit": f"应在 1 到 {MAX_OPTIONS} 之间"})
    if not isinstance(q, str) or len(q) > 100:
        raise Invalid(fields={"q": "搜索最多 100 个字"})
    link = _link(ledger, field)
    right = strongest(actor, ledger)
    query = visible(actor, link, right)
    model = link.rel_model
    # A question of an action is bound to no record.
    if getattr(link, "model", None) is ledger.record and link.name == ledger.record.company_field:
        query = query.where(model._meta.primary_key.in_(actor.companies(right)))
    target = ledger_of(model, link.to)
    found = search(actor, target, q) if target is not None else _by_name(model, q)
    if found is not None:
        query = query.where(found)
    order = (
        sort_column(model, "name")
        if "name" in model._meta.fields and issubclass(model, Record)
        else model._meta.fields.get("name", model._meta.primary_key)
    )
    rows = list(query.order_by(order, model._meta.primary_key).limit(number))
    attach(model, rows)
    return {
        "items": [
            {
                "id": str(row.get_id()),
                "label": label_of(row, link.to),
                "note": target.note(row) if target is not None else "",
            }
            for row in rows
        ]
    }


def _link(ledger: Ledger, name: str) -> Link:
    derived = ledger.derived_named(name)
    if derived is not None:
        made = link_of(derived.field)
        if made is not None:
            return made
        target = ledger_named(derived.to) if derived.to and "." not in name else None
        if target is not None:
            return unbound(derived.title, target)
    column = ledger.record._meta.fields.get(name)
    if isinstance(column, Link) and derived is None:
        return column
    whole, _, part = name.partition(".")  # the box of a line
    for fields in (_asked_of(ledger, whole), *(dict(action.fields) for action in ledger.actions)):
        found = fields.get(whole)
        asked = link_of(found.parts.get(part) if isinstance(found, Lines) else found)
        if asked is not None:
            return asked
    raise NotFound("没有这个选项", cause="这一项没有可选的内容", advice="请刷新页面后再试")


def _asked_of(ledger: Ledger, name: str) -> dict[str, Any]:
    derived = ledger.derived_named(name)
    return {} if derived is None else {name: derived.field}


def strongest(actor: Actor, ledger: Ledger) -> str:
    """The farthest of the actor's rights for which a reference may have to be picked."""
    names = [ledger.rights[name] for name in ("read", "create", "edit", "import") if name in ledger.rights]
    return max(names, key=lambda name: actor.rights.get(name, 0))


def _by_name(model: type[Any], q: str) -> Any:
    names = [model._meta.fields[name] for name in ("name", "code") if name in model._meta.fields]
    words = q.split()[:5]
    if not words or not names:
        return None
    return reduce(and_, (reduce(or_, (contains(column, word) for column in names)) for word in words))
