"""Tickets and links: good in the browser that set out, gone with what they hang on, and leading nowhere else (I6)."""

from __future__ import annotations

import pytest

from models.administration.records import Account
from models.administration.sign_in.sign_in import revoke_sessions
from models.core.db.connection import in_transaction
from models.core.ledger.changes import actions
from models.messages.channels.records import ChatMember
from models.messages.chat_accounts.ledgers import CHAT_MEMBERS
from models.organization.records import Binding, Person
from tests.bots.flow.browsing import Browser
from tests.bots.flow.conftest import USERS
from tests.bots.flow.tied import (
    PASSWORD,
    account_of,
    another,
    entered,
    is_over,
    who,
)
from tests.bots.flow.wired import Wired

# -- tickets and links


def test_another_ones_ticket_opens_nothing(wired: Wired, browser: Browser) -> None:
    """Somebody sends his own link to a colleague, to have her work under his name; or takes hers from a log."""
    ticket = browser.press_link(wired.works.app.id, USERS[1])["ticket"]
    other = another(browser)
    status, said = other.enter(ticket)
    assert (status, said["error"]["code"]) == (401, "ticket_spent")
    assert other.api("POST", "/session/visitor", {"ticket": ticket})[0] == 401
    assert browser.enter(ticket)[0] == 200, "and the right one still does"
    assert browser.enter(ticket)[0] == 401, "once"


def test_a_sign_on_that_another_browser_began_ends_in_no_ticket(wired: Wired, browser: Browser) -> None:
    opened = browser.get(f"{browser.url}/bots/wecom/{wired.works.app.id}/open?to=/pages/tasks/index")
    signed = browser.get(f"{opened.headers['Location'].partition('#')[0]}&who={USERS[1]}")
    assert "refused" in another(browser).land(signed.headers["Location"])


def test_a_visit_by_link_says_who_it_is_before_it_replaces_anybody(wired: Wired, browser: Browser) -> None:
    mine = account_of(wired.works.people[0])
    browser.sign_in(mine.login, PASSWORD)
    ticket = browser.press_link(wired.works.app.id, USERS[1])["ticket"]
    status, said = browser.api("POST", "/session/visitor", {"ticket": ticket})
    hers = account_of(wired.works.people[1])
    assert (status, said) == (200, {"name": hers.name, "here": mine.name, "same": False, "gains": False})
    assert not is_over(browser)
    ticket = browser.press_link(wired.works.app.id, USERS[0])["ticket"]
    said = browser.api("POST", "/session/visitor", {"ticket": ticket})[1]
    assert (said["same"], said["gains"]) == (True, False), (
        "an app of one unit opens less than the own password"
    )


def test_tickets_and_sessions_die_with_the_tie(wired: Wired, browser: Browser) -> None:
    app, account = wired.works.app.id, account_of(wired.works.people[1])
    phone = entered(wired, another(browser))
    by_password = another(browser)
    by_password.sign_in(account.login, PASSWORD)
    ticket = browser.press_link(app, USERS[1])["ticket"]
    row = ChatMember.get(ChatMember.account_id == account.id)
    officer = who(wired, "safety_officer")
    in_transaction(actions.act, officer, CHAT_MEMBERS, "untie", [str(row.id)], {})
    assert browser.enter(ticket)[0] == 401
    assert is_over(phone)
    assert not is_over(by_password), "what did not begin with the chat stays"
    assert "tie" in browser.press_link(app, USERS[1])
    wired.report(1)
    assert wired.phone(USERS[1]).cards() == []


@pytest.mark.parametrize("end", ["reset", "disable"])
def test_tickets_die_with_a_reset_and_a_disabled_account(wired: Wired, browser: Browser, end: str) -> None:
    account = account_of(wired.works.people[1])
    ticket = browser.press_link(wired.works.app.id, USERS[1])["ticket"]
    if end == "reset":
        in_transaction(revoke_sessions, account.id)
    else:
        Account.update(state="disabled").where(Account.id == account.id).execute()
    assert browser.enter(ticket)[0] == 401


def test_a_tie_counts_only_while_the_file_is_of_that_account(wired: Wired, browser: Browser) -> None:
    person, account = wired.works.people[1], account_of(wired.works.people[1])
    other = Account.create(company=wired.crowd.unit, login="else", name="别人")
    for now in (None, other.id):
        Person.update(account_id=now).where(Person.id == person.id).execute()
        assert "tie" in browser.press_link(wired.works.app.id, USERS[1])
        wired.report(1)
        assert wired.phone(USERS[1]).cards() == []
    Person.update(account_id=account.id).where(Person.id == person.id).execute()
    assert "ticket" in browser.press_link(wired.works.app.id, USERS[1])
    Binding.update(state="ended").where(Binding.person == person.id).execute()
    assert "您已不在这个单位" in browser.press_link(wired.works.app.id, USERS[1])["refused"]


# -- where links lead


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "%2f%2fevil.example",
        "/pages/tasks/index\\@evil.example", "/pages/../..//evil.example", "/pages/tasks/index\r\nLocation: https://evil.example",
        "/pages//evil.example", "http:/pages/x", " /pages/tasks/index", "/pages/enter/index?ticket=x",
    ],
)  # fmt: skip
def test_no_link_of_ours_leads_elsewhere(wired: Wired, browser: Browser, to: str) -> None:
    page = browser.press_link(wired.works.app.id, USERS[1], to)
    assert page["to"].startswith("/pages/")
    assert "evil" not in page["to"] or page["to"].startswith("/pages/"), page
    assert "\\" not in page["to"] and "\n" not in page["to"]


def test_the_ticket_is_in_no_answer_but_the_one_that_gives_it(wired: Wired, browser: Browser) -> None:
    page = browser.press_link(wired.works.app.id, USERS[1])
    cookies = {cookie.name: cookie for cookie in browser.jar.cookies}
    (mine,) = [name for name in cookies if name.startswith("anban_enter_")]
    assert cookies[mine].path == "/api/mp/v1/session"
    assert cookies[mine].has_nonstandard_attr("HttpOnly")
    assert page["ticket"] not in mine
    assert cookies[mine].value not in str(page)
