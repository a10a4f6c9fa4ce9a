"""Refusals that say what state a session is in."""

from __future__ import annotations

from models.core.errors import Forbidden


def must_change_password() -> Forbidden:
    """The refusal for a session that began with a first password (Q05)."""
    return Forbidden(
        "请先修改初始密码",
        code="must_change_password",
        cause="初始密码只能用来登录一次",
        advice="设置自己的密码后再继续",
        details={"action": {"kind": "change_password", "label": "去改密码"}},
    )
