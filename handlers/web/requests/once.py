"""The caller's own id of what it sends: a lost answer and a second try make one row (X01)."""

from __future__ import annotations

from collections.abc import Mapping

from models.core.errors import Invalid


def key_header(same: str) -> tuple[str, str, bool]:
    """The header as an operation describes it; `same` says which repeat has the same key."""
    return "Idempotency-Key", f"1 到 128 个可见 ASCII 字符；{same}时用同一个", True


def idempotency_key(headers: Mapping[str, str]) -> str:
    """The caller's own id of what it sends, the same when sent again. Raises Invalid."""
    key = headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 128 or not key.isascii() or not key.isprintable():
        raise Invalid(
            "缺少提交编号",
            code="idempotency_key_missing",
            cause="请求头 Idempotency-Key 应有 1 到 128 个可见 ASCII 字符",
            advice="请更新到最新版本后再试",
            fields={"Idempotency-Key": "1 到 128 个可见 ASCII 字符"},
        )
    return key
