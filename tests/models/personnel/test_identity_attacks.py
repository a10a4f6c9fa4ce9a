"""What was tried as an attacker would (issue 9, section 1): each way to become somebody else, and that it is shut."""

from __future__ import annotations

import pytest

from models.administration.accounts import account_ties, invitations
from models.administration.accounts.accept_invitation import accept
from models.administration.accounts.accounts import create_user, disable_account, edit_user, unlock_account
from models.administration.accounts.actors import actor_for_token
from models.administration.passwords.password_changes import reset_password
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import (
    Account,
    AccountClaim,
    Assignment,
    Invitation,
    Role,
    Session,
    SignInTicket,
)
from models.administration.roles.roles import assign
from models.administration.sign_in.sign_in import sign_in
from models.administration.sign_in.tickets import issue
from models.core import history
from models.core.errors import AnbanError, Forbidden, NotFound, TooMany, Unauthenticated
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.duty import my_units
from models.messages.tellers import telling_of
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings, claims
from models.personnel.importing.check import check
from models.personnel.list_actions import first_passwords
from models.personnel.people import delete_person, edit_person
from tests.models.organization.conftest import Town, number
from tests.models.personnel.attacks import TAIL, coded, double, far, plain, save, session_of, town_actor

__all__ = ["coded", "double", "far", "plain"]  # fixtures


# -- an ID number that was typed opens nothing


def test_an_account_opened_for_somebody_of_another_company_gets_nothing_there(town: Town, far: Actor) -> None:
    """Also not when that company next edits the file."""
    victim = town.worker(1, account=False, role="safety_officer", may_review=True).person
    made = create_user(far, {"login": "trap", "name": "王", "id_number": number(1), "phone": "13911112222"})
    trapped, _ = town.working(1, by=far, account=made, phone="13911112222")
    edit_person(town.officer, victim, {"job_number": "7"})
    edit_person(town.officer, Person.get_by_id(victim.id), {"role": "operator"})
    assert Person.get_by_id(victim.id).account_id is None
    assert town_actor(made).person_ids == (trapped.id,)
    assert not Assignment.select().where(
        Assignment.company_id == town.company.id, Assignment.account_id == made.id
    )


def test_the_id_number_of_a_groups_supervisor_in_ones_own_file_makes_nobody_the_supervisor(
    town: Town, plain: Actor
) -> None:
    chief = town.account("chief", role="", id_number=number(5), company=town.group)
    assign(chief.id, "administrator", None)
    file = town.worker(5, by=plain).person
    assert file.account_id is None
    assert claims.questions(chief) == [], "who may not review does not even have anybody asked"
    bindings.approve(town.officer, Binding.get(Binding.person == file.id))
    signed = sign_in(file.phone, number(5)[-6:], door="phone")
    accept(actor_for_token(signed.token, "phone"), "Other#word-92")
    made = actor_for_token(signed.token, "phone")
    assert made.account_id != chief.id
    assert "users.edit" not in made.rights


def test_a_user_form_gives_roles_for_the_own_company_alone(town: Town, far: Actor) -> None:
    role = Role.get(Role.code == "safety_officer")
    made = create_user(far, {"login": "x1", "name": "王", "id_number": number(1), "roles": [role.id]})
    given = Assignment.select().where(Assignment.account_id == made.id, Assignment.role == role.id)
    assert {row.company_id for row in given} == {town.other.id}


# -- what takes 允许审核


def test_who_may_not_review_leaves_files_that_wait(town: Town, plain: Actor) -> None:
    person = town.worker(1, by=plain).person
    assert Binding.get(Binding.person == person.id).state == "waiting"
    with pytest.raises(Unauthenticated):
        sign_in(person.phone, TAIL, door="phone")
    bindings.approve(town.officer, Binding.get(Binding.person == person.id))
    assert sign_in(person.phone, TAIL, door="phone").token


