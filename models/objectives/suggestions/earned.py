"""Points for suggestions that were adopted, by the level that adopted them (A10, A12)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.core.events.reactions import reaction
from models.objectives.points.entries import by_rule, lock, settle, take_back
from models.objectives.suggestions.records import LEVELS, STANDING, Suggestion

TITLES = {choice.value: choice.title for choice in LEVELS}


def reason_of(level: str) -> str:
    """The name under which a company's rules say how many points there are."""
    return f"suggestion.{level}"


@reaction("suggestion.adopted")
def for_adoption(row: Outbox) -> None:
    """The rule's points for the level, and what who adopted it has added; once."""
    payload: Any = row.payload
    suggestion = _now(row.subject_id)
    if suggestion is None or suggestion.state not in STANDING:
        return  # it was undone before this was passed on
    reason = reason_of(payload["level"])
    many = by_rule(suggestion.company_id, reason) + (suggestion.extra_points or 0)
    why = f"建议被采纳（{TITLES[payload['level']]}）"
    # Of who wants no name shown the list of points, where their name stands, does not say for which suggestion.
    called = not suggestion.hidden
    settle(
        suggestion, reason, (suggestion.person_id,), why=why, back="", points=many, at=row.created_at, called=called
    )  # fmt: skip


@reaction("suggestion.revoked")
def for_nothing(row: Outbox) -> None:
    """The adoption was undone: so are its points."""
    suggestion = _now(row.subject_id)
    if suggestion is not None and suggestion.state not in STANDING:
        for level in TITLES:
            take_back(suggestion, reason_of(level), "采纳已撤销", called=not suggestion.hidden)


def _now(row_id: int | None) -> Suggestion | None:
    found: Suggestion | None = Suggestion.get_or_none(Suggestion.id == (row_id or 0))
    if found is not None:
        lock(found)
        found = Suggestion.get_by_id(found.id)
    return found
