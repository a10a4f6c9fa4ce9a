"""The three kinds of administrators apart (三员分立): every right has a kind, and nobody gathers two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from models.administration.accounts.accounts import create_user, disable_account, edit_user, set_roles
from models.administration.accounts.actors import actor_for_account
from models.administration.passwords.password_changes import reset_password
from models.administration.records import Account, Role
from models.administration.roles import builtin_roles
from models.administration.roles.administrators import (
    AUDIT,
    EVERYDAY,
    SECURITY,
    SYSTEM,
    kind_of,
    kinds,
    kinds_held,
)
from models.administration.roles.roles import assign, builtin, create_role, edit_role, withdraw
from models.core.config import config, configure
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.security.rights import Scope, all_rights
from tests.models.administration.conftest import House

THREE = {
    SYSTEM: builtin_roles.SYSTEM_ADMINISTRATOR,
    SECURITY: builtin_roles.SECURITY_ADMINISTRATOR,
    AUDIT: builtin_roles.AUDIT_ADMINISTRATOR,
}


@pytest.fixture
def apart() -> Iterator[None]:
    before = config()
    configure(replace(before, separate_administrators=True))
    yield
    configure(before)


def actor(house: House, login: str, role: str) -> Any:
    return actor_for_account(house.account(login, role=role, company=house.group), "console")


def ids(*codes: str) -> list[int]:
    return [builtin(code).id for code in codes]


def reach_of(code: str) -> Any:
    return next(role.reach for role in builtin_roles.builtin_roles() if role.code == code)


def test_every_right_belongs_to_one_kind() -> None:
    """A new right fails here until somebody says whose it is."""
    assert {kind_of(right.name) for right in all_rights()} == {SYSTEM, SECURITY, AUDIT, EVERYDAY}
    prefixes = {right.name.partition(".")[0] for right in all_rights()}
    assert set(kinds()) == prefixes, "a kind is given to what is no right (any more)"


def test_an_unknown_right_has_no_kind() -> None:
    with pytest.raises(LookupError):
        kind_of("secrets.read")


@pytest.mark.parametrize("kind", THREE)
def test_each_builtin_kind_is_of_its_kind_alone(kind: str) -> None:
    assert kinds_held(reach_of(THREE[kind])) == {kind}


def test_who_reads_logs_changes_nothing() -> None:
    writing = {
        right
        for right in reach_of(builtin_roles.AUDIT_ADMINISTRATOR)
        if not right.endswith((".read", ".export", ".use"))
    }
    assert writing == set()


@pytest.mark.parametrize("code", [role.code for role in builtin_roles.builtin_roles()])
def test_no_other_builtin_role_reads_logs_or_appoints(code: str) -> None:
    reach = reach_of(code)
    reads = {right for right in reach if kind_of(right) == AUDIT}
    assert bool(reads) == (code in (builtin_roles.ADMINISTRATOR, builtin_roles.AUDIT_ADMINISTRATOR))
    assert ("roles.appoint" in reach) == (
        code in (builtin_roles.ADMINISTRATOR, builtin_roles.SECURITY_ADMINISTRATOR)
    )


@pytest.mark.parametrize("pair", list(combinations(THREE.values(), 2)))
def test_no_account_holds_two_kinds(house: House, apart: None, pair: tuple[str, str]) -> None:
    security = actor(house, "mi", builtin_roles.SECURITY_ADMINISTRATOR)
    account = house.account("neu", role="", company=house.group)
    with pytest.raises(Invalid) as caught:
        set_roles(security, account, ids(*pair))
    assert "三员分立" in caught.value.fields["roles"]
    set_roles(security, account, ids(pair[0]))
    with pytest.raises(Invalid):
        set_roles(security, account, ids(*pair))


def test_the_role_of_all_kinds_is_given_to_nobody_any_more(house: House, apart: None) -> None:
    admin = actor(house, "admin", builtin_roles.ADMINISTRATOR)
    account = house.account("neu", role="", company=house.group)
    with pytest.raises(Invalid):
        set_roles(admin, account, ids(builtin_roles.ADMINISTRATOR))


def test_one_person_begins_with_all_and_hands_over(house: House, apart: None) -> None:
    """admin names three others; the security administrator then relieves admin."""
    admin = house.account("admin", role=builtin_roles.ADMINISTRATOR, company=house.group)
    doer = actor_for_account(admin, "console")
    made = {
        kind: create_user(doer, {"company": house.group.id, "login": f"a-{kind}", "name": kind, "roles": ids(code)})
        for kind, code in THREE.items()
    }  # fmt: skip
    security = actor_for_account(made[SECURITY], "console")
    set_roles(security, Account.get_by_id(admin.id), [])
    assert kinds_held(actor_for_account(Account.get_by_id(admin.id), "console").rights) == set()


def test_without_the_setting_one_account_may_hold_all(house: House) -> None:
    admin = actor(house, "admin", builtin_roles.ADMINISTRATOR)
    set_roles(admin, house.account("neu", role="", company=house.group), ids(*THREE.values()))


@pytest.mark.parametrize("role", [builtin_roles.ADMINISTRATOR, builtin_roles.SECURITY_ADMINISTRATOR])
def test_nobody_gives_rights_to_themselves(house: House, role: str) -> None:
    account = house.account("mi", role=role, company=house.group)
    doer = actor_for_account(account, "console")
    with pytest.raises(Conflict) as caught:
        edit_user(doer, account, {"roles": ids(role, builtin_roles.COMPANY_ADMINISTRATOR)})
    assert caught.value.code == "own_roles"


@pytest.mark.parametrize("kind", THREE)
def test_the_last_of_each_kind_stays(house: House, kind: str) -> None:
    first = house.account("first", role=THREE[kind], company=house.group)
    admin = house.account("admin", role=builtin_roles.SECURITY_ADMINISTRATOR, company=house.group)
    doer = actor_for_account(admin, "console")
    if kind == SECURITY:
        withdraw(admin.id, [builtin_roles.SECURITY_ADMINISTRATOR], house.group.id)
    for act in (lambda: set_roles(doer, first, []), lambda: disable_account(doer, first)):
        with pytest.raises(Conflict) as caught:
            act()
        assert caught.value.code == "last_administrator"
    second = house.account("second", role=THREE[kind], company=house.group, state="disabled")
    with pytest.raises(Conflict):
        set_roles(doer, first, [])
    Account.update(state="active").where(Account.id == second.id).execute()
    set_roles(doer, first, [])


def test_who_keeps_accounts_gives_roles_but_no_passwords_to_greater_ones(house: House) -> None:
    security = actor(house, "mi", builtin_roles.SECURITY_ADMINISTRATOR)
    system = house.account("sys", role=builtin_roles.SYSTEM_ADMINISTRATOR, company=house.group)
    house.account("sys2", role=builtin_roles.SYSTEM_ADMINISTRATOR, company=house.group)
    with pytest.raises(Forbidden):
        reset_password(security, system)
    with pytest.raises(Forbidden):
        edit_user(security, system, {"phone": "13900000000"})
    disable_account(security, system)
    assert Account.get_by_id(system.id).state == "disabled"


def test_a_company_administrator_appoints_nobody_greater(house: House) -> None:
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    with pytest.raises(Invalid):
        set_roles(boss, house.account("neu", role=""), ids(builtin_roles.AUDIT_ADMINISTRATOR))


def test_a_role_of_ones_own_mixes_no_kinds(house: House, apart: None) -> None:
    security = actor(house, "mi", builtin_roles.SECURITY_ADMINISTRATOR)
    mixed = [{"right": "users.edit", "scope": "group"}, {"right": "logs.read", "scope": "group"}]
    with pytest.raises(Invalid) as caught:
        create_role(security, {"name": "双料", "grants": mixed})
    assert list(caught.value.fields) == ["grants"]
    role = create_role(security, {"name": "看日志", "grants": mixed[1:]})
    account = house.account("neu", role="", company=house.group)
    assign(account.id, builtin_roles.SYSTEM_ADMINISTRATOR, None)
    assign(account.id, role, None)
    with pytest.raises(Invalid):
        edit_role(security, Role.get_by_id(role.id), {"grants": [{"right": "logs.export", "scope": "group"}]})


def test_a_company_keeps_its_own_channels_and_is_no_system_administrator() -> None:
    assert kinds_held({"ways.edit": Scope.COMPANY, "companies.edit": Scope.COMPANY}) == set()
    assert kinds_held({"ways.edit": Scope.GROUP}) == {SYSTEM}
    assert kinds_held(reach_of(builtin_roles.COMPANY_ADMINISTRATOR)) == {SECURITY}
