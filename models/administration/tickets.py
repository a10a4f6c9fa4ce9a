"""Tickets: a chat platform has proved who somebody is, and the phone client signs in with that once (Q07, L01)."""

from __future__ import annotations

from datetime import timedelta

from models.administration.actors import account_disabled
from models.administration.records import Account, SignIn, SignInTicket
from models.administration.signing_in import SignedIn, open_session
from models.core import clock
from models.core.crypto import hash_token, new_token
from models.core.errors import Unauthenticated

GOOD_FOR = timedelta(seconds=60)
_KEPT_FOR = timedelta(days=1)


def issue(account: Account, *, origin: str) -> str:
    """A ticket for `account`, good once and for a minute; `origin` says who vouches, such as `wecom:3`.

    Raises Unauthenticated `account_disabled`.
    """
    if account.state != "active":
        raise account_disabled()
    now = clock.now()
    SignInTicket.delete().where(SignInTicket.expires_at < now - _KEPT_FOR).execute()
    ticket = new_token()
    SignInTicket.create(
        ticket_hash=hash_token(ticket), account_id=account.id, origin=origin, expires_at=now + GOOD_FOR
    )
    return ticket


def redeem(ticket: str, *, door: str, device: str | None = None, address: str | None = None) -> SignedIn:
    """The session that a ticket is good for. In the caller's transaction.

    Raises Unauthenticated `ticket_spent` for one that was used, has run out or never was, `account_disabled`.
    """
    now = clock.now()
    mine = SignInTicket.ticket_hash == hash_token(ticket)
    fresh = SignInTicket.used_at.is_null() & (SignInTicket.expires_at > now)
    if SignInTicket.update(used_at=now).where(mine, fresh).execute() != 1:
        raise spent()
    account = Account.get_or_none(Account.id == SignInTicket.get(mine).account_id)
    if account is None:
        raise spent()
    if account.state != "active":
        raise account_disabled()
    Account.update(last_sign_in_at=now).where(Account.id == account.id).execute()
    SignIn.create(
        account_id=account.id, login=account.login, door=door, outcome="ok", address=(address or "")[:64] or None,
        device=(device or "")[:120] or None,
    )  # fmt: skip
    return open_session(account, door=door, device=device)


def spent() -> Unauthenticated:
    """The refusal for a ticket that opens nothing (any more)."""
    return Unauthenticated(
        "链接已失效",
        code="ticket_spent",
        cause="从聊天里打开的链接只能用一次，一分钟内有效",
        advice="请回到聊天，重新点一次卡片",
    )
