"""What a second round of attacks bent, and that it is straight again (issue 9, section 1)."""

from __future__ import annotations

import pytest

from models.administration.accounts.accept_invitation import accept
from models.administration.accounts.accounts import edit_user, renew_first_password
from models.administration.accounts.actors import actor_for_token
from models.administration.passwords.password_changes import reset_password
from models.administration.records import Account, Assignment, Invitation, Session
from models.administration.roles.roles import assign
from models.administration.second_factor.records import SecondFactor
from models.administration.second_factor.reset import reset_second_factor
from models.administration.sign_in import session_list
from models.administration.sign_in.sign_in import sign_in
from models.core import clock
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.security.actor import Actor
from models.duty.my_units import application, choose_unit
from models.duty.my_units import bindings as bindings_of
from models.messages.channels.set_up import create_contact, delete_contact, edit_contact
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings
from models.personnel.people import delete_person, edit_person
from tests.models.organization.conftest import Town, number
from tests.models.personnel.attacks import double, far, plain, save, session_of, town_actor

__all__ = ["double", "far", "plain"]  # fixtures


def _binding(person: Person) -> Binding:
    return Binding.get(Binding.person == person.id)


@pytest.mark.parametrize("by", ["an officer", "the administrator"])
def test_who_resets_a_leavers_password_is_not_let_back_in_by_the_unit_that_was_left(
    town: Town, far: Actor, by: str
) -> None:
    """The tie of a file that was left is no yes of whoever has the account after the new unit's reset."""
    old, account = town.working(1, role="safety_officer")
    bindings.end(town.officer, _binding(old))
    town.working(1, by=town.neighbour, account=account, phone="13911112222")
    file = Person.get(Person.company == town.other.id, Person.account_id == account.id)
    if by == "an officer":
        renew_first_password(town.neighbour, file)
    else:
        reset_password(far, Account.get_by_id(account.id))
    bindings.restore(town.officer, _binding(old))
    assert old.id not in town_actor(account).person_ids


def test_a_sheet_changes_no_phone_that_the_form_would_not(town: Town, plain: Actor) -> None:
    chief, _ = town.working(1, by=town.boss, role="safety_officer", may_review=True)
    row = {"name": chief.name, "id_number": number(1), "phone": "13911112222", "open_account": False}
    with pytest.raises(Forbidden):
        save(plain, [row])


def test_nobody_turns_a_waiting_invitation_of_somebody_greater_to_another_phone(
    town: Town, plain: Actor
) -> None:
    chief = town.worker(1, by=town.boss, role="safety_officer", may_review=True).person
    with pytest.raises(AnbanError):
        edit_person(plain, chief, {"phone": "13911112222"})


@pytest.mark.parametrize("act", ["end", "delete"])
def test_nobody_takes_somebody_greater_out_before_they_have_come(town: Town, plain: Actor, act: str) -> None:
    chief = town.worker(1, by=town.boss, role="safety_officer", may_review=True).person
    take_out = {
        "end": lambda: bindings.end(plain, _binding(chief)),
        "delete": lambda: delete_person(plain, chief),
    }
    with pytest.raises(Forbidden):
        take_out[act]()


@pytest.mark.parametrize("whose", ["their own", "a second account"])
def test_a_sites_officer_carries_no_rights_to_another_site(town: Town, whose: str) -> None:
    """Rights of 本厂站 follow the file: neither theirs nor those of an account of their own making are moved over."""
    second = town.node("二号厂", "site", town.company)
    shop = town.node("焊接车间", "department", second)
    file, account = town.working(1, site=town.site.id)
    assign(account.id, "site_officer", town.company.id)
    other, puppet = town.working(2, site=town.site.id)
    assign(puppet.id, "site_officer", town.company.id)
    actor = town_actor(account)
    moved = file if whose == "their own" else other
    for place in ({"site": second.id}, {"department": shop.id}):
        with pytest.raises(Forbidden, match="不能把"):
            edit_person(actor, Person.get_by_id(moved.id), place)
    edit_person(actor, Person.get_by_id(moved.id), {"department": town.department.id})
    edit_person(town.officer, Person.get_by_id(moved.id), {"site": second.id})


def test_an_edit_of_something_else_takes_no_role_from_somebody_greater(town: Town, plain: Actor) -> None:
    chief, account = town.working(1)
    assign(account.id, "reviewing_officer", town.company.id)
    edit_person(plain, Person.get_by_id(chief.id), {"job_number": "7"})
    assert "bindings.decide" in town_actor(account).rights


