"""Columns of text, numbers and phone numbers."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from peewee import BigIntegerField, CharField, DecimalField, IntegerField, TextField

from models.core import identifiers
from models.core.errors import Malformed
from models.core.fields.base import Described, as_text


class Text(Described, CharField):
    """One line. `max` in characters; `pattern` (a regular expression, whole) with `pattern_help`."""

    def __init__(
        self, title: str, *, max: int = 60, pattern: str = "", pattern_help: str = "", **options: Any
    ) -> None:
        self.max = max
        self.pattern = pattern
        self.pattern_help = pattern_help
        super().__init__(title, max_length=options.pop("max_length", max), **options)

    def clean(self, value: Any) -> str | None:
        text = " ".join(as_text(value).split())
        if len(text) > self.max:
            raise Malformed("too_long", f"最多 {self.max} 个字，现在有 {len(text)} 个")
        if text and self.pattern and not re.fullmatch(self.pattern, text):
            raise Malformed("wrong_format", self.pattern_help or "格式不对")
        return text or None

    def describe(self) -> dict[str, Any]:
        return {"max": self.max, **({"pattern": self.pattern} if self.pattern else {})}


class LongText(Described, TextField):
    """Several lines, up to `max` characters."""

    kind = "longtext"

    def __init__(self, title: str, *, max: int = 2000, **options: Any) -> None:
        self.max = max
        super().__init__(title, **options)

    def clean(self, value: Any) -> str | None:
        text = as_text(value)
        if len(text) > self.max:
            raise Malformed("too_long", f"最多 {self.max} 个字，现在有 {len(text)} 个")
        return text or None

    def describe(self) -> dict[str, Any]:
        return {"max": self.max}


class Integer(Described, IntegerField):
    """A whole number from `min` to `max` in `unit`."""

    kind = "integer"

    def __init__(
        self, title: str, *, min: int = 0, max: int = 2_000_000_000, unit: str = "", **options: Any
    ) -> None:
        self.min, self.max, self.unit = min, max, unit
        super().__init__(title, **options)

    def clean(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip() or None
        if value is None:
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or number != number.to_integral_value():
            raise Malformed("not_a_number", "这里要填整数")
        if not self.min <= number <= self.max:
            raise Malformed("out_of_range", f"应在 {self.min} 到 {self.max} 之间")
        return int(number)

    def describe(self) -> dict[str, Any]:
        return {"min": self.min, "max": self.max, "unit": self.unit}


class Number(Described, DecimalField):
    """A decimal number with `places` digits after the point, from `min` to `max` in `unit`."""

    kind = "number"

    def __init__(
        self,
        title: str,
        *,
        min: float = 0,
        max: float = 999_999_999,
        places: int = 2,
        unit: str = "",
        **options: Any,
    ) -> None:
        self.min, self.max, self.places, self.unit = min, max, places, unit
        super().__init__(title, max_digits=16, decimal_places=places, **options)

    def clean(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip() or None
        if value is None:
            return None
        try:
            number = Decimal(str(value)) if not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise Malformed("not_a_number", "这里要填数字")
        if not Decimal(str(self.min)) <= number <= Decimal(str(self.max)):
            raise Malformed("out_of_range", f"应在 {self.min} 到 {self.max} 之间")
        return round(number, self.places)

    def plain(self, value: Any) -> Any:
        return None if value is None else float(value)

    def describe(self) -> dict[str, Any]:
        return {"min": self.min, "max": self.max, "unit": self.unit}


class Phone(Described, CharField):
    """A mobile number of the mainland, 11 digits."""

    kind = "phone"

    def __init__(self, title: str = "联系电话", **options: Any) -> None:
        super().__init__(title, max_length=20, **options)

    def clean(self, value: Any) -> str | None:
        return identifiers.mobile(as_text(value)) if value not in (None, "") else None


class Count(BigIntegerField):
    """A plain number that no form shows."""
