"""Cards that follow what they show: asked for once, done with once, whoever composes them (L01)."""

from __future__ import annotations

from bots.delivery import updater
from models.core.db.connection import in_transaction
from models.messages.channels.records import CARD
from models.messages.delivery.deliveries import outdate, update_due
from models.messages.records import Message, Sending
from tests.bots.flow.conftest import Works


def test_a_card_that_nobody_composes_is_not_asked_for_for_ever(works: Works) -> None:
    works.tell()
    works.work()
    (sending,) = Sending.select().where(Sending.way == CARD)
    assert (sending.wanted_version, update_due()) == (0, [])
    assert in_transaction(outdate, "notice", 1, 5) == 1
    assert updater.work(50) == 1
    assert updater.work(50) == 0 and update_due() == []


def test_a_newer_version_while_the_card_was_on_its_way_is_not_missed(works: Works) -> None:
    """The card was composed, then the thing changed before the sending was written down."""
    from models.messages.delivery.deliveries import shows

    works.tell()
    works.work()
    (sending,) = Sending.select().where(Sending.way == CARD)
    in_transaction(shows, sending.id, 1, now_at=2)
    assert [row.id for row in update_due()] == [sending.id]


def test_what_is_told_of_a_newer_version_makes_the_older_cards_follow(works: Works) -> None:
    works.tell()
    works.work()
    works.tell(subject_version=2)
    (old,) = update_due()
    assert old.message_id == Message.select().order_by(Message.id).first().id
    assert old.wanted_version == 2