def test_the_company_that_keeps_an_account_takes_no_role_that_is_held_elsewhere_too(
    town: Town, double: tuple[Person, Person, Account]
) -> None:
    account = Account.get_by_id(double[2].id)
    with pytest.raises(Forbidden):
        edit_user(town.boss, account, {"roles": []})
    assert "clock-ins.create" in town_actor(account).rights


def test_one_of_two_units_takes_no_second_factor_away(
    town: Town, double: tuple[Person, Person, Account]
) -> None:
    account = Account.get_by_id(double[2].id)
    Assignment.delete().where(
        Assignment.account_id == account.id, Assignment.company_id.is_null(False)
    ).execute()
    SecondFactor.create(account_id=account.id, secret="A" * 32, confirmed_at=clock.now())
    with pytest.raises(Forbidden):
        reset_second_factor(town.officer, account)


def test_a_session_of_one_unit_sees_and_ends_that_units_sessions_alone(
    town: Town, double: tuple[Person, Person, Account]
) -> None:
    """A unit's own chat app acts as anybody of the unit, within the unit."""
    account = double[2]
    whole = session_of(account)
    actor = actor_for_token(session_of(account, unit_id=town.company.id), "phone")
    assert [item["this"] for item in session_list.mine(actor)] == [True]
    mine = Session.get(Session.account_id == account.id, Session.unit_id.is_null())
    with pytest.raises(NotFound):
        session_list.end_mine(actor, str(mine.id))
    session_list.end_my_others(actor)
    before = Account.get_by_id(account.id).current_company_id
    choose_unit(actor, town.company.id)
    assert Account.get_by_id(account.id).current_company_id == before
    assert actor_for_token(whole, "phone").account_id == account.id


def test_an_invitation_from_before_sets_no_password_of_an_account_that_is_somebodys(town: Town) -> None:
    """0013 left invitations that name an account; once its holder has a password, that account is theirs alone."""
    file = town.worker(1).person
    account = town.account(file.phone, company=town.company.id, role="")
    Invitation.update(account_id=account.id).where(Invitation.person_id == file.id).execute()
    guest = actor_for_token(sign_in(file.phone, number(1)[-6:], door="phone").token, "phone")
    with pytest.raises(Conflict, match="有人用"):
        accept(guest, "Other#word-92")
    assert Account.get_by_id(account.id).password_hash == account.password_hash


def test_a_session_of_one_unit_applies_nowhere_and_lists_no_other_unit(
    town: Town, double: tuple[Person, Person, Account]
) -> None:
    """An application is its holder's own yes (I2): what one unit handed out says it to no other."""
    actor = actor_for_token(session_of(double[2], unit_id=town.company.id), "phone")
    assert [item["unit"]["id"] for item in bindings_of(actor)] == [str(town.company.id)]
    third = town.node("海北码头", "company", town.group)
    for unit in (third, town.other):
        with pytest.raises(Forbidden, match="不能申请"):
            bindings.apply(actor, unit.id)


def test_the_answer_to_an_application_does_not_say_by_its_number_that_there_was_a_file(town: Town) -> None:
    town.worker(2, account=False)
    told = []
    for place in (2, 3, 4):  # with a file, and twice without one
        account = town.account(
            f"w{place}", id_number=number(place), company=town.other.id, phone="13911112222"
        )
        actor = actor_for_token(session_of(account), "phone")
        made, _ = bindings.apply(actor, town.company.id)
        told.append(application(actor, made))
    with_file, without, after = (int(item["id"][1:]) for item in told)
    assert without - with_file == after - without > 0, "the numbers go up alike"
    assert {item["state"] for item in told} == {"waiting"}


def test_the_mail_address_of_somebody_greater_stays_theirs(town: Town, plain: Actor) -> None:
    """What is done to somebody is told on their other ways (I4): an officer must not choose these first."""
    chief, _ = town.working(1, by=town.boss, role="safety_officer", may_review=True)
    values = {"company": town.company.id, "person": chief.id, "email": "evil@example.cn"}
    with pytest.raises(Forbidden):
        create_contact(plain, values)
    kept = create_contact(town.boss, {**values, "email": "chief@example.cn"})
    with pytest.raises(Forbidden):
        edit_contact(plain, kept, {"email": "evil@example.cn"})
    with pytest.raises(Forbidden):
        delete_contact(plain, kept)
    other = town.worker(2).person.id
    with pytest.raises(Invalid):  # who is above whom is for who may review
        edit_contact(plain, kept, {"superior": other})
    edit_contact(town.boss, kept, {"superior": other})
