"""Roles given, taken and renamed: what the next request may do, what the trail says, whose names are taken (J04)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.administration.accounts.accounts import create_user, edit_user, set_roles
from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.accounts.authority import require_no_greater
from models.administration.accounts.standing_changes import CHANGED
from models.administration.records import Account, Assignment, Role
from models.administration.roles import builtin_roles
from models.administration.roles.grants import RoleRights, pack, unpack
from models.administration.roles.roles import (
    assign,
    builtin,
    create_role,
    delete_role,
    edit_role,
    grants_for_accounts,
    install_builtin_roles,
    withdraw,
)
from models.core.config import config, configure
from models.core.errors import Forbidden, Invalid, Malformed
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import Binding, Person
from tests.models.administration.conftest import House

ONE = [{"right": "equipment.read", "scope": "company"}]
OTHER = [{"right": "persons.read", "scope": "company"}]


@pytest.fixture
def boss(house: House) -> Actor:
    return actor_for_account(house.account("boss", role="company_administrator"), "console")


@pytest.fixture
def admin(house: House) -> Actor:
    return actor_for_account(house.account("admin", role="administrator", company=house.group), "console")


def told_of() -> list[int]:
    """The accounts of whom it was said since the last time that their rights changed."""
    found = [one for row in Outbox.select().where(Outbox.kind == CHANGED) for one in row.payload["accounts"]]
    Outbox.delete().execute()
    return sorted(found)


def test_built_in_roles_are_made_once_and_brought_up_to_date(house: House) -> None:
    assert install_builtin_roles() == 0
    Role.update(name="旧名").where(Role.code == "worker").execute()
    Role.update(grants=[]).where(Role.code == "unit").execute()
    Role.delete().where(Role.code == "supervisor").execute()
    assert install_builtin_roles() == 3
    assert builtin("worker").name == "作业人员" and builtin("unit").grants and builtin("supervisor").builtin
    Role.delete().where(Role.code == "supervisor").execute()
    with pytest.raises(LookupError):
        builtin("supervisor")


def test_who_is_given_or_loses_a_role_is_told_and_nobody_else(house: House) -> None:
    mine, other = house.account("mine", role="").id, house.account("other", role="").id
    assign(other, "unit_member", house.company.id)
    told_of()
    assert assign(mine, "unit_member", house.company.id) and told_of() == [mine]
    assert not assign(mine, "unit_member", house.company.id) and told_of() == []
    site = house.node("一号厂", "site", house.company)
    assert not assign(mine, "unit_member", house.company.id, site.id) and told_of() == [mine]
    assert {row.account_id: row.node_id for row in Assignment.select()} == {mine: site.id, other: None}
    assert withdraw(mine, ["unit_member"], None) == 0 and told_of() == []
    assert withdraw(mine, ["unit_member"], house.company.id) == 1 and told_of() == [mine]
    assert [row.account_id for row in Assignment.select()] == [other]


def test_a_changed_role_is_told_to_its_holders_and_names_its_grants_by_no_list(
    house: House, boss: Actor
) -> None:
    role, beside = (
        create_role(boss, {"name": "仓管", "grants": ONE}),
        create_role(boss, {"name": "门卫", "grants": ONE}),
    )
    mine, other = house.account("mine", role="").id, house.account("other", role="").id
    assign(mine, role, house.company.id), assign(other, beside, house.company.id)
    told_of()
    edit_role(boss, Role.get_by_id(role.id), {"summary": "管仓库"})
    assert told_of() == []
    edit_role(boss, Role.get_by_id(role.id), {"grants": OTHER})
    assert told_of() == [mine]
    assert grants_for_accounts([mine])[mine] == {"persons.read": Scope.COMPANY}
    lines = [line["field"] for row in Change.select().where(Change.table == "role") for line in row.changes]
    assert "name" in lines and "grants" not in lines
    delete_role(boss, create_role(boss, {"name": "没人用", "grants": ONE}))
    assert Role.select().where(Role.name == "没人用").count() == 0


def test_a_name_is_there_once_in_a_unit_and_in_what_all_share(house: House, boss: Actor) -> None:
    mine = create_role(boss, {"name": "仓管", "grants": ONE})
    edit_role(boss, Role.get_by_id(mine.id), {"name": "仓管", "summary": "改"})
    far = house.node("海东物流", "company", house.group)
    admin = actor_for_account(house.account("admin", role="administrator", company=house.group), "console")
    create_role(admin, {"name": "仓管", "company": far.id, "grants": ONE})
    shared = create_role(admin, {"name": "巡检", "grants": ONE})
    for name in ("仓管", "巡检", "作业人员"):
        other = Role.get_or_none(Role.name == "另一个") or create_role(
            boss, {"name": "另一个", "grants": ONE}
        )
        with pytest.raises(Invalid) as caught:
            edit_role(boss, Role.get_by_id(other.id), {"name": name})
        assert list(caught.value.fields) == ["name"]
    edit_role(admin, Role.get_by_id(shared.id), {"name": "巡检", "summary": "改"})


def test_a_company_makes_roles_for_itself_alone(house: House, boss: Actor) -> None:
    far = house.node("海东物流", "company", house.group)
    with pytest.raises(Invalid) as caught:
        create_role(boss, {"name": "仓管", "company": far.id, "grants": ONE})
    assert list(caught.value.fields) == ["company"]


def test_grants_that_are_stored_wrong_grant_nothing() -> None:
    good = {"right": "equipment.read", "scope": "company"}
    wrong = [
        None, "equipment.read", {}, {"right": 1, "scope": "company"}, {"right": "no.such", "scope": "company"},
        {"right": "persons.read"}, {"right": "persons.read", "scope": 1}, {"right": "persons.read", "scope": "world"},
    ]  # fmt: skip
    assert unpack([*wrong, good]) == {"equipment.read": Scope.COMPANY}
    assert unpack(None) == unpack("x") == {}
    assert pack({"equipment.read": Scope.COMPANY}) == [good]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("x", "wrong_type"), (["x"], "no_such_right"), ([{"right": "no.such", "scope": "company"}], "no_such_right"),
        ([{"right": "equipment.read", "scope": 1}], "no_such_scope"),
        ([{"right": "equipment.read", "scope": "world"}], "no_such_scope"),
    ],
)  # fmt: skip
def test_grants_that_are_typed_wrong_are_told(typed: Any, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        RoleRights("权限").clean(typed)
    assert caught.value.code == code


def test_of_a_right_named_twice_the_wider_counts_and_nothing_is_nothing() -> None:
    rows = [{"right": "equipment.read", "scope": scope} for scope in ("self", "group", "company")]
    assert RoleRights("权限").clean(rows) == [{"right": "equipment.read", "scope": "group"}]
    assert RoleRights("权限").clean(None) is RoleRights("权限").clean("") is None


def test_what_ends_at_a_site_is_people_and_equipment_and_the_rest_is_of_the_company() -> None:
    reach = next(
        role.reach for role in builtin_roles.builtin_roles() if role.code == builtin_roles.SITE_OFFICER
    )
    assert (reach["persons.edit"], reach["equipment.read"]) == (Scope.SITE, Scope.SITE)
    assert reach["hazards.read"] == Scope.COMPANY and "persons.import" not in reach
    worker = next(role.reach for role in builtin_roles.builtin_roles() if role.code == builtin_roles.WORKER)
    assert worker["clock-ins.create"] == Scope.SELF and worker["hazards.read"] == Scope.COMPANY


# -- roles of an account


def ids(*codes: str) -> list[int]:
    return [builtin(code).id for code in codes]


def codes_of(account: Account) -> list[tuple[str, bool]]:
    rows = Assignment.select(Assignment, Role).join(Role).where(Assignment.account_id == account.id)
    return sorted((row.role.code, row.company_id is None) for row in rows)


def test_the_form_leaves_an_account_with_the_roles_it_names(house: House, boss: Actor) -> None:
    user = create_user(boss, {"login": "chen", "name": "陈一", "roles": ids("worker", "unit_member")})
    assert codes_of(user) == [("unit_member", False), ("worker", True)], "a worker is one wherever one works"
    told_of()
    set_roles(boss, user, ids("worker", "unit_member"))
    assert told_of() == [] and Change.select().where(Change.action == "roles_changed").count() == 1
    set_roles(boss, user, ids("unit_member", "safety_officer"))
    assert codes_of(user) == [("safety_officer", False), ("unit_member", False)]
    line = Change.select().where(Change.action == "roles_changed").order_by(Change.id.desc()).get().changes[0]
    assert (line["old"], line["new"]) == ("作业人员、单位成员", "单位成员、安全管理员")
    assert set(told_of()) == {user.id}


def test_a_role_that_is_held_elsewhere_too_is_not_taken_by_one_unit(house: House, boss: Actor) -> None:
    far = house.node("海东物流", "company", house.group)
    user = house.account("mine", role="worker")
    assign(user.id, "unit_member", far.id)
    set_roles(boss, user, ids("worker", "safety_officer"))
    with pytest.raises(Forbidden) as caught:
        set_roles(boss, user, ids("safety_officer"))
    assert caught.value.code == "not_only_yours"
    set_roles(boss, user, ids("worker"))
    assert codes_of(user) == [("unit_member", False), ("worker", True)]


def test_roles_that_do_not_exist_are_told(house: House, boss: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        set_roles(boss, house.account(), [*ids("worker"), 10**9])
    assert list(caught.value.fields) == ["roles"]


def test_what_is_wrong_with_the_kinds_of_administrators_counts_other_units_too(
    house: House, admin: Actor
) -> None:
    far = house.node("海东物流", "company", house.group)
    user, other = house.account("mine", role="", company=house.group), house.account("other", role="")
    assign(user.id, builtin_roles.AUDIT_ADMINISTRATOR, far.id)
    assign(other.id, builtin_roles.AUDIT_ADMINISTRATOR, None)
    before = config()
    configure(replace(before, separate_administrators=True))
    try:
        with pytest.raises(Invalid) as caught:
            set_roles(admin, user, ids(builtin_roles.SYSTEM_ADMINISTRATOR))
        assert caught.value.fields["roles"].startswith("系统管理员、安全审计员要由不同的人担任")
        set_roles(admin, user, [])
        Assignment.delete().where(Assignment.account_id == user.id).execute()
        set_roles(admin, user, ids(builtin_roles.SYSTEM_ADMINISTRATOR))
    finally:
        configure(before)


def test_a_role_without_such_rights_may_be_changed_whoever_holds_it(house: House, admin: Actor) -> None:
    mixed = house.account("mine", role="", company=house.group)
    for code in (builtin_roles.SYSTEM_ADMINISTRATOR, builtin_roles.AUDIT_ADMINISTRATOR):
        assign(mixed.id, code, None)
    role = create_role(admin, {"name": "巡检", "grants": ONE})
    audit = create_role(admin, {"name": "看日志", "grants": [{"right": "logs.read", "scope": "group"}]})
    assign(mixed.id, role, None)
    before = config()
    configure(replace(before, separate_administrators=True))
    try:
        edit_role(admin, Role.get_by_id(role.id), {"grants": OTHER})
        edit_role(admin, Role.get_by_id(audit.id), {"summary": "没有人用"})
    finally:
        configure(before)


# -- over whom one may decide


def test_nobody_edits_somebody_who_may_go_farther(house: House) -> None:
    one, two = (house.node(name, "site", house.company) for name in ("一号厂", "二号厂"))
    role = Role.create(
        company=house.company, name="管用户", grants=[{"right": "users.edit", "scope": "site"}], summary=""
    )
    doer, near, far, own = (house.account(login, role="") for login in ("doer", "near", "far", "own"))
    for account, site in ((doer, one), (near, one), (far, two)):
        assign(account.id, role, house.company.id, site.id)
    actor = actor_for_account(Account.get_by_id(doer.id), "console")
    require_no_greater(actor, near, "修改资料")
    require_no_greater(actor, own, "修改资料")
    require_no_greater(actor, doer, "修改资料")
    with pytest.raises(Forbidden):
        require_no_greater(actor, far, "修改资料")
    wide = house.account("wide", role="")
    assign(
        wide.id,
        Role.create(
            company=house.company, name="全公司", grants=[{"right": "users.edit", "scope": "company"}]
        ),
        house.company.id,
    )
    require_no_greater(actor_for_account(Account.get_by_id(wide.id), "console"), far, "修改资料")


def test_who_is_about_themselves_alone_elsewhere_is_nobody_greater(house: House, boss: Actor) -> None:
    far = house.node("海东物流", "company", house.group)
    account = house.account("mine", role="")
    own = Role.create(company=far, name="只看自己", grants=[{"right": "equipment.read", "scope": "self"}])
    assign(account.id, own, far.id)
    require_no_greater(boss, account, "修改资料")
    assign(account.id, Role.create(company=far, name="看公司", grants=ONE), far.id)
    with pytest.raises(Forbidden):
        require_no_greater(boss, account, "修改资料")
    require_no_greater(boss, account, "修改资料", unit_id=house.company.id)


def test_an_account_that_others_trust_too_is_not_edited_by_one_unit_but_by_its_holder(
    house: House, boss: Actor
) -> None:
    far = house.node("海东物流", "company", house.group)
    account = house.account("mine", role="worker")
    person = Person.create(
        company=far, name="陈一", id_number="330102199003070019", phone="13800000001", role="operator",
        account_id=account.id,
    )  # fmt: skip
    Binding.create(company=far, person=person, state="approved", origin="entered")
    with pytest.raises(Forbidden) as caught:
        edit_user(boss, account, {"name": "别名"})
    assert caught.value.code == "not_only_yours"
    own = Account.get(Account.login == "boss")
    Person.update(account_id=own.id).where(Person.id == person.id).execute()
    assert edit_user(boss, own, {"name": "王总"}).name == "王总"
    assert edit_user(boss, account, {"name": "别名"}).name == "别名"
    assert edit_user(system_actor(), account, {"name": "又名"}).name == "又名"
