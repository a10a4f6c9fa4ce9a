"""What people write as a certificate's restriction, word for word, at every type of crane (TSG Z6001, note 3).

The right answers are written down by hand: which types are allowed, and of which it can't be told (they are admitted,
with a word). All others are refused.
"""

from __future__ import annotations

import pytest

from models.equipment.standards import equipment_types, within_limits

KINDS = [row.code.rstrip("0") for row in equipment_types() if row.code.startswith("4") and row.code != "4000"]
ALL = "4"
WORDS = {
    # other signs, other frames, other characters for the same
    "限橋式起重機": ("41", ""), "限〈桥式〉": ("41", ""), "限『桥式起重机』": ("41", ""), "「限桥式起重机」": ("41", ""),
    "限 桥 式 起 重 机": ("41", ""), "限\u200b桥式起重机。": ("41", ""), "桥式起重机司机": ("41", ""), "Q2（限桥式起重机）": ("41", ""),
    "仅可操作桥式起重机": ("41", ""), "只准桥式起重机": ("41", ""), "准操：桥式起重机": ("41", ""), "桥式起重机（限）": ("41", ""),
    # what trades call them
    "限履带吊": ("442", "44="), "限塔机": ("43", ""), "限岸桥": ("425", "42="), "限场桥": ("423 424", "42="), "限正面吊": ("444", "44="),
    "限随车起重机": ("44", ""), "限缆机": ("49", ""), "限施工电梯": ("486", "48="), "限桅杆式起重机": ("4A", ""),
    # several
    "限桥式起重机 限门式起重机": ("41 42", ""), "限桥式起重机\n限门式起重机": ("41 42", ""), "桥（门）式": ("41 42", ""),
    "限桥式起重机（含门式起重机）": ("41 42", ""), "限桥、门、塔": ("41 42 43", ""), "限桥式起重机或者门式起重机": ("41 42", ""),
    # all but
    "（除塔式起重机外）": ("41 42 44 47 48 49 4A 4D", ""), "所有起重机，除塔式起重机外": ("41 42 44 47 48 49 4A 4D", ""),
    "除塔式起重机外，其他起重机械均可": ("41 42 44 47 48 49 4A 4D", ""), "不得操作塔式起重机": ("41 42 44 47 48 49 4A 4D", ""),
    "桥式起重机、门式起重机除外": ("43 44 47 48 49 4A 4D", ""),
    "限桥式起重机（不含冶金桥式起重机）": ("411 413 414 417 419", "41="), "限桥式起重机（不含冶金）": ("", "41"),
    # more is asked than the type: nobody else is admitted by it
    "限桥门式起重机（地操）": ("", "41 42"), "桥式起重机（地面操作）": ("", "41"), "限50t以下桥式起重机": ("", "41"),
    "限塔式起重机315kN·m以下": ("", "43"), "限流动式起重机25t以下、塔式起重机": ("43", "44"), "限施工升降机（货用）": ("", "48= 486"),
    # nothing said of types
    "限5t以下": ("", ALL), "限地操": ("", ALL), "限电动葫芦": ("", ALL), "限门机": ("", ALL), "限流动式起重机，除汽车吊外": ("", ALL),
    "無限制": (ALL, ""), "未注明": (ALL, ""), "没有其他限制": (ALL, ""), "全部": (ALL, ""), "限Q2": (ALL, ""),
}  # fmt: skip


@pytest.mark.parametrize("said", WORDS)
def test_words_leave_allowed_what_they_say(said: str) -> None:
    allowed, unknown = (tuple(part.split()) for part in WORDS[said])
    told = {kind: within_limits("Q2", said, kind.ljust(4, "0")) for kind in KINDS}
    right = {
        kind: kind.startswith(allowed or ("x",)) or (None if _untold(kind, unknown) else False)
        for kind in KINDS
    }
    assert told == right


def _untold(kind: str, unknown: tuple[str, ...]) -> bool:
    """A type whose kind stands there; with = that kind alone, as its types are told."""
    return any(kind == one[:-1] if one.endswith("=") else kind.startswith(one) for one in unknown)