def test_an_import_by_who_may_not_review_waits_too(town: Town, plain: Actor) -> None:
    row = {"name": "工人1", "id_number": number(1), "phone": "13800000001", "open_account": True}
    left = town.worker(2).person
    bindings.end(town.officer, Binding.get(Binding.person == left.id))
    gone = {"name": "工人2", "id_number": number(2), "phone": "13800000002"}
    assert list(check(plain, [row, gone])) == [1], "who has left is taken back in by who may review"
    save(plain, [row])
    person = Person.get(Person.phone == "13800000001")
    assert Binding.get(Binding.person == person.id).state == "waiting"
    invitation = invitations.invitation_of(person)
    assert invitation is not None
    assert (invitation.state, invitation.secret) == ("wished", ID_TAIL), "the kind that was wished"
    assert invitations.matching(person.phone, person.id_number[-6:]) is None, "a wish opens nothing"


def test_who_may_not_review_takes_nobody_back_in_and_hands_out_no_password(town: Town, plain: Actor) -> None:
    person, account = town.working(1)
    binding = bindings.end(town.officer, Binding.get(Binding.person == person.id))
    with pytest.raises(Forbidden):
        bindings.restore(plain, binding)
    bindings.restore(town.officer, Binding.get_by_id(binding.id))
    for act in (
        lambda: first_passwords(plain, [person], {}),
        lambda: account_ties.untie(plain, person),
        lambda: claims.confirm(plain, person),
    ):
        with pytest.raises(Forbidden):
            act()
    assert Account.get_by_id(account.id).password_hash == account.password_hash


def test_nobody_lets_in_by_a_greater_file_than_their_own_rights(town: Town) -> None:
    small = Role.create(
        company=town.company, name="只审核",
        grants=[{"right": right, "scope": "company"} for right in ("bindings.decide", "persons.read", "persons.edit")],
    )  # fmt: skip
    account = town.account("small", password=None, role="")
    assign(account.id, small, town.company.id)
    reviewer = town.phone(account)
    officer = town.worker(1, account=False, role="safety_officer", may_review=True).person
    with pytest.raises(Forbidden):
        first_passwords(reviewer, [officer], {})
    AccountClaim.create(
        company_id=town.company.id, person_id=officer.id, account_id=town.account("y", role="").id, origin="asked",
        state="waiting",
    )  # fmt: skip
    with pytest.raises(Forbidden):
        claims.confirm(reviewer, officer)


# -- the end of the ID number


def test_the_end_of_an_id_number_is_tried_five_times_in_all_whatever_is_issued_again(town: Town) -> None:
    person = town.worker(1).person
    for n in range(4):
        with pytest.raises(AnbanError):
            sign_in(person.phone, f"00000{n}", door="phone", address=f"10.0.0.{n}")
    first_passwords(town.officer, [person], {})
    with pytest.raises(AnbanError):
        sign_in(person.phone, "000009", door="phone", address="10.0.1.1")
    with pytest.raises(AnbanError):
        sign_in(person.phone, TAIL, door="phone", address="10.0.1.2")
    told = first_passwords(town.officer, [person], {})
    assert "激活码" in told
    with pytest.raises(AnbanError):
        sign_in(person.phone, TAIL, door="phone", address="10.0.1.3")
    code = told.rpartition("激活码 ")[2]
    assert sign_in(person.phone, code, door="phone", address="10.0.1.4").token
    delete_person(town.officer, person)
    again = invitations.invitation_of(town.worker(1).person)
    assert again is not None
    assert again.secret is None, "a file that is made anew remembers, and waits for a code"


def test_only_what_could_be_the_end_of_an_id_number_uses_up_a_try(town: Town) -> None:
    person = town.worker(1).person
    for n, typed in enumerate(("wrong-password", "12345", "1234567", "abcdef", "")):
        with pytest.raises(AnbanError):
            sign_in(person.phone, typed, door="phone", address=f"10.0.0.{n}")
    assert Invitation.get().tail_tries == 0


