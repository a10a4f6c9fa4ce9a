"""A short list of lines, each of a few fields, written in one form: the steps of a chain."""

from __future__ import annotations

from typing import Any

from peewee import TextField

from models.core.errors import Malformed
from models.core.fields.base import Described


class Lines(Described, TextField):
    """Up to `most` lines in order, each with `parts` (fields by name); kept elsewhere, as rows of their own."""

    kind = "lines"

    def __init__(
        self, title: str, parts: dict[str, Described], *, most: int = 20, line: str = "行", **options: Any
    ) -> None:
        self.parts, self.most, self.line = parts, most, line
        super().__init__(title, **options)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        if value in (None, ""):
            return []
        if not isinstance(value, list):
            raise Malformed("wrong_type", f"{self.title}要一{self.line}一{self.line}填")
        if len(value) > self.most:
            raise Malformed("too_many", f"最多 {self.most} {self.line}")
        return [self._line(place, sent) for place, sent in enumerate(value, 1)]

    def _line(self, place: int, sent: Any) -> dict[str, Any]:
        if not isinstance(sent, dict) or sent.keys() - self.parts.keys():
            raise Malformed("wrong_type", f"第 {place} {self.line}的内容格式不对")
        line = {}
        for name, part in self.parts.items():
            try:
                line[name] = part.read(sent.get(name))
            except Malformed as error:
                raise Malformed(
                    error.code, f"第 {place} {self.line}的{part.title}：{error.message}"
                ) from None
            if line[name] is None and part.required:
                raise Malformed("required", f"请填第 {place} {self.line}的{part.title}")
        return line

    def plain(self, value: Any) -> Any:
        """The lines with the JSON value of each box."""
        return [
            {name: part.plain(line.get(name)) for name, part in self.parts.items()} for line in value or ()
        ]

    def describe(self) -> dict[str, Any]:
        return {"max": self.most, "line": self.line}
