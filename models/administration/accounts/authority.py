"""Over whom one may decide: nobody with greater rights, and nobody whom other companies trust too (I1, I3)."""

from __future__ import annotations

from models.administration.accounts.standing_changes import units_of
from models.administration.records import Account, Assignment, Role
from models.administration.roles import builtin_roles
from models.administration.roles.grants import exceeding, unpack
from models.administration.roles.roles import builtin
from models.core.errors import Forbidden
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import Person


def require_no_greater(actor: Actor, account: Account, doing: str, *, unit_id: int | None = None) -> None:
    """Raise Forbidden if the account may do more, or farther, than the actor; each role is looked at where it is held.

    `doing` is the verb. With `unit_id` what it may do in that company is looked at, for what touches nothing else.
    Nobody becomes somebody greater: neither in another company, nor at another site.
    """
    if account.id == actor.account_id:
        return
    held = (
        Assignment.select(Assignment.company_id, Assignment.node_id, Role.grants)
        .join(Role, on=(Assignment.role == Role.id))
        .where(Assignment.account_id == account.id)
        .tuples()
    )
    if unit_id is not None:
        held = held.where(Assignment.company_id.is_null() | (Assignment.company_id == unit_id))
    if any(
        _beyond(actor, name, scope, company, node)
        for company, node, grants in held
        for name, scope in unpack(grants).items()
    ):
        raise Forbidden(
            f"您不能为“{account.name}”{doing}",
            code="greater_account",
            cause="这个账号的权限比您的大",
            advice="请联系公司管理员或系统管理员",
        )


def _beyond(actor: Actor, name: str, scope: Scope, company: int | None, node: int | None) -> bool:
    own = actor.rights.get(name, 0)
    if own < scope:
        return True
    if company is not None and scope > Scope.SELF and company not in actor.companies(name):
        return True
    places = actor.places_of(name)
    narrow = node is not None and own < Scope.COMPANY
    return narrow and node not in (*places.sites, *places.departments)


def require_file_no_greater(actor: Actor, person: Person, doing: str) -> None:
    """Raise Forbidden if the file would give its human more than the actor has: nobody lets in somebody greater."""
    if person.role != "safety_officer":
        return
    code = builtin_roles.REVIEWING_OFFICER if person.may_review else builtin_roles.SAFETY_OFFICER
    if exceeding(unpack(builtin(code).grants), actor.rights):
        raise Forbidden(
            f"您不能为“{person.name}”{doing}",
            code="greater_account",
            cause="这份资料的权限比您的大",
            advice="请联系公司管理员或系统管理员",
        )


def require_person_no_greater(actor: Actor, person: Person, doing: str) -> None:
    """Raise Forbidden for somebody who may do more in the file's company than the actor, or will as soon as they come."""
    account = Account.get_or_none(Account.id == person.account_id)
    if account is None:
        require_file_no_greater(actor, person, doing)
    else:
        require_no_greater(actor, account, doing, unit_id=person.company_id)


def require_all_units(actor: Actor, account: Account, right: str, doing: str) -> None:
    """Raise Forbidden if the account belongs to a company that the actor's `right` does not reach (I3).

    What one company hands out opens that company alone, so none may take over somebody who works elsewhere too. The
    sentence names no company.
    """
    if account.id != actor.account_id and units_of(account.id) - set(actor.companies(right)):
        raise Forbidden(
            f"您不能为“{account.name}”{doing}",
            code="not_only_yours",
            cause="这个账号不只在您管理的单位使用",
            advice="请让本人用自己的密码登录后修改，或联系集团的系统管理员",
        )


__all__ = [
    "require_all_units", "require_file_no_greater", "require_no_greater", "require_person_no_greater",
]  # fmt: skip
