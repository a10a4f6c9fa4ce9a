"""Tellers: one for each kind, found by the relay, telling once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.core.chapters import load
from models.core.events.outbox import Outbox
from models.messages import tellers
from models.messages.records import Message
from models.messages.tell import Telling
from tests.support.people_to_tell import Crowd


@pytest.fixture(autouse=True)
def _own_tellers() -> Iterator[None]:
    load("tellers")
    before = dict(tellers._tellers)
    yield
    tellers._tellers.clear()
    tellers._tellers.update(before)


def test_a_kind_that_nobody_tells_of_is_no_fault(crowd: Crowd) -> None:
    assert tellers.tell_of(Outbox.create(kind="nothing.special")) is None
    assert not tellers.is_told("nothing.special")


def test_the_teller_of_the_kind_says_how_and_twice_tells_once(crowd: Crowd) -> None:
    person = crowd.person()

    @tellers.teller("thing.happened")
    def telling(row: Outbox) -> Telling | None:
        return crowd.telling(person, kind=row.kind) if row.payload else None

    row = Outbox.create(kind="thing.happened", payload={"loud": True})
    first, again = tellers.tell_of(row), tellers.tell_of(row)
    assert first is not None and again is not None
    assert (first.id, first.outbox_id, first.kind) == (again.id, row.id, "thing.happened")
    assert tellers.tell_of(Outbox.create(kind="thing.happened")) is None
    assert Message.select().count() == 1


def test_two_tellers_for_a_kind_are_a_mistake() -> None:
    @tellers.teller("thing.happened")
    def one(row: Outbox) -> None:
        return None

    tellers.teller("thing.happened")(one)
    with pytest.raises(ValueError, match="two tellers"):
        tellers.teller("thing.happened")(lambda row: None)
