"""Points for hazards (A12): who found one, who put one right in time; and what whoever looks at these is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import fn

from models.core.db.connection import is_sqlite
from models.core.events.outbox import Outbox
from models.core.events.reactions import reaction
from models.hazards import hooks as hazard_hooks
from models.hazards.records import GENERAL, MAJOR, REJECTED, WITHDRAWN, Hazard
from models.objectives.points.entries import balances, settle, take_back
from models.objectives.records import Point, PointRule

SUBJECT = "hazard"
CONFIRMED, FOUND_MAJOR, RECTIFIED = "hazard.confirmed", "hazard.major", "hazard.rectified"
FALLEN = (REJECTED, WITHDRAWN)


@reaction("hazard.confirmed")
def for_finding(row: Outbox) -> None:
    """Who snapped what is a hazard gets points, and whoever found a major one, each once a hazard."""
    hazard, told = _told(row)
    if hazard is None:
        return
    if hazard.state in FALLEN:
        return  # it was taken back before this was passed on
    own = bool(told.get("own"))  # nobody earns by their own judgement
    if told.get("origin") == "snap" and not own:
        _give(row, hazard, CONFIRMED, "随手拍被确认为隐患")
    if hazard.level == GENERAL:
        take_back(hazard, FOUND_MAJOR, "改判为一般隐患")  # it was sent back, and judged anew
    elif told.get("level") == MAJOR and not own:
        _give(row, hazard, FOUND_MAJOR, "发现重大隐患")


@reaction("hazard.rejected")
@reaction("hazard.withdrawn")
def for_nothing(row: Outbox) -> None:
    """It is no hazard after all, or was withdrawn: what was given for finding it is taken back."""
    hazard, _ = _told(row)
    if hazard is not None and hazard.state in FALLEN:
        why = "隐患已撤回" if hazard.state == WITHDRAWN else "判定不是隐患"
        for what in (CONFIRMED, FOUND_MAJOR):
            take_back(hazard, what, why)


@reaction("hazard.closed")
def for_rectifying(row: Outbox) -> None:
    """Who put a hazard right in time gets points; not by their own review."""
    hazard, told = _told(row)
    if hazard is not None and told.get("in_time") and not told.get("own"):
        _give(row, hazard, RECTIFIED, "按期完成整改")


def _told(row: Outbox) -> tuple[Hazard | None, dict[str, Any]]:
    """The hazard, locked, and what was true when the news was announced: it may be otherwise by now.

    Locked, as two relays may pass on at once what gives points and what takes them back.
    """
    payload: Any = row.payload
    query = Hazard.select().where(Hazard.id == row.subject_id)
    return (query if is_sqlite() else query.for_update()).first(), payload or {}


def _give(row: Outbox, hazard: Hazard, what: str, why: str) -> None:
    """Give the person whom the news names points as of then; a second time nothing happens, unless they were taken back."""
    payload: Any = row.payload
    person = payload.get("person")
    if person is not None and not balances(hazard, what):
        settle(hazard, what, (person,), why=why, back="", at=row.created_at)


@hazard_hooks.POINTS.answer
def given(hazard_ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
    """By hazard and person, the sum of what was given and taken back."""
    rows = Point.select(Point.subject_id, Point.person, fn.SUM(Point.points)).where(
        Point.subject_kind == SUBJECT, Point.subject_id.in_(list(hazard_ids) or [0])
    )
    return {
        (subject, person): int(points)
        for subject, person, points in rows.group_by(Point.subject_id, Point.person).tuples()
    }


@hazard_hooks.POINTS_OFFERED.answer
def offered(company_id: int) -> Mapping[str, int]:
    """The points of a company's rules, by what they are given for."""
    rules = PointRule.select().where(PointRule.company == company_id)
    return {row.what: row.points for row in rules}
