"""Whom somebody can call whose report of an accident was refused: never is anybody left without a number (G02)."""

from __future__ import annotations

from collections.abc import Iterable

from models.core.errors import AnbanError
from models.core.security.actor import Actor
from models.duty.gate.contacts import add_contacts
from models.organization.records import Binding, Person

#: The numbers of the State: 110 passes on to 119 (fire) and 120 (ambulance) where it is asked to.
EMERGENCY = {"name": "报警求助 110", "phone": "110"}
CALL = "有人受伤打 120，着火打 119，其他打 110"


def with_contact(error: AnbanError, actor: Actor | None = None, unit: int | None = None) -> AnbanError:
    """The refusal with a number to call in `details.contact`: a safety officer of a unit that the actor belongs to,
    or has applied to, else the emergency number. Nobody is given a number of a unit that is not theirs."""
    if "contact" in error.details:
        return error
    mine = _units(actor) if actor is not None else []
    asked = [unit] if unit in mine else mine
    if actor is not None and asked:
        add_contacts([(asked[0], error, actor.account_id)])
    error.details.setdefault("contact", dict(EMERGENCY))
    if "110" not in error.advice:
        error.advice = "；".join(part for part in (error.advice.rstrip("。"), CALL) if part)
    return error


def _units(actor: Actor) -> list[int]:
    """The units of the actor's own files that are bound or wait, the one worked for first."""
    rows: Iterable[tuple[int]] = (
        Binding.select(Binding.company)
        .join(Person, on=(Binding.person == Person.id))
        .where(Person.id.in_(actor.person_ids or (0,)), Binding.state.in_(("approved", "waiting")))
        .order_by(Binding.id)
        .tuples()
    )
    found = [company for (company,) in rows]
    return sorted(found, key=lambda company: company != actor.company_id)
