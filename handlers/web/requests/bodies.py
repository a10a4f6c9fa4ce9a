"""Reading what was sent: JSON, checked by pydantic, with errors that a person can act on."""

from __future__ import annotations

from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError

from models.core.errors import AnbanError, Invalid

MAX_JSON = 1024 * 1024
DEEPEST = 64  # lists and objects within one another; a flow's conditions come to a dozen

M = TypeVar("M", bound=BaseModel)


class BadRequest(AnbanError):
    """The request as such can't be read."""

    code = "bad_request"
    title = "请求无法识别"


class BodyTooLarge(AnbanError):
    """More bytes than the route takes."""

    code = "too_large"
    title = "内容太大"


_WORDS = {
    "missing": "这里必须填写",
    "string_type": "这里要填文字",
    "string_too_long": "最多 {max_length} 个字",
    "string_too_short": "最少 {min_length} 个字",
    "string_pattern_mismatch": "格式不对",
    "int_type": "这里要填整数",
    "int_parsing": "这里要填整数",
    "float_type": "这里要填数字",
    "float_parsing": "这里要填数字",
    "finite_number": "这里要填数字",
    "bool_type": "只能填是或否",
    "bool_parsing": "只能填是或否",
    "datetime_from_date_parsing": "时间请写成 2026-11-22T08:02:11+08:00 的样子",
    "datetime_parsing": "时间请写成 2026-11-22T08:02:11+08:00 的样子",
    "datetime_type": "时间请写成 2026-11-22T08:02:11+08:00 的样子",
    "timezone_aware": "时间要带时区，如 +08:00",
    "date_from_datetime_parsing": "日期请写成 2026-11-22 的样子",
    "date_parsing": "日期请写成 2026-11-22 的样子",
    "date_type": "日期请写成 2026-11-22 的样子",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "list_type": "这里要填一组内容",
    "dict_type": "这里要填一组内容",
    "model_type": "这里的内容格式不对",
    "extra_forbidden": "没有这一项",
    "literal_error": "只能是 {expected}",
    "too_long": "最多 {max_length} 项",
}


def sentence(error: Any) -> str:
    """One pydantic error in the user's words."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    words = _WORDS.get(error["type"], "内容格式不对")
    try:
        return words.format(**error.get("ctx", {}))
    except (KeyError, IndexError):
        return words


def checked(model: type[M], data: Any) -> M:
    """`data` as `model`. Raises Invalid with a sentence at each wrong field."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fields: dict[str, str] = {}
        for item in error.errors(include_url=False, include_input=False):
            fields.setdefault(".".join(str(part) for part in item["loc"]) or "body", sentence(item))
        raise Invalid(fields=fields) from None


def parse_json(body: bytes) -> Any:
    """The JSON value in `body`. Raises BadRequest, TooLarge."""
    if len(body) > MAX_JSON:
        raise BodyTooLarge(cause=f"一次最多 {MAX_JSON // 1024} KB", advice="请减少内容后再提交")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest(
            "内容不是有效的 JSON",
            code="not_json",
            cause="请求体无法解析",
            advice="请用 UTF-8 编码的 JSON 提交",
        ) from None
    # Few bodies have so many brackets at all, so hardly any is walked through.
    if body.count(b"[") + body.count(b"{") > DEEPEST and _deeper(value):
        raise BadRequest(
            "内容套得太深", code="too_deep", cause=f"最多 {DEEPEST} 层", advice="请减少层数后再提交"
        )
    return value


def _deeper(value: Any) -> bool:
    """Whether lists and objects lie more than DEEPEST deep; without recursion, which is what it is to prevent."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def parse_body(model: type[M], body: bytes) -> M:
    """The JSON object in `body` as `model`. Raises BadRequest, TooLarge, Invalid."""
    data = parse_json(body)
    if not isinstance(data, dict):
        raise BadRequest("内容应是一个 JSON 对象", code="not_an_object", advice="请用 {…} 的形式提交")
    return checked(model, data)
