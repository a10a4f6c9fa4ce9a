"""Accounts: opened for people of a unit (Q05), kept by administrators (J02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from models.administration import builtin_roles, passwords
from models.administration.grants import exceeding, unpack
from models.administration.password_changes import require_no_greater, set_first_password
from models.administration.records import (
    CREATE_USERS,
    EDIT_USERS,
    LOCK_USERS,
    Account,
    Assignment,
    Role,
)
from models.administration.roles import assign, builtin
from models.administration.signing_in import normal_login, revoke_sessions
from models.core import clock, crypto, history
from models.core.actor import Actor
from models.core.config import config
from models.core.errors import Conflict, Invalid, NotFound
from models.organization.records import EDIT_PERSONS, Person

Values = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """An account as it was opened for somebody. `code`: the activation code, if there is one."""

    account: Account
    created: bool
    code: str = ""


def open_account(actor: Actor, person: Person) -> Opened:
    """Give a person of a unit a sign-in (Q05): login is the phone, first password the end of the ID number.

    The same human's account of another unit is used, whatever its login. The caller has checked the right to
    the person. Raises Invalid at `phone` if the login is somebody else's.
    """
    account = Account.get_or_none(Account.id_hash == person.id_hash)
    created = account is None
    code = ""
    if account is None:
        if Account.select().where(Account.login == person.phone).exists():
            raise Invalid(fields={"phone": login_taken(person.phone)})
        account, code = _new_account(person)
        history.note(actor, account, "created")
    assign(account.id, builtin_roles.WORKER, None)
    if may_give_membership(actor):
        assign(account.id, builtin_roles.UNIT_MEMBER, person.company_id)
    return Opened(account, created, code)


def may_give_membership(actor: Actor) -> bool:
    """Whether accounts that the actor opens become members of the unit; a site's officer opens workers' only."""
    return not exceeding(unpack(builtin(builtin_roles.UNIT_MEMBER).grants), actor.rights)


def renew_first_password(actor: Actor, account: Account) -> str:
    """Give somebody of the actor's company a first password again (Q05); gives the activation code, if any.

    Raises NotFound for an account that another company looks after, Forbidden for one that may do more.
    """
    if account.company_id not in actor.companies(EDIT_PERSONS):
        raise NotFound(
            f"不能重发“{account.name}”的初始密码",
            cause="他的账号由另一家单位管理",
            advice="请让他联系那家单位，或联系系统管理员",
        )
    require_no_greater(actor, account, "重发初始密码")
    if not account.id_number:
        raise Conflict(
            f"不能重发“{account.name}”的初始密码",
            code="no_identity",
            cause="他的账号没有登记身份证号",
            advice="请在“用户”里重置密码",
        )
    stored, code = first_password()
    set_first_password(account, stored)
    revoke_sessions(account.id)
    history.note(actor, account, "first_password_renewed")
    return code


def login_taken(login: str) -> str:
    """The sentence at the phone of somebody whose login would be another's."""
    return f"手机号 {login} 已是别人的账号，请核对手机号；确实是本人的，请联系系统管理员"


def _new_account(person: Person) -> tuple[Account, str]:
    hashed, code = first_password()
    account = Account.create(
        company=person.company_id,
        login=person.phone,
        name=person.name,
        phone=person.phone,
        id_number=person.id_number,
        current_company=person.company_id,
        password_hash=hashed,
        must_change_password=True,
        first_password=True,
        first_password_until=first_password_until(),
    )
    return account, code


def first_password() -> tuple[str, str]:
    """What a new account's first password is stored as, and the activation code if there is one."""
    if config().first_password != "activation_code":
        return passwords.ID_TAIL, ""
    code = passwords.activation_code()
    return passwords.hash_code(code), code


def first_password_until() -> Any:
    """When a first password that is given now dies."""
    return clock.now() + timedelta(days=config().first_password_days)


