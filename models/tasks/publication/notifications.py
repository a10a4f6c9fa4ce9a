"""Who hears that there is something new to read (B02)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.core.ledger import Ledger, ledger_named
from models.messages.channels.records import CARD
from models.messages.records import Message
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.tasks.publication.reading import TO_READ, concerned, must_be_read, publication_of
from models.tasks.publication.records import EditionRead

LINK = "/pages/reading/edition"
#: What a message to read names as the thing with which it ends: this and the ledger, with the edition's id.
ABOUT = "edition."
#: On the card: to say that one has read it.
READ_VERB, READ_TITLE = "read", "我已阅读"


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
    title = f"【{'催阅' if given.get('again') else '请阅读'}】{ledger.label(found)}"[:120]
    text = f"{what}{ledger.noun}已经生效，请看完点“我已阅读”"
    if given.get("again"):
        text = f"您还没有读，请尽快看完，点“我已阅读”。这是{what}{ledger.noun}"
    if found.why:
        text = f"{text}。修订原因：{found.why[:100]}"
    link = f"{LINK}?ledger={ledger.name}&id={found.id}"
    return Telling(
        company_id=row.company_id, kind=TO_READ, subject_kind=TO_READ, subject_id=row.id, title=title, text=text,
        link=link, persons=persons, ways=(CARD,), bundle=True,
        card={
            "kind": TO_READ, "subject_id": row.id, "version": 1, "title": title, "lead": text, "tone": "info",
            "path": link,
        },
        ends_with=(ABOUT + ledger.name, found.id),
    )  # fmt: skip


def told_of_reading(news_id: int) -> tuple[Message, Ledger, Any] | None:
    """The message of a piece of news, with the edition that it asks people to read; None where one is not there.

    Only the news' own message says which edition it is about: news are forgotten after a week, cards are pressed later.
    """
    told = Message.get_or_none(Message.subject_kind == TO_READ, Message.subject_id == news_id)
    kind, _, number = ((told.ends_with if told is not None else "") or "").partition(":")
    ledger = ledger_named(kind.removeprefix(ABOUT)) if kind.startswith(ABOUT) else None
    if told is None or ledger is None or not number.isdecimal():
        return None
    row = ledger.record.get_or_none(ledger.record._meta.primary_key == int(number))
    return None if row is None else (told, ledger, row)


__all__ = ["READ_TITLE", "READ_VERB", "to_read", "told_of_reading"]
