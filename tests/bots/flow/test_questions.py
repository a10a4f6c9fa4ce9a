"""A further unit asks 是我 / 不是我 in the chat, without telling anybody whom it asked (I2)."""

from __future__ import annotations

import pytest

from models.administration.accounts import invitations
from models.administration.records import AccountClaim, Invitation
from models.core.db.connection import in_transaction
from models.messages.records import Delivery, Message
from models.organization.records import Person
from tests.bots.flow.tied import NEW, account_of, groups_app, who
from tests.bots.flow.wired import Wired, last
from tests.support.account_ties import tie_chat

NUMBER = "99010119900101888X"


def asked(wired: Wired) -> Person:
    """A file of another company with the ID number of somebody who is in the group's chat; it invites."""
    here = wired.crowd.person(card=None, number=NUMBER)
    account_of(here)
    tie_chat(here, groups_app(wired), NEW)
    there = wired.crowd.person(unit=wired.crowd.other, card=None, number=NUMBER)
    Person.update(account_id=None).where(Person.id == there.id).execute()
    there = Person.get_by_id(there.id)
    in_transaction(
        invitations.invite, who(wired, "reviewing_officer", wired.crowd.other), there, member=False
    )
    wired.work()
    return there


@pytest.mark.parametrize(("verb", "state"), [("是我", "waiting"), ("不是我", "denied")])
def test_the_question_comes_as_a_card_and_a_press_is_the_answer(wired: Wired, verb: str, state: str) -> None:
    there = asked(wired)
    (card,) = wired.phone(NEW).cards()
    assert "别家" in str(card["content"])
    wired.phone(NEW).press(card, verb)
    claim = AccountClaim.get(AccountClaim.person_id == there.id)
    assert claim.state == state
    assert last().state == "handled"
    assert Person.get_by_id(there.id).account_id is None, "it ties nothing by itself: the unit confirms"
    wired.post(wired.press_xml(card, "是我", NEW, code="an old copy"))
    assert last().state == "refused"
    assert AccountClaim.get_by_id(claim.id).state == state, "it is asked once"


def test_no_unit_can_read_whom_another_one_asked(wired: Wired) -> None:
    asked(wired)
    assert Message.select().count() == 0
    assert Delivery.select().count() == 0


def test_what_was_withdrawn_meanwhile_is_not_asked(wired: Wired) -> None:
    there = asked(wired)
    (card,) = wired.phone(NEW).cards()
    Invitation.update(state=invitations.WITHDRAWN).where(Invitation.person_id == there.id).execute()
    wired.phone(NEW).press(card, "是我")
    assert last().state == "refused"
    assert not AccountClaim.select().exists()


def test_the_app_of_one_unit_asks_for_no_other(wired: Wired) -> None:
    here = wired.crowd.person(card=None, number=NUMBER)
    account_of(here)
    tie_chat(here, wired.works.app, NEW)
    there = wired.crowd.person(unit=wired.crowd.other, card=None, number=NUMBER)
    Person.update(account_id=None).where(Person.id == there.id).execute()
    officer = who(wired, "reviewing_officer", wired.crowd.other)
    in_transaction(invitations.invite, officer, Person.get_by_id(there.id), member=False)
    wired.work()
    assert wired.phone(NEW).cards() == []