def test_issuing_again_and_resetting_take_no_lock_out_away(town: Town) -> None:
    person, account = town.working(1)
    for _ in range(5):
        with pytest.raises(AnbanError):
            sign_in(account.login, "no", door="phone", address="10.0.0.1")
    first_passwords(town.officer, [person], {})
    password = reset_password(town.boss, Account.get_by_id(account.id))
    with pytest.raises(TooMany):
        sign_in(account.login, password, door="phone", address="10.0.0.1")
    unlock_account(town.boss, Account.get_by_id(account.id))
    assert sign_in(account.login, password, door="phone", address="10.0.0.1").token


# -- who works in several units


def test_one_of_two_units_hands_out_nothing_that_opens_the_other(
    town: Town, far: Actor, double: tuple[Person, Person, Account]
) -> None:
    here, there, account = double
    before = Account.get_by_id(account.id).password_hash
    acts = {
        "first password here": lambda: first_passwords(town.officer, [here], {}),
        "first password there": lambda: first_passwords(town.neighbour, [there], {}),
        "reset": lambda: reset_password(town.boss, account),
        "disable": lambda: disable_account(town.boss, account),
        "phone": lambda: edit_user(town.boss, account, {"phone": "13700000009"}),
        "unlock": lambda: unlock_account(town.boss, account),
    }
    for name, act in acts.items():
        with pytest.raises(Forbidden) as caught:
            act()
        assert caught.value.code == "not_only_yours", name
        assert "海东" not in str(caught.value), name
    now = Account.get_by_id(account.id)
    assert (now.password_hash, now.state, now.phone) == (before, "active", account.phone)
    chief = town.acting("chief", "administrator", town.group)
    assert reset_password(chief, now), "somebody whose rights reach all of them may"


def test_a_corrected_phone_in_one_unit_does_not_change_the_account_of_two(
    town: Town, double: tuple[Person, Person, Account]
) -> None:
    here, _, account = double
    edit_person(town.officer, here, {"phone": "13700000009", "name": "工人一"})
    assert Account.get_by_id(account.id).phone != "13700000009"
    assert Account.get_by_id(account.id).name == account.name


def test_a_session_of_one_unit_sees_nothing_of_another(
    town: Town, double: tuple[Person, Person, Account]
) -> None:
    _, there, account = double
    assign(account.id, "supervisor", None)
    actor = actor_for_token(session_of(account, unit_id=town.other.id), "phone")
    assert (actor.company_id, actor.person_ids, actor.group_companies) == (town.other.id, (there.id,), ())
    assert [unit["id"] for unit in my_units.session(actor)["units"]] == [str(town.other.id)]
    with pytest.raises(NotFound):
        my_units.choose_unit(actor, town.company.id)
    assert claims.questions_of(actor) == []


def test_rights_in_one_company_are_no_measure_for_another(town: Town, far: Actor) -> None:
    """The same reach elsewhere: an administrator there is no equal here."""
    _, account = town.working(1, role="safety_officer", may_review=True)
    Account.update(company=town.other.id).where(Account.id == account.id).execute()
    with pytest.raises(Forbidden):
        reset_password(far, Account.get_by_id(account.id))


def test_an_account_goes_to_another_unit_with_a_line_in_both_trails(town: Town) -> None:
    here, account = town.working(1)
    bindings.end(town.officer, Binding.get(Binding.person == here.id))
    town.working(1, by=town.neighbour, account=Account.get_by_id(account.id), phone="13911112222")
    assert Account.get_by_id(account.id).company_id == town.other.id
    lines = {
        (row.company_id, row.action)
        for row in history.Change.select().where(
            history.Change.table == "account", history.Change.row_id == account.id
        )
    }
    assert {(town.company.id, "left"), (town.other.id, "joined")} <= lines
    assert Outbox.select().where(Outbox.kind == "person.account_moved").exists()


# -- what was given falls with its reason (I6)


