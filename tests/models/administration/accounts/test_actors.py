"""Who asks, how far they reach, and that finding out stays cheap (J04)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account, actor_for_token, role_names, touch
from models.administration.records import Account, Role, Session
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign, create_role, delete_role, edit_role, grants_for_accounts
from models.administration.sign_in.sign_in import revoke_session, sign_in, sign_out
from models.core import clock as house_clock
from models.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from models.core.security.actor import Places
from models.core.security.rights import Scope, all_rights
from models.organization.records import Binding, Company, Person
from tests.models.administration.conftest import GOOD, House
from tests.support.statement_log import listening


@pytest.mark.parametrize("role", ["worker", "administrator", "site_officer", "reviewing_officer"])
def test_at_most_four_queries(house: House, role: str) -> None:
    house.account(role=role, id_number="330102199003070019")
    token = sign_in("13800000001", GOOD, door="phone").token
    with listening() as said:
        actor_for_token(token, "phone")
    assert len(said) <= 4, said
    assert all(sql.startswith("SELECT") for sql in said)


def test_tokens_of_another_door_or_nobody_are_none(house: House, clock: Any) -> None:
    house.account()
    token = sign_in("13800000001", GOOD, door="phone").token
    for wrong, door in ((token, "console"), ("x", "phone"), ("", "phone"), ("\ud800", "phone")):
        with pytest.raises(Unauthenticated) as caught:
            actor_for_token(wrong, door)
        assert caught.value.code == "unauthenticated"
    clock.forward(days=31)
    with pytest.raises(Unauthenticated) as caught:
        actor_for_token(token, "phone")
    assert caught.value.code == "session_expired"


def test_signing_out_and_switching_off_end_it(house: House) -> None:
    account = house.account()
    first, second = (sign_in("13800000001", GOOD, door="phone") for _ in range(2))
    sign_out(actor_for_token(first.token, "phone"))
    with pytest.raises(Unauthenticated):
        actor_for_token(first.token, "phone")
    actor = actor_for_token(second.token, "phone")
    other = sign_in("13800000001", GOOD, door="console")
    revoke_session(actor, other.session.id)
    with pytest.raises(Unauthenticated):
        actor_for_token(other.token, "console")
    stranger = house.account("stranger")
    with pytest.raises(NotFound):
        revoke_session(actor_for_account(stranger, "phone"), second.session.id)
    Account.update(state="disabled").where(Account.id == account.id).execute()
    with pytest.raises(Unauthenticated) as caught:
        actor_for_token(second.token, "phone")
    assert caught.value.code == "account_disabled"


def test_roles_of_another_company_do_not_count_here(house: House) -> None:
    other = house.node("海东物流", "company", house.group)
    account = house.account(role="unit_member")
    assign(account.id, builtin_roles.REVIEWING_OFFICER, other.id)
    assert not actor_for_account(account, "console").may("persons.read")
    account.current_company = other.id
    actor = actor_for_account(account, "console")
    assert actor.company_id == other.id
    assert actor.may("persons.read")
    assert not actor.may("users.lock")


def test_the_widest_scope_of_several_roles_counts(house: House) -> None:
    account = house.account(role="worker")
    assert actor_for_account(account, "phone").rights["clock-ins.read"] == Scope.SELF
    assign(account.id, builtin_roles.UNIT_MEMBER, house.company.id)
    assert actor_for_account(account, "phone").rights["clock-ins.read"] == Scope.COMPANY
    assign(account.id, builtin_roles.SUPERVISOR, None)
    actor = actor_for_account(account, "phone")
    assert actor.rights["clock-ins.read"] == Scope.GROUP
    assert actor.rights["clock-ins.create"] == Scope.SELF
    assert grants_for_accounts([account.id])[account.id] == dict(actor.rights)
    assert set(role_names(actor)) == {"监察", "单位成员", "作业人员"}


def test_a_role_held_everywhere_reaches_into_a_unit_only_for_its_own_people(house: House) -> None:
    """Who waits, or has left, keeps what is about themselves: nothing of the unit's hazards (E09)."""
    number = "330102199003070019"
    account = house.account(role="worker", id_number=number)
    person = Person.create(
        company=house.company, name="陈一", id_number=number, phone="13800000001", account_id=account.id
    )
    binding = Binding.create(company=house.company, person=person, state="waiting")

    def reach() -> Scope:
        return actor_for_account(Account.get_by_id(account.id), "phone").rights["hazards.read"]

    assert reach() == Scope.SELF
    for state, scope in (("approved", Scope.COMPANY), ("ended", Scope.SELF)):
        Binding.update(state=state).where(Binding.id == binding.id).execute()
        assert reach() == scope
    assign(account.id, builtin_roles.GROUP_SAFETY, None)
    assert reach() == Scope.GROUP


