"""Statistics of suggestions (A10): how many were made and adopted, by level, site, kind."""

from __future__ import annotations

from models.core.views import Measure, Rate, Statistic
from models.objectives.suggestions import records
from models.objectives.suggestions.ledgers import SUGGESTIONS

SUGGESTION_STATISTIC = Statistic(
    name="suggestion-statistic", title="建议统计", ledger=SUGGESTIONS, system="A10", time="created_at", period="year",
    measures=(
        Measure("all", "建议"), Measure("adopted", "采纳", {"state": list(records.STANDING)}),
        Measure("judged", "已审核", {"state": [*records.STANDING, records.REFUSED]}),
        Measure("done", "已落实", {"state": [records.DONE]}), Rate("rate", "采纳率", part="adopted", whole="judged"),
    ),
    by=("level", "site", "kind", "state", "company"), by_time=False, drawn=("all", "adopted"),
)  # fmt: skip
