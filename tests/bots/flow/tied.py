"""People with chat accounts and browsers, and what became of their ties."""

from __future__ import annotations

from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.security import crypto
from models.core.security.actor import Actor
from models.messages.channels.records import ChatMember, WecomApp
from models.messages.records import Notice
from models.organization.records import Company, Person
from tests.bots.flow.browsing import Browser
from tests.bots.flow.conftest import USERS
from tests.bots.flow.wired import Wired

PASSWORD = "Deep-Water-77"
NEW = "chenlei"  # somebody of the sandbox whom nobody is tied to


def another(browser: Browser) -> Browser:
    """Another phone's."""
    return Browser(browser.url)


def groups_app(wired: Wired) -> WecomApp:
    """The same app of the sandbox, as the whole group's: it opens all units."""
    WecomApp.update(company=None).where(WecomApp.id == wired.works.app.id).execute()
    return WecomApp.get_by_id(wired.works.app.id)


def account_of(person: Person) -> Account:
    """The account of a file, with a password that is known here."""
    found = Account.get_by_id(Person.get_by_id(person.id).account_id)
    found.password_hash = crypto.hash_password(PASSWORD)
    found.save(only=["password_hash"])
    return found


def newcomer(wired: Wired, **values: Any) -> tuple[Person, Account]:
    """Somebody with an account whose chat nobody has tied."""
    person = wired.crowd.person(card=None, **values)
    return person, account_of(person)


def who(wired: Wired, role: str, company: Company | None = None) -> Actor:
    """Somebody with a role in the unit."""
    company = company or wired.crowd.unit
    made = Account.create(company=company, login=f"{role}{Account.select().count()}", name=role)
    Assignment.create(account_id=made.id, role=builtin(role), company_id=company.id)
    return actor_for_account(made, "console")


def rows_of(account: Account) -> list[tuple[int, str]]:
    """What is tied to an account: file and user id."""
    found = ChatMember.select().where(ChatMember.account_id == account.id).order_by(ChatMember.id)
    return [(row.person_id, row.user_id) for row in found]


def is_over(browser: Browser) -> bool:
    """Whether the browser's session opens nothing any more."""
    return browser.api("GET", "/session")[0] == 401


def entered(wired: Wired, browser: Browser, user: str = USERS[1]) -> Browser:
    """Signed in by a card's link, as somebody whose chat is tied."""
    status, said = browser.enter(browser.press_link(wired.works.app.id, user)["ticket"])
    assert status == 200, said
    return browser


def told_to(person: Person) -> list[str]:
    """The texts of what somebody was told, oldest first."""
    rows = Notice.select().where(Notice.person == person.id).order_by(Notice.id)
    return [str(row.message.text) for row in rows]
