"""The small parts of which the shapes of both doors are made: ids, moments, bodies without unknown fields."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field


class Strict(BaseModel):
    """A body in which an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", strict=False)


def _as_id(value: Any) -> Any:
    text = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and 0 < len(text) <= 18 and int(text) > 0:
        return text
    raise ValueError("编号不对，应是一串数字")


Id = Annotated[str, BeforeValidator(_as_id), Field(pattern=r"^[0-9]{1,18}$")]


def _as_moment(value: Any) -> Any:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("时间请写成 2026-11-22T08:02:11+08:00 的样子（带时区）")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_moment)]
