"""Codes compared and counted: each is good once, and guessing has an end."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from models.administration.second_factor import totp
from models.administration.second_factor.records import RecoveryCode, SecondFactor
from models.core import clock
from models.core.config import config
from models.core.db.queries import locked
from models.core.errors import AnbanError, Invalid, TooMany
from models.core.security import crypto
from models.core.security.identifiers import squeeze

LONGEST_WAIT_MINUTES = 60


def check(factor: SecondFactor, typed: str) -> AnbanError | None:
    """Take a code of the authenticator, or a recovery code: None if it was good, else the refusal.

    It is counted in the caller's transaction, which must be committed whatever comes out. Two that come at once with
    the same code: one of them is refused.
    """
    factor = locked(SecondFactor, factor.id)
    now = clock.now()
    if factor.locked_until is not None and factor.locked_until > now:
        return _locked(ceil((factor.locked_until - now).total_seconds()))
    code = squeeze(typed)[:40]
    if _taken(factor, code):
        SecondFactor.update(failures=0, locked_until=None).where(SecondFactor.id == factor.id).execute()
        return None
    failures = factor.failures + 1
    wait = _wait_after(failures)
    SecondFactor.update(failures=failures, locked_until=now + wait if wait else None).where(
        SecondFactor.id == factor.id
    ).execute()
    return wrong_code()


def _taken(factor: SecondFactor, code: str) -> bool:
    """Whether the code is good, and used up with that; nobody else has the factor's row meanwhile."""
    if len(code) == 6 and code.isascii() and code.isdecimal():
        if not factor.secret:
            return (
                False  # none yet, or one that no key opens: anybody could work out the codes of an empty one
            )
        step = totp.step_of(factor.secret, code, clock.now(), after=factor.last_step)
        if step is None:
            return False
        SecondFactor.update(last_step=step).where(SecondFactor.id == factor.id).execute()
        return True
    mine = RecoveryCode.account_id == factor.account_id
    unused = (RecoveryCode.code_hash == hash_recovery_code(code)) & RecoveryCode.used_at.is_null()
    return bool(RecoveryCode.update(used_at=clock.now()).where(mine, unused).execute())


def hash_recovery_code(code: str) -> str:
    """How a recovery code is kept: a keyed hash is enough, as the code itself is random."""
    return crypto.keyed_hash(code.replace("-", "").upper(), "recovery-code")


def _wait_after(failures: int) -> timedelta:
    beyond = failures - config().lock_after_failures
    if beyond < 0:
        return timedelta(0)
    return timedelta(minutes=min(2 ** min(beyond, 16), LONGEST_WAIT_MINUTES))


def wrong_code() -> Invalid:
    """The refusal for a code that is not the one of now, or was used."""
    return Invalid(
        "动态口令不对",
        code="wrong_code",
        fields={"code": "动态口令不对，或者已经用过一次"},
        advice="请等下一个 6 位数字出现后再输入；手机时间要准",
    )


def _locked(seconds: int) -> TooMany:
    return TooMany(
        "动态口令已暂时锁定",
        code="second_factor_locked",
        cause="连续多次输错动态口令",
        advice=f"请 {ceil(max(seconds, 1) / 60)} 分钟后再试",
        retry_after=max(seconds, 1),
    )
