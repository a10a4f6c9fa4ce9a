"""The few ways in which a rule can say no.

Each carries a stable code for programs and three parts for people: what is wrong (title), why (cause)
and what to do next (advice). Doors map the class to a status and invent no error of their own.
"""

from __future__ import annotations

from typing import Any


class AnbanError(Exception):
    """Base of all refusals. `fields` maps a field's name to the sentence that stands beside it."""

    code = "error"
    title = "操作没有完成"
    status: int | None = None  # a closer HTTP status than the class's own, where there is one

    def __init__(
        self,
        title: str = "",
        *,
        code: str = "",
        cause: str = "",
        advice: str = "",
        fields: dict[str, str] | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        self.title = title or type(self).title
        self.code = code or type(self).code
        self.cause = cause
        self.advice = advice
        self.fields = fields or {}
        self.details = details or {}
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The three parts as one text."""
        parts = [part.rstrip("。") for part in (self.title, self.cause, self.advice) if part]
        return "。".join(parts) + "。" if parts else ""

    def as_json(self) -> dict[str, Any]:
        """The error as both doors answer it."""
        return {
            "code": self.code,
            "message": self.message,
            "title": self.title,
            "cause": self.cause,
            "advice": self.advice,
            "fields": self.fields,
            "details": self.details,
        }


class Invalid(AnbanError):
    """What was sent is not right; `fields` says where."""

    code = "invalid"
    title = "填写的内容有误"

    def __init__(self, title: str = "", **parts: Any) -> None:
        if not title and parts.get("fields"):
            parts.setdefault("cause", "；".join(dict.fromkeys(parts["fields"].values())))
        parts.setdefault("advice", "请改正标红的地方再提交")
        super().__init__(title, **parts)


class Unauthenticated(AnbanError):
    """Nobody, or nobody any more, is signed in."""

    code = "unauthenticated"
    title = "请先登录"


class Forbidden(AnbanError):
    """The actor has not the right, or not so far."""

    code = "forbidden"
    title = "您没有权限"


class NotFound(AnbanError):
    """It is not there, or not there for this actor."""

    code = "not_found"
    title = "没有找到"

    def __init__(self, title: str = "", **parts: Any) -> None:
        parts.setdefault("cause", "它可能已被删除，或者不属于您的单位")
        parts.setdefault("advice", "请返回列表刷新后再试")
        super().__init__(title, **parts)


class Unopened(NotFound):
    """What is kept can't be opened: no key of the installation fits it, or it was changed."""

    code = "unreadable"
    title = "内容读不出来"

    def __init__(self) -> None:
        super().__init__(
            cause="它是用另一把密钥加密的，或者文件被改动过",
            advice="请联系系统管理员找回原来的密钥，或用备份恢复",
        )


class Conflict(AnbanError):
    """It contradicts what is there by now."""

    code = "conflict"
    title = "内容已经变化"


class TooMany(AnbanError):
    """Too often or too much. `retry_after` is in seconds."""

    code = "too_many"
    title = "操作太频繁"

    def __init__(self, title: str = "", *, retry_after: int, **parts: Any) -> None:
        self.retry_after = retry_after
        super().__init__(title, **parts)

    def as_json(self) -> dict[str, Any]:
        return {**super().as_json(), "retry_after": self.retry_after}


class Unavailable(AnbanError):
    """What the rules stand on is away for the moment. `retry_after` is in seconds.

    What was asked for may have been done all the same, if the connection was lost in the very commit: ask again under
    the same key.
    """

    code = "unavailable"
    title = "系统正在恢复"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__(cause="数据库暂时连不上", advice="请过几秒再试，已经保存的内容不会丢")


class StorageFull(Unavailable):
    """There is no room left on a disk of ours. Nothing of what was asked for was done."""

    code = "disk_full"
    title = "服务器的磁盘满了"
    retry_after = 60

    def __init__(self) -> None:
        AnbanError.__init__(
            self, cause="这一次没有保存，以前保存的都还在", advice="请联系管理员清理磁盘，清理后再提交一次"
        )


class Malformed(ValueError):
    """One value is not of its kind. `message` stands at its field or cell."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)
