"""The second half of a sign-in: a code, or the first set-up. Like the first one it keeps its own transactions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from models.administration.accounts.actors import account_disabled
from models.administration.records import Account, SignIn
from models.administration.second_factor import enrolment
from models.administration.second_factor.codes import check
from models.administration.second_factor.records import HalfSession
from models.administration.second_factor.requirement import (
    CODE,
    ENROL,
    factor_of,
    half_session,
    half_session_over,
)
from models.administration.sign_in import known_devices
from models.administration.sign_in.sign_in import SignedIn, open_session, outside_transaction
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError
from models.core.security.actor import Actor


@dataclass(frozen=True)
class Enrolled:
    """A session that began with the set-up of a second factor, and the recovery codes, shown once."""

    signed_in: SignedIn
    recovery_codes: list[str]


def finish(token: str, code: str, *, door: str, known_device: str | None = None) -> SignedIn:
    """Open the session that a half session and a code are good for. Call it outside of a transaction.

    `known_device`: what an earlier sign-in left on this device.

    Raises Unauthenticated `half_session_over` or `account_disabled`, Invalid `wrong_code`, TooMany
    `second_factor_locked`.
    """
    outside_transaction("finish")
    signed_in: SignedIn = _kept(in_transaction(_finish, token, code, door))
    return _known(signed_in, known_device)


def offer(token: str, *, door: str) -> enrolment.AuthenticatorSetup:
    """What to set up an authenticator with, for somebody who must before the first session. In a transaction."""
    half = half_session(token, door, ENROL)
    return enrolment.offer(_account(half))


def enrol(token: str, code: str, *, door: str, known_device: str | None = None) -> Enrolled:
    """Confirm the first code of a new authenticator and open the session. Call it outside of a transaction."""
    outside_transaction("enrol")
    enrolled: Enrolled = _kept(in_transaction(_enrol, token, code, door))
    return replace(enrolled, signed_in=_known(enrolled.signed_in, known_device))


def _known(signed_in: SignedIn, known_device: str | None) -> SignedIn:
    """With what makes the device known at the next sign-in, once there is a password of the holder's own."""
    account = signed_in.account
    if account is None or account.must_change_password:
        return signed_in
    device = known_devices.read(known_device)
    return replace(signed_in, known_device=device.with_account(account))


def _kept(outcome: Any) -> Any:
    if isinstance(outcome, AnbanError):
        raise outcome
    return outcome


def _finish(token: str, code: str, door: str) -> SignedIn | AnbanError:
    half = half_session(token, door, CODE)
    account = _account(half)
    factor = factor_of(account.id)
    if factor is None:
        return half_session_over()  # it was reset meanwhile: the sign-in begins anew
    return _opened(half, account, lambda: check(factor, code))


def _enrol(token: str, code: str, door: str) -> Enrolled | AnbanError:
    half = half_session(token, door, ENROL)
    account = _account(half)
    if factor_of(account.id) is not None:
        return half_session_over()  # set up elsewhere meanwhile
    codes: list[str] = []

    def confirmed() -> AnbanError | None:
        doer = Actor(account_id=account.id, name=account.name, door=door)
        outcome = enrolment.confirm(doer, account, code)
        if isinstance(outcome, AnbanError):
            return outcome
        codes.extend(outcome)
        return None

    opened = _opened(half, account, confirmed)
    return opened if isinstance(opened, AnbanError) else Enrolled(opened, codes)


def _opened(
    half: HalfSession, account: Account, proved: Callable[[], AnbanError | None]
) -> SignedIn | AnbanError:
    refusal = proved()
    if refusal is not None:
        _log(half, account, refusal.code)
        return refusal
    mine = (HalfSession.id == half.id) & HalfSession.used_at.is_null()
    if not HalfSession.update(used_at=clock.now()).where(mine).execute():
        return half_session_over()
    _log(half, account, "ok")
    return open_session(
        account, door=half.door, device=half.device, address=half.address, **(half.opening or {})
    )


def _account(half: HalfSession) -> Account:
    account: Account = Account.get_by_id(half.account_id)
    if account.state != "active":
        raise account_disabled()
    return account


def _log(half: HalfSession, account: Account, outcome: str) -> None:
    SignIn.create(
        account_id=account.id, company_id=account.company_id, login=account.login, door=half.door, outcome=outcome,
        address=half.address, device=half.device,
    )  # fmt: skip
