"""Patterns that people may write without holding up the gate: no repetition inside a repetition, nothing looking back."""

from __future__ import annotations

import re
from re import _parser  # type: ignore[attr-defined]
from typing import Any

#: Texts that patterns are held against have so many signs, and so many ways to read one take no time.
_LONGEST, _MOST_WAYS = 64, 10_000
_PLAIN = ("LITERAL", "NOT_LITERAL", "IN", "ANY", "AT", "CATEGORY")


def safe_pattern(text: str) -> re.Pattern[str]:
    """The pattern, compiled. Raises ValueError with a sentence for one that is none, or that may take very long."""
    try:
        pattern, tree = re.compile(text), _parser.parse(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"不是正则表达式（{error}）") from None
    _check(tree, inside=False)
    if _ways(tree) > _MOST_WAYS:
        raise ValueError("重复和可有可无的部分太多，读起来太慢")
    if pattern.fullmatch(""):
        raise ValueError("空的内容也符合，等于什么都认")
    return pattern


def _check(tree: Any, *, inside: bool) -> None:
    """Walk through a parsed pattern."""
    for operator, argument in tree:
        name = str(operator)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = argument
            one_sign = [str(item[0]) in _PLAIN for item in body] == [True]
            if int(most) != int(least) and int(most) > 1 and (inside or not one_sign):
                raise ValueError("不定长的重复只能重复一个字符，也不能放在别的重复里面")
            _check(body, inside=inside or int(most) > 1)
        elif name == "SUBPATTERN":
            _check(argument[-1], inside=inside)
        elif name == "BRANCH":
            for branch in argument[1]:
                _check(branch, inside=inside)
        elif name not in _PLAIN:
            raise ValueError("不能用前后查看、引用和条件")


def _ways(tree: Any) -> int:
    """In how many ways a text may be tried, at the most: what is side by side multiplies, whatever brackets are around it."""
    ways = 1
    for operator, argument in tree:
        name = str(operator)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most = (min(int(number), _LONGEST) for number in argument[:2])
            # One sign repeated is as many ways as there are lengths; anything else is fixed, or once or not at all.
            body = _ways(argument[2])
            ways *= body**least + (most - least) * body
        elif name == "SUBPATTERN":
            ways *= _ways(argument[-1])
        elif name == "BRANCH":
            ways *= sum(_ways(branch) for branch in argument[1])
        ways = min(ways, _MOST_WAYS + 1)
    return ways
