"""Refusals as HTTP: which status each has, and how it is answered in JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from tornado.web import HTTPError

from handlers.web.requests import bodies
from models.core import errors

STATUS: tuple[tuple[type[errors.AnbanError], int], ...] = (
    (bodies.BadRequest, 400),
    (bodies.BodyTooLarge, 413),
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Invalid, 422),
    (errors.TooMany, 429),
    (errors.Unavailable, 503),
)


def status_of(error: errors.AnbanError) -> int:
    """The HTTP status of a refusal; a rule may name a closer one in `error.status`."""
    return error.status or next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def http_status(error: errors.AnbanError | HTTPError) -> int:
    """The HTTP status of whatever refused: a rule, or Tornado itself."""
    return status_of(error) if isinstance(error, errors.AnbanError) else error.status_code


_PLAIN = {
    HTTPStatus.BAD_REQUEST: ("bad_request", "请求无法识别", "请求的格式不对", "请刷新页面后再试"),
    HTTPStatus.FORBIDDEN: ("xsrf", "页面已过期", "安全校验没有通过", "请刷新页面后再试"),
    HTTPStatus.NOT_FOUND: ("not_found", "没有这个地址", "链接写错了，或者内容已被移走", "请从首页重新进入"),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "method_not_allowed",
        "不支持这种操作",
        "这个地址不接受该方法",
        "请刷新页面后再试",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "内容太大", "超过了允许的大小", "请减少内容后再提交"),
}


def error_for_status(status: int) -> errors.AnbanError:
    """What is answered where Tornado itself refused, or where something of ours broke."""
    code, title, cause, advice = _PLAIN.get(
        HTTPStatus(status),
        (
            "server_error",
            "系统出了点问题",
            "不是您的操作有误，问题已被记录",
            "请稍后再试，仍不行请联系管理员",
        ),
    )
    return errors.AnbanError(title, code=code, cause=cause, advice=advice)


def error_json(error: errors.AnbanError, request_id: str) -> dict[str, Any]:
    """A refusal as both doors answer it."""
    return {"error": {**error.as_json(), "request_id": request_id}}
