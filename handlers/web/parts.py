"""The small parts of which the shapes of both doors are made: ids, moments, bodies without unknown fields."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from models.core.row_ids import parse_id


class Strict(BaseModel):
    """A body in which an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", strict=False)


def _as_id(value: Any) -> Any:
    number = parse_id(value)
    if number is not None:
        return str(number)
    raise ValueError("编号不对，应是一串数字")


Id = Annotated[str, BeforeValidator(_as_id), Field(pattern=r"^[0-9]{1,19}$")]


def _as_moment(value: Any) -> Any:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("时间请写成 2026-11-22T08:02:11+08:00 的样子（带时区）")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_moment)]
