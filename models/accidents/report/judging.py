"""Who may say that a report which few have heard of is true, so that everybody is told (G02)."""

from __future__ import annotations

from collections.abc import Collection

from models.accidents.records import EDIT_ACCIDENTS, Accident
from models.core.errors import AnbanError
from models.tasks.people.person_actor import actor_of


def judges_among(accident: Accident, person_ids: Collection[int]) -> frozenset[int]:
    """Those of these people who may tell everybody of the report; nobody where it waits for no judgement.

    Asked for each by themselves: a report that waits has been told to a few.
    """
    if not accident.is_held or accident.state != "open":
        return frozenset()
    return frozenset(person for person in person_ids if _may(person, accident))


def _may(person_id: int, accident: Accident) -> bool:
    try:
        return actor_of(person_id).may(EDIT_ACCIDENTS, accident)
    except AnbanError:  # without an account, or locked out
        return False
