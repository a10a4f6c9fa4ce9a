"""Names, numbers and codes that belong to nobody, and are right by every check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from models.core.security.identifiers import (
    credit_check_character,
    id_check_character,
    organisation_check_character,
)

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢"
)
MALE = (
    *("建国", "志强", "海波", "文军", "国平", "永康", "立新", "光明", "晓东", "春林", "金龙", "德胜"),
    *("兴华", "小军", "俊杰", "云飞", "一鸣", "宏伟", "少华", "家栋", "长青", "卫东", "学文", "振宇"),
)
FEMALE = (*("秀英", "丽华", "雪梅", "桂芳", "海燕", "晓红", "玉兰", "春燕", "美玲", "慧敏", "佳怡", "文静"),)
# No province has this beginning, so no living person has such a number.
_REGION = "990108"


def names(random: Random) -> Iterator[tuple[str, bool]]:
    """Full names without end, each once, and whether it is a man's."""
    pool = [(surname + given, given in MALE) for surname in SURNAMES for given in (*MALE, *FEMALE)]
    random.shuffle(pool)
    yield from pool


def id_number(born: date, place: int, *, male: bool) -> str:
    """A valid ID number of nobody: `place` (0 to 499) tells people of the same birthday apart."""
    first17 = f"{_REGION}{born:%Y%m%d}{place * 2 + (1 if male else 0):03d}"
    return first17 + id_check_character(first17)


def birthday(random: Random, today: date) -> date:
    """Of somebody between 21 and 58."""
    return today - timedelta(days=random.randrange(21 * 366, 58 * 365))


def mobile(place: int) -> str:
    """A mobile number of a block of our own: 1990000xxxx."""
    return f"1990000{place:04d}"


def credit_code(organisation: str) -> str:
    """A valid credit code of nobody, for an organisation code of eight digits."""
    first17 = "91990108" + organisation + organisation_check_character(organisation)
    return first17 + credit_check_character(first17)
