"""Statistics of planned investment (I01, A07): by plan and by item, in 万元."""

from __future__ import annotations

from models.core.views import Measure, Statistic, Sum
from models.objectives.investment.ledgers import ITEMS, PLANS
from models.tasks.approval import APPROVED

PLAN_STATISTIC = Statistic(
    name="investment-statistic", title="投入计划统计", ledger=PLANS, time="approved_at", period="all",
    measures=(
        Sum("total", "计划金额（万元）", column="total_wan"),
        Sum("approved", "其中已生效（万元）", {"state": [APPROVED]}, column="total_wan"), Measure("all", "计划数"),
    ),
    by=("site", "maker", "state", "company"), by_time=False, drawn=("total", "approved"),
)  # fmt: skip

ITEM_STATISTIC = Statistic(
    name="investment-item-statistic", title="投入项目统计", ledger=ITEMS, time="created_at", period="all",
    measures=(Sum("amount", "金额（万元）", column="amount_wan"), Measure("all", "项目数")),
    by=("category", "plan", "site", "person", "company"), by_time=False, drawn=("amount",),
)  # fmt: skip
