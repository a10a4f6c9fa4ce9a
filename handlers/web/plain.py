"""The base of what is no JSON door: pages, labels, what machines ask. Its refusals are a sentence as plain text."""

from __future__ import annotations

from typing import Any

from tornado.web import RequestHandler

_WORDS = {404: "没有这个页面。请从首页重新进入。\n", 500: "系统出了点问题，问题已被记录。请稍后再试。\n"}


class PlainHandler(RequestHandler):
    """Answers what is refused in words, whoever refused it."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A sentence for the status."""
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(_WORDS.get(status_code, "请求无法识别。请从首页重新进入。\n"))
