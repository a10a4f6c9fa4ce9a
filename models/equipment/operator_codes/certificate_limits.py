"""What a certificate's restriction (限制范围) means: which types of equipment it leaves allowed (TSG Z6001, note 3).

A restriction is free text: 限桥式起重机, 桥、门式, （限流动式起重机）, 起重机司机（限升降机）, 除塔式起重机外, 桥式起重机（地面操作）,
限桥式起重机（不含冶金）. It is read by the limits that are on file and by the names of the types, the longest name first;
what is not understood is never a refusal of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.core.fields.blank_words import says_nothing


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction that a certificate may carry: its name, its wordings, the types it leaves allowed."""

    name: str
    words: tuple[str, ...]
    equipment_prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a restriction says of types, each by its prefix.

    Allowed are `prefixes`, or all where `anything` is; of `near` it can't be told, as more is asked of them than their
    type (50 t, 地面操作); `out` are excepted. `whole` is False where a part was not understood.
    """

    prefixes: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    out: tuple[str, ...] = ()
    anything: bool = False
    whole: bool = True


_UNTRADITIONAL = str.maketrans(
    "橋門機車動纜輪龍裝運鐵無類種電單樑蘆邊軌壓範圍業僅與",
    "桥门机车动缆轮龙装运铁无类种电单梁芦边轨压范围业仅与",
)
_PARTS = re.compile(r"[、,，;；/\\|+&\s]+|以及|或者|及|和|与|或")
_FRAME = re.compile(
    r"起重机械?司机|起重机械?作业|起重机械?(?=\()|作业项目|适用于|适用|用于|限制范围|限制|仅限于|仅限|只限于|只限|限于|限|仅|(?:只|仅)?(?:准予|允许|可以|可|准|能)?(?:操作|驾驶|作业|操)"
    r"|[只仅]准|司机|Q2|[()\[\]【】〔〕:：。.“”\"'「」『』〈〉《》<>{}]"
)
#: What is asked of a crane beside its type; nothing on file says whether it holds of this one.
_BESIDE = re.compile(
    r"(?:额定)?(?:起重量|载重量?|起重能力|吨位|起重力矩)?(?:不超过|不大于|小于|低于|[≤<])?\d+(?:\.\d+)?(?:T|吨|KN|M|米)[·.]?M?"
    r"(?:及其?以下|及其?以内|以下|以内|级)?|地面操[作纵]|地操|司机室操[作纵]|司机室|驾驶室|[有无]线遥控|遥控操?作?|货用|[客人]货两用"
)
_MARK = "§"
#: What begins another kind without a mark between: 限桥式起重机限门式起重机, 桥式起重机（含门式起重机）.
_ANOTHER = re.compile(r"(?<=[机式座索动])(?=[仅只]?限)|\(?(?<!不)(?:包含|包括|含)(?=.)")
_REST = r"(?:[,的]?(?:其他|其它|其余|所有|全部|各类|各种)*(?:类型|种类|品种)?的?(?:起重机械|起重机)?)(?:均可|都可以?|皆可)?"
_SHUT = r"除了?|不含|不包括|不包含|(?:不得|不准|不可|不能|禁止|严禁)(?:操作|驾驶|使用|作业)?|禁用"
_OUT = (
    re.compile(
        rf"(?P<held>[^除不禁]*?)[,;、(]*(?:{_SHUT})(?!外)(?P<out>[^除不禁]+?)(?:(?:之外|以外|除外|外){_REST})?\)*"
    ),
    re.compile(r"(?P<held>[^()]*)\((?P<out>[^()]+)(?:除外|之外|以外)\)+"),
    re.compile(rf"(?P<held>)(?P<out>.+)(?:除外|之外|以外){_REST}"),
)
_NOT = re.compile(r"不|除|外|非|禁|勿")
_ALL = re.compile(r"(?:所有|全部|各类|各种|任何)?(?:类型|种类|品种|范围)?(?:的)?(?:起重机械|起重机)?不?")
#: What people call types of the catalogue, where all call one type so.
_ALSO_CALLED = (
    ("塔机", "43"), ("缆机", "49"), ("汽车式", "44"), ("随车", "44"), ("汽车起重机", "44"), ("履带吊", "442"),
    ("正面吊", "444"), ("集装箱正面吊", "444"), ("岸桥", "425"), ("场桥", "423"), ("场桥", "424"), ("单梁", "417"),
    ("施工电梯", "486"),
)  # fmt: skip


def covers(
    restriction: str, type_code: str, limits: Sequence[Restriction], names: Sequence[tuple[str, str]] = ()
) -> bool | None:
    """Whether a restriction takes in equipment of the type; None where that can't be told.

    Takes the certificate's words, the four-character type code, the limits on file and the names of the types
    (name, prefix). True for words that restrict nothing; None for words that are not understood and for equipment
    whose type is less detailed than the restriction.
    """
    said = read(restriction, tuple(limits), tuple(names))
    if said is None:
        return True
    if _within(type_code, said.out):
        return False
    if _coarser(type_code, said.out):
        return None
    if _within(type_code, said.prefixes):
        return True
    if said.anything:
        return True if said.whole else None
    if _within(type_code, said.near) or _coarser(type_code, said.prefixes + said.near) or not said.whole:
        return None
    return False


def _within(type_code: str, prefixes: tuple[str, ...]) -> bool:
    return bool(prefixes) and type_code.startswith(prefixes)


def _coarser(type_code: str, prefixes: tuple[str, ...]) -> bool:
    """Whether a prefix is of a kind of this type, so that the type leaves open if it is meant."""
    own = type_code.rstrip("0")
    return any(prefix != own and prefix.startswith(own) for prefix in prefixes)


@lru_cache(maxsize=4096)
def read(
    restriction: str, limits: tuple[Restriction, ...], names: tuple[tuple[str, str], ...]
) -> Reading | None:
    """What the words say, None for no restriction at all."""
    text = _plain(restriction)
    if says_nothing(text) or says_nothing(_FRAME.sub("", text)):
        return None
    match = next((found for found in (one.fullmatch(text) for one in _OUT) if found), None)
    held, out = (match["held"], match["out"]) if match else (text, "")
    table = _known(limits, names)
    allowed = _kinds(held, table)
    shut = _kinds(out, table) if out else Reading()
    if allowed is None:
        if shut is None or not out:
            return None
        return Reading(out=shut.prefixes, anything=True, whole=shut.whole and not shut.near)
    if shut is None or not shut.whole or shut.near:  # which of the allowed ones are excepted can't be told
        return Reading(
            near=allowed.prefixes + allowed.near, out=shut.prefixes if shut else (), whole=allowed.whole
        )
    if allowed.prefixes and all(_within(prefix, shut.prefixes) for prefix in allowed.prefixes):
        return Reading(whole=False)  # it takes back all that it gives
    return Reading(allowed.prefixes, allowed.near, shut.prefixes, whole=allowed.whole)


def plain_limit(text: str) -> str:
    """A restriction without what may stand around it, to see whether two say the same."""
    return re.sub(r"起重机械?|式|\s", "", _FRAME.sub("", _plain(text)))


def _plain(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).translate(_UNTRADITIONAL)
    return "".join(c for c in wide if unicodedata.category(c) not in ("Zs", "Zl", "Zp", "Cc", "Cf")).upper()


def _kinds(text: str, table: dict[str, tuple[str, ...]]) -> Reading | None:
    """The types that a list of them names; None for all of them."""
    text = _FRAME.sub("", _ANOTHER.sub("、", _BESIDE.sub(_MARK, text)))
    if _ALL.fullmatch(text.replace("起重机司机", "")):
        return None
    if _NOT.search(text):
        return Reading(whole=False)
    sure: list[str] = []
    near: list[str] = []
    whole, of_all = True, False
    for part in filter(None, _PARTS.split(text)):
        bare = part.replace(_MARK, "")
        if not bare:
            of_all = True
            continue
        found, rest = _words(bare, table)
        (sure if bare == part else near).extend(found)
        whole = whole and bool(found) and not rest
    if of_all:
        sure, near, whole = [], [*sure, *near], whole and bool(sure or near)
    return Reading(tuple(dict.fromkeys(sure)), tuple(dict.fromkeys(near)), whole=whole)


@lru_cache(maxsize=16)
def _known(limits: tuple[Restriction, ...], names: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """The prefixes that each word stands for."""
    pairs = [
        (word, prefix)
        for limit in limits
        for word in (limit.name, *limit.words)
        for prefix in limit.equipment_prefixes
    ]
    known: dict[str, tuple[str, ...]] = {}
    for word, prefix in (*pairs, *names):
        known[_bare(word)] = (*known.get(_bare(word), ()), prefix)
    return _also_called() | known if limits else known


@lru_cache(maxsize=1)
def _also_called() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word, prefix in _ALSO_CALLED:
        found[_bare(word)] = (*found.get(_bare(word), ()), prefix)
    return found


def _words(part: str, known: dict[str, tuple[str, ...]]) -> tuple[list[str], bool]:
    """The prefixes that a part names, and whether something of it was not understood."""
    bare = _bare(part)
    if bare in known:
        return list(known[bare]), False
    found: list[str] = []
    for word in sorted(known, key=len, reverse=True):
        if len(word) > 1 and word in bare:
            found += known[word]
            bare = bare.replace(word, "")
    bare = bare.replace("式", "")
    # 桥门式 is both: what is left of a compound is read once more, letter by letter.
    if bare and all(letter in known for letter in bare):
        return found + [prefix for letter in bare for prefix in known[letter]], False
    return found, bool(bare)


def _bare(word: str) -> str:
    """A kind without what all kinds share: 桥式起重机, 桥式, 桥 are one."""
    short = re.sub(r"式?(?:类型?)?(?:起重机械|起重机|吊车|吊机|吊|类型?)$|式$", "", word)
    return short or word
