"""Statistics of tasks and approvals (I01): how many, how many in time, by whom and of what kind."""

from __future__ import annotations

from models.core.views import Measure, Rate, Statistic
from models.tasks.ledgers import CASES, TASKS
from models.tasks.records import DONE, OPEN

TASK_STATISTIC = Statistic(
    name="task-statistic", title="任务统计", ledger=TASKS, time="opened_at",
    measures=(
        Measure("all", "任务"), Measure("done", "已办", {"state": [DONE]}), Measure("open", "待办", {"state": [OPEN]}),
        Measure("late", "待办已超时", {"late": ["yes"]}), Measure("in_time", "按期办结", {"in_time": ["in_time"]}),
        Measure("due", "有期限已办", {"in_time": ["in_time", "late"]}), Rate("rate", "按期率", part="in_time", whole="due"),
    ),
    by=("person", "kind", "state", "company"), by_time=False, drawn=("all", "done"),
)  # fmt: skip

CASE_STATISTIC = Statistic(
    name="case-statistic", title="审批统计", ledger=CASES, time="started_at",
    measures=(
        Measure("all", "审批"), Measure("running", "在办", {"state": ["running"]}),
        Measure("nobody", "没有人办", {"state": ["running"], "manned": ["nobody"]}),
    ),
    by=("kind_title", "state", "site", "starter", "company"), by_time=False, drawn=("all", "running"),
)  # fmt: skip
