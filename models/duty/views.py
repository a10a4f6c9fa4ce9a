"""Statistics of clock-ins, and their calendar with what should have been manned (I01, Q03, Q10)."""

from __future__ import annotations

from models.core.views import Calendar, Gaps, Measure, Statistic
from models.duty.ledgers import CLOCK_INS
from models.duty.sums import BY_EQUIPMENT, BY_PERSON, CLOCK_IN_SUMS
from models.equipment.ledgers import EQUIPMENT, TO_BE_MANNED

CLOCK_IN_STATISTIC = Statistic(
    name="clock-in-statistic",
    title="上岗统计",
    ledger=CLOCK_INS,
    time="day",
    measures=(Measure("all", "上岗人次"), Measure("late", "其中补传", {"late": ["true"]})),
    by=("company", "site", "type", "person", "equipment"),
    kept=(CLOCK_IN_SUMS, BY_PERSON, BY_EQUIPMENT),
)

CLOCK_IN_CALENDAR = Calendar(
    name="clock-in-calendar",
    title="上岗月历",
    system="Q10",
    ledger=CLOCK_INS,
    of=CLOCK_IN_STATISTIC,
    unit="人次",
    gaps=Gaps(
        title="有设备没人上岗",
        none="每台设备都有人上岗",
        mark="没人上岗",
        ledger=EQUIPMENT,
        filters=TO_BE_MANNED,
        absent="nobody_on",
        along={"company": "company", "site": "site", "type": "type"},
        own="equipment",
    ),
)
