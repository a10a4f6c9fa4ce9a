"""Who is told that points were taken back (A12)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.core.ledger.pages import phone_page
from models.messages.channels.records import CARD
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.objectives.points.entries import TAKEN
from models.objectives.records import READ_POINTS


@teller(TAKEN)
def taken(row: Outbox) -> Telling | None:
    """To who had them, in small news: how many, for what, why."""
    payload: Any = row.payload
    if row.company_id is None:
        return None
    head = f"【积分退回】{payload['called']} · 减 {payload['points']} 分"
    text = f"{payload['why']}，当时给的 {payload['points']} 分退回"
    path = phone_page(payload["of"], row.subject_id) or "/pages/my-work/index"
    return Telling(
        company_id=row.company_id, kind=TAKEN, subject_kind="points.note", subject_id=row.id, title=head, text=text,
        link=path, persons=(payload["person"],), ways=(CARD,), bundle=True, read=READ_POINTS,
        card={
            "kind": "points.note", "subject_id": row.id, "version": 1, "title": head, "lead": text, "tone": "info",
            "path": path,
        },
    )  # fmt: skip
