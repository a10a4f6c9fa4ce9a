"""Statistics of applications to join a unit (I01, Q06)."""

from __future__ import annotations

from models.core.views import Measure, Statistic
from models.personnel.ledgers import BINDINGS

BINDING_STATISTIC = Statistic(
    name="binding-statistic", title="绑定统计", ledger=BINDINGS, time="applied_at",
    measures=(
        Measure("all", "申请"), Measure("waiting", "待审核", {"state": ["waiting"]}),
        Measure("approved", "已绑定", {"state": ["approved"]}),
    ),
    by=("state", "origin", "company"), by_time=False,
)  # fmt: skip
