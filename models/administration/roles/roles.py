"""Who holds which role, and what follows from it (J04)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from models.administration.accounts.standing_changes import rights_changed
from models.administration.records import (
    CREATE_ROLES,
    DELETE_ROLES,
    EDIT_ROLES,
    Assignment,
    Role,
)
from models.administration.roles import administrators, builtin_roles
from models.administration.roles.grants import Reach, exceeding, pack, union, unpack
from models.core import history
from models.core.db.bulk import select_in
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.security.actor import Actor
from models.core.security.rights import Scope, right

Values = dict[str, Any]


def install_builtin_roles() -> int:
    """Make the built-in roles, or bring them up to date; gives how many were made or changed."""
    done = 0
    for wanted in builtin_roles.builtin_roles():
        values = {"name": wanted.name, "summary": wanted.summary, "grants": pack(wanted.reach)}
        role = Role.get_or_none(Role.code == wanted.code)
        if role is None:
            Role.create(code=wanted.code, builtin=True, **values)
        elif any(getattr(role, name) != value for name, value in values.items()):
            role.change(**values)
        else:
            continue
        done += 1
    return done


def builtin(code: str) -> Role:
    """The built-in role of that code; LookupError if the installation was not prepared."""
    role = Role.get_or_none(Role.code == code)
    if role is None:
        raise LookupError(f"built-in role {code} is missing: run install_standards()")
    return role


def grants_for_accounts(account_ids: Iterable[int]) -> dict[int, Reach]:
    """What each account may do by any of its roles, whatever the company; two queries.

    Every account asked for is in the answer. Who needs a right for one company asks for an Actor instead.
    """
    wanted = set(account_ids)
    held: dict[int, set[int]] = {account_id: set() for account_id in wanted}
    for account_id, role_id in select_in(
        "SELECT account_id, role_id FROM assignment WHERE account_id IN ({keys})", wanted
    ):
        held[account_id].add(role_id)
    roles = grants_of_roles(set().union(*held.values()))
    return {id_: union(roles[role] for role in kinds if role in roles) for id_, kinds in held.items()}


def grants_of_roles(role_ids: Iterable[int]) -> dict[int, Reach]:
    """What each role grants; one query. The answers are shared: they must not be changed."""
    rows = select_in("SELECT id, grants FROM role WHERE id IN ({keys})", role_ids)
    return {role_id: reach_of(grants) for role_id, grants in rows}


# The grants of a role are long, and the same few roles are everybody's. Remembered by the stored text itself,
# so that they can't be out of date.
@lru_cache(maxsize=256)
def reach_of(grants: str) -> Reach:
    """What the stored text of a role's grants gives. The answers are shared: they must not be changed."""
    return unpack(Role.grants.python_value(grants))


def assign(account_id: int, role: Role | str, company_id: int | None, node_id: int | None = None) -> bool:
    """Give an account a role for a company (None: wherever it works); says whether that was new.

    `node_id` is the site or department that a role of that scope reaches.
    """
    found = builtin(role) if isinstance(role, str) else role
    there = _assignments(account_id, found.id, company_id).first()
    if there is not None:
        if there.node_id != node_id:
            Assignment.update(node_id=node_id).where(Assignment.id == there.id).execute()
            rights_changed([account_id])
        return False
    Assignment.create(account_id=account_id, role=found.id, company_id=company_id, node_id=node_id)
    rights_changed([account_id])
    return True


def withdraw(account_id: int, roles: Iterable[Role | str], company_id: int | None) -> int:
    """Take roles for a company from an account; gives how many it had."""
    ids = [(builtin(role) if isinstance(role, str) else role).id for role in roles]
    gone = sum(Assignment.delete().where(_same(account_id, role_id, company_id)).execute() for role_id in ids)
    if gone:
        rights_changed([account_id])
    return gone


def _same(account_id: int, role_id: int, company_id: int | None) -> Any:
    company = Assignment.company_id
    where = company.is_null() if company_id is None else company == company_id
    return (Assignment.account_id == account_id) & (Assignment.role == role_id) & where