def test_the_group_reaches_everything_and_has_no_company(house: House) -> None:
    other = house.node("海东物流", "company", house.group)
    admin = actor_for_account(house.account("admin", role="administrator", company=house.group), "console")
    assert admin.company_id is None
    assert {house.group.id, house.company.id, other.id} == set(admin.group_companies)
    assert {right.name for right in all_rights()} == set(admin.rights)
    assert set(admin.see(Company.select(), Company, "companies.read")) >= {house.group, house.company, other}


def test_a_sites_officer_reaches_the_sites_subtree(house: House) -> None:
    site = house.node("一号厂", "site", house.company)
    department = house.node("车间", "department", site)
    house.node("二号厂", "site", house.company)
    account = house.account(role="")
    assign(account.id, builtin_roles.SITE_OFFICER, house.company.id, site.id)
    actor = actor_for_account(account, "console")
    assert actor.places_of("persons.edit") == Places((site.id,), (department.id,))


@pytest.mark.parametrize(("state", "reached"), [("approved", True), ("waiting", False), ("ended", False)])
def test_a_role_of_no_place_reaches_where_ones_own_file_stands(
    house: House, state: str, reached: bool
) -> None:
    """Only once both sides have said yes: who waits for a unit reaches nothing of its sites."""
    number, site = "330102199003070019", house.node("一号厂", "site", house.company)
    account = house.account(role="", id_number=number)
    assign(account.id, builtin_roles.SITE_OFFICER, house.company.id)
    person = Person.create(
        company=house.company,
        site=site,
        name="陈一",
        id_number=number,
        phone="13800000001",
        account_id=account.id,
    )
    Binding.create(company=house.company, person=person, state=state)
    actor = actor_for_account(Account.get_by_id(account.id), "console")
    assert actor.places_of("persons.edit") == Places((site.id,) if reached else (), ())


def test_unknown_accounts_have_no_grants(house: House) -> None:
    account = house.account(role="worker")
    with listening() as said:
        found = grants_for_accounts([account.id, 10**9])
    assert len(said) <= 2
    assert found[10**9] == {}
    assert found[account.id]["clock-ins.create"] == Scope.SELF


def test_touch_writes_once_a_minute(house: House, clock: Any) -> None:
    house.account()
    signed = sign_in("13800000001", GOOD, door="phone")
    clock.forward(minutes=2)
    touch(signed.session.id)
    first = Session.get_by_id(signed.session.id).seen_at
    assert first == house_clock.now()
    clock.forward(seconds=30)
    touch(signed.session.id)
    assert Session.get_by_id(signed.session.id).seen_at == first
    clock.forward(seconds=31)
    touch(signed.session.id)
    assert Session.get_by_id(signed.session.id).seen_at - first == timedelta(seconds=61)


def test_nobody_grants_what_they_have_not(house: House) -> None:
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    own = {"name": "仓管", "grants": [{"right": "equipment.read", "scope": "company"}]}
    role = create_role(boss, own)
    assert role.company_id == house.company.id
    for grants in (
        [{"right": "operator-codes.edit", "scope": "company"}],
        [{"right": "equipment.read", "scope": "group"}],
        [],
    ):
        with pytest.raises(Invalid) as caught:
            edit_role(boss, Role.get_by_id(role.id), {"grants": grants})
        assert list(caught.value.fields) == ["grants"]
    with pytest.raises(Invalid):
        create_role(boss, own)
    assign(house.account("holder", role="").id, role, house.company.id)
    with pytest.raises(Conflict, match="1 个账号"):
        delete_role(boss, Role.get_by_id(role.id))


def test_builtin_and_shared_roles_are_not_a_companys_to_change(house: House) -> None:
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    admin = actor_for_account(house.account("admin", role="administrator", company=house.group), "console")
    worker = Role.get(Role.code == "worker")
    with pytest.raises(Conflict):
        edit_role(admin, worker, {"name": "x"})
    shared = create_role(admin, {"name": "巡检", "grants": [{"right": "equipment.read", "scope": "group"}]})
    assert shared.company_id is None
    with pytest.raises(Forbidden):
        edit_role(boss, shared, {"name": "改名"})
    with pytest.raises(Forbidden):
        delete_role(boss, shared)
