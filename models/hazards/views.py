"""Statistics of hazards (I01): how many there are, and how many were rectified in time."""

from __future__ import annotations

from models.core.views import Measure, Rate, Statistic
from models.hazards.ledgers import HAZARDS
from models.hazards.sums import HAZARD_SUMS

HAZARD_STATISTIC = Statistic(
    name="hazard-statistic",
    title="隐患统计",
    ledger=HAZARDS,
    time="reported_at",
    measures=(
        Measure("all", "隐患"),
        Measure("closed", "已闭环", {"state": ["closed"]}),
        Measure("overdue", "超期未整改", {"overdue": ["true"]}),
        Measure("judged", "应整改", {"rectification": ["in_time", "late"]}),
        Measure("in_time", "按期整改", {"rectification": ["in_time"]}),
        Rate("rate", "按期整改率", part="in_time", whole="judged"),
    ),
    by=("level", "state", "site", "origin", "rectifier", "reporter", "company"),
    by_time=False,
    drawn=("all", "closed"),
    kept=HAZARD_SUMS,
)
