"""What the buttons of the people's list call, for each chosen person."""

from __future__ import annotations

from typing import Any

from models.administration.accounts import open_account, renew_first_password
from models.administration.records import Account
from models.core.actor import Actor
from models.core.errors import Conflict
from models.organization import bindings
from models.organization.records import EDIT_PERSONS, Binding, Person
from models.training.matching import match_from_registry

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


def match(actor: Actor, persons: list[Person], values: Values) -> str:
    """Look the people's certificates up in the registry."""
    return match_from_registry(actor, persons)


def first_passwords(actor: Actor, persons: list[Person], values: Values) -> str:
    """Give people a new first password, and say what to tell them."""
    told = []
    for person in persons:
        actor.require(EDIT_PERSONS, person)
        account = Account.get_or_none(Account.id_hash == person.id_hash)
        if account is None:
            opened = open_account(actor, person)
            told.append(_told(opened.account, opened.code))
        else:
            told.append(_told(account, renew_first_password(actor, account)))
    return "；".join(told)


def _told(account: Account, code: str) -> str:
    return f"{account.name}：账号 {account.login}，初始密码{f' {code}' if code else '是身份证号后 6 位'}"
