"""The three kinds of administrators, apart (三员分立): who runs the system, who gives rights, who reads the logs.

Every right belongs to one kind: `system` (units, standards, channels, calendar), `security` (accounts, roles), `audit`
(logs), or `everyday` (the work itself). With ANBAN_SEPARATE_ADMINISTRATORS no account can be given rights of two of the
first three kinds. `admin` begins with all of them, as an installation begins with one person; it hands them over and is
then relieved by the security administrator.

System rights count where they reach the whole group: a company that keeps its own channels and calendar is no
administrator of the system. Rights over accounts and logs count however far they reach. GB/T 22239-2019 层面“安全管理中心”
asks for this apartness; the clause is 待核对.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from models.administration.records import APPOINT, Account, Assignment, Role
from models.administration.roles.grants import Reach, exceeding, union, unpack
from models.core.chapters import granted
from models.core.config import config
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.security.actor import Actor
from models.core.security.rights import Scope, all_rights

SYSTEM, SECURITY, AUDIT, EVERYDAY = "system", "security", "audit", "everyday"
TITLES = {SYSTEM: "系统管理员", SECURITY: "安全保密管理员", AUDIT: "安全审计员"}

_LOOKING = (".read", ".export")
# An officer hands first passwords to the people of the own unit. That makes nobody an administrator.
_HANDED_OUT = ("users.reset",)


@cache
def kinds() -> Mapping[str, str]:
    """The kind of a right, by what stands before its dot, as the chapters' manifests say."""
    return {prefix: kind for kind in (SYSTEM, SECURITY, AUDIT, EVERYDAY) for prefix in granted(kind)}


def kind_of(right: str) -> str:
    """The kind that a right belongs to. Raises LookupError for one that was given to none."""
    prefix = right.partition(".")[0]
    if prefix not in kinds():
        raise LookupError(
            f"right {right} belongs to no kind: name {prefix!r} in the grants of its chapter.py"
        )
    return kinds()[prefix]


def rights_of(kind: str) -> set[str]:
    """All rights of a kind."""
    return {right.name for right in all_rights() if kind_of(right.name) == kind}


def kinds_held(reach: Mapping[str, Scope], *, over_group: bool = False) -> set[str]:
    """Of which kinds somebody with these rights is an administrator; `over_group`: of the whole group only."""
    found = set()
    for right, scope in reach.items():
        kind = kind_of(right)
        if kind == EVERYDAY or right in _HANDED_OUT or (over_group and scope != Scope.GROUP):
            continue
        looking = right.endswith(_LOOKING)
        if kind == AUDIT or (not looking and (kind == SECURITY or scope == Scope.GROUP)):
            found.add(kind)
    return found


def appoints(actor: Actor) -> bool:
    """Whether the actor gives and takes roles that reach farther than the own ones."""
    return actor.rights.get(APPOINT) == Scope.GROUP


def require_manages(actor: Actor, account: Account, held: Reach, doing: str) -> None:
    """Raise Forbidden if the account may do more than the actor, unless that is who gives all rights.

    For roles and for switching off; passwords and second factors of greater accounts are given by nobody.
    """
    if account.id != actor.account_id and not appoints(actor) and exceeding(held, actor.rights):
        raise Forbidden(
            f"您不能为“{account.name}”{doing}",
            code="greater_account",
            cause="这个账号的权限比您的大",
            advice="请联系公司管理员或系统管理员",
        )


def check_not_own(actor: Actor, account: Account) -> None:
    """Raise Conflict for somebody's own roles: nobody gives rights to themselves."""
    if actor.account_id is not None and account.id == actor.account_id:
        raise Conflict(
            "不能改自己的角色",
            code="own_roles",
            cause="权限要由别人给",
            advice="请让别的管理员来改",
        )


def check_apart(roles: Iterable[Role], *, field: str = "roles") -> None:
    """Raise Invalid at `field` if these roles together make an administrator of two kinds, where that is forbidden."""
    if not config().separate_administrators:
        return
    kinds = kinds_held(union(unpack(role.grants) for role in roles))
    if len(kinds) > 1:
        names = "、".join(TITLES[kind] for kind in TITLES if kind in kinds)
        raise Invalid(
            fields={field: f"{names}要由不同的人担任（三员分立），一个账号只能担任其中一种"},
            advice="请分给不同的账号",
        )


def check_role_apart(role: Role) -> None:
    """Raise Invalid if the role mixes two kinds, or makes one of its holders an administrator of two."""
    check_apart([role], field="grants")
    if not config().separate_administrators or role.id is None or not kinds_held(unpack(role.grants)):
        return
    holders = Assignment.select(Assignment.account_id).where(Assignment.role == role.id)
    rows = Assignment.select(Assignment.account_id, Assignment.role).where(
        Assignment.account_id.in_(holders), Assignment.role != role.id
    )
    others: dict[int, list[int]] = {}
    for row in rows:
        others.setdefault(row.account_id, []).append(row.role_id)
    for role_ids in others.values():
        check_apart([role, *Role.select().where(Role.id.in_(role_ids))], field="grants")


def check_somebody_stays(account: Account, left: Iterable[Role]) -> None:
    """Raise Conflict if with only the roles `left` to the account a kind of administrator would have nobody."""
    held = Role.select().join(Assignment, on=(Assignment.role == Role.id))
    before = kinds_held(
        union(unpack(role.grants) for role in held.where(Assignment.account_id == account.id)),
        over_group=True,
    )
    gone = before - kinds_held(union(unpack(role.grants) for role in left), over_group=True)
    for kind in (kind for kind in TITLES if kind in gone):
        if not _others_hold(kind, account.id):
            raise Conflict(
                f"“{account.name}”是最后一位{TITLES[kind]}",
                code="last_administrator",
                cause=f"拿掉以后就没有人担任{TITLES[kind]}了",
                advice=f"请先让别人担任{TITLES[kind]}",
            )


def _others_hold(kind: str, account_id: int) -> bool:
    giving = [role.id for role in Role.select() if kind in kinds_held(unpack(role.grants), over_group=True)]
    query = (
        Assignment.select()
        .join(Account, on=(Assignment.account_id == Account.id))
        .where(Assignment.role.in_(giving or [0]), Account.id != account_id, Account.state == "active")
    )
    return bool(query.exists())
