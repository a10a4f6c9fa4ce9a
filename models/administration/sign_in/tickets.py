"""Tickets: a chat platform has proved who somebody is, and the phone client signs in with that once (Q07, L01).

A ticket alone opens nothing: whoever sends theirs to somebody else does not have them signed in as themselves (I6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from models.administration.accounts.actors import account_disabled
from models.administration.records import Account, Session, SignIn, SignInTicket
from models.administration.sign_in.sign_in import SignedIn, open_session
from models.core import clock
from models.core.errors import Unauthenticated
from models.core.security.crypto import hash_token, new_token

GOOD_FOR = timedelta(seconds=60)
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Ticket:
    """A ticket as it goes through the address, and the secret that only the browser gets which set out for it."""

    text: str = field(repr=False)
    secret: str = field(repr=False)


def issue(account: Account, *, origin: str, unit_id: int | None = None) -> Ticket:
    """A ticket for `account`, good once and for a minute; `origin` says who vouches, such as `wecom:3`.

    With `unit_id` that unit alone vouches, and the session will be of it alone. Raises Unauthenticated
    `account_disabled`.
    """
    if account.state != "active":
        raise account_disabled()
    now = clock.now()
    SignInTicket.delete().where(SignInTicket.expires_at < now - _KEPT_FOR).execute()
    ticket = Ticket(new_token(), new_token())
    SignInTicket.create(
        ticket_hash=hash_token(ticket.text), secret_hash=hash_token(ticket.secret), account_id=account.id,
        unit_id=unit_id, origin=origin, expires_at=now + GOOD_FOR,
    )  # fmt: skip
    return ticket


def visitor(ticket: str, *, secret: str | None) -> tuple[Account, int | None]:
    """Whose ticket it is, and for which unit alone; nothing is used up. Raises Unauthenticated `ticket_spent`."""
    row = SignInTicket.get_or_none(_mine(ticket, secret), *_fresh())
    account = None if row is None else Account.get_or_none(Account.id == row.account_id)
    if row is None or account is None:
        raise spent()
    return account, row.unit_id


def _mine(ticket: str, secret: str | None) -> Any:
    return (SignInTicket.ticket_hash == hash_token(ticket)) & (
        SignInTicket.secret_hash == hash_token(secret or "")
    )


def _fresh() -> tuple[Any, Any]:
    return SignInTicket.used_at.is_null(), SignInTicket.expires_at > clock.now()


def redeem(
    ticket: str, *, secret: str | None, door: str, device: str | None = None, address: str | None = None
) -> SignedIn:
    """The session that a ticket is good for, in the browser that has its `secret`. In the caller's transaction.

    Raises Unauthenticated `ticket_spent` for one that was used, has run out, never was, or is another browser's;
    `account_disabled`.
    """
    now, mine = clock.now(), _mine(ticket, secret)
    if SignInTicket.update(used_at=now).where(mine, *_fresh()).execute() != 1:
        raise spent()
    row = SignInTicket.get(mine)
    account = Account.get_or_none(Account.id == row.account_id)
    if account is None:
        raise spent()
    if account.state != "active":
        raise account_disabled()
    Account.update(last_sign_in_at=now).where(Account.id == account.id).execute()
    SignIn.create(
        account_id=account.id, company_id=account.company_id, login=account.login, door=door, outcome="ok",
        address=(address or "")[:64] or None, device=(device or "")[:120] or None,
    )  # fmt: skip
    opened = open_session(account, door=door, device=device, address=address)
    # The platform vouched: what is sensitive asks for a proof of the holder's own.
    told = {"unit_id": row.unit_id, "origin": row.origin, "proven_at": now - _KEPT_FOR}
    Session.update(**told).where(Session.id == opened.session.id).execute()
    opened.session.unit_id, opened.session.origin = row.unit_id, row.origin
    return opened


def spent() -> Unauthenticated:
    """The refusal for a ticket that opens nothing (any more)."""
    return Unauthenticated(
        "链接已失效",
        code="ticket_spent",
        cause="从聊天里打开的链接只能用一次，一分钟内、在打开它的手机上有效",
        advice="请回到聊天，重新点一次卡片",
    )
