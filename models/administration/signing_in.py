"""Signing in and out (Q07, J02, J05, Q05).

Unlike other rules `sign_in` keeps its own transactions, and a door calls it outside of one: a try that fails
must be counted although the call raises, and no connection is held while argon2 works. It takes three steps:
look (read only), compare, decide. Only the last one writes, under the lock of the account's row, and looks at
the lock-out again there; so however many tries come at once, the outcome is that of one after the other.
Nothing that is said depends on whether the login exists: a login that nobody has is locked out alike, by what
the sign-in log remembers of it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from models.administration import passwords
from models.administration.actors import account_disabled, session_over
from models.administration.records import Account, Session, SignIn
from models.core import clock
from models.core.actor import Actor
from models.core.config import config
from models.core.crypto import hash_token, new_token
from models.core.database import database, in_transaction
from models.core.errors import AnbanError, Malformed, NotFound, TooMany, Unauthenticated
from models.core.fields import spaced
from models.core.identifiers import mobile

FIRST_SESSION = timedelta(minutes=30)
LONGEST_WAIT_MINUTES = 60
_UNKNOWN_REMEMBERED = timedelta(days=30)


@dataclass(frozen=True)
class SignedIn:
    """A session that has just begun; the token is known to nobody else and never kept."""

    token: str
    session: Session
    account: Account


@dataclass(frozen=True)
class _Try:
    """One attempt: what was typed (not the password) and from where."""

    login: str
    door: str
    device: str | None
    address: str | None


def sign_in(
    login: str, password: str, *, door: str, device: str | None = None, address: str | None = None
) -> SignedIn:
    """Open a session at `door` (console or phone). Call it outside of a transaction.

    Raises Unauthenticated with `wrong_password`, `first_password_used`, `first_password_expired` or
    `account_disabled`, TooMany with `account_locked` (`retry_after` in seconds). A first password gives a
    session of 30 minutes that is good for changing it and nothing else (`account.must_change_password`).
    """
    outside_transaction("sign_in")
    attempt = _Try(
        normal_login(login)[:60], door, spaced(device or "")[:120] or None, (address or "")[:64] or None
    )
    account = in_transaction(_account, attempt.login, write=False)
    right = passwords.matches(account, password)
    outcome = in_transaction(_decide, attempt, account, right)
    if isinstance(outcome, AnbanError):
        raise outcome
    return outcome


def outside_transaction(what: str) -> None:
    """Raise RuntimeError inside a transaction: there a refusal would take back its own trace."""
    if not database.is_closed() and database.in_transaction():
        raise RuntimeError(f"{what} keeps its own transactions: call it outside of one")


def normal_login(login: str) -> str:
    """A login as it is stored and compared: half-width, lower case, a phone number as its 11 digits."""
    text = unicodedata.normalize("NFKC", spaced(login)).strip().lower()
    try:
        return mobile(text)
    except Malformed:
        return text


def sign_out(actor: Actor) -> None:
    """End the actor's own session."""
    if actor.session_id is not None:
        _end(Session.id == actor.session_id)


def sign_out_token(token: str) -> None:
    """End the session of a token, whoever's it is; one that is over already stays so."""
    _end(Session.token_hash == hash_token(token))


def revoke_session(actor: Actor, session_id: int) -> None:
    """End one of the actor's own sessions (a lost phone). Raises NotFound for anybody else's."""
    own = Session.account_id == actor.account_id
    if not Session.select().where(Session.id == session_id, own).exists():
        raise NotFound()
    _end(Session.id == session_id)


def revoke_sessions(account_id: int, *, but: int | None = None) -> int:
    """End all sessions of an account, but the one; gives how many."""
    condition = Session.account_id == account_id
    return _end(condition if but is None else condition & (Session.id != but))


def _end(condition: Any) -> int:
    return int(
        Session.update(revoked_at=clock.now()).where(condition, Session.revoked_at.is_null()).execute()
    )


def _account(login: str) -> Account | None:
    return Account.get_or_none(Account.login == login) if login else None


def _decide(attempt: _Try, account: Account | None, right: bool) -> SignedIn | AnbanError:
    """The outcome, with everything that must be remembered of it; runs in one transaction."""
    if account is None:
        outcome: SignedIn | AnbanError = _unknown(attempt)
    elif right:
        outcome = _admit(account.id, account.password_hash, attempt)
    else:
        outcome = count_failure(account.id)
    _log(attempt, account, outcome)
    return outcome


