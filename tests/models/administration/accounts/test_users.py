"""Accounts kept by administrators (J02)."""

from __future__ import annotations

import orjson
import pytest
from peewee import Database

from models.administration.accounts.accounts import (
    create_user,
    disable_account,
    edit_user,
    enable_account,
    unlock_account,
)
from models.administration.accounts.actors import actor_for_account, actor_for_token
from models.administration.accounts.first_admin import create_first_admin
from models.administration.accounts.standing_changes import CHANGED, rights_changed
from models.administration.passwords.password_changes import reset_password
from models.administration.records import Account, Role
from models.administration.sign_in.sign_in import sign_in
from models.core.clock import now
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.organization.records import Company
from tests.models.administration.conftest import GOOD, House


def role(code: str) -> int:
    return int(Role.get(Role.code == code).id)


@pytest.fixture
def boss(house: House) -> Actor:
    return actor_for_account(house.account("boss", role="company_administrator"), "console")


def test_the_first_admin_is_made_once_and_must_change(house: House) -> None:
    password = create_first_admin()
    assert create_first_admin() == ""
    signed = sign_in("Admin", password, door="console")
    assert actor_for_token(signed.token, "console").must_change_password
    assert actor_for_token(signed.token, "console").may("roles.edit")
    assert Company.select().where(Company.kind == "group").count() == 1


def test_the_first_admin_of_a_demo_has_the_password_that_it_was_given_and_keeps_it(house: House) -> None:
    assert create_first_admin("Shangang#2026") == "Shangang#2026"
    signed = sign_in("admin", "Shangang#2026", door="console")
    assert not actor_for_token(signed.token, "console").must_change_password
    made = Account.get(Account.login == "admin")
    assert (made.first_password, made.first_password_until) == (False, None)


def test_the_first_password_of_an_installation_is_for_some_days(house: House) -> None:
    Account.delete().where(Account.login == "admin").execute()
    create_first_admin()
    made = Account.get(Account.login == "admin")
    assert made.first_password and made.first_password_until > now()


def test_a_user_gets_in_by_reset_and_an_id_number_typed_here_opens_nothing(house: House, boss: Actor) -> None:
    plain = create_user(boss, {"login": " Chen.Yi ", "name": "陈一", "roles": [role("safety_officer")]})
    assert plain.login == "chen.yi"
    with pytest.raises(AnbanError):
        sign_in("chen.yi", "", door="console")
    password = reset_password(boss, plain)
    assert actor_for_token(sign_in("chen.yi", password, door="console").token, "console").must_change_password
    create_user(boss, {"login": "13700000000", "name": "陈二", "id_number": "330102199003070019"})
    with pytest.raises(AnbanError):
        sign_in("13700000000", "070019", door="console")


def test_a_login_is_there_once_and_whose_id_number_it_is_is_not_told(house: House, boss: Actor) -> None:
    create_user(boss, {"login": "chen", "name": "陈一", "id_number": "330102199003070019"})
    with pytest.raises(Invalid) as caught:
        create_user(boss, {"login": "CHEN", "name": "陈二"})
    assert list(caught.value.fields) == ["login"]
    create_user(boss, {"login": "other", "name": "陈二", "id_number": "330102199003070019"})


def test_a_login_that_gets_too_long_when_it_is_spelled_out_is_told_at_the_field(boss: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        create_user(boss, {"login": "\u337f" * 20, "name": "陈三"})
    assert caught.value.fields == {"login": "最多 60 个字，写开了有 80 个"}


def test_no_greater_role_is_given_or_taken(house: House, boss: Actor) -> None:
    with pytest.raises(Invalid) as caught:
        create_user(boss, {"login": "x", "name": "陈", "roles": [role("administrator")]})
    assert list(caught.value.fields) == ["roles"]
    other = house.node("海东物流", "company", house.group)
    foreign = Role.create(
        company=other, name="别家的", grants=[{"right": "equipment.read", "scope": "company"}]
    )
    with pytest.raises(Invalid):
        create_user(boss, {"login": "y", "name": "陈", "roles": [foreign.id]})
    with pytest.raises(Invalid):
        create_user(boss, {"login": "z", "name": "陈", "roles": [], "company": other.id})


def test_roles_change_with_the_form(house: House, boss: Actor) -> None:
    user = create_user(
        boss, {"login": "chen", "name": "陈一", "roles": [role("worker"), role("unit_member")]}
    )
    edit_user(boss, Account.get_by_id(user.id), {"roles": [role("safety_officer")], "name": "陈壹"})
    actor = actor_for_account(Account.get_by_id(user.id), "console")
    assert actor.name == "陈壹"
    assert actor.may("persons.create")
    assert not actor.may("clock-ins.create") or actor.may("persons.create")


def test_off_and_on_again(house: House, boss: Actor) -> None:
    house.account()
    signed = sign_in("13800000001", GOOD, door="phone")
    disable_account(boss, Account.get(Account.login == "13800000001"))
    with pytest.raises(AnbanError):
        actor_for_token(signed.token, "phone")
    enable_account(boss, Account.get(Account.login == "13800000001"))
    with pytest.raises(AnbanError):
        actor_for_token(signed.token, "phone")
    assert sign_in("13800000001", GOOD, door="phone").token
    with pytest.raises(Conflict):
        disable_account(boss, Account.get(Account.login == "boss"))


def test_unlocking_before_its_time(house: House, boss: Actor) -> None:
    house.account()
    for _ in range(5):
        with pytest.raises(AnbanError):
            sign_in("13800000001", "no", door="phone")
    with pytest.raises(AnbanError):
        sign_in("13800000001", GOOD, door="phone")
    unlock_account(boss, Account.get(Account.login == "13800000001"))
    assert sign_in("13800000001", GOOD, door="phone").token


def test_greater_and_foreign_accounts_are_out_of_reach(house: House, boss: Actor) -> None:
    admin = house.account("chief", role="administrator")
    with pytest.raises(Forbidden):
        disable_account(boss, admin)
    with pytest.raises(Forbidden):
        edit_user(boss, admin, {"name": "x"})
    other = house.node("海东物流", "company", house.group)
    with pytest.raises(NotFound):
        disable_account(boss, house.account("far", company=other))


def test_a_change_that_concerns_very_many_accounts_is_told_in_pieces(database: Database) -> None:
    """A role that tens of thousands hold could not be changed on a server: one piece of news has no room for them."""
    everybody = range(10**17, 10**17 + 20_000)
    rights_changed(everybody)
    told = [row.payload["accounts"] for row in Outbox.select().where(Outbox.kind == CHANGED)]
    assert sorted(each for part in told for each in part) == list(everybody)
    assert all(len(orjson.dumps(part)) < 60_000 for part in told)
