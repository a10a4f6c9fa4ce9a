"""Statistics of people and of applications to join a unit (I01, Q04, Q06)."""

from __future__ import annotations

from models.core.views import Measure, Statistic
from models.personnel.ledgers import BINDINGS, PERSONS

#: By age nobody is counted: each number leads to its rows, so a small one would say whose age it is.
PERSON_STATISTIC = Statistic(
    name="person-statistic", title="人员统计", ledger=PERSONS, time="created_at", period="all",
    measures=(
        Measure("all", "人员"), Measure("bound", "已绑定", {"binding_state": ["approved"]}),
        Measure("waiting", "待审核", {"binding_state": ["waiting"]}),
        Measure("left", "已解除", {"binding_state": ["ended"]}), Measure("officers", "安全管理员", {"role": ["safety_officer"]}),
    ),
    by=("site", "department", "role", "company"), by_time=False, drawn=("bound", "waiting", "left"),
)  # fmt: skip

BINDING_STATISTIC = Statistic(
    name="binding-statistic", title="绑定统计", ledger=BINDINGS, time="applied_at",
    measures=(
        Measure("all", "申请"), Measure("waiting", "待审核", {"state": ["waiting"]}),
        Measure("approved", "已绑定", {"state": ["approved"]}),
    ),
    by=("state", "origin", "company"), by_time=False,
)  # fmt: skip