@pytest.mark.parametrize("reason", ["untie", "end", "delete", "reset", "disable", "first password"])
def test_what_was_given_falls_with_its_reason(town: Town, reason: str) -> None:
    person, account = town.working(1)
    token, unit_token = session_of(account), session_of(account, unit_id=town.company.id)
    issue(account, origin="wecom:1", unit_id=town.company.id)
    Outbox.delete().execute()
    {
        "untie": lambda: account_ties.untie(town.officer, person),
        "end": lambda: bindings.end(town.officer, Binding.get(Binding.person == person.id)),
        "delete": lambda: delete_person(town.officer, person),
        "reset": lambda: reset_password(town.boss, account),
        "disable": lambda: disable_account(town.boss, account),
        "first password": lambda: first_passwords(town.officer, [person], {}),
    }[reason]()
    for one in (token, unit_token):
        with pytest.raises(Unauthenticated):
            actor_for_token(one, "phone")
    assert not SignInTicket.select().where(SignInTicket.used_at.is_null()).exists()
    news = Outbox.get(Outbox.kind == "account.changed")
    assert news.payload["accounts"] == [account.id]


def test_of_two_units_the_one_that_ends_ends_its_own_sessions_alone(
    town: Town, double: tuple[Person, Person, Account]
) -> None:
    here, there, account = double
    whole, one, other = (session_of(account, unit_id=unit) for unit in (None, town.company.id, town.other.id))
    account_ties.untie(town.officer, here)
    assert actor_for_token(whole, "phone").person_ids == (there.id,)
    assert actor_for_token(other, "phone").person_ids == (there.id,)
    with pytest.raises(Unauthenticated):
        actor_for_token(one, "phone")


def test_an_officer_who_becomes_a_worker_loses_sessions_of_that_unit_and_rights_at_once(town: Town) -> None:
    person, account = town.working(1, role="safety_officer", may_review=True)
    whole, one = session_of(account), session_of(account, unit_id=town.company.id)
    edit_person(town.boss, person, {"role": "operator"})
    with pytest.raises(Unauthenticated):
        actor_for_token(one, "phone")
    assert not actor_for_token(whole, "phone").may("persons.edit")


def test_a_new_secret_ends_what_the_old_one_opened(town: Town) -> None:
    person = town.worker(1).person
    token = sign_in(person.phone, TAIL, door="phone").token
    first_passwords(town.officer, [person], {})
    with pytest.raises(Unauthenticated):
        actor_for_token(token, "phone")
    bindings.end(town.officer, Binding.get(Binding.person == person.id))
    with pytest.raises(Unauthenticated):
        sign_in(person.phone, TAIL, door="phone")


def test_the_person_is_told_of_each_and_the_trail_has_it(town: Town) -> None:
    person, account = town.working(1)
    first_passwords(town.officer, [person], {})
    reset_password(town.boss, Account.get_by_id(account.id))
    account_ties.untie(town.officer, Person.get_by_id(person.id))
    told = {
        row.kind: telling_of(row)
        for row in Outbox.select().where(
            Outbox.kind.startswith("person.") | Outbox.kind.startswith("account.")
        )
    }
    for kind in ("person.tied", "person.first_password", "person.untied"):
        telling = told[kind]
        assert telling is not None, kind
        assert telling.persons == [person.id], kind
        assert "江南机械" in telling.text, kind
    actions = {row.action for row in history.Change.select().where(history.Change.row_id == person.id)}
    assert {"invited", "tied", "first_password_renewed", "untied"} <= actions


def test_a_session_without_an_account_may_do_nothing_else(town: Town) -> None:
    person = town.worker(1).person
    signed = sign_in(person.phone, TAIL, door="phone")
    guest = actor_for_token(signed.token, "phone")
    assert (dict(guest.rights), guest.person_ids, guest.must_change_password) == ({}, (), True)
    assert claims.questions_of(guest) == []
    session = Session.get_by_id(signed.session.id)
    assert (session.account_id, session.unit_id) == (None, town.company.id)
