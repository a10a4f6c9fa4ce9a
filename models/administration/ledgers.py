"""How accounts and roles are listed and edited (J02, J04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from models.administration import accounts, roles
from models.administration.password_changes import reset_password
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
from models.core import clock
from models.core.actor import Actor
from models.core.fields import References
from models.core.ledger import Action, Column, Derived, Filter, Ledger, Rules, Section

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
    ids = [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19]
    return Account.id.in_(Assignment.select(Assignment.account_id).where(Assignment.role.in_(ids or [0])))


def _locked(actor: Actor, records: Sequence[Account]) -> Loaded:
    now = clock.now()
    return {row.id: bool(row.locked_until and row.locked_until > now) for row in records}


def _holders(actor: Actor, records: Sequence[Role]) -> Loaded:
    rows = Assignment.select(Assignment.role, Assignment.account_id).where(
        Assignment.role.in_([row.id for row in records])
    )
    if actor.rights.get(READ_USERS, 0) < 5:  # only the group may know of other companies' accounts
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
            field=References("角色"),
            help="决定能看什么、能做什么；不能给出比自己权限大的角色",
        ),
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
