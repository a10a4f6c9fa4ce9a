"""What belonging to a unit gives an account, and what leaving takes away (Q04, Q06)."""

from __future__ import annotations

from models.administration.accounts.standing_changes import standing_changed
from models.administration.records import Account, Assignment
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign, withdraw
from models.core import history
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.organization.records import Binding, Person

_OFFICERS = (builtin_roles.SAFETY_OFFICER, builtin_roles.REVIEWING_OFFICER)
_HOUSE = Actor(account_id=None, name="系统")


def sync_roles(person: Person) -> None:
    """Bring the roles of the account that the file is tied to, for this unit, in line with file and binding.

    Bound people can clock in, officers have their officer's role; who is not (or no more) bound has no role of
    the unit at all, and what was open because of one is over. A file without a tie gives nobody anything.
    """
    account = Account.get_or_none(Account.id == person.account_id)
    if account is None:
        return
    if is_bound(person):
        join(account, person)
    else:
        leave(account, person.company_id)
        standing_changed([account.id], unit_id=person.company_id)


def is_bound(person: Person) -> bool:
    """Whether the person's binding holds now."""
    return bool(Binding.select().where(Binding.person == person.id, Binding.state == "approved").exists())


def join(account: Account, person: Person) -> None:
    """Give the account what its person may do in the unit."""
    assign(account.id, builtin_roles.WORKER, None)
    if person.role == "safety_officer":
        code = builtin_roles.REVIEWING_OFFICER if person.may_review else builtin_roles.SAFETY_OFFICER
        lost = withdraw(account.id, [role for role in _OFFICERS if role != code], person.company_id)
        gained = assign(account.id, code, person.company_id)
    else:
        lost, gained = withdraw(account.id, _OFFICERS, person.company_id), False
    _move_home(account, person)
    if lost:
        standing_changed([account.id], unit_id=person.company_id)
    if lost or gained:
        announce("person.role_changed", person, account=account.id)


def _move_home(account: Account, person: Person) -> None:
    """Who left one unit for another comes, account and all, under the care of the new one; both trails say so.

    An account that has a role in its old unit, or a file that is bound there, stays in its care.
    """
    bound = _bound_units(account)
    values = {}
    if account.current_company_id not in bound:
        values["current_company"] = person.company_id
    if account.company_id not in bound and _had_file(account) and not _has_role(account, account.company_id):
        values["company"] = person.company_id
        history.note(_HOUSE, account, "left")
    if not values:
        return
    account.change(**values)
    if "company" in values:
        history.note(_HOUSE, account, "joined")
        announce("person.account_moved", person, account=account.id)


def _had_file(account: Account) -> bool:
    file = Person.select().where(Person.company == account.company_id, Person.account_id == account.id)
    return bool(file.exists())


def _has_role(account: Account, company_id: int) -> bool:
    held = Assignment.select().where(Assignment.account_id == account.id, Assignment.company_id == company_id)
    return bool(held.exists())


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
        .where(Person.account_id == account.id, Binding.state == "approved")
    )
    return {row.company_id for row in query}
