"""What a ledger offers for many rows at once, from its declaration alone (X21)."""

from __future__ import annotations

from typing import Any

from models.core.db.peewee_parts import indexes_of
from models.core.ledger.changes.form_values import FormField, asked_in_form
from models.core.ledger.declaration import Action, Ledger
from models.core.security.actor import Actor

_KINDS = (
    "text", "longtext", "integer", "number", "date", "moment", "choice", "choices", "flag", "reference", "references",
)  # fmt: skip
_PLACE = ("lng", "lat")


def fields_for_many(ledger: Ledger) -> dict[str, FormField]:
    """The fields of the form that many rows may be given one value in: none that tells rows apart, and nobody's number."""
    record = ledger.record
    unique = {column.name for index in indexes_of(record) if index.unique for column in index.columns}
    unique |= {name for name, field in record._meta.fields.items() if field.unique}
    unique |= {record.company_field or "", "name", *_PLACE, *ledger.told_apart_by}
    unique |= set(ledger.importing.key) if ledger.importing is not None else set()
    if not ledger.many:
        return {}
    return {
        name: item
        for name, item in asked_in_form(ledger).items()
        if item.field.kind in _KINDS
        and not item.create_only
        and name not in unique
        and (item.derived is None or name in record.sub_rows)
    }


def actions_for_many(ledger: Ledger) -> list[Action]:
    """The buttons that may be pressed for everything a filter leaves: each row by itself, with nothing to take away."""
    return [
        action
        for action in ledger.actions
        if ledger.many and action.where == "bulk" and action.gives != "file" and not action.once
    ]


def for_many(ledger: Ledger, actor: Actor) -> dict[str, Any]:
    """What the actor is offered, as `Ledger.bulk` in docs/http-api.md."""
    may = {name: name in ledger.rights and actor.may(ledger.rights[name]) for name in ("edit", "delete")}
    return {
        "edit": list(fields_for_many(ledger)) if may["edit"] and ledger.rules.edit is not None else [],
        "delete": ledger.many and may["delete"] and ledger.rules.delete is not None,
        "actions": [action.name for action in actions_for_many(ledger) if actor.may(action.right)],
    }


__all__ = ["actions_for_many", "fields_for_many", "for_many"]
