"""Rows as JSON: what a list and a detail carry, and what the actor may do with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core.fields import Described, Link, PersonalId
from models.core.ledger.declaration import Action, Ledger, Rules
from models.core.ledger.import_plan import FollowUp
from models.core.ledger.reading.references import attach, reference
from models.core.security.actor import Actor
from models.core.security.rights import Scope

Row = dict[str, Any]
_NO_CELL = ("secret", "grants", "photos", "pictures", "lines", "facts")


def shown_names(ledger: Ledger, *, detail: bool = False) -> list[str]:
    """The names of the values in a row: the list's columns, or in the detail everything that is described."""
    if not detail:
        return [column.field for column in ledger.columns]
    form = ledger.form_fields()
    described = [
        name
        for name, field in ledger.record._meta.fields.items()
        # A secret only says whether it is set, to who opens the row.
        if isinstance(field, Described) and not field.internal and (field.kind != "secret" or name in form)
    ]
    derived = [item.name for item in ledger.derived if item.kind != "secret" and item.shown]
    return [*(name for name in described if name not in derived), *derived]


def beside_columns(ledger: Ledger) -> list[str]:
    """What a sheet may have beside the list's columns: whatever else is kept of a row or worked out, in the form's order.

    Not what a form only asks for (已对照证书核对), nor secrets, nor rights.
    """
    columns = set(shown_names(ledger))
    asked = {item.name for item in ledger.derived if item.write and not hasattr(ledger.record, item.name)}
    there = [name for name in shown_names(ledger, detail=True) if name not in columns | asked]
    found = [name for name in there if _kind_of(ledger, name) not in _NO_CELL]
    form = {name: place for place, name in enumerate(ledger.form_fields())}
    return sorted(found, key=lambda name: form.get(name, len(form)))


def _kind_of(ledger: Ledger, name: str) -> str:
    derived = ledger.derived_named(name)
    return derived.kind if derived is not None else str(ledger.record._meta.fields[name].kind)


def row_json(
    actor: Actor, ledger: Ledger, records: Sequence[Any], *, detail: bool = False, reveal: bool = False
) -> list[Row]:
    """`records` as Row objects, in order; references and derived values are loaded for all at once.

    ID numbers are masked unless `reveal` is set by a caller that has checked the right and noted it.
    """
    attach(ledger.record, records)
    names = shown_names(ledger, detail=detail)
    columns = [(name, ledger.record._meta.fields[name]) for name in names if not ledger.derived_named(name)]
    wanted = {*names, *_asked_by_actions(ledger)}
    derived = {
        item.name: (item.load(actor, records) if records else {}, _empty(item.kind))
        for item in ledger.derived
        if item.name in wanted
    }
    rows = []
    for record in records:
        values = {name: _value(record, name, field, reveal) for name, field in columns}
        for name, (loaded, empty) in derived.items():
            if name in names:
                values[name] = loaded.get(record.get_id(), empty)
        rows.append(
            {
                "id": str(record.get_id()),
                "label": ledger.label(record),
                "version": record.version,
                "tone": ledger.tone(record, values),
                "values": {name: values[name] for name in names},
                "can": permitted(actor, ledger, record, {n: loaded for n, (loaded, _) in derived.items()}),
            }
        )
    return rows


def _asked_by_actions(ledger: Ledger) -> set[str]:
    asking: list[Action | Rules] = [ledger.rules, *ledger.actions]
    return {name for one in asking for name in one.when}


def _empty(kind: str) -> Any:
    return [] if kind in ("references", "choices", "grants", "lines", "pictures") else None


def _value(record: Any, name: str, field: Described, reveal: bool) -> Any:
    if isinstance(field, Link):
        return reference(record, name, field)
    value = record.__data__.get(name)
    if reveal and isinstance(field, PersonalId):
        return value
    if field.kind == "choices":
        return value or []
    return None if value is None else field.plain(value)


def permitted(
    actor: Actor, ledger: Ledger, record: Any, derived: Mapping[str, Mapping[int, Any]] | None = None
) -> list[str]:
    """What the actor may do with the row as it is: `edit`, `delete` and names of actions; `attach` where it is changed no
    more and takes a file beside the others all the same."""
    can = [
        name
        for name, rule in (("edit", ledger.rules.edit), ("delete", ledger.rules.delete))
        if rule is not None
        and name in ledger.rights
        and may_write(actor, ledger.rights[name], record)
        and fits(ledger.rules, record, derived)
    ]
    right = ledger.rights.get("edit") if ledger.attachments else None
    if right is not None and "edit" not in can and may_write(actor, right, record):
        can.append("attach")
    return can + [
        action.name
        for action in ledger.actions
        if action.where != "page" and may_act(actor, action, record) and fits(action, record, derived)
    ]


def may_act(actor: Actor, action: Action, record: Any) -> bool:
    """Whether the actor may press this button for the row, whatever state it is in."""
    allowed = may_write if action.changes else Actor.may
    return allowed(actor, action.right, record)


def may_write(actor: Actor, right: str, record: Any) -> bool:
    """Whether `right` lets the actor change the row.

    A row without a company belongs to everybody or to the group: that takes a right over the whole group.
    """
    if not actor.may(right, record):
        return False
    shared = type(record).scope_field("company") is not None and record.scope_value("company") is None
    return not shared or actor.rights[right] == Scope.GROUP


def fits(
    asking: Action | Rules | FollowUp, record: Any, derived: Mapping[str, Mapping[int, Any]] | None = None
) -> bool:
    """Whether the row is as the `when` of an action, a follow-up, or of the rules, asks."""
    for name, allowed in asking.when.items():
        if derived is not None and name in derived:
            value = derived[name].get(record.get_id())
        else:
            value = record.__data__.get(name)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if text not in allowed and value not in allowed:
            return False
    return True
