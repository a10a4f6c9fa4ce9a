"""Whom somebody who lacks a right may ask for it: those of the own unit who can give it, by name (J04)."""

from __future__ import annotations

from models.administration.records import APPOINT, EDIT_USERS, Account, Assignment, Role
from models.administration.roles.grants import union
from models.administration.roles.roles import grants_of_roles
from models.core.db.connection import database
from models.core.security.actor import WHO_CAN_GRANT, Actor
from models.core.security.rights import Scope
from models.organization.records import Binding, Person

MOST = 3


@WHO_CAN_GRANT.answer
def givers(actor: Actor, right: str, reach: Scope | None = None) -> list[str] | None:
    """Up to three names of the actor's own unit who may give the right farther than `reach`; none of any other unit.

    That is who changes the roles of all the unit's accounts and has the right so far, or appoints. Nobody asks
    themselves. Empty where the unit has nobody who can; None for who is not of the unit (yet), and where no connection
    is open, as nothing may wait for one there.
    """
    company_id = actor.company_id
    if company_id is None or actor.account_id is None or database.is_closed():
        return None
    of_unit = _of_unit(company_id)
    if not Account.select().where(Account.id == actor.account_id, of_unit).exists():
        return None
    grants = grants_of_roles(role.id for role in Role.select(Role.id))
    giving = [role_id for role_id, held in grants.items() if held.get(EDIT_USERS, 0) >= Scope.COMPANY]
    here = Assignment.company_id.is_null() | (Assignment.company_id == company_id)
    accounts = [
        row.id
        for row in Account.select(Account.id)
        .join(Assignment, on=(Assignment.account_id == Account.id))
        .where(here, Assignment.role.in_(giving or [0]), Account.id != actor.account_id)
        .where(Account.state == "active", of_unit)
    ]
    roles: dict[int, list[int]] = {}
    for row in Assignment.select().where(here, Assignment.account_id.in_(accounts or [0])):
        roles.setdefault(row.account_id, []).append(row.role_id)
    able = []
    for account_id, held_here in roles.items():
        held = union(grants[role_id] for role_id in held_here)
        if held.get(right, 0) > (reach or 0) or held.get(APPOINT) == Scope.GROUP:
            able.append(account_id)
    chosen = Account.select(Account.name).where(Account.id.in_(able or [0])).order_by(Account.id).limit(MOST)
    return list(dict.fromkeys(row.name for row in chosen))


def _of_unit(company_id: int) -> object:
    """Whose account the unit's administrator made (it has no ID number, J02), or who is bound to the unit."""
    bound = (
        Person.select(Person.account_id)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.company == company_id, Binding.state == "approved", Person.account_id.is_null(False))
    )
    made = (Account.company == company_id) & Account.id_hash.is_null()
    return made | Account.id.in_(bound)
