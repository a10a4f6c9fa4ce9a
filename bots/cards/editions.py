"""Something new to read, as a card: it opens the edition, and takes 我已阅读 on the spot (B02, L01)."""

from __future__ import annotations

from dataclasses import replace

from bots.card import Button, Card
from bots.cards import composer
from bots.cards.steps import files_of
from models.core.text.date_words import when
from models.tasks.publication.notifications import READ_TITLE, READ_VERB, told_of_reading
from models.tasks.publication.reading import TO_READ, must_be_read, publication_of
from models.tasks.publication.records import EditionRead


@composer(TO_READ)
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """As it was told, with its buttons; for somebody who has read it, and of an edition that went, how that ended."""
    found = told_of_reading(subject_id)
    if found is None:
        return None
    told, ledger, row = found
    card = Card.from_json(told.card or {})
    if not must_be_read(publication_of(ledger), row):
        standing = type(row).standing.title_of(row.standing)
        return replace(card, lead="", outcome=f"这一版{standing}，不用再读", tone="plain")
    read = _read_at(ledger.name, row.get_id(), person_id)
    if read is not None:
        return replace(card, lead="", outcome=f"您已阅读 · {read}", tone="done")
    buttons = (Button("打开看", path=card.path, style="primary"), Button(READ_TITLE, READ_VERB))
    return replace(card, buttons=buttons)


def _read_at(ledger: str, row_id: int, person_id: int | None) -> str | None:
    """When somebody said that they have read it, at whichever of their units."""
    read = EditionRead.select(EditionRead.read_at).where(
        EditionRead.ledger == ledger, EditionRead.row_id == row_id,
        EditionRead.person_id.in_(files_of(person_id) or (0,)),
    )  # fmt: skip
    first = read.order_by(EditionRead.read_at).first()
    return None if first is None else when(first.read_at)
