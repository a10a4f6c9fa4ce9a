"""Who may do something at a company: the people whom news for those in charge goes to (H06, X05)."""

from __future__ import annotations

from collections.abc import Iterable

from models.administration.records import Account, Assignment, Role
from models.administration.roles.roles import grants_of_roles
from models.core.security.rights import Scope, known
from models.organization.records import Binding, Person


def persons_with(right: str, company_id: int, *, at_least: Scope = Scope.COMPANY) -> list[int]:
    """Files of those who have the right for the whole company: there, or, who has it for the group, anywhere.

    Accounts that are switched off, and people who have left, are not among them.
    """
    local, wide = _roles(known(right), at_least)
    here = _accounts(local, company_id)
    everywhere = _accounts(wide, None)
    files = (
        Person.select(Person.id, Person.company, Account.id)
        .join(Account, on=(Account.id == Person.account_id))
        .switch(Person)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Account.id.in_(sorted(here | everywhere) or (0,)), Account.state == "active")
        .where(Binding.state == "approved")
        .order_by(Person.id)
        .tuples()
    )
    best: dict[int, tuple[bool, int]] = {}
    for person, company, account in files:
        away = company != company_id
        if (not away or account in everywhere) and (account not in best or (away, person) < best[account]):
            best[account] = (away, person)
    return sorted(person for _, person in best.values())


def _roles(right: str, at_least: Scope) -> tuple[set[int], set[int]]:
    """The roles that grant it for a company at least, and those that do so for the group."""
    grants = grants_of_roles(row.id for row in Role.select(Role.id))
    local = {role for role, reach in grants.items() if (reach.get(right) or 0) >= at_least}
    return local, {role for role in local if grants[role][right] == Scope.GROUP}


def _accounts(roles: Iterable[int], company_id: int | None) -> set[int]:
    """Who has one of the roles: for the company or for all, or (None) for any."""
    query = Assignment.select(Assignment.account_id).where(Assignment.role.in_(sorted(roles) or (0,)))
    if company_id is not None:
        query = query.where(Assignment.company_id.is_null() | (Assignment.company_id == company_id))
    return {account for (account,) in query.tuples()}
