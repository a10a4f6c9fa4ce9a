"""Signing in and out (Q07, J02, J05, Q05).

Unlike other rules `sign_in` keeps its own transactions, and a door calls it outside of one: a try that fails
must be counted although the call raises, and no connection is held while argon2 works. It takes three steps:
look (read only), compare, decide; a door takes them one by one (handlers/web/sign_in_desk.py), so that no thread of
the rules waits for argon2. Only the last one writes, under the lock of the counts (models/administration/sign_in/throttling.py)
and of the account's row, and looks at the waits again there; so however many tries come at once, the outcome is that
of one after the other. Nothing that is said depends on whether the login exists.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from models.administration.accounts import invitations
from models.administration.accounts.actors import account_disabled, session_over
from models.administration.accounts.standing_changes import end_where
from models.administration.passwords import password_history, password_rules
from models.administration.records import Account, Session, SignIn, SignInTicket
from models.administration.second_factor.requirement import asked
from models.administration.sign_in import known_devices, session_limits, throttling
from models.core import clock
from models.core.config import config
from models.core.db.connection import database, in_transaction
from models.core.db.queries import locked as locked_row
from models.core.errors import AnbanError, Malformed, NotFound, TooMany, Unauthenticated
from models.core.fields import spaced
from models.core.security.actor import Actor
from models.core.security.crypto import hash_token, new_token
from models.core.security.identifiers import mobile

FIRST_SESSION = timedelta(minutes=30)


@dataclass(frozen=True)
class SignedIn:
    """A session that has just begun; the token is known to nobody else and never kept. Without `account` it is somebody
    invited, who is to make one.

    `known_device` is what the device keeps, so that it is known at the next sign-in; empty if it isn't to be.
    """

    token: str
    session: Session
    account: Account | None
    known_device: str = ""


class SignInTry:
    """One attempt: what was typed, from where, and its three steps. `sprayed` once it was noticed as part of many."""

    def __init__(
        self,
        login: str,
        password: str,
        *,
        door: str,
        device: str | None,
        address: str | None,
        known_device: str | None,
    ) -> None:
        self.login = normal_login(login)[:60]
        self.password = password
        self.door = door
        self.device = spaced(device or "")[:120] or None
        self.address = (address or "")[:64] or None
        self.machine = known_devices.read(known_device)
        self.source = throttling.source_of(address)
        self.account: Account | None = None
        self.right = False
        self.sprayed = False
        self.waits_as: tuple[str, str] | None = None  # the count that makes it wait

    @property
    def known(self) -> bool:
        """Whether somebody signed in here with this login before; such a try is served first."""
        return self.machine.knows(self.login)

    def origin(self) -> throttling.Origin:
        """What it counts for."""
        vouched = self.machine.vouches_for(self.account)
        return throttling.Origin(self.login, self.source, self.machine.id if vouched else "")

    def look(self) -> None:
        """Find the account; in a transaction that only reads. Raises TooMany while this origin waits."""
        self.account = _account(self.login)
        wait = throttling.waiting(self.origin())
        if wait is not None:
            self.waits_as = wait.login, wait.source
            raise locked(wait.until)

    def compare(self) -> None:
        """Compare the password: argon2, outside of any transaction."""
        self.right = password_rules.matches(self.account, self.password)

    def decide(self) -> SignedIn | AnbanError:
        """The outcome, with everything that must be remembered of it; in one transaction, which must be committed."""
        self.sprayed = False
        if self.right and self.account is not None:
            outcome = self._admitted()
        else:
            outcome = self._invited() or self._refused()
        _log(self, self.account, outcome)
        return outcome

    def _admitted(self) -> SignedIn | AnbanError:
        assert self.account is not None
        origin = self.origin()
        until = throttling.locked_until(origin)
        if until is not None:
            return locked(until)
        outcome = _admit(self.account.id, self.account.password_hash, self)
        if isinstance(outcome, SignedIn) or outcome.code == "second_factor_required":
            throttling.forgive(origin)
        return outcome

    def _invited(self) -> SignedIn | AnbanError | None:
        """Somebody who has a first password that a company handed out, whatever accounts there are (Q05).

        Nothing is forgiven for it: it proves nothing of the account that the login may be.
        """
        invitation = invitations.matching(self.login, self.password)
        if invitation is None or invitations.file_of(invitation) is None:
            return None
        if invitations.is_over(invitation):
            return _first_password_over()
        token, session = invitations.begin(
            invitation, door=self.door, device=self.device, address=self.address, lasts=FIRST_SESSION
        )
        return SignedIn(token, session, None)

    def _refused(self) -> AnbanError:
        counted = throttling.count_wrong(self.origin())
        self.sprayed = counted.sprayed
        return locked(counted.at_wait) if counted.at_wait is not None else wrong_password()


def sign_in(
    login: str, password: str, *, door: str, device: str | None = None, address: str | None = None,
    known_device: str | None = None,
) -> SignedIn:  # fmt: skip
    """Open a session at `door` (console or phone). Call it outside of a transaction.

    `known_device`: what an earlier sign-in left on this device. Raises Unauthenticated with `wrong_password`,
    `first_password_expired` or `account_disabled`, TooMany with `account_locked` or `busy` (`retry_after` in seconds). A
    first password gives a session of 30 minutes that is good for setting one's own and nothing else; it works until
    that is done.
    """
    outside_transaction("sign_in")
    attempt = SignInTry(login, password, door=door, device=device, address=address, known_device=known_device)
    in_transaction(attempt.look, write=False)
    attempt.compare()
    outcome = in_transaction(attempt.decide)
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
        end_where(Session.id == actor.session_id)


def sign_out_token(token: str) -> None:
    """End the session of a token, whoever's it is; one that is over already stays so."""
    end_where(Session.token_hash == hash_token(token))


