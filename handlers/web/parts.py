"""The small parts of which the shapes of both doors are made: ids, moments, bodies without unknown fields."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from models.core.row_ids import parse_id


class Strict(BaseModel):
    """A body in which an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", strict=False)


def _as_id(value: Any) -> int:
    number = parse_id(value)
    if number is None:
        raise ValueError("编号不对，应是一串数字")
    return number


def _as_ids(value: Any) -> list[int]:
    parts = value.split(",") if isinstance(value, str) else [None]
    if len(parts) > _IDS_AT_ONCE:
        raise ValueError(f"一次最多 {_IDS_AT_ONCE} 个编号")
    return [_as_id(part) for part in parts]


_ONE = "[1-9][0-9]{0,18}"
_IDS_AT_ONCE = 100
#: How an id looks in an address, a query, a body and an answer.
ID_SCHEMA = {"type": "string", "pattern": f"^{_ONE}$"}
#: The id of a row: digits in JSON and in addresses, a number for the rules.
Id = Annotated[
    int,
    BeforeValidator(_as_id),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema(ID_SCHEMA),
]
#: Several of them in a query, with commas between.
Ids = Annotated[
    list[int],
    BeforeValidator(_as_ids),
    WithJsonSchema({"type": "string", "pattern": f"^{_ONE}(,{_ONE}){{0,{_IDS_AT_ONCE - 1}}}$"}),
]


def _as_moment(value: Any) -> Any:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("时间请写成 2026-11-22T08:02:11+08:00 的样子（带时区）")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_moment)]
