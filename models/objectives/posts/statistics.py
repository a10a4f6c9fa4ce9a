"""How many people hold which post, by site and department (I01, A04)."""

from __future__ import annotations

from models.core.views import Measure, Statistic
from models.objectives.posts.ledgers import PERSON_POSTS

HOLDER_STATISTIC = Statistic(
    name="holder-statistic", title="岗位人数统计", ledger=PERSON_POSTS, time="created_at", period="all",
    measures=(Measure("all", "人次"),), by=("post", "site", "department", "company"), by_time=False,
)  # fmt: skip