def revoke_session(actor: Actor, session_id: int) -> None:
    """End one of the actor's own sessions (a lost phone). Raises NotFound for anybody else's."""
    own = Session.account_id == actor.account_id
    if not Session.select().where(Session.id == session_id, own).exists():
        raise NotFound()
    end_where(Session.id == session_id)


def revoke_sessions(account_id: int, *, but: int | None = None) -> int:
    """End all sessions of an account, but the one, and tickets that are under way; gives how many."""
    SignInTicket.update(used_at=clock.now()).where(
        SignInTicket.account_id == account_id, SignInTicket.used_at.is_null()
    ).execute()
    condition = Session.account_id == account_id
    return end_where(condition if but is None else condition & (Session.id != but))


def end_session(session_id: int) -> int:
    """End one session, whoever's it is; the caller has checked that."""
    return end_where(Session.id == session_id)


def _account(login: str) -> Account | None:
    return Account.get_or_none(Account.login == login) if login else None


def _admit(account_id: int, verified: str | None, attempt: SignInTry) -> SignedIn | AnbanError:
    now = clock.now()
    account: Any = locked_row(Account, account_id)
    if account.password_hash != verified:
        return wrong_password()
    if account.state != "active":
        return account_disabled()
    if account.first_password:
        refusal = _first_password_refusal(account, now)
        if refusal is not None:
            return refusal
        account.first_password_used_at = account.first_password_used_at or now
    account.last_sign_in_at = now
    account.must_change_password |= password_history.has_run_out(account)
    account.save(only=["last_sign_in_at", "first_password_used_at", "must_change_password"])
    half = asked(account, door=attempt.door, device=attempt.device, address=attempt.address)
    if half is not None:
        return half
    signed_in = open_session(account, door=attempt.door, device=attempt.device, address=attempt.address)
    if account.must_change_password:
        return signed_in
    return replace(signed_in, known_device=attempt.machine.with_account(account))


def _first_password_refusal(account: Account, now: datetime) -> Unauthenticated | None:
    if account.first_password_until is not None and account.first_password_until <= now:
        return _first_password_over()
    return None


def _first_password_over() -> Unauthenticated:
    return Unauthenticated(
        "初始密码已过期",
        code="first_password_expired",
        cause=f"初始密码要在开通后 {config().first_password_days} 天内使用",
        advice="请联系单位管理员重发初始密码",
    )


def session_length(door: str) -> timedelta:
    """How long an ordinary session at a door lasts."""
    if door == "phone":
        return timedelta(days=config().phone_session_days)
    return timedelta(hours=config().console_session_hours)


def open_session(
    account: Account, *, door: str, device: str | None = None, address: str | None = None
) -> SignedIn:
    """A new session at `door` for somebody who has proved who they are; in the caller's transaction."""
    now = clock.now()
    token = new_token()
    lasts = FIRST_SESSION if account.must_change_password else session_length(door)
    session = Session.create(
        token_hash=hash_token(token),
        account_id=account.id,
        company_id=account.company_id,
        door=door,
        device=device,
        address=address,
        created_at=now,
        expires_at=now + lasts,
        seen_at=now,
        proven_at=now,
    )
    session_limits.end_oldest(session)
    return SignedIn(token, session, account)


def wrong_password() -> Unauthenticated:
    """The refusal for a login and password that do not belong together."""
    return Unauthenticated(
        "账号或密码不对",
        code="wrong_password",
        cause="输入的账号和密码对不上",
        advice="请检查后再试；忘记密码请联系单位管理员重置",
    )


def locked(until: datetime) -> TooMany:
    """The refusal for who must wait until then."""
    seconds = max(1, ceil((until - clock.now()).total_seconds()))
    return TooMany(
        "账号已暂时锁定",
        code="account_locked",
        cause="这里连续多次输错密码",
        advice=f"请 {ceil(seconds / 60)} 分钟后再试，或换一台登录过的手机或电脑",
        retry_after=seconds,
    )


def _log(attempt: SignInTry, account: Account | None, outcome: SignedIn | AnbanError) -> None:
    SignIn.create(
        account_id=account.id if account is not None else None,
        company_id=account.company_id if account is not None else None,
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
