"""One row for each case in my messages, and what is done is read: whose, of what, and what waits for an answer stays (K01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.messages.inbox.past_recipients import told_before, was_told
from models.messages.inbox.threads import done_with, replace_older
from models.messages.records import Message, Notice
from models.organization.records import Binding
from tests.support.people_to_tell import Crowd, notice_of

pytestmark = pytest.mark.one_engine
QUIET = {"needs_answer": False}


@pytest.mark.parametrize(
    ("older", "newer", "gives_way"),
    [
        ({"thread": "case:7"}, {"thread": "case:7"}, True),
        ({"thread": "case:8"}, {"thread": "case:7"}, False),
        ({"thread": None}, {"thread": None}, False),
        ({"thread": "case:7", "needs_answer": True}, {"thread": "case:7"}, False),
        ({"thread": "case:7"}, {"thread": "case:7", "needs_answer": True}, True),
    ],
)
def test_newer_news_take_the_place_of_older_ones(
    crowd: Crowd, older: dict[str, Any], newer: dict[str, Any], gives_way: bool
) -> None:
    person, other = crowd.person(), crowd.person()
    rows = []
    for values in (older, newer):
        row = crowd.tell(person, other, **QUIET)
        Message.update(**{"needs_answer": False, **values}).where(Message.id == row.id).execute()
        rows.append(Message.get_by_id(row.id))
    Notice.update(replaced_at=None, read_at=None).execute()
    in_transaction(replace_older, rows[1], [person.id])
    first = notice_of(rows[0], person)
    assert (first.replaced_at is not None, first.read_at is not None) == (gives_way, gives_way)
    for untouched in (notice_of(rows[1], person), notice_of(rows[0], other)):
        assert (untouched.replaced_at, untouched.read_at) == (None, None)
    in_transaction(replace_older, rows[1], [])
    assert notice_of(rows[0], other).replaced_at is None


def test_what_gave_way_and_was_read_keeps_its_moments(crowd: Crowd, clock: Any) -> None:
    person = crowd.person()
    rows = [crowd.tell(person, thread=("case", 7), **QUIET) for _ in range(2)]
    Notice.update(replaced_at=None, read_at=clock.moment).execute()
    began = clock.moment
    clock.forward(minutes=5)
    in_transaction(replace_older, rows[1], [person.id])
    clock.forward(minutes=5)
    in_transaction(replace_older, rows[1], [person.id])
    first = notice_of(rows[0], person)
    assert first.read_at == began and (first.replaced_at - began).total_seconds() == 300


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({}, True),
        ({"subject_kind": "hazard"}, False),
        ({"subject_id": 8}, False),
        ({"subject_id": 8, "ends_with": ("accident", 7)}, True),
        ({"subject_id": 8, "ends_with": ("accident", 8)}, False),
        ({"needs_answer": True}, False),
    ],
)
def test_what_was_told_of_a_thing_that_is_done_is_read(
    crowd: Crowd, message: dict[str, Any], read: bool
) -> None:
    person = crowd.person()
    told = crowd.tell(person, **{**QUIET, **message})
    assert in_transaction(done_with, "accident", 7) == read
    assert (notice_of(told, person).read_at is not None) == read
    assert in_transaction(done_with, "accident", 7) == 0, "read once"


def test_whose_it_still_is_does_not_count_as_read(crowd: Crowd) -> None:
    waits, done, other = (crowd.person() for _ in range(3))
    without = crowd.person(account=False)
    told = crowd.tell(waits, done, other, without, **QUIET)
    read = {waits.id: False, done.id: True, other.id: False, without.id: False}

    def shown() -> dict[int, bool]:
        return {
            row.person_id: row.read_at is not None for row in Notice.select().where(Notice.message == told.id)
        }

    assert in_transaction(done_with, "accident", 7, only=[]) == 0
    assert in_transaction(done_with, "accident", 7, waiting=[waits.id], only=[waits.id, done.id]) == 1
    assert shown() == read
    assert in_transaction(done_with, "accident", 7, waiting=[waits.id]) == 2
    assert shown() == {**read, other.id: True, without.id: True}
    heard = [row.payload["account"] for row in Outbox.select().where(Outbox.kind == "message.read")]
    assert heard == [done.account_id, other.account_id], "who has no sign-in has nothing open"


def test_who_heard_of_it_hears_how_it_goes_on(crowd: Crowd) -> None:
    one, two, left = (crowd.person() for _ in range(3))
    chat, other_chat = crowd.chat(crowd.unit), crowd.chat(crowd.unit)
    assert not was_told("accident", 7) and told_before("accident", 7) == ([], [])
    for _ in range(2):
        crowd.tell(two, one, left, groups=[chat.id])
    crowd.tell(crowd.person(), groups=[other_chat.id], subject_id=8)
    crowd.tell(crowd.person(), groups=[other_chat.id], subject_kind="hazard")
    Binding.update(state="ended").where(Binding.person == left.id).execute()
    assert told_before("accident", 7) == ([one.id, two.id], [chat.id])
    assert was_told("accident", 7) and not was_told("hazard", 8)
