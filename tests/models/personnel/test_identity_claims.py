"""A further unit asks, 是我 / 不是我: what is a proof, what is only a claim, and who confirms it (I2)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.accept_invitation import accept, join
from models.administration.accounts.actors import actor_for_token
from models.administration.passwords.password_changes import reset_password
from models.administration.records import Account, AccountClaim, Assignment, Invitation
from models.administration.roles.builtin_roles import UNIT_MEMBER
from models.administration.roles.roles import builtin
from models.administration.sign_in.sign_in import sign_in
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.duty import my_units
from models.messages.tellers import telling_of
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings, claims
from models.personnel.list_actions import first_passwords
from tests.models.administration.conftest import GOOD
from tests.models.organization.conftest import Town, number
from tests.models.personnel.attacks import TAIL, asked, coded, save, session_of, town_actor, with_session

__all__ = ["coded"]  # a fixture


def test_a_further_unit_asks_once_and_yes_alone_is_only_a_claim(town: Town, coded: Any) -> None:
    account, there, actor = asked(town)
    question = claims.questions_of(actor)[0]
    assert question["unit"]["name"] == "海东物流"
    assert claims.answer(actor, question["id"], mine=True) == "waiting"
    assert claims.questions_of(actor) == []
    assert Person.get_by_id(there.id).account_id is None
    with pytest.raises(Forbidden):
        claims.confirm(town.acting("plain2", "safety_officer", town.other), there)
    with pytest.raises(NotFound):
        claims.confirm(town.officer, there)
    claims.confirm(town.neighbour, there)
    assert town_actor(account).person_ids[-1] == there.id


@pytest.mark.parametrize(
    "why",
    [
        "session of a unit",
        "password to be changed",
        "account disabled",
        "no ID number",
        "withdrawn",
        "left",
        "tied",
        "member",
    ],
)
def test_whom_no_unit_asks(town: Town, why: str) -> None:
    account, there, actor = asked(town)
    assert [one["unit"]["id"] for one in claims.questions(account)] == [str(town.other.id)]
    if why == "session of a unit":
        actor = actor_for_token(session_of(account, unit_id=town.company.id), "phone")
    elif why == "password to be changed":
        Account.update(must_change_password=True).execute()
    elif why == "account disabled":
        Account.update(state="disabled").execute()
    elif why == "no ID number":
        Account.update(id_hash=None).execute()
    elif why == "withdrawn":
        Invitation.update(state="withdrawn").execute()
    elif why == "left":
        Binding.update(state="ended").execute()
    elif why == "tied":
        Person.update(account_id=town.account("another", company=town.other).id).where(
            Person.id == there.id
        ).execute()
    else:
        Person.create(
            company=town.other, name="同名", id_number=number(9), phone="13800000019", account_id=account.id
        )
    assert claims.questions_of(actor) == []


def test_a_claim_made_before_a_reset_is_not_confirmed_for_whoever_has_the_account_now(
    town: Town, coded: Any
) -> None:
    """The first unit's officer resets the account while the second one looks whether to confirm it."""
    account, there, actor = asked(town)
    claims.answer(actor, claims.questions_of(actor)[0]["id"], mine=True)
    reset_password(town.boss, Account.get_by_id(account.id))
    with pytest.raises(Conflict) as caught:
        claims.confirm(town.neighbour, there)
    assert caught.value.code == "no_claim"


def test_the_units_own_code_is_a_proof_and_another_units_is_none(town: Town, coded: Any) -> None:
    account, there, actor = asked(town)
    code = first_passwords(town.neighbour, [there], {}).rpartition("激活码 ")[2]
    other = first_passwords(town.officer, [town.worker(2).person], {}).rpartition("激活码 ")[2]
    question = claims.questions_of(actor)[0]["id"]
    with pytest.raises(Invalid) as caught:
        claims.answer(actor, question, mine=True, secret=other)
    assert list(caught.value.fields) == ["secret"]
    assert claims.answer(actor, question, mine=True, secret=code.lower()) == "confirmed"
    assert Person.get_by_id(there.id).account_id == account.id


def test_not_me_is_told_to_the_unit_and_ties_nothing(town: Town) -> None:
    _, there, actor = asked(town)
    assert claims.answer(actor, claims.questions_of(actor)[0]["id"], mine=False) == "denied"
    told = telling_of(Outbox.get(Outbox.kind == "claim.denied"))
    assert told is not None
    assert "不是本人" in told.text
    assert Person.get_by_id(there.id).account_id is None
    with pytest.raises(Conflict):
        claims.confirm(town.neighbour, there)


def test_nobody_confirms_their_own_claim(town: Town) -> None:
    person = town.worker(1, account=False).person
    own = Account.get(Account.login == "officer")
    Account.update(id_number=number(1)).where(Account.id == own.id).execute()
    claims.claim_by_application(town.officer, person, own)
    with pytest.raises(Forbidden) as caught:
        claims.confirm(town.officer, person)
    assert caught.value.code == "own_claim"


