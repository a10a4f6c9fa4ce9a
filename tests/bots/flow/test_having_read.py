"""我已阅读 on the card of something new to read (B02, L01)."""

from __future__ import annotations

import pytest

from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.messages.records import Delivery
from models.messages.tell import tell
from models.messages.tellers import telling_of
from models.organization.records import Binding
from models.regulations.records import Document
from models.tasks.publication.reading import TO_READ
from models.tasks.publication.records import EditionRead
from tests.bots.flow.conftest import USERS
from tests.bots.flow.playing import links, live, text
from tests.bots.flow.wired import Wired, last
from tests.models.regulations.conftest import Library


@pytest.fixture
def edition(wired: Wired) -> Document:
    """A procedure in force that everybody of the unit is asked to read, and has a card of."""
    library = Library(wired.crowd)
    row = library.in_force(must_read=True)
    news = Outbox.get(Outbox.kind == TO_READ)
    telling = in_transaction(telling_of, news)
    assert telling is not None
    in_transaction(tell, telling, outbox_id=news.id)
    Outbox.delete().where(Outbox.id == news.id).execute()  # news are forgotten, the card stays
    Delivery.update(due_at=Delivery.created_at).execute()  # small news wait for others; these are alone
    wired.works.work()
    return row


def reads(row: Document) -> list[tuple[int, str]]:
    return [(one.person_id, one.door) for one in EditionRead.select().where(EditionRead.row_id == row.id)]


def test_a_press_says_that_one_has_read_it(wired: Wired, edition: Document) -> None:
    (card,) = wired.phone().cards()
    assert live(card) == ["我已阅读"]
    assert links(card)["打开看"] == f"/pages/reading/edition?ledger=documents&id={edition.id}"
    wired.phone().press(card, "我已阅读")
    assert reads(edition) == [(wired.works.people[1].id, "chat")]
    shown = wired.phone().cards()[-1]
    assert "您已阅读" in text(shown)
    assert live(shown) == []
    wired.post(wired.press_xml(card, "我已阅读", USERS[1], code="an old copy"))
    assert len(reads(edition)) == 1
    assert (last().state, last().result) == ("handled", "over:read")


def test_of_what_is_in_force_no_more_a_press_says_so_and_notes_nothing(
    wired: Wired, edition: Document
) -> None:
    (card,) = wired.phone().cards()
    Document.update(standing="withdrawn").where(Document.id == edition.id).execute()
    wired.phone().press(card, "我已阅读")
    assert "已废止" in text(wired.phone().cards()[-1])
    assert reads(edition) == []


def test_a_leaver_presses_for_nobody(wired: Wired, edition: Document) -> None:
    (card,) = wired.phone().cards()
    Binding.update(state="ended").where(Binding.person == wired.works.people[1].id).execute()
    wired.post(wired.press_xml(card, "我已阅读", USERS[1]))
    assert last().state == "refused"
    assert reads(edition) == []
