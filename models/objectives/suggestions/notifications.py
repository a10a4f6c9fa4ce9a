"""What who made a suggestion is told of it, at each step (A10). Its end they hear of by its case, unless that has no name."""

from __future__ import annotations

from typing import Any

from models.core.clock import local
from models.core.events.outbox import Outbox
from models.core.ledger.pages import phone_page
from models.core.text.date_words import day
from models.messages.channels.records import CARD
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.objectives.points.entries import by_rule
from models.objectives.suggestions.earned import TITLES, reason_of
from models.objectives.suggestions.records import MAKE_SUGGESTIONS, REFUSED, Suggestion
from models.objectives.suggestions.suggesting import KIND
from models.objectives.suggestions.workflow import title_of
from models.tasks.views.items import names_of


@teller("suggestion.raised")
def raised(row: Outbox) -> Telling | None:
    """It went up: to which level."""
    payload: Any = row.payload
    level = TITLES.get(payload["level"], "")
    return _told(row, f"【建议上报】到{level}审核", f"您的建议已上报到{level}，有结果会告诉您")


@teller("suggestion.adopted")
def adopted(row: Outbox) -> Telling | None:
    """It was adopted: at which level, in which words, who carries it out until when, and how many points there are."""
    payload: Any = row.payload
    found = Suggestion.get_or_none(Suggestion.id == row.subject_id)
    if found is None:
        return None
    who = names_of([found.carrier_id]).get(found.carrier_id, "")
    points = by_rule(found.company_id, reason_of(payload["level"])) + (found.extra_points or 0)
    lines = (
        found.reply or "",
        f"{who}落实，{day(local(found.due_at).date())}前" if who and found.due_at else "",
        f"加 {points} 分" if points else "",
    )
    return _told(
        row, f"【建议被采纳】{TITLES.get(payload['level'], '')}", "\n".join(line for line in lines if line)
    )


@teller("suggestion.refused")
@teller("suggestion.done")
def ended(row: Outbox) -> Telling | None:
    """How it ended, to who is not named in its case and so does not hear it from there."""
    found = Suggestion.get_or_none(Suggestion.id == row.subject_id)
    if found is None or not found.hidden:
        return None
    head = "【建议未采纳】" if found.state == REFUSED else "【建议已落实】"
    return _told(row, head, found.result if found.state != REFUSED and found.result else (found.reply or ""))


@teller("suggestion.revoked")
def revoked(row: Outbox) -> Telling | None:
    """Its adoption was undone, and why."""
    payload: Any = row.payload
    return _told(row, "【采纳已撤销】", f"{payload['reason']}\n这条建议的积分退回，不再公示")


def _told(row: Outbox, head: str, text: str) -> Telling | None:
    found = Suggestion.get_or_none(Suggestion.id == row.subject_id)
    if found is None:
        return None
    title = f"{head} {title_of(found)}"
    path = phone_page(KIND, found.id)
    return Telling(
        company_id=found.company_id, kind=row.kind, subject_kind="suggestion.note", subject_id=row.id, title=title,
        text=text, link=path, persons=(found.person_id,), ways=(CARD,), read=MAKE_SUGGESTIONS,
        card={
            "kind": "suggestion.note", "subject_id": row.id, "version": 1, "title": title, "lead": text, "tone": "info",
            "path": path,
        },
    )  # fmt: skip
