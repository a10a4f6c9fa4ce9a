"""Who hears that there is something new to read (B02)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.core.ledger import ledger_named
from models.messages.channels.records import CARD
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.tasks.publication.reading import TO_READ, concerned, must_be_read, publication_of
from models.tasks.publication.records import EditionRead

LINK = "/pages/reading/index"


@teller(TO_READ)
def to_read(row: Outbox) -> Telling | None:
    """To the people of a company whom an edition concerns and who have not read it yet."""
    given: Any = row.payload
    ledger = ledger_named(given["ledger"])
    found = (
        None
        if ledger is None
        else ledger.record.get_or_none(ledger.record._meta.primary_key == row.subject_id)
    )
    if ledger is None or found is None or row.company_id is None:
        return None
    publication = publication_of(ledger)
    if not must_be_read(publication, found):
        return None  # withdrawn or replaced meanwhile
    read = EditionRead.select(EditionRead.person_id).where(
        EditionRead.ledger == ledger.name, EditionRead.row_id == found.id
    )
    done = {one.person_id for one in read}
    persons = [one.id for one in concerned(publication, found, [row.company_id]) if one.id not in done]
    if not persons:
        return None
    what = "新版" if found.replaces is not None else "新的"
    title = f"【请阅读】{ledger.label(found)}"[:120]
    text = f"{what}{ledger.noun}已经生效，请看完点“我已阅读”"
    if found.why:
        text = f"{text}。修订原因：{found.why[:100]}"
    return Telling(
        company_id=row.company_id, kind=TO_READ, subject_kind=TO_READ, subject_id=row.id, title=title, text=text,
        link=LINK, persons=persons, ways=(CARD,), bundle=True,
        card={
            "kind": TO_READ, "subject_id": row.id, "version": 1, "title": title, "lead": text, "tone": "info",
            "path": LINK,
        },
    )  # fmt: skip


__all__ = ["LINK", "to_read"]
