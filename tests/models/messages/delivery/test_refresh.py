"""Which cards that went out must follow their thing, and which younger messages such a card stands for (L01, G02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.messages.delivery.deliveries import doubtful, held, shown
from models.messages.delivery.refresh import outdate, redraw, shows, update_due
from models.messages.delivery.supersede import OVERTAKEN, overtake
from models.messages.records import LOW, NORMAL, Delivery, Message, Sending
from tests.support.people_to_tell import Crowd, hand_over, take

pytestmark = pytest.mark.one_engine
HOURS = timedelta(hours=1)


def sending(crowd: Crowd, **values: Any) -> Sending:
    """A card of the thing `accident` 7 that went out at version 2 an hour ago, unless said otherwise."""
    told = {"sent_at": clocks.now() - HOURS, "card_version": 2, "wanted_version": 0, "way": "card", **values}
    subject = told.pop("subject_id", 7)
    message = crowd.tell(crowd.person(), subject_id=subject)
    return Sending.create(message_id=message.id, task_id=f"t{message.id}", **told)


@pytest.mark.parametrize(
    ("values", "follows", "again"),
    [
        ({}, True, False),
        ({"subject_id": 8}, False, False),
        ({"way": "sms"}, False, False),
        ({"error": "42014"}, False, False),
        ({"card_version": 3}, False, True),
        ({"card_version": 4}, False, False),
        ({"wanted_version": 2}, True, False),
        ({"wanted_version": 3}, False, False),
        ({"card_version": 3, "wanted_version": 2}, False, True),
        ({"card_version": 3, "wanted_version": 3}, False, False),
        ({"card_version": 3, "way": "sms"}, False, False),
        ({"card_version": 3, "error": "42014"}, False, False),
        ({"card_version": 3, "subject_id": 8}, False, False),
        ({"sent_at": 72 * HOURS}, False, False),
        ({"sent_at": 72 * HOURS, "card_version": 3}, False, False),
        ({"sent_at": 71 * HOURS}, True, False),
        ({"sent_at": 71 * HOURS, "card_version": 3}, False, True),
    ],
)
def test_which_cards_follow_a_new_version_and_which_are_drawn_once_more(
    crowd: Crowd, values: dict[str, Any], follows: bool, again: bool
) -> None:
    if "sent_at" in values:
        values = {**values, "sent_at": clocks.now() - values["sent_at"]}
    for does, expected in ((outdate, follows), (redraw, again)):
        row = sending(crowd, **values)
        assert in_transaction(does, "accident", 7, 3) == expected
        now = Sending.get_by_id(row.id)
        if expected:
            assert now.wanted_version == 3 and now.card_version == 2
        else:
            assert (now.card_version, now.wanted_version) == (row.card_version, row.wanted_version)
        Sending.delete().execute()


@pytest.mark.parametrize(
    ("about", "follows"), [("accident:7", 1), ("accident:8", 0), ("hazard:7", 0), (None, 0)]
)
def test_a_note_about_a_thing_follows_it_too(crowd: Crowd, about: str | None, follows: int) -> None:
    """What is said of somebody's silence, say: its subject is the note's own, and it ends with the thing."""
    row = sending(crowd, subject_id=99)
    Message.update(ends_with=about).execute()
    assert in_transaction(outdate, "accident", 7, 3) == follows
    assert Sending.get_by_id(row.id).wanted_version == 3 * follows
    assert in_transaction(outdate, "accident", 7, 3) == 0, "the same again does nothing"
    assert in_transaction(outdate, "accident", 7, 4) == follows


@pytest.mark.parametrize(
    ("values", "stopped"),
    [
        ({}, True),
        ({"subject_id": 8}, False),
        ({"subject_kind": "hazard"}, False),
        ({"urgency": NORMAL}, False),
        ({"outbox_id": 10}, False),
        ({"outbox_id": 11}, False),
        ({"outbox_id": None}, False),
        ({"state": "accepted"}, False),
    ],
)
def test_small_news_that_newer_ones_say_better_is_called_off(
    crowd: Crowd, values: dict[str, Any], stopped: bool
) -> None:
    told = {"urgency": LOW, "needs_answer": False, "outbox_id": 9, **values}
    state = told.pop("state", "queued")
    message = crowd.tell(crowd.person(), **told)
    Delivery.update(state=state).where(Delivery.way == "card").execute()
    assert in_transaction(overtake, "accident", 7, 10) == stopped
    card = Delivery.get(Delivery.message == message.id, Delivery.way == "card")
    assert (card.state, card.reason) == (("cancelled", OVERTAKEN) if stopped else (state, card.reason))
    assert Delivery.get(Delivery.way == "system").state == "delivered", "it stays in their messages"


def test_what_is_due_to_follow(crowd: Crowd) -> None:
    due = sending(crowd, wanted_version=3)
    other = sending(crowd, wanted_version=4, subject_id=8)
    sending(crowd)
    sending(crowd, wanted_version=2)
    sending(crowd, wanted_version=3, error="42014")
    sending(crowd, wanted_version=3, sent_at=clocks.now() - 72 * HOURS)
    assert [row.id for row in update_due()] == [due.id, other.id]
    assert [row.id for row in update_due(1)] == [due.id]
    assert [row.id for row in update_due(subject=("accident", 8))] == [other.id]
    assert update_due(subject=("hazard", 7)) == []


@pytest.mark.parametrize(
    ("values", "stands"),
    [
        ({}, True),
        ({"subject_version": 3}, True),
        ({"subject_version": 4}, False),
        ({"subject_id": 8}, False),
        ({"needs_answer": True}, False),
        ({"ways": ("sms",)}, False),
    ],
)
def test_a_changed_card_stands_for_younger_messages_that_ask_nothing(
    crowd: Crowd, values: dict[str, Any], stands: bool
) -> None:
    person, other = crowd.person(), crowd.person()
    quiet = {"needs_answer": False, "urgency": NORMAL, "subject_version": 2}
    older = crowd.tell(person, **quiet)
    first = crowd.tell(person, **quiet)
    made = Sending.create(message_id=first.id, way="card", task_id="t", sent_at=clocks.now())
    younger = crowd.tell(person, other, **{**quiet, **values})
    assert in_transaction(shown, made.id, [person.id], 3) == stands
    states = {
        (row.message_id, row.person_id): row.state
        for row in Delivery.select().where(Delivery.way.in_(("card", "sms")))
    }
    assert states[younger.id, person.id] == ("accepted" if stands else "queued")
    assert states[younger.id, other.id] == "queued" == states[older.id, person.id]


def test_what_nobody_knows_to_have_come_is_suspected_and_goes_on_by_the_next_way(crowd: Crowd) -> None:
    person, late = crowd.person(), crowd.person()
    crowd.tell(person, late, ways=("card", "sms"))
    rows = [row for row in take() if row.way == "card"]
    assert held([row.id for row in rows]) == [row.id for row in rows] and held([]) == []
    done = next(row for row in rows if row.person_id == late.id)
    hand_over([done])
    made = Sending.create(message_id=rows[0].message_id, way="card", task_id="x", sent_at=clocks.now())
    assert in_transaction(doubtful, [row.id for row in rows], made.id, "超时") == 1
    told = {(row.person_id, row.way): row.state for row in Delivery.select()}
    assert (told[person.id, "card"], told[late.id, "card"]) == ("suspected", "accepted")
    assert held([row.id for row in rows]) == []


@pytest.mark.parametrize(
    ("wanted", "now_at", "left"),
    [
        (0, None, 0),
        (3, None, 0),
        (2, None, 0),
        (4, None, 4),
        (0, 3, 0),
        (0, 2, 0),
        (0, 4, 4),
        (4, 5, 4),
    ],
)
def test_a_card_that_shows_a_version_follows_on_only_to_a_newer_one(
    crowd: Crowd, wanted: int, now_at: int | None, left: int
) -> None:
    row, other = sending(crowd, wanted_version=wanted), sending(crowd, wanted_version=9)
    in_transaction(shows, row.id, 3, now_at=now_at)
    found = Sending.get_by_id(row.id)
    assert (found.card_version, found.wanted_version) == (3, left)
    assert Sending.get_by_id(other.id).card_version == 2
