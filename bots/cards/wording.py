"""A unit's own words for a kind of message (X04)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from models.messages.chains import Wording

_PLACE = re.compile(r"\{([^{}]{1,20})\}")


def filled(text: str, facts: Mapping[str, str]) -> str:
    """`text` with `{地点}` and the like replaced; what names no fact stays as it was typed.

    Only names are looked up, nothing is evaluated: the text comes from a form.
    """
    return _PLACE.sub(lambda found: facts.get(found[1].strip(), found[0]), text)


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
