"""Conditions of a flow on the fields of its subject: `{"field", "op", "value"}`, `{"all": […]}`, `{"any": […]}`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from models.core.errors import Malformed
from models.core.fields import Described

#: The words of each comparison, for people.
OPS = {
    "eq": "等于", "ne": "不等于", "in": "是其中之一", "gt": "大于", "ge": "大于或等于", "lt": "小于",
    "le": "小于或等于", "filled": "已填写", "empty": "没有填写",
}  # fmt: skip
ORDERED = ("gt", "ge", "lt", "le")
BARE = ("filled", "empty")


def met(condition: Any, subject: Any) -> bool:
    """Whether the subject meets a checked condition; no condition is always met.

    An empty field is never more or less than anything, and equals only nothing.
    """
    if not condition:
        return True
    if "all" in condition:
        return all(met(part, subject) for part in condition["all"])
    if "any" in condition:
        return any(met(part, subject) for part in condition["any"])
    return _compare(condition, value_of(subject, condition["field"]), fields_of(subject)[condition["field"]])


def fields_of(subject: Any) -> Mapping[str, Any]:
    """The columns of a subject by name; typed values that are tried out bring theirs along."""
    known: Mapping[str, Any] = subject.fields if isinstance(subject, Typed) else type(subject)._meta.fields
    return known


def value_of(subject: Any, name: str) -> Any:
    """The stored value of a column: of a reference its id."""
    return subject.__data__.get(name)


class Typed:
    """Values as somebody typed them to try a flow, in the place of a row that is there."""

    def __init__(self, values: Mapping[str, Any], fields: Mapping[str, Described]) -> None:
        self.__data__ = dict(values)
        self.fields = fields
        self.id = 0

    def __getattr__(self, name: str) -> Any:
        data = self.__dict__["__data__"]
        return data.get(name, data.get(name.removesuffix("_id")))


def _compare(condition: Mapping[str, Any], present: Any, field: Any) -> bool:
    op = condition["op"]
    empty = present in (None, "", [])
    if op in BARE:
        return empty == (op == "empty")
    wanted = condition.get("value")
    if op == "in":
        return any(_same(present, _clean(field, item)) for item in wanted or ())
    if op in ("eq", "ne"):
        return _same(present, _clean(field, wanted)) == (op == "eq")
    if empty:
        return False
    left, right = _number(present), _number(_clean(field, wanted))
    return {"gt": left > right, "ge": left >= right, "lt": left < right, "le": left <= right}[op]


def _same(present: Any, wanted: Any) -> bool:
    if isinstance(present, list):  # several choices: it is one of them
        return wanted in present if not isinstance(wanted, list) else sorted(present) == sorted(wanted)
    return bool(present == wanted)


def _clean(field: Any, value: Any) -> Any:
    try:
        clean = field.clean(value) if isinstance(field, Described) else value
    except Malformed:
        return value
    return clean[0] if isinstance(clean, list) and len(clean) == 1 else clean


def _number(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def comparable(field: Any) -> bool:
    """Whether more and less mean anything for a column: numbers, days and moments."""
    return getattr(field, "kind", "") in ("integer", "number", "date", "moment")


__all__ = ["BARE", "OPS", "ORDERED", "Typed", "comparable", "fields_of", "met", "value_of"]
