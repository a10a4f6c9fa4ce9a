"""Sums of hazards that are kept, however a hazard changes: by state, whether it was in time, site, kind and people (I01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import Case

from models.core import clock
from models.core.views import ByTime, Kept, KeptPart
from models.core.views.kept_sums import Changes
from models.hazards.records import CLOSED, PLANNING, RECTIFYING, REVIEWING, Hazard
from models.hazards.treatment.in_time import IN_TIME, LATE

_NOTHING, _IN_TIME, _LATE, _OVERDUE = range(4)
_BY_CHOICE = {IN_TIME: (_IN_TIME,), LATE: (_LATE, _OVERDUE)}


def _rectified() -> Any:
    """Whether it was put right in time; that a deadline passes is nothing that anybody writes."""
    done = (
        Hazard.state.in_((REVIEWING, CLOSED))
        & Hazard.due_at.is_null(False)
        & Hazard.rectified_at.is_null(False)
    )
    in_time = done & (Hazard.rectified_at <= Hazard.due_at)
    return Case(None, [(in_time, _IN_TIME), (done, _LATE)], _NOTHING)


def _overdue() -> Any:
    """The hazards whose deadline is over while they are not put right."""
    return Hazard.state.in_((PLANNING, RECTIFYING)) & (Hazard.due_at < clock.now())


def _by_rectification(values: Sequence[str]) -> Sequence[int]:
    return sorted({number for value in values for number in _BY_CHOICE.get(value, ())})


def _by_overdue(values: Sequence[str]) -> Sequence[int]:
    wanted = {value in ("true", "是", "1") for value in values}
    if wanted == {True}:
        return (_OVERDUE,)
    return (_NOTHING, _IN_TIME, _LATE) if wanted == {False} else (_NOTHING, _IN_TIME, _LATE, _OVERDUE)


STANDING = KeptPart(
    "standing",
    looks_at=("state", "due_at", "rectified_at"),
    number=_rectified,
    answers={"rectification": _by_rectification, "overdue": _by_overdue},
)
_BY_TIME = ByTime("standing", _OVERDUE, _overdue)


def _kept(name: str, *parts: str) -> Kept:
    return Kept(name, Hazard, "reported_at", (*parts, "state", STANDING), months=True, by_time=_BY_TIME)


#: The small ones first, as the first that knows all that is asked answers.
HAZARD_SUMS = (
    _kept("hazards"),
    _kept("hazards-site", "site"),
    _kept("hazards-kind", "level", "origin"),
    _kept("hazards-rectifier", "rectifier"),
    _kept("hazards-reporter", "reporter"),
    _kept("hazards-whole", "site", "level", "origin"),
)
CHANGES = Changes(*HAZARD_SUMS)
