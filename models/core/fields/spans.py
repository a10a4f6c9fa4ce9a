"""Columns that people type as a text and programs read as hours or days: quiet hours, reminder days."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from peewee import CharField

from models.core.errors import Malformed
from models.core.fields.base import Described, as_text
from models.core.fields.blank_words import says_nothing

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-~到至—–]+\s*([01]?\d|2[0-3]):([0-5]\d)")
_DAYS = re.compile(r"\d{1,5}")
_BETWEEN = re.compile(r"[,，、;；/\s天]+")


class Hours(Described, CharField):
    """From one time of the day to another, `22:00-07:00`, over midnight too; empty for none."""

    kind = "text"

    def __init__(self, title: str, **options: Any) -> None:
        super().__init__(title, max_length=11, **options)

    def clean(self, value: Any) -> str | None:
        if value is None:
            return None
        text = unicodedata.normalize("NFKC", as_text(value))
        if not text or says_nothing(text):
            return None
        match = _HOURS.fullmatch(text)
        if match is None:
            raise Malformed("wrong_format", "请写成 22:00-07:00 的样子，不要就留空")
        first, last = f"{int(match[1]):02}:{match[2]}", f"{int(match[3]):02}:{match[4]}"
        if first == last:
            raise Malformed("wrong_format", "开始和结束不能是同一时刻，不要就留空")
        return f"{first}-{last}"

    def describe(self) -> dict[str, Any]:
        return {"max": 11}


class DayList(Described, CharField):
    """Up to `most` numbers of days from `min` to `max`, the most first: `60、30、7`. The Python value is a tuple."""

    kind = "text"

    def __init__(self, title: str, *, min: int = 0, max: int = 365, most: int = 5, **options: Any) -> None:
        self.min, self.max, self.most = min, max, most
        super().__init__(title, max_length=60, **options)

    def clean(self, value: Any) -> tuple[int, ...] | None:
        if value is None or (isinstance(value, str) and (not value.strip() or says_nothing(value))):
            return None
        given = value if isinstance(value, list | tuple) else _BETWEEN.split(str(value))
        parts = {unicodedata.normalize("NFKC", str(part)).strip() for part in given} - {""}
        if not parts or not all(_DAYS.fullmatch(part) for part in parts):
            raise Malformed("not_a_number", "请写成 60、30、7 的样子，单位是天")
        days = {int(part) for part in parts}
        if not all(self.min <= day <= self.max for day in days):
            raise Malformed("out_of_range", f"每一个都应在 {self.min} 到 {self.max} 天之间")
        if len(days) > self.most:
            raise Malformed("too_many", f"最多填 {self.most} 个")
        return tuple(sorted(days, reverse=True))

    def db_value(self, value: Any) -> Any:
        return None if value is None else "、".join(map(str, value))

    def python_value(self, value: Any) -> Any:
        return self.clean(value)

    def plain(self, value: Any) -> Any:
        return None if value is None else "、".join(map(str, value))

    def describe(self) -> dict[str, Any]:
        return {"max": 60}