def _admit(account_id: int, verified: str | None, attempt: _Try) -> SignedIn | AnbanError:
    now = clock.now()
    # Locks the row: whoever comes at the same time decides after us, by what we leave behind.
    Account.update(failures=Account.failures).where(Account.id == account_id).execute()
    account = Account.get_by_id(account_id)
    if account.locked_until is not None and account.locked_until > now:
        return locked(account.locked_until)
    if account.password_hash != verified:
        return wrong_password()
    if account.state != "active":
        return account_disabled()
    if account.first_password:
        refusal = _first_password_refusal(account, now)
        if refusal is not None:
            return refusal
        account.first_password_used_at = now
    account.failures, account.locked_until, account.last_sign_in_at = 0, None, now
    account.save(only=["failures", "locked_until", "last_sign_in_at", "first_password_used_at"])
    return open_session(account, door=attempt.door, device=attempt.device)


def _first_password_refusal(account: Account, now: datetime) -> Unauthenticated | None:
    if account.first_password_used_at is not None:
        return Unauthenticated(
            "初始密码已经用过",
            code="first_password_used",
            cause="初始密码只能登录一次，上次登录后没有设置自己的密码",
            advice="请联系单位管理员重置密码",
        )
    if account.first_password_until is not None and account.first_password_until <= now:
        return Unauthenticated(
            "初始密码已过期",
            code="first_password_expired",
            cause=f"初始密码要在开通后 {config().first_password_days} 天内使用",
            advice="请联系单位管理员重置密码",
        )
    return None


def session_length(door: str) -> timedelta:
    """How long an ordinary session at a door lasts."""
    if door == "phone":
        return timedelta(days=config().phone_session_days)
    return timedelta(hours=config().console_session_hours)


def open_session(account: Account, *, door: str, device: str | None = None) -> SignedIn:
    """A new session at `door` for somebody who has proved who they are; in the caller's transaction."""
    now = clock.now()
    token = new_token()
    lasts = FIRST_SESSION if account.must_change_password else session_length(door)
    session = Session.create(
        token_hash=hash_token(token),
        account_id=account.id,
        door=door,
        device=device,
        created_at=now,
        expires_at=now + lasts,
        seen_at=now,
    )
    return SignedIn(token, session, account)


def count_failure(account_id: int) -> AnbanError:
    """Count a wrong password and give the refusal, in a transaction. Tries during a lock-out do not count."""
    now = clock.now()
    open_now = Account.locked_until.is_null() | (Account.locked_until <= now)
    counted = (
        Account.update(failures=Account.failures + 1).where(Account.id == account_id, open_now).execute()
    )
    account = Account.get_by_id(account_id)
    if not counted:
        return locked(account.locked_until or now + timedelta(minutes=1))
    wait = wait_after(account.failures)
    if wait:
        Account.update(locked_until=now + wait).where(Account.id == account_id).execute()
    return wrong_password()


def wait_after(failures: int) -> timedelta:
    """How long an account is locked after so many wrong passwords in a row: 1, 2, 4, 8 … 60 minutes."""
    beyond = failures - config().lock_after_failures
    if beyond < 0:
        return timedelta(0)
    return timedelta(minutes=min(2 ** min(beyond, 16), LONGEST_WAIT_MINUTES))


def _unknown(attempt: _Try) -> AnbanError:
    """What a login that nobody has is told: the same as one that somebody has."""
    now = clock.now()
    rows = SignIn.select(SignIn.at).where(
        SignIn.login == attempt.login,
        SignIn.account_id.is_null(),
        SignIn.outcome == "wrong_password",
        SignIn.at > now - _UNKNOWN_REMEMBERED,
    )
    times = [row.at for row in rows.order_by(SignIn.at.desc()).limit(config().lock_after_failures + 8)]
    if times and times[0] + wait_after(len(times)) > now:
        return locked(times[0] + wait_after(len(times)))
    return wrong_password()


def wrong_password() -> Unauthenticated:
    """The refusal for a login and password that do not belong together."""
    return Unauthenticated(
        "账号或密码不对",
        code="wrong_password",
        cause="输入的账号和密码对不上",
        advice="请检查后再试；忘记密码请联系单位管理员重置",
    )


def locked(until: datetime) -> TooMany:
    """The refusal for a login that is locked until then."""
    seconds = max(1, ceil((until - clock.now()).total_seconds()))
    return TooMany(
        "账号已暂时锁定",
        code="account_locked",
        cause="连续多次输错密码",
        advice=f"请 {ceil(seconds / 60)} 分钟后再试，或请单位管理员重置密码",
        retry_after=seconds,
    )


def _log(attempt: _Try, account: Account | None, outcome: SignedIn | AnbanError) -> None:
    SignIn.create(
        account_id=account.id if account is not None else None,
        login=attempt.login,
        door=attempt.door,
        outcome="ok" if isinstance(outcome, SignedIn) else outcome.code,
        address=attempt.address,
        device=attempt.device,
    )


__all__ = [
    "SignedIn", "normal_login", "open_session", "revoke_session", "revoke_sessions", "session_over", "sign_in",
    "sign_out", "sign_out_token",
]  # fmt: skip
