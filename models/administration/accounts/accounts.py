"""Accounts: opened for people of a unit (Q05), kept by administrators (J02)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.administration.accounts.authority import (
    require_all_units,
    require_file_no_greater,
    require_no_greater,
)
from models.administration.accounts.invitations import (
    CODE,
    OPEN,
    TAIL,
    WISHED,
    Issued,
    first_password_until,
    invitation_of,
    invite,
    is_over,
    is_tail,
    wish,
)
from models.administration.accounts.standing_changes import standing_changed
from models.administration.passwords import password_rules
from models.administration.passwords.password_changes import set_first_password
from models.administration.records import (
    CREATE_USERS,
    EDIT_USERS,
    LOCK_USERS,
    Account,
    Assignment,
    Invitation,
    Role,
)
from models.administration.roles import administrators, builtin_roles
from models.administration.roles.grants import exceeding, unpack
from models.administration.roles.role_assignment import check_change
from models.administration.roles.roles import assign, builtin, grants_for_accounts
from models.administration.sign_in import throttling
from models.administration.sign_in.sign_in import normal_login
from models.core import history
from models.core.errors import Conflict, Invalid
from models.core.events.outbox import announce
from models.core.fields import too_long
from models.core.security.actor import Actor
from models.organization.records import DECIDE_BINDINGS, Binding, Person

Values = dict[str, Any]


def open_account(
    actor: Actor, person: Person, *, kind: str | None = None, shown: bool = False
) -> Issued | None:
    """Invite a person of a unit to an account (Q05): login is the phone, first password the end of the ID number or a code.

    It is the unit's yes, and so by whoever may review (允许审核); where somebody else wants it the wish is kept, and None
    given. `kind` is what was chosen (invitations.CODE or TAIL), else the setting decides. A file that has an account
    already keeps it, and an invitation that stands keeps its secret unless another kind is chosen; a code that was
    handed out is good in any case. A code is drawn when it is handed out (`renew_first_password`), or now if it is
    `shown`. The caller has checked the right to the person. Raises Invalid at
    `phone` if the login is that of somebody else in the unit.
    """
    member = may_give_membership(actor)
    if person.account_id is not None:
        if member and actor.may(DECIDE_BINDINGS, person):
            assign(person.account_id, builtin_roles.UNIT_MEMBER, person.company_id)
        return None
    if _login_of_another(person):
        raise Invalid(fields={"phone": login_taken(person.phone)})
    if not actor.may(DECIDE_BINDINGS, person) or not _bound(person):
        wish(actor, person, member=member, kind=kind)
        return None
    require_file_no_greater(actor, person, "添加账号")
    there = invitation_of(person)
    if there is not None and there.state == OPEN and not _asks_anew(there, kind):
        Invitation.update(login=person.phone).where(Invitation.id == there.id).execute()
        return None
    issued = invite(actor, person, member=member, kind=kind, shown=shown)
    history.note(actor, person, "invited")
    return issued


def _asks_anew(there: Invitation, kind: str | None) -> bool:
    """Whether an open invitation does not give what was chosen; a code that somebody holds is never taken away."""
    if kind is None or there.secret is None:
        return kind == TAIL and is_tail(kind, there.tail_tries)
    return is_over(there) or (there.secret == password_rules.ID_TAIL and kind == CODE)


def _bound(person: Person) -> bool:
    binding = Binding.select().where(Binding.person == person.id, Binding.state == "approved")
    return bool(binding.exists())


def _login_of_another(person: Person) -> bool:
    """Whether somebody else of the same unit signs in with the phone. What other units have is not said."""
    others = (
        Person.select()
        .join(Account, on=(Account.id == Person.account_id))
        .where(Person.company == person.company_id, Person.id != person.id, Account.login == person.phone)
    )
    invited = Invitation.select().where(
        Invitation.company_id == person.company_id,
        Invitation.person_id != person.id,
        Invitation.login == person.phone,
        Invitation.state.in_((OPEN, WISHED)),
    )
    return bool(others.exists() or invited.exists())


def may_give_membership(actor: Actor) -> bool:
    """Whether accounts that the actor opens become members of the unit; a site's officer opens workers' only."""
    return not exceeding(unpack(builtin(builtin_roles.UNIT_MEMBER).grants), actor.rights)


def renew_first_password(actor: Actor, person: Person, *, coded: bool = False) -> Issued:
    """Give a person a first password again (Q05): a new invitation (`coded`: by code, whatever the setting says), or,
    for an account that is there, a code.

    By whoever may review. Raises Forbidden for an account that may do more, and for one that belongs to other companies
    too: what one company hands out opens that company alone (I3).
    """
    actor.require(DECIDE_BINDINGS, person)
    account = Account.get_or_none(Account.id == person.account_id)
    if account is None:
        if not _bound(person):
            raise Conflict(
                f"不能给“{person.name}”发初始密码",
                code="not_bound",
                cause="他还没有通过审核，或者已移出本单位",
                advice="请先通过或重新绑定",
            )
        require_file_no_greater(actor, person, "发初始密码")
        there = invitation_of(person)
        member = there.member if there is not None else may_give_membership(actor)
        issued = invite(actor, person, member=member, kind=CODE if coded else None)
        history.note(actor, person, "invited")
        return issued
    require_all_units(actor, account, DECIDE_BINDINGS, "重发初始密码")
    require_no_greater(actor, account, "重发初始密码")
    code = password_rules.activation_code()
    set_first_password(actor, account, password_rules.hash_code(code))
    history.note(actor, person, "first_password_renewed")
    announce("person.first_password", person, account=account.id, by=actor.name)
    return Issued(account.name, account.login, code)


def login_taken(login: str) -> str:
    """The sentence at the phone of somebody whose login would be another's of the same unit."""
    return f"手机号 {login} 已是本单位另一个人的账号，请核对手机号"


