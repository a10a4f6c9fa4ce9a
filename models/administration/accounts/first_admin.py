"""The account that everything begins with."""

from __future__ import annotations

from models.administration.accounts.invitations import first_password_until
from models.administration.passwords import password_rules
from models.administration.records import Account
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign
from models.core.security import crypto
from models.organization.records import Company


def create_first_admin(password: str = "") -> str:
    """Make `admin`, if there is none, and give its password ("" if it was there already).

    The password is random and to be printed once, unless one is given (demo mode). The account belongs to the
    group, which is made too where there is none.
    """
    if Account.select().where(Account.login == "admin").exists():
        return ""
    group = Company.get_or_none(Company.kind == "group") or _first_group()
    chosen = password or password_rules.random_password()
    account = Account.create(
        company=group.id,
        login="admin",
        name="系统管理员",
        password_hash=crypto.hash_password(chosen),
        must_change_password=not password,
        first_password=not password,
        first_password_until=None if password else first_password_until(),
    )
    assign(account.id, builtin_roles.ADMINISTRATOR, None)
    return chosen


def _first_group() -> Company:
    group = Company.create(name="本集团", kind="group")
    group.path = f"/{group.id}/"
    group.save(only=["path"])
    return group
