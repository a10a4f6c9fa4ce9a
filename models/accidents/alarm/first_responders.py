"""The few who have to act first: a unit's safety officers, those it set for accidents, and who answers for the place (G02)."""

from __future__ import annotations

from typing import Any

from models.grid.owners.owners import line_of
from models.messages.channels.records import SYSTEM, Contact
from models.messages.escalation.presets import Receivers, bound, expand
from models.messages.records import ON_SITE, Notice
from models.organization.records import Person

_MOST_PRESET = 50  # a preset of more people is an alarm to everybody, not a choice of who acts


def of_unit(company_id: int, grid: Any = None) -> list[int]:
    """The unit's safety officers, and who answers for a place of the grid up to the top (person ids, bound ones)."""
    officers = expand(Receivers(ways=(SYSTEM,)), company_id)
    owners = line_of(int(grid)) if grid is not None else []
    return _bound({*officers, *owners})


def directors(person_id: int | None, but: set[int]) -> list[int]:
    """The superior of somebody, and of the safety officers among `but`: who leads where nobody is called director."""
    asked = {*but} | ({person_id} if person_id is not None else set())
    rows = Contact.select(Contact.superior).where(
        Contact.person.in_(sorted(asked) or [0]), Contact.superior.is_null(False)
    )
    return _bound({row.superior_id for row in rows})


def preset_few(receivers: Receivers, company_id: int) -> list[int]:
    """Those whom the unit set to be told of accidents, where they are few."""
    persons = expand(receivers, company_id)
    return persons if len(persons) <= _MOST_PRESET else []


def on_site(notice_ids: Any) -> list[int]:
    """Of whom these notices told, who has said that they are there."""
    rows = Notice.select(Notice.person).where(Notice.id.in_(notice_ids), Notice.answer == ON_SITE)
    return _bound({row.person_id for row in rows})


def _bound(persons: set[int]) -> list[int]:
    rows = bound().where(Person.id.in_(sorted(persons) or [0]))
    return sorted({row_id for (row_id,) in rows.tuples()})
