"""Until when a piece of equipment is inspected (D01, Q13): warned of before, said at every scan afterwards."""

from __future__ import annotations

from models.core.fields import DayList
from models.core.ledger import Expiry
from models.core.settings import CompanySetting, SampleValue
from models.equipment.records import EDIT_EQUIPMENT

REMIND_DAYS: CompanySetting[tuple[int, ...]] = CompanySetting(
    "inspection-days",
    "到期提醒",
    DayList("设备检验到期前", max=730, help="到期前多少天变黄并提醒，可以几次：30、7 天；过期当天再提醒一次"),
    default=(30, 7),
    sample=SampleValue((60, 30, 7, 0), "自编样例，只有 30 天有依据：届满前 1 个月申报检验"),
)
INSPECTION = Expiry(
    "next_inspection_on",
    days=REMIND_DAYS,
    right=EDIT_EQUIPMENT,
    name="inspection",
    title="检验",
    left="inspection_left",
    left_title="检验剩余天数",
    when={"state": ("in_use",)},
    noun="设备检验",
    words=("在有效期内", "检验快到期", "检验已过期"),
)
