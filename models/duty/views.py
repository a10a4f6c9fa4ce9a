"""Statistics of clock-ins (I01, Q03)."""

from __future__ import annotations

from models.core.views import Measure, Statistic
from models.duty.ledgers import CLOCK_INS
from models.duty.sums import CLOCK_IN_SUMS

CLOCK_IN_STATISTIC = Statistic(
    name="clock-in-statistic",
    title="上岗统计",
    ledger=CLOCK_INS,
    time="day",
    measures=(Measure("all", "上岗人次"), Measure("late", "其中补传", {"late": ["true"]})),
    by=("company", "site", "type", "person", "equipment"),
    kept=CLOCK_IN_SUMS,
)
