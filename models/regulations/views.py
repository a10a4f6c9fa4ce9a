"""Statistics of documents (I01, B02): how many of what kind are in force."""

from __future__ import annotations

from models.core.views import Measure, Statistic
from models.regulations.ledgers import DOCUMENTS
from models.tasks.publication.records import IN_FORCE

DOCUMENT_STATISTIC = Statistic(
    name="document-statistic", title="制度统计", ledger=DOCUMENTS, time="valid_from", period="all",
    measures=(
        Measure("all", "文件"), Measure("in_force", "有效", {"standing": [IN_FORCE]}),
        Measure("must", "要求阅读", {"must_read": ["true"]}),
    ),
    by=("level", "kind", "standing", "company"), by_time=False,
)  # fmt: skip
