"""What a unit may set of clocking in: when a scan counts as sent late, and when it is too old to be sent at all (Q09)."""

from __future__ import annotations

from models.core.fields import Integer
from models.core.settings import CompanySetting

LATE_MINUTES = CompanySetting(
    "late-minutes",
    "上岗",
    Integer("迟传标记", min=1, max=1440, unit="分钟", help="扫码（随手拍）后隔这么久才传到的，记为补传"),
    default=10,
)
#: Decided before it is known whose equipment was scanned.
SCAN_TOO_OLD_HOURS = CompanySetting(
    "scan-too-old-hours",
    "上岗",
    Integer(
        "补传期限", min=1, max=720, unit="小时", help="扫码后超过这么久，不能再补传，要由安全管理员补登记"
    ),
    default=72,
    whole_group=True,
)
