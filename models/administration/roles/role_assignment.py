"""Who may give and take which roles (J04, 三员分立)."""

from __future__ import annotations

from models.administration.records import Account, Assignment, Role
from models.administration.roles import administrators
from models.administration.roles.grants import exceeding, union, unpack
from models.administration.roles.roles import grants_for_accounts
from models.administration.sign_in.step_up import require_recent_proof
from models.core.errors import Invalid
from models.core.security.actor import Actor


def check_change(actor: Actor, account: Account, changed: list[Role], wanted: list[Role]) -> None:
    """Raise unless the actor may leave the account, in its own company, with the roles `wanted` (of which some `changed`).

    Nobody changes their own roles or gives what reaches farther than their own rights, unless they appoint; the three
    kinds of administrators stay apart, and each has somebody.
    """
    administrators.check_not_own(actor, account)
    greater = [role.name for role in changed if exceeding(unpack(role.grants), actor.rights)]
    if greater and not administrators.appoints(actor):
        raise Invalid(fields={"roles": f"不能给出或收回比自己权限大的角色：{'、'.join(greater)}"})
    administrators.require_manages(actor, account, grants_for_accounts([account.id])[account.id], "修改角色")
    elsewhere = Role.select().join(Assignment, on=(Assignment.role == Role.id)).where(
        Assignment.account_id == account.id,
        Assignment.company_id.is_null(False) & (Assignment.company_id != account.company_id),
    )  # fmt: skip
    after = [*wanted, *elsewhere]
    if administrators.kinds_held(union(unpack(role.grants) for role in changed)):
        administrators.check_apart(after)
        administrators.check_somebody_stays(account, after)
        require_recent_proof(actor)
