"""Who is asked for a second factor, and what a sign-in leads to then (ASVS 4.0.3 V2.8, 等保 双因素鉴别)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.administration.records import Account
from models.administration.roles.administrators import kinds_held
from models.administration.roles.roles import grants_for_accounts
from models.administration.second_factor.records import HalfSession, SecondFactor
from models.core import clock
from models.core.config import config
from models.core.errors import Unauthenticated
from models.core.fields import moment_text
from models.core.security.crypto import hash_token, new_token

CODE, ENROL = "code", "enrol"
GOOD_FOR = {CODE: timedelta(minutes=5), ENROL: timedelta(minutes=15)}


def factor_of(account_id: int) -> SecondFactor | None:
    """The account's second factor, if one is in use."""
    found: SecondFactor | None = SecondFactor.get_or_none(
        SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_null(False)
    )
    return found


def required_for(account_id: int) -> bool:
    """Whether the installation asks this account to have one."""
    mode = config().second_factor
    if mode == "administrators":
        return bool(kinds_held(grants_for_accounts([account_id])[account_id]))
    return mode == "all"


def asked(
    account: Account,
    *,
    door: str,
    device: str | None,
    address: str | None,
    opening: dict[str, Any] | None = None,
) -> Unauthenticated | None:
    """What a right password still leads to: the refusal that carries a half session, or None for a whole one.

    `opening` is what `open_session` is to be given besides. In the caller's transaction, which must be committed.
    """
    if factor_of(account.id) is not None:
        step = CODE
    elif required_for(account.id):
        step = ENROL
    else:
        return None
    now = clock.now()
    HalfSession.delete().where(HalfSession.expires_at < now).execute()
    token = new_token()
    half = HalfSession.create(
        token_hash=hash_token(token), account_id=account.id, door=door, step=step, device=device, address=address,
        opening=opening, expires_at=now + GOOD_FOR[step],
    )  # fmt: skip
    return _needed(step, token, half)


def _needed(step: str, token: str, half: HalfSession) -> Unauthenticated:
    details = {"token": token, "step": step, "expires_at": moment_text(half.expires_at)}
    if step == CODE:
        return Unauthenticated(
            "请输入动态口令",
            code="second_factor_required",
            cause="这个账号开启了第二重验证",
            advice="打开手机上的身份验证器，输入现在显示的 6 位数字",
            details=details,
        )
    return Unauthenticated(
        "请先设置动态口令",
        code="second_factor_required",
        cause="管理账号登录时除了密码，还要有动态口令",
        advice="用手机上的身份验证器扫码，只设置这一次",
        details=details,
    )


def half_session(token: str, door: str, step: str) -> HalfSession:
    """The half session of a token. Raises Unauthenticated `half_session_over` when it is used, or has run out."""
    half: HalfSession | None = HalfSession.get_or_none(
        HalfSession.token_hash == hash_token(token),
        HalfSession.door == door,
        HalfSession.step == step,
        HalfSession.used_at.is_null(),
        HalfSession.expires_at > clock.now(),
    )
    if half is None:
        raise half_session_over()
    return half


def half_session_over() -> Unauthenticated:
    """The refusal for a half session that is good for nothing (any more)."""
    return Unauthenticated(
        "登录已中断", code="half_session_over", cause="等得太久，或者已经用过", advice="请重新输入账号和密码"
    )
