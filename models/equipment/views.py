"""Statistics of equipment (I01, D01): how many there are of what, and when which have to be inspected."""

from __future__ import annotations

from models.core.ledger.expiry import EXPIRED, EXPIRING
from models.core.views import Measure, Statistic
from models.equipment.ledgers import EQUIPMENT

EQUIPMENT_STATISTIC = Statistic(
    name="equipment-statistic", title="设备统计", ledger=EQUIPMENT, time="next_inspection_on", period="ahead",
    measures=(
        Measure("all", "设备"), Measure("in_use", "在用", {"state": ["in_use"]}),
        Measure("soon", "检验快到期", {"inspection": [EXPIRING]}),
        Measure("over", "检验已过期", {"inspection": [EXPIRED]}),
    ),
    by=("type", "site", "state", "company"), by_time=False, drawn=("in_use", "soon", "over"),
)  # fmt: skip
