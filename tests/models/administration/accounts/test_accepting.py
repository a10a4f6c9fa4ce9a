"""The holder's yes to an invitation: an account made, or one's own brought along; each once, and by who was invited (Q05, I2)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts import accept_invitation, invitations
from models.administration.accounts.accept_invitation import accept, join
from models.administration.passwords import password_rules
from models.administration.records import Account, Assignment, Invitation, Role, Session
from models.administration.second_factor import enrolment
from models.administration.second_factor.records import SecondFactor
from models.administration.sign_in.sign_in import sign_in
from models.core.clock import now
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Invalid, TooMany, Unauthenticated
from models.core.security import crypto
from models.organization.records import Binding, Person
from tests.models.administration.conftest import GOOD, House

PHONE = "13800000002"
NEW = "Quite#another-92"


def code_of(caught: Any) -> str:
    return str(caught.value.code)


def test_a_password_of_ones_own_makes_the_account_and_spends_the_invitation(house: House) -> None:
    person = house.invited()
    first, second = house.guest(person), house.guest(person)
    assert second.must_change_password and second.company_id == house.company.id
    told = invitations.described(first)
    assert told is not None and (told["login"], told["login_taken"]) == (PHONE, False)
    accept(first, NEW)
    account = Account.get(Account.login == PHONE)
    assert Person.get_by_id(person.id).account_id == account.id
    assert Session.get_by_id(first.session_id).account_id == account.id
    for again in (first, second):
        with pytest.raises(Unauthenticated):
            accept(again, NEW)
    assert Session.get_by_id(second.session_id).revoked_at is not None, "what else began with it is over"
    assert sign_in(PHONE, NEW, door="phone").token
    assert Account.get_by_id(account.id).last_sign_in_at is not None


@pytest.mark.parametrize("login", ["wang", "wang.dayou", "a-b_c9"])
def test_another_login_may_be_chosen(house: House, login: str) -> None:
    accept(house.guest(house.invited()), NEW, login=login)
    assert sign_in(login, NEW, door="phone").token


@pytest.mark.parametrize("login", ["wan", "13800000009", "9wang", "w" * 21])
def test_a_login_that_could_be_anothers_phone_is_not_chosen(house: House, login: str) -> None:
    with pytest.raises(Invalid) as caught:
        accept(house.guest(house.invited()), NEW, login=login)
    assert list(caught.value.fields) == ["login"]


def test_an_account_that_is_somebodys_is_not_taken_over_by_its_login(house: House) -> None:
    actor = house.guest(house.invited())
    account = house.account(PHONE, name="别人")
    told = invitations.described(actor)
    assert told is not None and told["login_taken"]
    for taken in ({"account_id": None}, {"account_id": account.id}):
        Invitation.update(**taken).execute()
        with pytest.raises(Conflict) as caught:
            accept(actor, NEW)
        assert code_of(caught) == "login_taken"
    Account.update(password_hash=None).execute()
    Invitation.update(account_id=None).execute()
    with pytest.raises(Conflict):
        accept(actor, NEW)
    Invitation.update(account_id=account.id).execute()
    told = invitations.described(actor)
    assert told is not None and not told["login_taken"]
    accept(actor, NEW)
    assert Account.get_by_id(account.id).password_hash is not None, (
        "one that was never anybody's is the holder's"
    )


def test_who_is_taken_off_the_list_meanwhile_makes_no_account(house: House) -> None:
    actor = house.guest(house.invited())
    Binding.update(state="ended").execute()
    with pytest.raises(Unauthenticated):
        accept(actor, NEW)
    Binding.update(state="approved").execute()
    Invitation.update(state="withdrawn").execute()
    with pytest.raises(Unauthenticated):
        accept(actor, NEW)
    assert Account.select().count() == 0


def test_an_account_of_ones_own_is_brought_along_by_its_own_password(house: House) -> None:
    person = house.invited()
    actor = house.guest(person)
    mine, other = house.account("mine", name="陈二"), house.account("other")
    Invitation.update(member=True).execute()
    with pytest.raises(Invalid) as caught:
        join(actor, "mine", "wrong")
    assert list(caught.value.fields) == ["password"]
    with pytest.raises(Invalid):
        join(actor, "nobody", GOOD)
    join(actor, "mine", GOOD)
    assert Person.get_by_id(person.id).account_id == mine.id
    row = Session.get_by_id(actor.session_id)
    assert (row.account_id, row.unit_id, row.invitation_id) == (mine.id, None, None)
    assert Account.get_by_id(other.id).last_sign_in_at is None
    assert "unit_member" in {
        role.code for role in Role.select().join(Assignment).where(Assignment.account_id == mine.id)
    }
    with pytest.raises(Unauthenticated):
        join(actor, "mine", GOOD)


def test_the_phone_is_the_login_unless_another_is_named(house: House) -> None:
    person = house.invited()
    actor = house.guest(person)
    mine = house.account(PHONE)
    join(actor, None, GOOD)
    assert Person.get_by_id(person.id).account_id == mine.id


@pytest.mark.parametrize(
    ("values", "code"),
    [({"first_password": True}, "invalid"), ({"state": "disabled"}, "account_disabled")],
)
def test_an_account_that_proves_nothing_is_not_brought_along(
    house: House, values: dict[str, Any], code: str
) -> None:
    actor = house.guest(house.invited())
    house.account("mine", **values)
    with pytest.raises(AnbanError) as caught:
        join(actor, "mine", GOOD)
    assert code_of(caught) in (code, "wrong_password")
    assert Person.select().where(Person.account_id.is_null(False)).count() == 0


def test_wrong_passwords_are_counted_as_at_a_sign_in(house: House) -> None:
    actor = house.guest(house.invited())
    house.account("mine")
    for _ in range(5):
        with pytest.raises(AnbanError):
            join(actor, "mine", "wrong")
    with pytest.raises(TooMany):
        join(actor, "mine", GOOD)


def test_a_password_that_is_changed_while_it_is_checked_brings_nothing_along(
    house: House, monkeypatch: Any
) -> None:
    """Checking takes a while, outside of any transaction: what was right when it began may be over when it ends."""
    actor = house.guest(house.invited())
    mine = house.account("mine")
    really = password_rules.matches
    for values in ({"password_hash": crypto.hash_password(NEW)}, {"first_password": True}):
        Account.update(password_hash=crypto.hash_password(GOOD), first_password=False).execute()

        def meanwhile(account: Account | None, typed: str, values: dict[str, Any] = values) -> bool:
            right = really(account, typed)
            Account.update(**values).where(Account.id == mine.id).execute()
            return right

        monkeypatch.setattr(accept_invitation.password_rules, "matches", meanwhile)
        with pytest.raises(Invalid):
            join(actor, "mine", GOOD)
    assert Person.select().where(Person.account_id.is_null(False)).count() == 0


def test_who_is_asked_for_a_second_factor_signs_in_first(house: House) -> None:
    actor = house.guest(house.invited())
    mine = house.account("mine")
    secret = in_transaction(enrolment.offer, mine).secret
    assert secret
    SecondFactor.update(confirmed_at=now()).execute()
    with pytest.raises(Conflict) as caught:
        join(actor, "mine", GOOD)
    assert code_of(caught) == "second_factor_required"
    SecondFactor.delete().execute()
    configure(Config(second_factor="all"))
    try:
        with pytest.raises(Conflict):
            join(actor, "mine", GOOD)
    finally:
        configure(Config())
    join(actor, "mine", GOOD)
