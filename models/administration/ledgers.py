"""How accounts and roles are listed and edited (J02, J04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from models.administration.accounts import accounts
from models.administration.passwords.password_changes import reset_password
from models.administration.records import (
    CREATE_ROLES,
    CREATE_USERS,
    DELETE_ROLES,
    EDIT_ROLES,
    EDIT_USERS,
    EXPORT_ROLES,
    EXPORT_USERS,
    LOCK_USERS,
    READ_ROLES,
    READ_USERS,
    RESET_PASSWORDS,
    Account,
    Assignment,
    Role,
)
from models.administration.roles import roles
from models.administration.second_factor.records import SecondFactor
from models.administration.second_factor.reset import reset_second_factor
from models.administration.sign_in import session_list
from models.core import clock
from models.core.fields import References
from models.core.ledger import Action, Column, Derived, Filter, Ledger, Rules, Section
from models.core.row_ids import parse_ids
from models.core.security.actor import Actor
from models.core.security.rights import Scope

GROUP = "系统管理"
Loaded = dict[int, Any]


def _roles(actor: Actor, records: Sequence[Account]) -> Loaded:
    """The roles of each account, those for other companies than its own named with a mark."""
    rows = (
        Assignment.select(Assignment, Role)
        .join(Role, on=(Assignment.role == Role.id))
        .where(Assignment.account_id.in_([row.id for row in records]))
        .order_by(Role.id)
    )
    homes = {row.id: row.company_id for row in records}
    held: dict[int, dict[int, dict[str, str]]] = {}
    for row in rows:
        if row.company_id in (None, homes[row.account_id]):
            reference = {"id": str(row.role_id), "label": row.role.name}
            held.setdefault(row.account_id, {})[row.role_id] = reference
    return {key: list(references.values()) for key, references in held.items()}


def _with_role(values: Sequence[str]) -> Any:
    ids = parse_ids(values)
    return Account.id.in_(Assignment.select(Assignment.account_id).where(Assignment.role.in_(ids or [0])))


def _locked(actor: Actor, records: Sequence[Account]) -> Loaded:
    now = clock.now()
    return {row.id: bool(row.locked_until and row.locked_until > now) for row in records}


def _second_factors(actor: Actor, records: Sequence[Account]) -> Loaded:
    mine = SecondFactor.account_id.in_([row.id for row in records])
    rows = SecondFactor.select(SecondFactor.account_id).where(mine, SecondFactor.confirmed_at.is_null(False))
    held = {row.account_id for row in rows}
    return {row.id: row.id in held for row in records}


def _holders(actor: Actor, records: Sequence[Role]) -> Loaded:
    rows = Assignment.select(Assignment.role, Assignment.account_id).where(
        Assignment.role.in_([row.id for row in records])
    )
    if actor.rights.get(READ_USERS) != Scope.GROUP:  # only the group may know of other companies' accounts
        rows = rows.where(Assignment.company_id == actor.company_id)
    return dict(Counter(role_id for role_id, _ in {(row.role_id, row.account_id) for row in rows}))


def _each(rule: Any) -> Any:
    return lambda actor, rows, values: [rule(actor, row) for row in rows]


def _reset(actor: Actor, rows: list[Any], values: dict[str, Any]) -> str:
    told = [f"{row.name}（{row.login}）的新密码：{reset_password(actor, row)}" for row in rows]
    return "；".join(told) + "。只显示这一次，请复制后交给本人，登录后要改密码"


USERS = Ledger(
    name="users",
    record=Account,
    title="用户",
    group=GROUP,
    system="J02",
    noun="用户",
    measure="个",
    empty="还没有用户。在“人员”里给人员开通账号，或者点“新增”开通管理账号。",
    columns=(
        Column("login", 140, fixed=True),
        Column("name", 110),
        Column("phone", 130),
        Column("company", 180),
        Column("roles", 240),
        Column("state", 100),
        Column("locked", 80),
        Column("last_sign_in_at", 170),
        Column("second_factor", 90),
        Column("must_change_password", 100, shown=False),
        Column("first_password_until", 170, shown=False),
    ),
    filters=(
        Filter("company", "reference"),
        Filter("roles", "reference"),
        Filter("state", "choice"),
    ),
    search=("login", "name", "phone"),
    search_title="账号、姓名、手机号",
    form=(
        Section("账号", ("company", "login", "roles")),
        Section("本人", ("name", "phone", "id_number")),
    ),
    sort="-id",
    sorts=("id", "login"),
    derived=(
        Derived(
            "roles",
            "角色",
            "references",
            load=_roles,
            where=_with_role,
            to="roles",
            field=References("角色", "roles"),
            help="决定能看什么、能做什么；不能给出比自己权限大的角色",
        ),
        Derived("second_factor", "动态口令", "flag", load=_second_factors, help="登录时除密码外的第二重验证"),
        Derived("locked", "已锁定", "flag", load=_locked, help="连续输错密码会锁定一段时间"),
    ),
    note=lambda row: row.login,
    tone=lambda row, values: "bad" if row.state == "disabled" else "plain",
    rights={"read": READ_USERS, "create": CREATE_USERS, "edit": EDIT_USERS, "export": EXPORT_USERS},
    rules=Rules(accounts.create_user, accounts.edit_user),
    actions=(
        Action(
            "reset",
            "重置密码",
            RESET_PASSWORDS,
            _reset,
            gives="message",
            confirm="重置后原密码作废，已登录的设备会退出。",
            once=True,
        ),
        Action(
            "end-sessions",
            "结束全部登录",
            LOCK_USERS,
            _each(session_list.end_all_of),
            tone="danger",
            confirm="这个账号在所有设备上都会马上退出。",
        ),
        Action(
            "reset-second-factor",
            "重置动态口令",
            RESET_PASSWORDS,
            _each(reset_second_factor),
            tone="danger",
            confirm="请先当面或打电话确认是本人。重置后他在所有设备上退出，下次登录重新设置。",
            when={"second_factor": ("true",)},
        ),
        Action("unlock", "解除锁定", LOCK_USERS, _each(accounts.unlock_account), when={"locked": ("true",)}),
        Action(
            "disable",
            "停用",
            LOCK_USERS,
            _each(accounts.disable_account),
            tone="danger",
            confirm="停用后不能登录，已登录的设备会退出。",
            when={"state": ("active",)},
        ),
        Action("enable", "启用", LOCK_USERS, _each(accounts.enable_account), when={"state": ("disabled",)}),
    ),
)

ROLES = Ledger(
    name="roles",
    record=Role,
    many=False,
    title="角色",
    group=GROUP,
    system="J04",
    noun="角色",
    measure="个",
    empty="还没有角色。系统安装时会自动带入内置角色；也可以点“新增”。",
    columns=(
        Column("name", 180, fixed=True),
        Column("summary", 320),
        Column("company", 180),
        Column("builtin", 80),
        Column("holders", 100),
    ),
    filters=(Filter("company", "reference"), Filter("builtin", "flag")),
    search=("name", "summary"),
    form=(Section("角色", ("name", "company", "summary")), Section("权限", ("grants",))),
    sort="id",
    sorts=("id", "name"),
    derived=(Derived("holders", "使用人数", "integer", load=_holders),),
    rights={
        "read": READ_ROLES,
        "create": CREATE_ROLES,
        "edit": EDIT_ROLES,
        "delete": DELETE_ROLES,
        "export": EXPORT_ROLES,
    },
    rules=Rules(roles.create_role, roles.edit_role, roles.delete_role),
)

DEVICES = session_list.devices_ledger(GROUP)
