"""The points of hazards, for whoever looks at these: what people got, and what there is to get (A12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peewee import fn

from models.hazards import hooks as hazard_hooks
from models.objectives.points.entries import SUBJECT
from models.objectives.records import Point, PointRule


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