def _assignments(account_id: int, role_id: int, company_id: int | None) -> Any:
    return Assignment.select().where(_same(account_id, role_id, company_id))


def create_role(actor: Actor, values: Values) -> Role:
    """A role of one's own (J04). Nobody grants what they do not hold themselves."""
    actor.require(CREATE_ROLES)
    company_id = _owner(actor, values)
    _check_grants(actor, values.get("grants"), company_id)
    role = Role(**{**values, "company": company_id, "builtin": False, "code": None})
    _check_name(role)
    administrators.check_role_apart(role)
    role.save(force_insert=True)
    history.note(actor, role, "created", history.differences(Role, {}, _told(values)))
    return role


def edit_role(actor: Actor, role: Role, values: Values) -> Role:
    """Change a role; built-in ones stay as they are."""
    _require_own(actor, role, EDIT_ROLES)
    if "grants" in values:
        _check_grants(actor, values["grants"], role.company_id)
        _check_grants(actor, role.grants, role.company_id)
    old = dict(role.__data__)
    for name, value in values.items():
        setattr(role, name, value)
    _check_name(role)
    administrators.check_role_apart(role)
    role.change(**values)
    if "grants" in values:
        holders = Assignment.select(Assignment.account_id).where(Assignment.role == role.id).distinct()
        rights_changed(account for (account,) in holders.tuples())
    history.note(actor, role, "edited", history.differences(Role, old, _told(values)))
    return role


def delete_role(actor: Actor, role: Role) -> None:
    """Delete a role that nobody holds any more."""
    _require_own(actor, role, DELETE_ROLES)
    holders = Assignment.select().where(Assignment.role == role.id).count()
    if holders:
        raise Conflict(
            f"不能删除角色“{role.name}”",
            code="role_in_use",
            cause=f"还有 {holders} 个账号在用它",
            advice="请先在用户里换掉这些账号的角色",
            details={"accounts": holders},
        )
    history.note(actor, role, "deleted")
    role.delete_instance()


def _owner(actor: Actor, values: Values) -> int | None:
    company = values.get("company") or actor.company_id
    if values.get("company") is None and actor.rights[CREATE_ROLES] == Scope.GROUP:
        return None
    if company not in actor.companies(CREATE_ROLES):
        raise Invalid(fields={"company": "请选择您能管理的单位"})
    return int(company)


def _require_own(actor: Actor, role: Role, name: str) -> None:
    actor.require(name, role)
    if role.builtin:
        raise Conflict(
            f"“{role.name}”是内置角色，不能改",
            code="builtin_role",
            cause="内置角色随系统更新",
            advice="需要不同的权限时，请新增一个角色",
        )
    if role.company_id is None and actor.rights[name] != Scope.GROUP:
        raise Forbidden(
            f"您不能改角色“{role.name}”",
            cause="它是全集团通用的角色",
            advice="请联系系统管理员，或新增本单位的角色",
        )


def _check_grants(actor: Actor, grants: Any, company_id: int | None) -> None:
    reach = unpack(grants)
    if not reach:
        raise Invalid(fields={"grants": "请至少勾选一项权限"})
    if company_id is not None and any(scope == Scope.GROUP for scope in reach.values()):
        raise Invalid(fields={"grants": "单位的角色最多只能到“本公司”"})
    beyond = exceeding(reach, actor.rights)
    if beyond and not administrators.appoints(actor):
        names = "、".join(right(name).title for name in beyond[:5])
        raise Invalid(fields={"grants": f"不能给出自己没有的权限：{names}"})


def _check_name(role: Role) -> None:
    same = Role.select().where(Role.name == role.name)
    owner = Role.company.is_null() if role.company_id is None else (Role.company == role.company_id)
    if role.id:
        same = same.where(Role.id != role.id)
    if same.where(owner | Role.company.is_null()).exists():
        raise Invalid(fields={"name": f"已经有一个角色叫“{role.name}”"})


def _told(values: Values) -> Values:
    """Values as the trail can say them: the grants by their number."""
    return {name: value for name, value in values.items() if name != "grants"}