@pytest.mark.parametrize(
    ("state", "wished", "member"),
    [
        ("open", True, True),
        ("wished", True, True),
        ("open", False, False),
        ("withdrawn", True, False),
        ("accepted", True, False),
        (None, True, False),
    ],
)
def test_who_is_confirmed_becomes_a_member_as_an_invitation_that_waits_says(
    town: Town, state: str | None, wished: bool, member: bool
) -> None:
    account, there, actor = asked(town)
    claims.answer(actor, claims.questions_of(actor)[0]["id"], mine=True)
    mine = Invitation.person_id == there.id
    if state is None:
        Invitation.delete().where(mine).execute()
    else:
        Invitation.update(state=state, member=wished).where(mine).execute()
    claims.confirm(town.neighbour, there)
    roles = Assignment.select(Assignment.role).where(
        Assignment.account_id == account.id, Assignment.company_id == town.other.id
    )
    assert (builtin(UNIT_MEMBER).id in {role for (role,) in roles.tuples()}) is member


def test_an_application_is_a_claim_and_reveals_nothing_of_the_file(town: Town) -> None:
    """An account with somebody's ID number (whoever typed it) asks to join where that human is on file."""
    there = town.worker(1, account=False, name="王大友", role="safety_officer").person
    account = town.account(
        "13800000009", role="worker", id_number=number(1), phone="13800000009", company=town.other
    )
    actor = town.phone(account)
    binding, created = bindings.apply(actor, town.company.id)
    assert created
    shown = my_units.application(actor, binding)
    assert (shown["state"], shown["decided_at"]) == ("waiting", None), "approved since long, but not theirs"
    assert town.phone(account).person_ids == ()
    assert [unit["state"] for unit in my_units.session(with_session(account))["units"]] == ["waiting"]
    assert "王大友" not in str(my_units.bindings(town.phone(account)))
    assert "138****0009" in str(claims.claimed_by([there]))
    claims.confirm(town.officer, Person.get_by_id(there.id))
    assert town.phone(account).person_ids == (there.id,)


def test_a_file_that_is_somebodys_is_not_given_to_another_account(town: Town) -> None:
    person, account = town.working(1)
    thief = town.account("thief", role="worker", id_number=number(1), phone="13800000009", company=town.other)
    binding, _ = bindings.apply(town.phone(thief), town.company.id)
    assert my_units.application(town.phone(thief), binding)["state"] == "waiting"
    with pytest.raises(Conflict) as caught:
        claims.confirm(town.officer, Person.get_by_id(person.id))
    assert caught.value.code == "tied_already"
    assert Person.get_by_id(person.id).account_id == account.id


def test_a_sheet_lets_in_nobody_who_only_says_so(town: Town) -> None:
    thief = town.account("thief", role="worker", id_number=number(1), phone="13800000009", company=town.other)
    binding, _ = bindings.apply(town.phone(thief), town.company.id)
    name = Person.get_by_id(binding.person_id).name
    save(town.officer, [{"name": name, "id_number": number(1), "phone": "13800000001", "open_account": True}])
    assert Person.get_by_id(binding.person_id).account_id is None
    assert town.phone(thief).person_ids == ()


def test_a_login_that_is_taken_is_joined_by_its_own_password_alone(town: Town) -> None:
    _, account = town.working(1)
    there = town.worker(1, by=town.neighbour).person
    signed = sign_in("13800000001", TAIL, door="phone")
    guest = actor_for_token(signed.token, "phone")
    with pytest.raises(Conflict) as caught:
        accept(guest, "Other#word-92")
    assert caught.value.code == "login_taken"
    with pytest.raises(Invalid):
        join(guest, None, "Wrong#word-92")
    assert Person.get_by_id(there.id).account_id is None
    join(guest, None, GOOD)
    assert Person.get_by_id(there.id).account_id == account.id


def test_a_first_password_of_one_unit_joins_nothing_of_another(town: Town) -> None:
    here, account = town.working(1)
    code = first_passwords(town.officer, [here], {}).rpartition("激活码 ")[2]
    there = town.worker(1, by=town.neighbour).person
    guest = actor_for_token(sign_in("13800000001", TAIL, door="phone").token, "phone")
    with pytest.raises(Invalid):
        join(guest, None, code)
    assert Person.get_by_id(there.id).account_id is None
    assert account.id == Person.get_by_id(here.id).account_id


def test_whose_login_is_taken_may_take_another_but_no_phone_number(town: Town) -> None:
    town.working(1)
    there = town.worker(1, by=town.neighbour).person
    guest = actor_for_token(sign_in("13800000001", TAIL, door="phone").token, "phone")
    with pytest.raises(Invalid):
        accept(guest, "Other#word-92", login="13700000000")
    accept(guest, "Other#word-92", login="Wang.Dayou")
    tied = Person.get_by_id(there.id)
    assert Account.get_by_id(tied.account_id).login == "wang.dayou"


def test_a_refused_claim_is_that_one_alone(town: Town) -> None:
    account = town.account("13900000001", company=town.other)
    persons = [town.worker(place, account=False).person for place in (1, 2)]
    for person in persons:
        AccountClaim.create(
            account_id=account.id,
            company_id=town.company.id,
            person_id=person.id,
            origin="asked",
            state=claims.WAITING,
        )
    claims.refuse(town.officer, persons[0])
    found = AccountClaim.select().order_by(AccountClaim.id)
    assert [(row.person_id, row.state, row.decided_by) for row in found] == [
        (persons[0].id, claims.REFUSED, town.officer.name), (persons[1].id, claims.WAITING, None),
    ]  # fmt: skip
    with pytest.raises((Conflict, NotFound)):
        claims.refuse(town.officer, persons[0])
