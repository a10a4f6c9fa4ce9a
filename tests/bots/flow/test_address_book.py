"""Ties by the platform's address book: read by whoever sets ways up, and not to be bent by officers (I4)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core import history
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden
from models.messages.channels.records import ChatMember, WecomApp
from models.messages.chat_accounts import address_book
from models.messages.chat_accounts.records import BookMatch
from models.organization.records import Person
from tests.bots.flow.tied import (
    NEW,
    groups_app,
    told_to,
    who,
)
from tests.bots.flow.wired import Wired
from tests.support.account_ties import tie_chat

# -- c) the address book


def book(wired: Wired) -> dict[str, str]:
    """Read it; what was found, by user id."""
    from bots.wecom import address_book as _reads  # noqa: F401 - says how it is read

    address_book.read(WecomApp.get_by_id(wired.works.app.id))
    return {row.user_id: row.verdict for row in BookMatch.select()}


def as_in_the_book(wired: Wired, user: str, **values: Any) -> Person:
    """A file with an account, whose name and phone are those of a member of the sandbox."""
    member = wired.sandbox.platform.people.find(user)
    assert member is not None
    return wired.crowd.person(card=None, name=member.name, phone=member.phone, **values)


def test_the_address_book_ties_who_has_the_same_name_and_phone(wired: Wired) -> None:
    person = as_in_the_book(wired, NEW)
    found = book(wired)
    assert found == {NEW: "ready"}
    assert not ChatMember.select().where(ChatMember.user_id == NEW).exists(), "only looked at"
    head = who(wired, "company_administrator")
    assert in_transaction(address_book.tie_matches, head, [row.id for row in BookMatch.select()]) == 1
    row = ChatMember.get(ChatMember.user_id == NEW)
    assert (row.person_id, row.how, row.account_id) == (person.id, "address_book", person.account_id)
    wired.work()
    assert NEW in told_to(person)[-1]
    assert book(wired) == {NEW: "tied"}


@pytest.mark.parametrize("values", [{"phone": "13911112222"}, {"name": "另一个人"}])
def test_name_and_phone_must_both_be_the_same(wired: Wired, values: dict[str, str]) -> None:
    person = as_in_the_book(wired, NEW)
    Person.update(**values).where(Person.id == person.id).execute()
    assert book(wired) == {}


def test_an_officer_who_makes_a_colleagues_file_look_like_himself_gains_nothing(
    wired: Wired, clock: Any
) -> None:
    """The way to bend it: her file gets his name and phone, and the address book names him."""
    him = wired.sandbox.platform.people.find(NEW)
    assert him is not None
    her = wired.crowd.person(card=None)
    history.note(who(wired, "safety_officer"), her, "tied")
    officer = who(wired, "safety_officer")
    for name, value in (("name", him.name), ("phone", him.phone)):
        line = {"field": name, "title": name, "old": getattr(her, name), "new": value}
        history.note(officer, her, "edited", [line])
        Person.update(**{name: value}).where(Person.id == her.id).execute()
    assert book(wired) == {NEW: "changed"}
    clock.forward(days=40)  # and it does not help to wait
    assert book(wired) == {NEW: "changed"}
    head = who(wired, "company_administrator")
    assert in_transaction(address_book.tie_matches, head, [row.id for row in BookMatch.select()]) == 0


def test_what_changed_between_reading_and_tying_is_not_tied(wired: Wired) -> None:
    person = as_in_the_book(wired, NEW)
    book(wired)
    line = {"field": "phone", "title": "联系电话", "old": "1", "new": person.phone}
    history.note(who(wired, "safety_officer"), person, "edited", [line])
    head = who(wired, "company_administrator")
    assert in_transaction(address_book.tie_matches, head, [row.id for row in BookMatch.select()]) == 0
    assert not ChatMember.select().where(ChatMember.user_id == NEW).exists()


def test_who_is_not_the_only_one_or_is_tied_elsewhere_is_left_to_themselves(wired: Wired) -> None:
    as_in_the_book(wired, NEW)
    as_in_the_book(wired, NEW)
    assert book(wired) == {NEW: "several"}
    tied = as_in_the_book(wired, "sunyan")
    tie_chat(tied, wired.works.app, "anotherid")
    assert book(wired)["sunyan"] == "taken"


def test_files_of_other_companies_and_without_an_account_are_not_looked_at(wired: Wired) -> None:
    as_in_the_book(wired, NEW, unit=wired.crowd.other)
    as_in_the_book(wired, "sunyan", account=False)
    assert book(wired) == {}


@pytest.mark.parametrize("role", ["safety_officer", "reviewing_officer", "unit", "unit_member"])
def test_only_who_sets_ways_up_reads_and_ties_by_the_address_book(wired: Wired, role: str) -> None:
    as_in_the_book(wired, NEW)
    book(wired)
    officer = who(wired, role)
    with pytest.raises(Forbidden):
        in_transaction(address_book.tie_matches, officer, [row.id for row in BookMatch.select()])
    with pytest.raises(Forbidden):
        in_transaction(address_book.start, officer, WecomApp.get_by_id(wired.works.app.id))


def test_a_company_administrator_ties_nobody_by_the_groups_address_book(wired: Wired) -> None:
    groups_app(wired)
    as_in_the_book(wired, NEW)
    assert book(wired) == {NEW: "ready"}
    head = who(wired, "company_administrator")
    with pytest.raises(Forbidden):
        in_transaction(address_book.tie_matches, head, [row.id for row in BookMatch.select()])
    with pytest.raises(Forbidden):
        in_transaction(address_book.start, head, WecomApp.get_by_id(wired.works.app.id))


def test_after_too_many_misses_the_platform_is_asked_no_more(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bots.wecom import address_book as reading

    monkeypatch.setattr(reading, "MOST_MISSES", 0)
    as_in_the_book(wired, NEW)
    assert book(wired) == {NEW: "unasked"}
    asked = list(wired.sandbox.ask("wire?path=getuserid")["lines"])
    assert asked == []