def create_user(actor: Actor, values: Values) -> Account:
    """An account made by an administrator (J02).

    `values`: company, login, name, phone, id_number, and `roles` (ids), for the account's own company alone. Nobody gets
    in until the password is reset, which shows one; an ID number typed here opens nothing and ties no file (I2).
    Nobody gives a role that may do more than they do.
    """
    actor.require(CREATE_USERS)
    company_id = values.get("company") or actor.company_id
    if company_id not in actor.companies(CREATE_USERS):
        raise Invalid(fields={"company": "请选择您能管理的单位"})
    login = normal_login(values["login"])
    wrong = too_long(Account, {"login": login})
    if Account.select().where(Account.login == login).exists():
        wrong["login"] = f"账号 {login} 已经有人用了"
    if wrong:
        raise Invalid(fields=wrong)
    plain = {name: values.get(name) for name in ("name", "phone", "id_number")}
    account = Account.create(
        company=company_id,
        login=login,
        password_hash=None,
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
    values = dict(values)
    roles = values.pop("roles", None)
    old = dict(account.__data__)
    values = {name: value for name, value in values.items() if old.get(name) != value}
    if values:
        require_all_units(actor, account, EDIT_USERS, "修改资料")
        require_no_greater(actor, account, "修改资料")
        account.change(**values)
        history.note(actor, account, "edited", history.differences(Account, old, values))
    if roles is not None:
        set_roles(actor, account, roles)
    return account


def set_roles(actor: Actor, account: Account, role_ids: Iterable[int | str]) -> None:
    """Make these the account's roles for its own company (those for other companies stay)."""
    role_ids = list(role_ids)
    wanted = {role.id: role for role in Role.select().where(Role.id.in_([int(id_) for id_ in role_ids]))}
    foreign = [role for role in wanted.values() if role.company_id not in (None, account.company_id)]
    if foreign or len(wanted) != len({int(id_) for id_ in role_ids}):
        raise Invalid(fields={"roles": "请从列表中选择本单位的角色"})
    own = (Assignment.company_id == account.company_id) | Assignment.company_id.is_null()
    held = {row.role_id: row for row in Assignment.select().where(Assignment.account_id == account.id, own)}
    changed = [role for id_, role in wanted.items() if id_ not in held]
    changed += list(Role.select().where(Role.id.in_([id_ for id_ in held if id_ not in wanted])))
    if changed:
        check_change(actor, account, changed, list(wanted.values()))
    if any(row.company_id is None for id_, row in held.items() if id_ not in wanted):
        require_all_units(actor, account, EDIT_USERS, "收回角色")  # it is held in other companies as well
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
        if set(held) - set(wanted):
            standing_changed([account.id], unit_id=account.company_id)
        announce("account.roles_changed", account, account=account.id, by=actor.name)


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
    administrators.require_manages(actor, account, grants_for_accounts([account.id])[account.id], "停用账号")
    require_all_units(actor, account, LOCK_USERS, "停用账号")
    if account.state != "disabled":
        administrators.check_somebody_stays(account, [])
        account.change(state="disabled")
        standing_changed([account.id])
        history.note(actor, account, "disabled")
    return account


def enable_account(actor: Actor, account: Account) -> Account:
    """Switch an account on again."""
    actor.require(LOCK_USERS, account)
    administrators.require_manages(actor, account, grants_for_accounts([account.id])[account.id], "启用账号")
    require_all_units(actor, account, LOCK_USERS, "启用账号")
    if account.state != "active":
        account.change(state="active")
        history.note(actor, account, "enabled")
    return account


def unlock_account(actor: Actor, account: Account) -> Account:
    """Take the waits after wrong passwords away before their time."""
    actor.require(LOCK_USERS, account)
    require_all_units(actor, account, LOCK_USERS, "解除锁定")
    require_no_greater(actor, account, "解除锁定")
    account.change(failures=0, locked_until=None)
    throttling.clear(account.login)
    history.note(actor, account, "unlocked")
    return account
