"""Statistics of a company's qualifications (I01, A11): which there are, and when which come to their end."""

from __future__ import annotations

from models.core.ledger.expiry import EXPIRED, EXPIRING, VALID
from models.core.views import Measure, Statistic
from models.objectives.qualifications.ledgers import QUALIFICATIONS

QUALIFICATION_STATISTIC = Statistic(
    name="qualification-statistic", title="资质统计", ledger=QUALIFICATIONS, time="valid_until", period="ahead",
    measures=(
        Measure("all", "资质"), Measure("valid", "有效", {"expiry": [VALID]}),
        Measure("soon", "快到期", {"expiry": [EXPIRING]}), Measure("over", "已过期", {"expiry": [EXPIRED]}),
    ),
    by=("kind", "keeper", "company"), by_time=False, drawn=("valid", "soon", "over"),
)  # fmt: skip
