"""Setting up an authenticator, renewing it, and the recovery codes that are shown once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from models.administration.records import Account
from models.administration.second_factor import totp
from models.administration.second_factor.codes import hash_recovery_code, wrong_code
from models.administration.second_factor.records import RecoveryCode, SecondFactor
from models.administration.second_factor.requirement import factor_of, required_for
from models.administration.sign_in.step_up import require_recent_proof
from models.core import clock, history
from models.core.errors import AnbanError, Conflict, Invalid
from models.core.events import outbox
from models.core.fields import moment_text
from models.core.security.actor import Actor
from models.core.security.identifiers import squeeze

CODES = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class AuthenticatorSetup:
    """What an authenticator program is set up with: the secret to type, the address to open, a picture to scan (SVG)."""

    secret: str
    uri: str
    picture: str

    def as_json(self) -> dict[str, str]:
        """For both doors."""
        return {"secret": self.secret, "uri": self.uri, "picture": self.picture}


def describe(actor: Actor) -> dict[str, Any]:
    """How it stands with the actor's own second factor."""
    factor = factor_of(actor.account_id or 0)
    left = RecoveryCode.select().where(
        RecoveryCode.account_id == actor.account_id, RecoveryCode.used_at.is_null()
    )
    return {
        "on": factor is not None,
        "since": moment_text(factor.confirmed_at) if factor is not None else None,
        "required": required_for(actor.account_id or 0),
        "recovery_codes_left": left.count() if factor is not None else 0,
    }


def offer(account: Account) -> AuthenticatorSetup:
    """A new secret for the account, which counts once its first code was typed; the old one stays until then."""
    secret = totp.new_secret()
    if not SecondFactor.update(pending=secret).where(SecondFactor.account_id == account.id).execute():
        SecondFactor.create(account_id=account.id, pending=secret)
    address = totp.uri(secret, account.login)
    return AuthenticatorSetup(secret, address, totp.picture(address))


def begin(actor: Actor) -> AuthenticatorSetup:
    """A new authenticator for the actor. Raises Forbidden `proof_required` when they proved themselves long ago."""
    require_recent_proof(actor)
    return offer(Account.get_by_id(actor.account_id))


def confirm(actor: Actor, account: Account, typed: str) -> list[str] | AnbanError:
    """Put the offered secret to use with its first code; gives ten recovery codes, shown once, or the refusal.

    In the caller's transaction, which must be committed whatever comes out.
    """
    factor = SecondFactor.get_or_none(SecondFactor.account_id == account.id)
    if factor is None or not factor.pending:
        return Conflict(
            "请重新开始设置",
            code="nothing_pending",
            cause="没有等待确认的动态口令",
            advice="请回到上一步，重新扫码",
        )
    step = totp.step_of(factor.pending, squeeze(typed), clock.now(), after=0)
    if step is None:
        return wrong_code()
    SecondFactor.update(
        secret=factor.pending,
        pending=None,
        confirmed_at=clock.now(),
        last_step=step,
        failures=0,
        locked_until=None,
    ).where(SecondFactor.id == factor.id).execute()
    history.note(actor, account, "second_factor_set")
    outbox.announce("account.second_factor_set", account)
    return _new_codes(account.id)


def confirm_own(actor: Actor, typed: str) -> list[str]:
    """`confirm` for somebody who is signed in. Call it in a transaction; a wrong code is no secret to guess here."""
    require_recent_proof(actor)
    outcome = confirm(actor, Account.get_by_id(actor.account_id), typed)
    if isinstance(outcome, AnbanError):
        raise outcome
    return outcome


def renew_codes(actor: Actor) -> list[str]:
    """Ten new recovery codes; the old ones are good for nothing any more."""
    require_recent_proof(actor)
    if factor_of(actor.account_id or 0) is None:
        raise _not_on()
    history.note(actor, Account.get_by_id(actor.account_id), "recovery_codes_renewed")
    return _new_codes(actor.account_id or 0)


def switch_off(actor: Actor) -> None:
    """Do without, where the installation does not ask for one. Raises Conflict where it does."""
    require_recent_proof(actor)
    if factor_of(actor.account_id or 0) is None:
        raise _not_on()
    if required_for(actor.account_id or 0):
        raise Conflict(
            "不能关闭动态口令",
            code="second_factor_needed",
            cause="管理账号必须有动态口令",
            advice="换手机时点“换一个”，不用先关闭",
        )
    forget(actor.account_id or 0)
    account = Account.get_by_id(actor.account_id)
    history.note(actor, account, "second_factor_removed")
    outbox.announce("account.second_factor_removed", account)


def forget(account_id: int) -> bool:
    """Take an account's second factor and recovery codes away; says whether there was one."""
    RecoveryCode.delete().where(RecoveryCode.account_id == account_id).execute()
    return bool(SecondFactor.delete().where(SecondFactor.account_id == account_id).execute())


def _new_codes(account_id: int) -> list[str]:
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(CODES)
    ]
    RecoveryCode.delete().where(RecoveryCode.account_id == account_id).execute()
    for code in codes:
        RecoveryCode.create(account_id=account_id, code_hash=hash_recovery_code(code))
    return codes


def _not_on() -> Invalid:
    return Invalid("还没有动态口令", code="no_second_factor", advice="请先设置动态口令")
