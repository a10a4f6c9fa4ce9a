"""What people write as an operator code (作业项目代号): N1, ｑ２, Q2（限桥式起重机）, 叉车司机, N1、Q2 in one cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from models.core.fields.blank_words import says_nothing

_CODE = re.compile(r"(?<![A-Z0-9])([A-Z][0-9]{0,2})(?![A-Z0-9])")
_JOINED = re.compile(r"(?:[A-Z][0-9]{1,2}){2,}")
#: Welders' codes are put together for each of them: GTAW-FeⅡ-6G-3/57-FefS-02/11/12.
_WELDER = re.compile(r"[A-Z]{2,6}(?:\([A-Z]+\))?-[^-]+-.+")
_ALSO = re.compile(r"(?<=[A-Z])([0-9]{1,2})((?:[、,/][0-9]{1,2}(?![0-9A-Z年]))+)")
_OPEN, _SHUT = "([{<", ")]}>"
_BRACKETS = str.maketrans("【〔〖［｛《〈「『】〕〗］｝》〉」』", "([[[{<<<<)]]]}>>>>")
_BETWEEN = "、,;/+&|\\.。·•*×和及与~"
_AROUND = "()[]{}<>'\"‘’“”`-–—:_=# "
_LIMITS = re.compile(r"限|仅|只|不|除|无")
_KIND = re.compile(r"[^司员]{1,12}(?:式|座|起重机械?|升降机|吊)")
_LABEL = re.compile(
    r"(?:特种设备)?(?:作业(?:人员)?)?(?:项目|种类|类别)?(?:代[号码]|名称)?[:]"
    r"|^(?:作业)?(?:项目)?代[号码](?=[A-Z])"
    r"|(?:特种设备)?(?:场\(厂\)内专用机动车辆|[场厂]内专用机动车辆|起重机械?|锅炉|压力容器|气瓶|电梯|客运索道|大型游乐设施|安全附件维修)作业"
)
#: What is said of a certificate in brackets that restricts nothing.
_ASIDE = re.compile(
    r"(?:20[0-9]{2}|19[0-9]{2})?(?:版|年版?|年?(?:新|旧)?目录)?|[新老旧]证?|初[次证]?|换证|复审|首次|取证"
)


@dataclass(frozen=True, slots=True)
class WrittenCode:
    """One code, and the restriction that was written with it (empty: none)."""

    code: str
    limits: str = ""


def read_codes(text: str, projects: Mapping[str, str]) -> list[WrittenCode]:
    """The codes that a text names, in order; one that is not understood is one code as it stands.

    Takes the text and the names of the projects by code. Half- or full-width, any brackets; the project's own name
    beside its code is no restriction.
    """
    wide = unicodedata.normalize("NFKC", text).translate(_BRACKETS).upper()
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if any(_WELDER.fullmatch(part) for part in re.split(r"[;\n、]", bare)):
        parts = [part for part in re.split(r"[;、]", bare) if part]
        whole = all(_WELDER.fullmatch(part) for part in parts)
        return [WrittenCode(part) for part in dict.fromkeys(parts)] if whole else [WrittenCode(bare)]
    if _JOINED.fullmatch(bare.strip(_AROUND)):
        return [WrittenCode(code) for code in dict.fromkeys(re.findall(r"[A-Z][0-9]{1,2}", bare))]
    found = _read(_usual(wide), projects)
    return found or [WrittenCode(bare)]


def _usual(text: str) -> str:
    """The text without blanks but between codes, without labels, with codes out of their brackets and written in full."""
    text = re.sub(
        r"\s+(?=[A-Z][0-9IL一]{0,2}(?:[^A-Z0-9]|$))",
        ";",
        text.strip(_AROUND.replace(")", "").replace("(", "") + "\n"),
    )
    text = re.sub(r"\s", "", text)
    text = re.sub(r"(?<![A-Z])([A-Z])[IL一](?![A-Z0-9])", r"\g<1>1", text)
    text = _LABEL.sub("", text)
    text = _ALSO.sub(
        lambda found: (
            found[0].replace("/", "、").replace(",", "、").replace("、", f"、{text[found.start() - 1]}")
        ),
        text,
    )
    return re.sub(r"[(\[{<]((?:[A-Z][0-9]{0,2}[、,;/+&]?)+)[)\]}>]", r";\1;", text)


def _read(text: str, projects: Mapping[str, str]) -> list[WrittenCode]:
    """The entries of a text; empty where a part of it is not understood."""
    hidden = _without_brackets(text)
    marks = list(_CODE.finditer(hidden))
    if not marks:
        parts = [text] if "(" in text else re.split(rf"[{re.escape(_BETWEEN)}]", text)
        named = [_by_project(part, projects) for part in parts if part]
        return [entry for entry in named if entry] if all(named) else []
    found: dict[str, WrittenCode] = {}
    # What stands before the first code belongs to it, or is the name of a project.
    before = text[: marks[0].start()]
    for place, mark in enumerate(marks):
        after = text[mark.end() : marks[place + 1].start() if place + 1 < len(marks) else len(text)]
        following = marks[place + 1][1] if place + 1 < len(marks) else ""
        limits = _said(mark[1], before, after, following, projects)
        before = ""
        if limits is None:
            return []
        if mark[1] not in found or not found[mark[1]].limits:
            found[mark[1]] = WrittenCode(mark[1], limits)
    return list(found.values())


def _without_brackets(text: str) -> str:
    """The text with what stands inside of brackets made unreadable, letter for letter."""
    masked, depth = "", 0
    for letter in text:
        depth -= letter in _SHUT and depth > 0
        masked += "x" if depth > 0 else letter
        depth += letter in _OPEN
    return masked


def _said(code: str, before: str, after: str, following: str, projects: Mapping[str, str]) -> str | None:
    """The restriction in the words around a code; empty for none, None for words that are not understood.

    The name of another project is not understood (N2 was the fork-lift truck's before 2019), nor are two restrictions.
    """
    first = ""
    if before.strip(_AROUND + _BETWEEN):
        entry = _by_project(before.strip(_BETWEEN), projects)
        if entry is None or entry.code != code:
            return None
        first = entry.limits
    second = _said_after(code, after, following, projects)
    if second is None or (first and second and first != second):
        return None
    return first or second


def _said_after(code: str, after: str, following: str, projects: Mapping[str, str]) -> str | None:
    """The restriction in the words behind a code, as `_said` gives it."""
    words = after.strip(_BETWEEN)
    own = _plain(projects.get(code, ""))
    if own and words.lstrip(_AROUND).startswith(own):
        words = words.lstrip(_AROUND)[len(own) :]
    said = words.strip(_AROUND + _BETWEEN)
    if (
        not said
        or says_nothing(said)
        or _ASIDE.fullmatch(said)
        or said in own
        or said in ("证", "作业", "司机")
    ):
        return ""
    if (named := _name(said, projects)) is not None:
        return "" if named == following else None  # N1、起重机司机Q2
    if words.strip(_BETWEEN)[:1] in tuple(_OPEN) or _LIMITS.match(said) or _KIND.fullmatch(said):
        return said + ")" * max(said.count("(") - said.count(")"), 0)
    return None


def _name(text: str, projects: Mapping[str, str]) -> str | None:
    """The code of the project that a text is the name of."""
    said = text.strip(_AROUND + _BETWEEN)
    return next(
        (code for code, project in projects.items() if _plain(project) and said == _plain(project)), None
    )


def _by_project(part: str, projects: Mapping[str, str]) -> WrittenCode | None:
    """叉车司机, 叉车证, 起重机司机（限桥式起重机）: by the project's name."""
    part = part.strip("证 ")
    for code, project in projects.items():
        name = _plain(project)
        if name and part.startswith(name):
            said = part[len(name) :].strip(_AROUND)
            if not said or said == code or says_nothing(said) or said == "证":
                return WrittenCode(code)
            if _LIMITS.match(said):
                return WrittenCode(code, said)
    begun = [code for code, project in projects.items() if len(part) > 1 and _plain(project).startswith(part)]
    return WrittenCode(begun[0]) if len(begun) == 1 else None


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
