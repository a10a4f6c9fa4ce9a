"""Who is told that points were taken back (A12)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.hazards.records import Hazard
from models.hazards.workflow import HAZARD, phone_path, title
from models.messages.channels.records import CARD
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.objectives.points.entries import TAKEN


@teller(TAKEN)
def taken(row: Outbox) -> Telling | None:
    """To who had them, in small news: how many, for which hazard, why."""
    hazard = Hazard.get_or_none(Hazard.id == row.subject_id)
    if hazard is None:
        return None
    payload: Any = row.payload
    head = f"【积分退回】{title(hazard)} · 减 {payload['points']} 分"
    text = f"{hazard.number or ''} {payload['why']}，当时给的 {payload['points']} 分退回".strip()
    path = phone_path(hazard)
    return Telling(
        company_id=hazard.company_id, kind=TAKEN, subject_kind="points.note", subject_id=row.id, title=head, text=text,
        link=path, persons=(payload["person"],), ways=(CARD,), bundle=True, read=HAZARD.read,
        card={
            "kind": "points.note", "subject_id": row.id, "version": 1, "title": head, "lead": text, "tone": "info",
            "path": path,
        },
    )  # fmt: skip
