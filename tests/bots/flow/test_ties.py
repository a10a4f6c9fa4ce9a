"""Chat accounts are proven by their holders, and by nobody else (I4). Each attack of issue 9 that goes through a chat account
has its test here."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Session
from models.administration.sign_in.sign_in import revoke_sessions
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden
from models.core.history import Change
from models.core.ledger.changes import actions, editing
from models.messages.channels.members import members_of
from models.messages.channels.records import CARD, EMAIL, SMS, SYSTEM, ChatMember
from models.messages.chat_accounts import offers, ties
from models.messages.chat_accounts.ledgers import CHAT_MEMBERS
from models.messages.records import Delivery
from tests.bots.flow.browsing import Browser
from tests.bots.flow.conftest import USERS
from tests.bots.flow.tied import (
    NEW,
    PASSWORD,
    account_of,
    another,
    entered,
    groups_app,
    newcomer,
    rows_of,
    told_to,
    who,
)
from tests.bots.flow.wired import Wired, last

# -- nobody types a tie


@pytest.mark.parametrize("role", ["safety_officer", "reviewing_officer", "company_administrator", "unit"])
def test_an_officer_points_no_chat_member_at_himself_and_adds_none(wired: Wired, role: str) -> None:
    officer = who(wired, role)
    row = ChatMember.get(ChatMember.user_id == USERS[1])
    with pytest.raises(AnbanError):
        in_transaction(editing.edit, officer, CHAT_MEMBERS, str(row.id), row.version, {"user_id": "officer"})
    stranger = wired.crowd.person(unit=wired.crowd.other, card=None)
    for person in (wired.works.people[0], stranger):
        values = {
            "person": str(person.id),
            "app": str(wired.works.app.id),
            "user_id": "officer",
            "company": str(person.company_id),
        }
        with pytest.raises(AnbanError):
            in_transaction(editing.create, officer, CHAT_MEMBERS, values)
    assert CHAT_MEMBERS.importing is None
    assert set(CHAT_MEMBERS.rights) == {"read", "export"}
    assert ChatMember.get_by_id(row.id).user_id == USERS[1]
    assert not ChatMember.select().where(ChatMember.user_id == "officer").exists()


def test_a_row_that_was_typed_before_opens_nothing_until_it_is_proven(wired: Wired, browser: Browser) -> None:
    """As the upgrade finds it: whoever typed the user id, its use proves nothing."""
    person, _ = newcomer(wired)
    ChatMember.create(company=wired.crowd.unit, person=person, app=wired.works.app, user_id=NEW)
    found = in_transaction(members_of, wired.works.app.id, [NEW])[NEW]
    assert isinstance(found, Forbidden) and found.code == "unknown_member"
    assert "tie" in browser.press_link(wired.works.app.id, NEW)
    wired.report(ways=(CARD,))
    assert wired.phone(NEW).cards() == []


# -- a) the holder signs in inside the chat


def test_the_holder_signs_in_once_inside_the_chat_and_is_known_from_then_on(
    wired: Wired, browser: Browser
) -> None:
    person, account = newcomer(wired)
    page = browser.press_link(wired.works.app.id, NEW)
    assert page == {"tie": "1", "to": "/pages/tasks/index", "app": str(wired.works.app.id)}
    status, offer = browser.api("GET", "/chat-ties/pending")
    assert (status, offer["user_id"]) == (200, NEW)
    browser.sign_in(account.login, PASSWORD)
    status, tied = browser.api("POST", "/chat-ties", {})
    assert (status, tied["items"][0]["user_id"]) == (200, NEW)
    assert rows_of(account) == [(person.id, NEW)]
    assert browser.api("POST", "/chat-ties", {})[0] == 404, "once"
    phone = entered(wired, another(browser), NEW)
    assert phone.api("GET", "/session")[1]["person"]["login"] == account.login


def test_what_one_browser_was_offered_no_other_can_take_up(
    wired: Wired, browser: Browser, clock: Any
) -> None:
    _, account = newcomer(wired)
    browser.press_link(wired.works.app.id, NEW)
    thief = another(browser)
    thief.sign_in(account_of(wired.works.people[0]).login, PASSWORD)
    assert thief.api("POST", "/chat-ties", {})[0] == 404
    browser.sign_in(account.login, PASSWORD)
    clock.forward(minutes=11)
    assert browser.api("POST", "/chat-ties", {})[1]["error"]["code"] == "no_offer"
    assert rows_of(account) == []


# -- b) by a code


def test_a_code_from_the_phone_ties_the_chat_that_sends_it_once(wired: Wired, browser: Browser) -> None:
    person, account = newcomer(wired)
    browser.sign_in(account.login, PASSWORD)
    code = browser.api("POST", "/chat-ties/code", {})[1]["code"]
    wired.phone(NEW).say(f"绑定 {code[:4].lower()} {code[4:]}")
    wired.work()
    assert last().result == "tied"
    assert rows_of(account) == [(person.id, NEW)]
    wired.phone("sunyan").say(f"绑定{code}")
    wired.work()
    assert last().result == "wrong_tie_code"
    assert rows_of(account) == [(person.id, NEW)]


def test_codes_are_not_guessed_and_run_out(wired: Wired, browser: Browser, clock: Any) -> None:
    _, account = newcomer(wired)
    browser.sign_in(account.login, PASSWORD)
    for number in range(offers.MOST_TRIES):
        wired.phone(NEW).say(f"绑定 ABCD234{number + 2}")
        wired.work()
    code = browser.api("POST", "/chat-ties/code", {})[1]["code"]
    wired.phone(NEW).say(f"绑定 {code}")
    wired.work()
    assert last().result == "too_many_codes"
    clock.forward(minutes=61)
    wired.sandbox.clock.forward(minutes=61)
    wired.phone(NEW).say(f"绑定 {code}")
    wired.work()
    assert last().result == "wrong_tie_code", "it ran out"
    assert rows_of(account) == []


def test_a_code_falls_with_the_session_that_showed_it(wired: Wired, browser: Browser) -> None:
    _, account = newcomer(wired)
    browser.sign_in(account.login, PASSWORD)
    code = browser.api("POST", "/chat-ties/code", {})[1]["code"]
    in_transaction(revoke_sessions, account.id)
    wired.phone(NEW).say(f"绑定 {code}")
    wired.work()
    assert last().result == "wrong_tie_code"


def test_a_session_of_one_unit_ties_no_app_of_the_whole_group(wired: Wired, browser: Browser) -> None:
    """What a unit handed out would open all units otherwise (I3)."""
    person, account = newcomer(wired)
    app = groups_app(wired)
    of_unit = actor_for_account(account, "phone", unit_id=person.company_id)
    with pytest.raises(Forbidden) as refused:
        in_transaction(ties.tie, of_unit, app, NEW, "signed_in")
    assert refused.value.code == "unit_session"
    browser.sign_in(account.login, PASSWORD)
    Session.update(unit_id=person.company_id).where(Session.account_id == account.id).execute()
    code = browser.api("POST", "/chat-ties/code", {})[1]["code"]
    wired.phone(NEW).say(f"绑定 {code}")
    wired.work()
    assert last().result == "unit_session"
    assert rows_of(account) == []


# -- told, and in the trail


def test_each_tie_and_untie_is_told_on_the_other_ways_and_stands_in_the_trail(
    wired: Wired, browser: Browser
) -> None:
    person, account = newcomer(wired, email=True)
    browser.press_link(wired.works.app.id, NEW)
    browser.sign_in(account.login, PASSWORD)
    browser.api("POST", "/chat-ties", {})
    row = ChatMember.get(ChatMember.account_id == account.id)
    wired.work()
    assert NEW in told_to(person)[-1]
    ways = {each.way for each in Delivery.select().where(Delivery.person == person.id)}
    assert ways == {SYSTEM, SMS, EMAIL}, "not by the one that was just added"
    assert len(wired.sandbox.person(NEW).cards()) == 0
    status, left = browser.api("DELETE", f"/chat-ties/{row.id}")
    assert (status, left["items"]) == (200, [])
    wired.work()
    assert "解除" in told_to(person)[-1]
    trail = [
        each.action for each in Change.select().where(Change.table == "chat_member", Change.row_id == row.id)
    ]
    assert trail == ["tied", "untied"]
    of_file = Change.select().where(Change.table == "person", Change.row_id == person.id).order_by(Change.id)
    assert [each.action for each in of_file] == ["chat_tied", "chat_untied"]


def test_nobody_takes_anothers_chat_account_off_on_the_phone(wired: Wired, browser: Browser) -> None:
    hers = ChatMember.get(ChatMember.user_id == USERS[1])
    browser.sign_in(account_of(wired.works.people[0]).login, PASSWORD)
    assert browser.api("DELETE", f"/chat-ties/{hers.id}")[0] == 404
    assert browser.api("DELETE", "/chat-ties/9223372036854775808")[0] == 404
    assert ChatMember.get_by_id(hers.id).account_id is not None


def test_an_officer_of_another_company_takes_nobodys_off(wired: Wired) -> None:
    hers = ChatMember.get(ChatMember.user_id == USERS[1])
    foreign = who(wired, "safety_officer", wired.crowd.other)
    with pytest.raises(AnbanError):
        in_transaction(actions.act, foreign, CHAT_MEMBERS, "untie", [str(hers.id)], {})
    assert ChatMember.get_by_id(hers.id).account_id is not None
