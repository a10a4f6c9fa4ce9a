"""Statistics of safety activities (I01, A09)."""

from __future__ import annotations

from models.core.views import Measure, Statistic
from models.objectives.activities.ledgers import ACTIVITIES

ACTIVITY_STATISTIC = Statistic(
    name="activity-statistic", title="活动统计", ledger=ACTIVITIES, time="held_at", period="year", measures=(Measure("all", "活动"),),
    by=("kind", "site", "company"), by_time=False,
)  # fmt: skip
