"""An invitation from its first password to the account that comes of it: who may try, how often, and what is spent (Q05)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts import accounts, invitations
from models.administration.accounts.accounts import open_account, renew_first_password
from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.accounts.invitations import CODE, OPEN, TAIL, TAIL_TRIES, WISHED, invitation_of
from models.administration.passwords.password_rules import ID_TAIL
from models.administration.records import Assignment, Invitation, Session
from models.core.clock import now
from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid
from models.core.history import Change
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from tests.models.administration.conftest import House

PHONE, OTHER = "13800000002", "13800000003"
NEW = "Quite#another-92"
ID_NUMBERS = ("330102199003070019", "330203198511121238")


@pytest.fixture
def codes() -> Iterator[None]:
    """An installation that knows activation codes alone."""
    configure(Config(first_password=CODE))
    yield
    configure(Config())


@pytest.fixture
def reviewer(house: House) -> Actor:
    return actor_for_account(house.account("reviewer", role="reviewing_officer"), "console")


def on_file(house: House, phone: str = PHONE, state: str = "approved", who: int = 0) -> Person:
    person = Person.create(
        company=house.company, name=f"陈{who}", id_number=ID_NUMBERS[who], phone=phone, role="operator"
    )
    Binding.create(company=house.company, person=person, state=state, origin="entered")
    return person


def proven(person: Person, typed: str) -> bool:
    there = invitation_of(person)
    assert there is not None
    return in_transaction(invitations.proves, there, typed)


def code_of(caught: Any) -> str:
    return str(caught.value.code)


# -- the first password


def test_the_end_of_an_id_number_may_be_tried_five_times_whatever_is_issued_again(house: House) -> None:
    person = house.invited()
    for typed in ("07001", "0700191", "X70019", "ABCDEF"):
        assert not proven(person, typed)
    assert invitation_of(person).tail_tries == 0, "what can be no end of a number is no try"  # type: ignore[union-attr]
    for _ in range(4):
        assert not proven(person, "000000")
    assert proven(person, "070019"), "the fifth may still be right"
    invitations.invite(system_actor(), person, member=False)
    assert not proven(person, "000000")
    assert not proven(person, "070019"), "five wrong ones in all"
    assert invitation_of(person).tail_tries == 5  # type: ignore[union-attr]
    issued = invitations.invite(system_actor(), person, member=False)
    assert issued.code and proven(person, issued.code), "after that only a code will do"


def test_no_end_of_a_number_proves_what_is_withdrawn_or_of_somebody_who_left(house: House) -> None:
    person = house.invited()
    stale = invitation_of(person)
    assert stale is not None
    Binding.update(state="ended").execute()
    assert not proven(person, "070019")
    Binding.update(state="approved").execute()
    assert proven(person, "070019")
    invitations.withdraw(person)
    assert not in_transaction(invitations.proves, stale, "070019"), "read before, withdrawn since"
    invitations.invite(system_actor(), person, member=False, kind=CODE)
    assert not in_transaction(invitations.proves, stale, "070019"), "another secret since"


def test_which_first_password_is_chosen_and_what_the_setting_allows(house: House) -> None:
    assert invitations.is_tail() and invitations.is_tail(TAIL) and not invitations.is_tail(CODE)
    assert invitations.is_tail(None, 4) and not invitations.is_tail(None, 5)


def test_where_the_setting_knows_codes_alone_nothing_else_is_chosen(codes: None) -> None:
    assert not invitations.is_tail() and not invitations.is_tail(TAIL)


def test_an_invitation_is_over_with_its_last_moment(house: House, clock: Any) -> None:
    person = house.invited()
    there = invitation_of(person)
    assert there is not None and there.expires_at is not None
    assert not invitations.is_over(there)
    clock.moment = there.expires_at - timedelta(seconds=1)
    assert not invitations.is_over(there)
    clock.moment = there.expires_at
    assert invitations.is_over(there)
    there.expires_at = None
    assert invitations.is_over(there)


def test_a_new_first_password_keeps_the_membership_and_ends_what_began_with_the_old(house: House) -> None:
    person = house.invited()
    begun = house.guest(person)
    invitations.invite(system_actor(), person, member=True)
    assert Session.get_by_id(begun.session_id).revoked_at is not None
    invitations.invite(system_actor(), person, member=False)
    assert invitation_of(person).member, "what was promised stays promised"  # type: ignore[union-attr]
    invitations.withdraw(person)
    invitations.invite(system_actor(), person, member=False)
    assert not invitation_of(person).member, "one that was withdrawn promises nothing"  # type: ignore[union-attr]
    assert Invitation.select().count() == 1


def test_withdrawing_ends_what_stands_and_leaves_what_is_spent(house: House) -> None:
    person, other = house.invited(), on_file(house, OTHER, who=1)
    invitations.withdraw(other)
    invitations.invite(system_actor(), other, member=False)
    invitations.withdraw(person)
    assert (invitation_of(person).state, invitation_of(other).state) == ("withdrawn", OPEN)  # type: ignore[union-attr]
    Invitation.update(state="accepted").execute()
    invitations.withdraw(person)
    assert invitation_of(person).state == "accepted"  # type: ignore[union-attr]


# -- who invites


def test_a_reviewer_invites_once_and_a_code_that_somebody_holds_stays_good(
    house: House, reviewer: Actor
) -> None:
    person = on_file(house)
    issued = open_account(reviewer, person, kind=CODE, shown=True)
    assert issued is not None and issued.login == PHONE
    assert proven(person, issued.code)
    person.phone = OTHER
    assert open_account(reviewer, person) is None
    there = invitation_of(person)
    assert there is not None and there.login == OTHER, "the login follows the phone"
    assert proven(person, issued.code)
    assert Change.select().where(Change.action == "invited").count() == 1


def test_another_kind_of_first_password_is_issued_anew_only_if_it_is_another(
    house: House, reviewer: Actor
) -> None:
    person = on_file(house)
    assert open_account(reviewer, person, shown=True) is not None
    assert proven(person, "070019")
    assert open_account(reviewer, person, kind=TAIL) is None
    issued = open_account(reviewer, person, kind=CODE, shown=True)
    assert issued is not None and proven(person, issued.code) and not proven(person, "070019")
    assert open_account(reviewer, person, kind=TAIL) is None, "a code that was handed out is never taken away"
    Invitation.update(expires_at=now()).execute()
    assert open_account(reviewer, person) is None
    assert open_account(reviewer, person, kind=CODE) is not None, "unless its days are over"
    assert invitation_of(person).secret is None, "where nobody sees the code none is drawn"  # type: ignore[union-attr]
    assert open_account(reviewer, person, kind=CODE) is None
    assert open_account(reviewer, person, kind=TAIL) is not None
    assert proven(person, "070019")


def test_who_may_not_review_and_who_waits_are_only_wished_for(house: House, reviewer: Actor) -> None:
    officer = actor_for_account(house.account("officer", role="safety_officer"), "console")
    person, waiting = on_file(house), on_file(house, OTHER, state="waiting", who=1)
    assert open_account(officer, person) is None
    assert open_account(reviewer, waiting) is None
    assert [row.state for row in Invitation.select()] == [WISHED, WISHED]
    assert open_account(reviewer, person, shown=True) is not None
    assert open_account(officer, person) is None
    assert invitation_of(person).state == OPEN, "a wish takes nothing back"  # type: ignore[union-attr]


def test_a_wish_keeps_the_kind_that_was_chosen_until_another_is(house: House) -> None:
    person = on_file(house)
    for kind, secret in ((CODE, None), (None, None), (TAIL, "id-tail"), (None, "id-tail")):
        invitations.wish(system_actor(), person, member=False, kind=kind)
        there = invitation_of(person)
        assert there is not None and there.state == WISHED
        assert (there.secret is None) is (secret is None), kind


def test_a_login_that_a_colleague_has_is_refused_at_the_phone(house: House, reviewer: Actor) -> None:
    person, colleague = on_file(house), on_file(house, PHONE, who=1)
    other = house.node("海东物流", "company", house.group)
    Invitation.create(
        company_id=other.id, person_id=9, id_hash="x" * 64, login=PHONE, state=OPEN, created_by="安"
    )
    Invitation.create(
        company_id=house.company.id, person_id=colleague.id, id_hash="y" * 64, login=PHONE, state="withdrawn",
        created_by="安",
    )  # fmt: skip
    assert open_account(reviewer, person) is not None, "neither another unit's nor one that is over"
    with pytest.raises(Invalid) as caught:
        open_account(reviewer, colleague)
    assert list(caught.value.fields) == ["phone"]
    Invitation.delete().execute()
    account = house.account(PHONE)
    Person.update(account_id=account.id).where(Person.id == colleague.id).execute()
    with pytest.raises(Invalid):
        open_account(reviewer, person)


def test_who_has_an_account_keeps_it_and_becomes_a_member_by_a_reviewer(
    house: House, reviewer: Actor
) -> None:
    person = on_file(house)
    account = house.account(PHONE, role="")
    Person.update(account_id=account.id).execute()
    person = Person.get_by_id(person.id)
    officer = actor_for_account(house.account("officer", role="safety_officer"), "console")
    for actor, roles in ((officer, 0), (reviewer, 1)):
        assert open_account(actor, person) is None
        assert Assignment.select().where(Assignment.account_id == account.id).count() == roles
    assert Invitation.select().count() == 0


def test_a_first_password_is_renewed_for_who_is_bound(house: House, reviewer: Actor) -> None:
    person = on_file(house, state="waiting")
    with pytest.raises(Conflict) as caught:
        renew_first_password(reviewer, person)
    assert code_of(caught) == "not_bound"
    Binding.update(state="approved").execute()
    issued = renew_first_password(reviewer, person, coded=True)
    assert proven(person, issued.code) and invitation_of(person).member  # type: ignore[union-attr]
    Invitation.update(member=False).execute()
    renew_first_password(reviewer, person)
    assert not invitation_of(person).member, "as it was wished at first"  # type: ignore[union-attr]


def test_a_renewed_one_is_by_code_where_that_is_said(house: House, reviewer: Actor) -> None:
    person = on_file(house)
    assert renew_first_password(reviewer, person).code == ""
    assert renew_first_password(reviewer, person, coded=True).code


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("secret", "kind", "tries", "hours", "anew"),
    [
        ("code", None, 0, 1, False),
        ("code", CODE, 0, 1, False),  # a code that somebody holds is never taken away
        ("code", TAIL, 0, 1, False),
        ("code", CODE, 0, 0, True),
        ("code", None, 0, 0, False),
        (ID_TAIL, CODE, 0, 1, True),
        (ID_TAIL, TAIL, 0, 1, False),
        (ID_TAIL, TAIL, 0, 0, True),
        (None, TAIL, 0, 1, True),
        (None, TAIL, TAIL_TRIES, 1, False),
        (None, CODE, 0, 1, False),
        (None, None, 0, 1, False),
    ],
)
def test_an_open_invitation_is_made_anew_where_it_does_not_give_what_was_chosen(
    clock: Any, secret: str | None, kind: str | None, tries: int, hours: int, anew: bool
) -> None:
    there = Invitation(secret=secret, tail_tries=tries, expires_at=clock() + timedelta(hours=hours))
    assert accounts._asks_anew(there, kind) is anew
