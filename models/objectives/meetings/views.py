"""Statistics of meetings (I01, A06)."""

from __future__ import annotations

from models.core.views import Measure, Statistic
from models.objectives.meetings.ledgers import MEETINGS

MEETING_STATISTIC = Statistic(
    name="meeting-statistic", title="会议统计", ledger=MEETINGS, time="held_at", period="year", measures=(Measure("all", "会议"),),
    by=("kind", "site", "department", "chair", "company"), by_time=False,
)  # fmt: skip
