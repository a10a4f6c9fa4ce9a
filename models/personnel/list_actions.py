"""What the buttons of the people's list call, for each chosen person."""

from __future__ import annotations

from typing import Any

from models.administration.accounts import account_ties
from models.administration.accounts.accounts import renew_first_password
from models.core.errors import Conflict
from models.core.ledger.declaration import ResultFile
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings, claims
from models.personnel.importing.first_passwords import draw, sheet, told
from models.training.certificates.registry_matching import match_from_registry

Values = dict[str, Any]


def _binding(person: Person) -> Binding:
    found = Binding.get_or_none(Binding.person == person.id)
    if found is None:
        raise Conflict(
            f"“{person.name}”没有绑定", code="no_binding", cause="名单里没有他的绑定", advice="请刷新后再试"
        )
    return found


def approve_persons(actor: Actor, persons: list[Person], values: Values) -> list[Person]:
    """Let waiting people in."""
    for person in persons:
        bindings.approve(actor, _binding(person))
    return persons


def refuse_persons(actor: Actor, persons: list[Person], values: Values) -> list[Person]:
    """Turn waiting people down."""
    for person in persons:
        bindings.refuse(actor, _binding(person), values["reason"])
    return persons


def end_persons(actor: Actor, persons: list[Person], values: Values) -> list[Person]:
    """Take people out of the unit."""
    for person in persons:
        bindings.end(actor, _binding(person), values.get("reason"))
    return persons


def restore_persons(actor: Actor, persons: list[Person], values: Values) -> list[Person]:
    """Take people back in."""
    for person in persons:
        bindings.restore(actor, _binding(person))
    return persons


def confirm_claims(actor: Actor, persons: list[Person], values: Values) -> list[Person]:
    """Confirm that those who say so are the people of these files."""
    for person in persons:
        claims.confirm(actor, person)
    return persons


def refuse_claims(actor: Actor, persons: list[Person], values: Values) -> list[Person]:
    """Whoever says so is not the person of this file."""
    for person in persons:
        claims.refuse(actor, person)
    return persons


def untie_persons(actor: Actor, persons: list[Person], values: Values) -> list[Person]:
    """Take files from their accounts."""
    for person in persons:
        account_ties.untie(actor, person)
    return persons


def match(actor: Actor, persons: list[Person], values: Values) -> str:
    """Look the people's certificates up in the registry."""
    return match_from_registry(actor, persons)


def first_passwords(actor: Actor, persons: list[Person], values: Values) -> str:
    """Give people a new first password, and say what to tell them."""
    return "；".join(told(renew_first_password(actor, person)) for person in persons)


def code_sheet(actor: Actor, persons: list[Person], values: Values) -> ResultFile:
    """Give people an activation code each, as a sheet to be handed out."""
    return sheet(draw(actor, persons))
