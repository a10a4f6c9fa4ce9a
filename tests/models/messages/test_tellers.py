"""Tellers: one for each kind, found by the relay, telling once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    before = [(kept, dict(kept)) for kept in (tellers._tellers, tellers._among, tellers._of_many)]
    yield
    for kept, was in before:
        kept.clear()
        kept.update(was)


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


def test_which_news_are_worth_telling_in_which_order(database: object) -> None:
    """What comes by the thousand is asked of once for all of it, and only where there is any."""
    asked: list[list[int]] = []

    def among(ids: Sequence[int]) -> set[int]:
        asked.append(list(ids))
        return {id for id in ids if id > 5}

    tellers.teller_of_many("thing.counted", among=among)(lambda rows: {})
    tellers.teller("thing.happened")(lambda row: None)
    kinds = [("thing.counted", 7), ("thing.happened", 1), ("nothing.special", 7), ("thing.counted", 5),
             ("thing.counted", None), ("thing.happened", None), ("thing.counted", 6)]  # fmt: skip
    rows = [Outbox(id=n, kind=kind, subject_id=subject) for n, (kind, subject) in enumerate(kinds)]
    assert [row.id for row in tellers.worth_telling(rows)] == [1, 5, 0, 6]
    assert asked == [[7, 5, 6]]
    assert [row.id for row in tellers.worth_telling(rows[1:3])] == [1]
    assert tellers.worth_telling(rows[4:5]) == [] == tellers.worth_telling([])
    assert len(asked) == 1
