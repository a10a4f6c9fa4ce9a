"""The one file of a multipart request."""

from __future__ import annotations

from typing import Any

from tornado.web import RequestHandler

from handlers.web.requests.bodies import BadRequest

#: How the OpenAPI describes such a request.
FILE: dict[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}


def upload(handler: RequestHandler) -> tuple[str, bytes]:
    """Name and content of the one file of a multipart request. Raises BadRequest."""
    files = handler.request.files.get("file", [])
    if len(files) != 1:
        raise BadRequest(
            "没有收到文件",
            code="no_file",
            cause="请求里应有一个名为 file 的文件",
            advice="请重新选择文件上传",
        )
    if not files[0]["body"]:
        raise BadRequest(
            "文件是空的", code="empty_file", cause="收到的文件没有内容", advice="请检查后重新上传"
        )
    return files[0]["filename"], files[0]["body"]
