"""One spelling for matching: what looks the same to people is the same, whatever keyboard or program wrote it.

Kept and shown is what was written; compared, searched and looked up is the folded form: without width, case, blanks and
unseen characters, with one middle dot, one dash, and the characters that older fonts kept in places of their own. A
traditional character is the simplified one that it is written as, and a radical, which copies from a PDF have, its character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

from opencc import OpenCC

_DOTS = "·•‧∙⋅・･·᛫ꞏ⸱⸳●˙∘◦▪"
_DASHES = "-‐‑‒–—―−﹣－"
_SIGN, _MOST_WAYS = 8, 24  # characters that one sign stands for; ways to write what several signs stand for
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
#: Blanks that may stand in a stored text between two characters that belong together.
_BETWEEN = " \t\r\n\u00a0\u3000\u2002\u2003\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff"
#: What a pattern may have in bytes, and a text in folded signs: a server refuses what gets larger than 64 KiB compiled.
_LARGEST, _LONGEST = 45_000, 1_000
#: GBK fonts kept 80 characters in the private area (U+E815 to U+E864); GB 18030 gives each a place since. Python's codec
#: knows those of 2005; these came with the editions of 2005 and 2022.
_LATER = {
    0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200cc", 0xE81E: "\u9fb4", 0xE826: "\u9fb5",
    0xE82B: "\u9fb6", 0xE82C: "\u9fb7", 0xE831: "\U000215d7", 0xE832: "\u9fb8", 0xE83B: "\U0002298f",
    0xE843: "\u9fb9", 0xE854: "\u9fba", 0xE855: "\U000241fe", 0xE864: "\u9fbb",
}  # fmt: skip
_OLD_PLACES = range(0xE815, 0xE865)


def _moved() -> dict[int, str]:
    codes = [bytes([0xFE, low]) for low in (*range(0x50, 0x7F), *range(0x80, 0xA1))]
    known = {place: code.decode("gb18030") for place, code in zip(_OLD_PLACES, codes, strict=True)}
    return {place: _LATER.get(place, character) for place, character in known.items()}


#: Radicals that NFKC leaves as they are, with the characters that look the same (Unicode: EquivalentUnifiedIdeograph).
_RADICALS = (
    "⺁厂⺊卜⺋㔾⺎兀⺒巳⺓幺⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糸⺰纟⺲罒⺶羊⺷羊⺸羊⺹耂⺺肀⺻聿⺼月⺽臼"
    "⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟"
    "戸户髙高𠮷吉⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟"
)


#: Traditional characters that GB 2312 has, too, although nobody writes them in simplified Chinese.
_TRADITIONAL_ALL_THE_SAME = "後"
#: The blocks in which characters stand that people type: CJK Unified Ideographs and Extension A.
_BLOCKS = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000))


def _simplified() -> dict[int, str]:
    """Traditional characters by code point, with the simplified one that each is written as.

    Those that simplified Chinese writes, too (乾, 著, 於, 徵: they are in GB 2312), stay what they are: a name with one of
    them is another name.
    """
    signs = [chr(place) for block in _BLOCKS for place in block if not _is_simplified(chr(place))]
    plain = OpenCC("t2s").convert("\n".join(signs)).split("\n")
    pairs = dict(zip(signs, plain, strict=True)) | dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
    return {ord(sign): other for sign, other in pairs.items() if sign != other}


def _is_simplified(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return sign not in _TRADITIONAL_ALL_THE_SAME


_TABLE: dict[int, str] = {
    **_moved(),
    **_simplified(),
    **{ord(dot): "·" for dot in _DOTS},
    **{ord(dash): "-" for dash in _DASHES},
}
_DOT_BETWEEN = re.compile(r"(?<=[^\x00-\x7f])(?:[.。]|·+)(?=[^\x00-\x7f])")


def fold(text: str) -> str:
    """`text` as it is compared. Two texts that people take for the same have one folded form."""
    if text.isascii() and text.isalnum():
        return text.lower()
    folded = _fold(text)
    while (
        again := _fold(folded)
    ) != folded:  # what was taken out may have kept apart what is one character together
        folded = again
    return folded


def same_name(one: str, other: str) -> bool:
    """Whether two names have the same letters: for what is known to be one person's, with or without dots and strokes."""
    return [*filter(str.isalnum, fold(one))] == [*filter(str.isalnum, fold(other))]


