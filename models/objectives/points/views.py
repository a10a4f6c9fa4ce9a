"""Who has the most points (A12): by person, department, site, reason; of whatever time is asked for."""

from __future__ import annotations

from datetime import date

from models.core.security.actor import Actor
from models.core.views import Measure, Statistic, Sum
from models.objectives.points import points
from models.objectives.points.ledgers import POINTS


def _own_place(actor: Actor, first: date, last: date, by: str) -> str:
    """One's own place in the unit, also for who may read nobody else's points."""
    return points.own_place(actor, first, last, by) if by in points.BY else ""


POINTS_RANKING = Statistic(
    name="points-ranking", title="积分排行", ledger=POINTS, system="A12", time="at",
    measures=(Sum("points", "积分", column="points"), Measure("entries", "笔数")),
    by=("person", "department", "site", "what", "company"), by_time=False, drawn=("points",), ranked=True, note=_own_place,
)  # fmt: skip
