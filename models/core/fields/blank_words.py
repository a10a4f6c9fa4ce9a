"""Words that people write into a column to say that there is nothing to write."""

from __future__ import annotations

import re
import unicodedata

#: Read without blanks, half-width and in lower case; brackets around and marks behind do not count.
_WORDS = frozenset(
    {
        "无", "没有", "暂无", "尚无", "未有", "均无", "都没有", "全无", "无限", "不受限", "未注", "未注明", "未标注", "未标明",
        "不适用", "不涉及", "不详", "未知", "不明", "不清楚", "空", "空白", "空值", "以下空白", "缺", "暂缺", "此项无", "本项无",
        "该项无", "未填", "未填写", "不填", "待定", "待补", "待补充", "待填", "无此项", "无该项", "无内容", "无数据", "无记录", "无信息",
        "n/a", "n\\a", "n-a", "na", "n.a.", "n.a", "null", "none", "nil", "(null)", "#n/a", "#null!", "nan", "undefined",
        "blank", "empty", "nothing",
    }
)  # fmt: skip
#: 不限, 无限制, 未作特殊限制, 没有其他限定条件.
_UNLIMITED = re.compile(
    r"(?:没有|暂无|暂未|尚未|无|未|不)[作做设加受]?(?:任何|特殊|特别|附加|其他|其它|具体)?(?:限制|限定|限)(?:范围|条件|要求|项目|内容)?"
    r"|限[制定](?:范围|条件)?[:(]?(?:没有|无)"
)
_STROKES = re.compile(
    r"[-‐‑‒–—―−⁃➖⸺⸻﹉￣‾¯▁_/\\⁄∕⧸╱|丨.。·•・…∅ø~〜⁓～*×✕─ー()\[\]{}【】<>《》、,，;；:：\"'“”‘’]*|一{2,}"
)
_AROUND = "()[]【】〔〕{}<>〈〉《》「」『』“”\"'`‘’。.;；,，、!！:：~…"
_SIMPLE = str.maketrans({"無": "无", "沒": "没", "暫": "暂", "範": "范", "圍": "围"})
_UNSEEN = re.compile(
    r"[\s\u00ad\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2800\u3164\ufeff\uffa0\ufffc]"
)


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is none: 无, 不限, 暂无, /, -, ——, N/A … or is empty."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_SIMPLE).lower()
    plain = re.sub(r"\s", "", plain)
    bare = plain.strip(_AROUND)
    return (
        plain in _WORDS
        or bare in _WORDS
        or _UNLIMITED.fullmatch(bare) is not None
        or _STROKES.fullmatch(plain) is not None
    )