def _fold(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text.translate(_TABLE)).translate(_TABLE)
    seen = "".join(c for c in wide if unicodedata.category(c) not in _UNSEEN and ord(c) not in _SELECTORS)
    return _DOT_BETWEEN.sub("·", unicodedata.normalize("NFKC", seen.casefold()))


def _is_folded(sign: str) -> bool:
    """Whether a character is certainly what it is folded into: most are, and asking is ten times quicker than folding."""
    return ord(sign) not in _TABLE and sign.casefold() == sign and unicodedata.is_normalized("NFKC", sign)


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """The single characters that are folded into something else, by that: 2 is also ② and ², m2 is also ㎡."""
    found: dict[str, list[str]] = {}
    for place in range(0x21, 0x30000):
        if 0xD800 <= place < 0xE000 or _is_folded(chr(place)):
            continue
        folded = fold(chr(place))
        if folded != chr(place) and 0 < len(folded) <= _SIGN and "·" not in folded[1:]:
            found.setdefault(folded, []).append(chr(place))
    return {folded: "".join(others) for folded, others in found.items()}


@lru_cache(maxsize=512)
def pattern(text: str) -> str:
    """A regular expression that finds `text` in whatever spelling; "" where nothing of it can be looked for, or too much.

    Of character classes and plain alternatives, as Python, MariaDB and MySQL read them alike. It can't run away: what may
    stand between two characters is never one of them, and of the alternatives no two begin with the same character and
    go on alike, so there is one way only to read a text.
    """
    folded = fold(text).replace("·", "")
    if not folded or len(folded) > _LONGEST:
        return ""
    return next(
        (each for each in (_in_signs(folded), _written(folded)) if len(each.encode()) <= _LARGEST), ""
    )


def _in_signs(folded: str) -> str:
    """The pattern of a folded text, with signs that stand for several of its characters."""
    parts: list[str] = []
    for run in _runs(folded):
        ways: list[Sequence[str]] = list(islice(_divided(run), _MOST_WAYS + 1))
        if len(ways) > _MOST_WAYS:  # as it is, and with the longest at each place
            ways = [run, _longest(run)]
        alike = dict.fromkeys(_written(way) for way in ways)
        parts.append(f"(?:{'|'.join(alike)})" if len(alike) > 1 else next(iter(alike)))
    ends = [run[-1] + following[0] for run, following in pairwise(_runs(folded))]
    return parts[0] + "".join(_gap(*pair) + part for pair, part in zip(ends, parts[1:], strict=True))


def _runs(folded: str) -> list[str]:
    """`folded` cut between characters that no single sign stands for together: 3, m2, 级."""
    joined = [False] * len(folded)  # whether it belongs to the one before
    for start in range(len(folded)):
        for size in range(2, _SIGN + 1):
            if folded[start : start + size] in _spellings() and start + size <= len(folded):
                joined[start + 1 : start + size] = [True] * (size - 1)
    starts = [place for place, on in enumerate(joined) if not on]
    return [folded[start:end] for start, end in pairwise([*starts, len(folded)])]


def _divided(run: str) -> Iterator[tuple[str, ...]]:
    """Every way to write a run with signs for one or several characters; character by character first."""
    if not run:
        yield ()
    for size in range(1, min(len(run), _SIGN) + 1):
        if size == 1 or run[:size] in _spellings():
            yield from ((run[:size], *rest) for rest in _divided(run[size:]))


def _longest(run: str) -> tuple[str, ...]:
    found: list[str] = []
    while run:
        sizes = (size for size in range(min(len(run), _SIGN), 1, -1) if run[:size] in _spellings())
        size = next(sizes, 1)
        found.append(run[:size])
        run = run[size:]
    return tuple(found)


def _written(way: Sequence[str]) -> str:
    """The pattern of signs that stand one behind the other."""
    signs = [_class((one if len(one) == 1 else "") + _spellings().get(one, "")) for one in way]
    gaps = [_gap(before[-1], after[0]) for before, after in pairwise(way)]
    return signs[0] + "".join(gap + sign for gap, sign in zip(gaps, signs[1:], strict=True))


def _gap(before: str, after: str) -> str:
    """What may stand between two characters that belong together."""
    stops = "" if "." in (before, after) or "。" in (before, after) else ".．。｡"
    return f"[{_BETWEEN}{_DOTS}{stops}]*"


def _class(characters: str) -> str:
    return "[" + "".join(f"\\{c}" if c in "\\]^-[&~" else c for c in characters) + "]"


__all__ = ["fold", "pattern", "same_name"]