def create_user(actor: Actor, values: Values) -> Account:
    """An account made by an administrator (J02).

    `values`: company, login, name, phone, id_number, and `roles` (ids). With an ID number the first password is
    its end (Q05); without one nobody gets in until the password is reset, which shows one. Nobody gives a role
    that may do more than they do.
    """
    actor.require(CREATE_USERS)
    company_id = values.get("company") or actor.company_id
    if company_id not in actor.companies(CREATE_USERS):
        raise Invalid(fields={"company": "请选择您能管理的单位"})
    login = normal_login(values["login"])
    taken = Account.select().where(Account.login == login).exists()
    if taken:
        raise Invalid(fields={"login": f"账号 {login} 已经有人用了"})
    plain = {name: values.get(name) for name in ("name", "phone", "id_number")}
    if plain["id_number"]:
        same = crypto.hash_id_number(plain["id_number"])
        if Account.select().where(Account.id_hash == same).exists():
            raise Invalid(fields={"id_number": "这个人已经有账号了"})
    by_number = bool(plain["id_number"]) and config().first_password != "activation_code"
    account = Account.create(
        company=company_id,
        login=login,
        password_hash=passwords.ID_TAIL if by_number else None,
        must_change_password=True,
        first_password=True,
        first_password_until=first_password_until(),
        **plain,
    )
    set_roles(actor, account, values.get("roles") or [])
    history.note(actor, account, "created", history.differences(Account, {}, {"login": login, **plain}))
    return account


def edit_user(actor: Actor, account: Account, values: Values) -> Account:
    """Change an account's name, phone or roles."""
    actor.require(EDIT_USERS, account)
    require_no_greater(actor, account, "修改资料")
    values = dict(values)
    roles = values.pop("roles", None)
    old = dict(account.__data__)
    if values:
        account.change(**values)
        history.note(actor, account, "edited", history.differences(Account, old, values))
    if roles is not None:
        set_roles(actor, account, roles)
    return account


def set_roles(actor: Actor, account: Account, role_ids: Iterable[int | str]) -> None:
    """Make these the account's roles for its own company (those for other companies stay)."""
    wanted = {role.id: role for role in Role.select().where(Role.id.in_([int(id_) for id_ in role_ids]))}
    foreign = [role for role in wanted.values() if role.company_id not in (None, account.company_id)]
    if foreign or len(wanted) != len({int(id_) for id_ in role_ids}):
        raise Invalid(fields={"roles": "请从列表中选择本单位的角色"})
    own = (Assignment.company_id == account.company_id) | Assignment.company_id.is_null()
    held = {row.role_id: row for row in Assignment.select().where(Assignment.account_id == account.id, own)}
    changed = [role for id_, role in wanted.items() if id_ not in held]
    changed += list(Role.select().where(Role.id.in_([id_ for id_ in held if id_ not in wanted])))
    greater = [role.name for role in changed if exceeding(unpack(role.grants), actor.rights)]
    if greater:
        raise Invalid(fields={"roles": f"不能给出或收回比自己权限大的角色：{'、'.join(greater)}"})
    for role_id, row in held.items():
        if role_id not in wanted:
            Assignment.delete().where(Assignment.id == row.id).execute()
    for role_id, role in wanted.items():
        if role_id not in held:
            assign(account.id, role, None if role.code == builtin_roles.WORKER else account.company_id)
    if changed:
        before = "、".join(sorted(row.name for row in Role.select().where(Role.id.in_(list(held)))))
        after = "、".join(sorted(role.name for role in wanted.values()))
        line = {"field": "roles", "title": "角色", "old": before or None, "new": after or None}
        history.note(actor, account, "roles_changed", [line])


def disable_account(actor: Actor, account: Account) -> Account:
    """Switch an account off and end its sessions."""
    actor.require(LOCK_USERS, account)
    if account.id == actor.account_id:
        raise Conflict(
            "不能停用自己的账号",
            code="own_account",
            cause="停用后您会立即退出",
            advice="请让别的管理员来停用",
        )
    require_no_greater(actor, account, "停用账号")
    if account.state != "disabled":
        account.change(state="disabled")
        revoke_sessions(account.id)
        history.note(actor, account, "disabled")
    return account


def enable_account(actor: Actor, account: Account) -> Account:
    """Switch an account on again."""
    actor.require(LOCK_USERS, account)
    require_no_greater(actor, account, "启用账号")
    if account.state != "active":
        account.change(state="active")
        history.note(actor, account, "enabled")
    return account


def unlock_account(actor: Actor, account: Account) -> Account:
    """Take a lock-out by wrong passwords away before its time."""
    actor.require(LOCK_USERS, account)
    account.change(failures=0, locked_until=None)
    history.note(actor, account, "unlocked")
    return account
