"""How long somebody waits after wrong passwords: by login and source, so that nobody locks out somebody else.

Four counts, all in the database, so that they are the same for every process and outlive each of them:
- login and source: 5 tries, then waits of 1, 2, 4 … 60 minutes;
- login and known device, instead of all others: the holder gets in whoever else tries;
- login from everywhere: as the first, but after four times as many tries;
- source: as soon as many logins had a wrong password from there within an hour and no right one since. So right
  passwords heal, and a plant behind one address may mistype; who sprays does not get far, and is noticed.
A login that nobody has is counted alike.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from peewee import IntegrityError

from models.administration.records import Account, SignIn, SignInWait
from models.core import clock
from models.core.config import config
from models.core.db.connection import database, is_sqlite
from models.core.events.outbox import announce_rows
from models.core.security.crypto import keyed_hash
from models.core.security.identifiers import hide_ids

LONGEST_WAIT_MINUTES = 60
LONGEST_SOURCE_WAIT_MINUTES = 15
ANY = "*"
SPRAYED = "sign_in.sprayed"  # news
_ACCOUNT_SLOWER = 4
_REMEMBERED = timedelta(days=1)
_SPRAYING_WITHIN = timedelta(hours=1)
log = structlog.get_logger("sign_in")


@dataclass(frozen=True)
class Origin:
    """Which login is tried (as stored), from which source, and from which device if it is a known one."""

    login: str
    source: str
    device: str = ""

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Login and source of the counts that hold for it, in the order in which they are locked."""
        login = _named(self.login)
        if self.device:
            return [(login, f"device:{self.device}")]
        return [(login, self.source), (login, ANY), (ANY, self.source)]


@dataclass(frozen=True)
class FailedTry:
    """What a wrong password led to: until when to wait, if so, and whether this was noticed as spraying."""

    until: datetime | None = None
    sprayed: bool = False
    at_wait: datetime | None = None  # somebody else's try led to a wait meanwhile: this one was not counted


def source_of(address: str | None) -> str:
    """Who is taken as one: an IPv4 address, or the /64 of an IPv6 one, as one line has all of that."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return (address or "unknown")[:50]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def waiting(origin: Origin) -> SignInWait | None:
    """The count for which no password is looked at for this origin now, the longest; None if it may try. Only reads."""
    which = None
    for login, source in origin.keys:
        one = (SignInWait.login == login) & (SignInWait.source == source)
        which = one if which is None else which | one
    found: list[SignInWait] = list(SignInWait.select().where(which, SignInWait.until > clock.now()))
    return max(found, key=lambda row: row.until, default=None)


def waits_until(origin: Origin) -> datetime | None:
    """Until when no password is looked at for this origin, or None. Only reads."""
    row = waiting(origin)
    return None if row is None else row.until


def locked_until(origin: Origin) -> datetime | None:
    """The same for who is about to decide, in their transaction: the first count is locked until its end.

    So however many tries of one origin come at once, they end like tries one after the other.
    """
    first, *_ = origin.keys
    _row(*first)
    return waits_until(origin)


def count_wrong(origin: Origin) -> FailedTry:
    """Count a wrong password. Tries during a wait do not count."""
    waiting = locked_until(origin)
    if waiting is not None:
        return FailedTry(at_wait=waiting)
    keys = origin.keys
    until = _bump(*keys[0], wait_after)
    if origin.device:
        return FailedTry(until)
    everywhere = _bump(*keys[1], _wait_everywhere)
    if everywhere is not None:
        # Shown to administrators, who may take it away.
        Account.update(locked_until=everywhere).where(Account.login == origin.login).execute()
    sprayed, waits = _count_source(origin.source)
    return FailedTry(max((one for one in (until, everywhere, waits) if one), default=None), sprayed)


def forgive(origin: Origin) -> None:
    """A right password: what was mistyped before from there is forgotten. What others tried elsewhere is not."""
    login, source = origin.keys[0]
    SignInWait.delete().where(SignInWait.login == login, SignInWait.source == source).execute()


def clear(login: str) -> None:
    """Let a login be tried again from everywhere, at once."""
    SignInWait.delete().where(SignInWait.login == _named(login)).execute()
    Account.update(failures=0, locked_until=None).where(Account.login == login).execute()


def sweep() -> int:
    """Forget counts that hold no longer; gives how many."""
    now = clock.now()
    over = SignInWait.until.is_null() | (SignInWait.until < now)
    return int(SignInWait.delete().where(SignInWait.last_at < now - _REMEMBERED, over).execute())


def wait_after(failures: int) -> timedelta:
    """How long a login waits after so many wrong passwords in a row from one source: 1, 2, 4, 8 … 60 minutes."""
    return _growing(failures - config().lock_after_failures, LONGEST_WAIT_MINUTES)


def _named(login: str) -> str:
    """A login as the counts have it: none is `*`, and one that is an identity number, typed there by mistake, is its hash."""
    if hide_ids(login) != login:
        return "#" + keyed_hash(login, "sign-in-wait")[:62]
    return "=" + login.encode("utf-8", "replace").decode()


def _wait_everywhere(failures: int) -> timedelta:
    return _growing(failures - _ACCOUNT_SLOWER * config().lock_after_failures, LONGEST_WAIT_MINUTES)


def _wait_of_source(failures: int) -> timedelta:
    return _growing(failures - 1, LONGEST_SOURCE_WAIT_MINUTES)


def _growing(beyond: int, longest: int) -> timedelta:
    if beyond < 0:
        return timedelta(0)
    return timedelta(minutes=min(2 ** min(beyond, 16), longest))


def _count_source(source: str) -> tuple[bool, datetime | None]:
    """Whether that many logins were tried from there that it is noticed now, and until when the source waits."""
    since = clock.now() - _SPRAYING_WITHIN
    tried = SignInWait.select().where(
        SignInWait.source == source,
        SignInWait.last_at > since,
        SignInWait.login != ANY,
        SignInWait.failures > 0,
    )
    count = tried.count()
    if count < config().spraying_accounts:
        return False, None
    fresh = not SignInWait.select().where(SignInWait.login == ANY, SignInWait.source == source).exists()
    until = _bump(ANY, source, _wait_of_source, remembered=_SPRAYING_WITHIN)
    if fresh:
        log.warning("sign_ins_sprayed", source=source, accounts=count)
        noticed = SignIn.create(login=ANY, door="any", outcome="sprayed", address=source[:64])
        announce_rows(SPRAYED, [(None, noticed.id, {"logins": count})])
    return fresh, until


def _bump(login: str, source: str, wait: Any, *, remembered: timedelta = _REMEMBERED) -> datetime | None:
    now, row = clock.now(), _row(login, source)
    failures = (row.failures if row.last_at > now - remembered else 0) + 1
    span = wait(failures)
    until = now + span if span else None
    SignInWait.update(failures=failures, until=until, last_at=now).where(SignInWait.id == row.id).execute()
    return until


def _row(login: str, source: str) -> SignInWait:
    """The count of that name, made if need be, locked until the end of the transaction."""
    query = SignInWait.select().where(SignInWait.login == login, SignInWait.source == source)
    if not is_sqlite():
        query = query.for_update()
    found: SignInWait | None = query.first()
    if found is not None:
        return found
    try:
        with database.atomic():
            return SignInWait.create(login=login, source=source)
    except IntegrityError:
        there: SignInWait = query.get()
        return there
