"""What rows of sums and signatures begin with, below the rows of a sheet or between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

FOOT = re.compile(
    r"(?:(?:合|总|小|累|共)\s*计|(?:填表|填报|制表|编制|审核|审批|复核|经办|负责|联系)人?|(?:填报|编制|使用)?单位(?:负责人)?"
    r"|(?:填报|填表|制表|编制)?日期|(?:填写|填表|填报|导入)?(?:说明|须知|要求)|备注|注意(?:事项)?|注)(?:\s*[:：（(].*|\s*\d.*|)"
    r"|共\s*\d+.*|以下(?:空白|无正文)",
    re.DOTALL,
)


def told(passed: Sequence[tuple[int, str, str]], most: int = 5) -> str:
    """The sentence for rows that were passed over: their numbers, first words and what they are."""
    what = "、".join(dict.fromkeys(kind for _, _, kind in passed))
    shown = "、".join(f"第 {number} 行“{' '.join(text.split())[:20]}”" for number, text, _ in passed[:most])
    more = f"等 {len(passed)} 行" if len(passed) > most else ""
    return f"{shown}{more}是{what}，没有导入。"


__all__ = ["FOOT", "told"]
