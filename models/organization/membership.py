"""What belonging to a unit gives an account, and what leaving takes away (Q04, Q06)."""

from __future__ import annotations

from models.administration import builtin_roles
from models.administration.records import Account, Assignment
from models.administration.roles import assign, withdraw
from models.organization.records import Binding, Person

_OFFICERS = (builtin_roles.SAFETY_OFFICER, builtin_roles.REVIEWING_OFFICER)


def sync_roles(person: Person) -> None:
    """Bring the roles of the person's account for this unit in line with file and binding.

    Bound people can clock in, officers have their officer's role; who is not (or no more) bound has no role of
    the unit at all.
    """
    account = Account.get_or_none(Account.id_hash == person.id_hash)
    if account is None:
        return
    if is_bound(person):
        join(account, person)
    else:
        leave(account, person.company_id)


def is_bound(person: Person) -> bool:
    """Whether the person's binding holds now."""
    return bool(Binding.select().where(Binding.person == person.id, Binding.state == "approved").exists())


def join(account: Account, person: Person) -> None:
    """Give the account what its person may do in the unit."""
    assign(account.id, builtin_roles.WORKER, None)
    if person.role == "safety_officer":
        code = builtin_roles.REVIEWING_OFFICER if person.may_review else builtin_roles.SAFETY_OFFICER
        withdraw(account.id, [role for role in _OFFICERS if role != code], person.company_id)
        assign(account.id, code, person.company_id)
    else:
        withdraw(account.id, _OFFICERS, person.company_id)
    _move_home(account, person)


def _move_home(account: Account, person: Person) -> None:
    """Who left one unit for another comes, account and all, under the care of the new one."""
    bound = _bound_units(account)
    values = {}
    if account.current_company_id not in bound:
        values["current_company"] = person.company_id
    if account.company_id not in bound and _had_file(account):
        values["company"] = person.company_id
    if values:
        account.change(**values)


def _had_file(account: Account) -> bool:
    file = Person.select().where(Person.company == account.company_id, Person.id_hash == account.id_hash)
    return bool(file.exists())


def leave(account: Account, company_id: int) -> None:
    """Take everything away that the account may do in the unit; being a worker elsewhere stays."""
    Assignment.delete().where(
        Assignment.account_id == account.id, Assignment.company_id == company_id
    ).execute()
    if account.current_company_id == company_id:
        left = sorted(_bound_units(account) - {company_id})
        account.change(current_company=left[0] if left else None)


def _bound_units(account: Account) -> set[int]:
    query = (
        Person.select(Person.company)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.id_hash == account.id_hash, Binding.state == "approved")
    )
    return {row.company_id for row in query}
