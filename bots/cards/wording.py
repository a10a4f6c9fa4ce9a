"""A unit's own words for a kind of message (X04)."""

from __future__ import annotations

from collections.abc import Mapping

from models.messages.escalation.records import Wording
from models.messages.escalation.wordings import filled


def words_of(company_id: int | None, kind: str, facts: Mapping[str, str]) -> tuple[str, str] | None:
    """Title and body that the unit set for `kind`, else the group's, filled in; None: the built-in words."""
    if not kind:
        return None
    mine = Wording.company == company_id
    rows = list(Wording.select().where(Wording.kind == kind, mine | Wording.company.is_null()))
    if not rows:
        return None
    chosen = next((row for row in rows if row.__data__["company"] is not None), rows[0])
    return filled(chosen.title, facts), filled(chosen.body, facts)
