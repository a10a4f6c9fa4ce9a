"""The tree of directories (B01), and statistics of documents (I01, B02): how many of what kind are in force."""

from __future__ import annotations

from models.core.views import Hanging, Measure, Statistic, Tree
from models.regulations.ledgers import DOCUMENTS, FOLDERS
from models.tasks.publication.records import IN_FORCE

FOLDER_TREE = Tree(
    name="folder-tree", title="目录树", ledger=FOLDERS, system="B01", order=("sequence",), second=("company",),
    counts=(
        Hanging("documents", "inside", {"standing": [IN_FORCE]}, "有效文件"),
        Hanging("documents", "inside", title="全部文件"),
    ),
)  # fmt: skip

DOCUMENT_STATISTIC = Statistic(
    name="document-statistic", title="制度统计", ledger=DOCUMENTS, time="valid_from", period="all",
    measures=(
        Measure("all", "文件"), Measure("in_force", "有效", {"standing": [IN_FORCE]}),
        Measure("must", "要求阅读", {"must_read": ["true"]}),
    ),
    by=("level", "kind", "standing", "company"), by_time=False,
)  # fmt: skip
