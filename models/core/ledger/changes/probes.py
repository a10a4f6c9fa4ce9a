"""Probes: what a form asks before it is saved."""

from __future__ import annotations

from typing import Any

from models.core.errors import Invalid, Malformed
from models.core.ledger.changes.form_values import asked_in_form
from models.core.ledger.declaration import FormProbe, Ledger
from models.core.ledger.reference_check import ReferenceCheck, points
from models.core.security.actor import Actor


def probe(actor: Actor, ledger: Ledger, asked: FormProbe, values: Any) -> dict[str, Any]:
    """Ask a probe what it makes of the form so far: `{"message", "tone", "facts"}`. Nothing of the form is written.

    Raises Invalid with the sentence at the probe's field if that can't be read, and at a reference to what the actor may not
    point at, Forbidden.
    """
    actor.require(asked.right)
    if not isinstance(values, dict):
        raise Invalid(fields={"values": "这里要填一组内容"})
    field = ledger.field_named(asked.field)
    try:
        clean = field.clean(values.get(asked.field))
    except Malformed as error:
        raise Invalid(fields={asked.field: error.message}) from None
    if clean is None:
        raise Invalid(fields={asked.field: f"请先填写{field.title}"})
    _check_references(actor, ledger, asked, values)
    found = asked.rule(actor, {**values, asked.field: clean})
    return {"message": found.message, "tone": found.tone, "facts": dict(found.facts)}


def _check_references(actor: Actor, ledger: Ledger, asked: FormProbe, values: dict[str, Any]) -> None:
    """A form that is not filled in yet may hold anything, but no other company's rows. Raises Invalid."""
    fields = {name: item.field for name, item in asked_in_form(ledger).items() if points(item.field)}
    wrong: dict[str, str] = {}
    clean = {}
    for name in fields.keys() & values.keys():
        try:
            clean[name] = fields[name].clean(values[name])
        except Malformed as error:
            wrong[name] = error.message
    wrong |= ReferenceCheck(actor, ledger, asked.right).refused(fields, clean)
    if wrong:
        raise Invalid(fields=wrong)
