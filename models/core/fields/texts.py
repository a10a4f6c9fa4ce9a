"""Columns of text, numbers and phone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from peewee import BigIntegerField, CharField, DecimalField, IntegerField, TextField

from models.core.errors import Malformed
from models.core.fields.base import Described, as_text
from models.core.fields.blank_words import says_nothing
from models.core.security import identifiers
from models.core.text.pinyin import KEY, sort_key

Ids = Literal["hidden", "refused", "kept"]


class Text(Described, CharField):
    """One line. `max` in characters; `pattern` (a regular expression, whole) with `pattern_help`.

    Identity numbers belong into a `PersonalId`: in any other text they are masked before they are stored, and in what
    was stored before wherever it is shown (X11). With `ids="refused"` they are refused, as a login that would be another
    one once it is masked; with `ids="kept"` nothing is looked for, as in numbers that only look alike.

    With `long_number` numbers as long as those are usual in it (设备代码): in what is shown of a sheet only what is an
    identity number beyond doubt is masked, not each that might have been mistyped.

    `sorted_as` names the `SortKey` that lists of it are sorted by; it follows the text.
    """

    def __init__(
        self, title: str, *, max: int = 60, pattern: str = "", pattern_help: str = "", ids: Ids = "hidden",
        long_number: bool = False, sorted_as: str = "", **options: Any,
    ) -> None:  # fmt: skip
        self.ids = ids
        self.long_number = long_number
        self.sorted_as = sorted_as
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
        if self.ids == "refused" and identifiers.hide_ids(text) != text:
            raise Malformed("id_number", "这里不能用身份证号，很多人都看得到它")
        return self.without_ids(text) or None

    def db_value(self, value: Any) -> Any:
        return super().db_value(self.without_ids(value) if isinstance(value, str) else value)

    def plain(self, value: Any) -> Any:
        return self.without_ids(value) if isinstance(value, str) else value

    def without_ids(self, text: str) -> str:
        return identifiers.hide_ids(text) if self.ids == "hidden" else text

    def describe(self) -> dict[str, Any]:
        return {"max": self.max, **({"pattern": self.pattern} if self.pattern else {})}


def too_long(record: Any, values: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each text of `values` that its column of `record` can't hold; empty for nothing.

    For what a rule has spelled anew since the form was read: one sign may become several (㍿ is 株式会社).
    """
    columns = ((name, record._meta.fields.get(name), value) for name, value in values.items())
    return {
        name: f"最多 {column.max} 个字，写开了有 {len(value)} 个"
        for name, column, value in columns
        if isinstance(column, Text) and isinstance(value, str) and len(value) > column.max
    }


class LongText(Described, TextField):
    """Several lines, up to `max` characters; identity numbers are masked as in `Text`."""

    kind = "longtext"

    def __init__(self, title: str, *, max: int = 2000, **options: Any) -> None:
        self.max = max
        super().__init__(title, **options)

    def clean(self, value: Any) -> str | None:
        text = as_text(value)
        if len(text) > self.max:
            raise Malformed("too_long", f"最多 {self.max} 个字，现在有 {len(text)} 个")
        return identifiers.hide_ids(text) or None

    def db_value(self, value: Any) -> Any:
        return super().db_value(identifiers.hide_ids(value) if isinstance(value, str) else value)

    def plain(self, value: Any) -> Any:
        return identifiers.hide_ids(value) if isinstance(value, str) else value

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
        # Half up, as money is rounded: 0.125 is 0.13, which Python's own rounding makes 0.12.
        return number.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)

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
        if value in (None, ""):
            return None
        text = as_text(value)
        return identifiers.mobile("" if says_nothing(text) else text)


class Count(BigIntegerField):
    """A plain number that no form shows."""


class SortKey(CharField):
    """What a list of names is sorted by: their pinyin (`models.core.text.pinyin`). Shown to nobody, never written by a rule."""

    def __init__(self, *, person: bool = False, **options: Any) -> None:
        self.person = person
        super().__init__(max_length=KEY, default="", **options)

    def key_of(self, text: Any) -> str:
        """The key of a text."""
        return sort_key(str(text), person=self.person) if text else ""
