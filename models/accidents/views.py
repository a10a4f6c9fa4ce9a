"""Statistics of accidents (I01): how many, and who came to harm; unknown numbers count as none."""

from __future__ import annotations

from models.accidents.ledgers import ACCIDENTS
from models.core.views import Measure, Statistic, Sum

ACCIDENT_STATISTIC = Statistic(
    name="accident-statistic", title="事故统计", ledger=ACCIDENTS, time="happened_at", period="year",
    measures=(
        Measure("all", "事故"), Measure("open", "处置中", {"state": ["open"]}), Sum("deaths", "死亡", column="deaths"),
        Sum("serious", "重伤", column="serious_injuries"), Sum("minor", "轻伤", column="minor_injuries"),
        Sum("loss", "直接经济损失（万元）", column="direct_loss_wan"),
    ),
    by=("level", "site", "state", "reporter", "company"), by_time=False, drawn=("all",),
)  # fmt: skip
