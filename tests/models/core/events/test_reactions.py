"""Reactions: in the relay's transaction, each piece of news once, and again if it failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from models.core.chapters import load
from models.core.db.connection import in_transaction
from models.core.events import outbox, reactions
from models.core.events.outbox import Outbox


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The rows that a reaction to `thing.happened` was called with."""
    load("reactions")
    before = {kind: list(found) for kind, found in reactions._reactions.items()}
    rows: list[int] = []
    reactions.reaction("thing.happened")(lambda row: rows.append(row.id))
    yield rows
    reactions._reactions.clear()
    reactions._reactions.update(before)


def deal(row: Outbox) -> bool:
    def step() -> bool:
        if not outbox.end(row.id):
            return False
        reactions.react(row)
        return True

    return in_transaction(step)


def test_each_piece_once_even_if_its_lease_ran_out(database: Any, heard: list[int], clock: Any) -> None:
    Outbox.create(kind="thing.happened")
    (first,) = in_transaction(outbox.take)
    clock.forward(minutes=2)
    (again,) = in_transaction(outbox.take)
    assert first.id == again.id
    assert [deal(first), deal(again)] == [True, False]
    assert heard == [first.id]


def test_what_failed_is_done_later_and_nothing_of_it_stays(
    database: Any, heard: list[int], clock: Any
) -> None:
    tries: list[int] = []

    @reactions.reaction("thing.happened")
    def fails_once(row: Outbox) -> None:
        Outbox.create(kind="came.of.it")
        tries.append(row.id)
        if len(tries) == 1:
            raise RuntimeError

    Outbox.create(kind="thing.happened")
    (row,) = in_transaction(outbox.take)
    with pytest.raises(RuntimeError):
        deal(row)
    assert Outbox.select().where(Outbox.kind == "came.of.it").count() == 0
    assert in_transaction(outbox.fail, row)
    clock.forward(minutes=1)
    (row,) = in_transaction(outbox.take)
    assert deal(row) and len(tries) == 2
    assert Outbox.select().where(Outbox.kind == "came.of.it").count() == 1


def test_news_that_nobody_reacts_to(database: Any, heard: list[int]) -> None:
    assert reactions.reacts("thing.happened") and not reactions.reacts("nothing.special")
    assert reactions.reacts("binding.ended"), "who leaves hands over"
    reactions.react(Outbox(kind="nothing.special"))
    assert heard == []
