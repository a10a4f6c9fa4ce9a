"""How the numbers of a piece of equipment look, and what is warned of: never refused, old ones are as they are (Q13)."""

from __future__ import annotations

from typing import Any

from models.equipment.qr import scanned_text

#: The column, its title, and the form that it has (the patterns are those that codes are read by).
_FORMS = (
    ("code", "device_code", "设备代码", "17 或 18 位，前 4 位是种类代码"),
    ("register_code", "register_code", "注册代码", "20 位"),
    ("use_cert_no", "use_cert_no", "使用登记证编号", "如 车11浙C04567(24)"),
)


def number_doubts(equipment: Any) -> list[str]:
    """A sentence for each number that does not look as such numbers do; empty for nothing."""
    patterns = scanned_text.default_rules().patterns
    told = []
    for name, kind, title, usual in _FORMS:
        number = getattr(equipment, name)
        forms = [pattern for one, pattern in patterns if one == kind]
        if number and forms and not any(pattern.fullmatch(number) for pattern in forms):
            told.append(f"{title}“{number}”和通常的写法不一样（{usual}），请对照铭牌或登记证核对")
    return told
