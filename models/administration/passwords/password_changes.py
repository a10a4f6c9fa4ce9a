"""Changing one's password, and giving somebody a new first one (K06)."""

from __future__ import annotations

from datetime import timedelta

from models.administration.accounts.account_ties import release_left
from models.administration.accounts.authority import require_all_units, require_no_greater
from models.administration.accounts.standing_changes import standing_changed
from models.administration.passwords import password_history, password_rules
from models.administration.records import RESET_PASSWORDS, Account, AccountClaim, Session
from models.administration.sign_in import known_devices, throttling
from models.administration.sign_in.sign_in import locked, outside_transaction, session_length
from models.core import clock, history
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Invalid, Unauthenticated
from models.core.events.outbox import announce
from models.core.security import crypto
from models.core.security.actor import Actor


def change_password(actor: Actor, current: str, new: str, *, known_device: str | None = None) -> str:
    """Set the actor's own password and end all other sessions of the account.

    Call it outside of a transaction: like a sign-in it counts a wrong `current` although it raises, for this session
    alone. Raises Invalid with `fields.current` or `fields.new`, TooMany when it must wait. `known_device` is what the
    device keeps of sign-ins there; gives what it is to keep from now on.
    """
    outside_transaction("change_password")
    account = in_transaction(_own_account, actor, write=False)
    origin = throttling.Origin(account.login, "", f"session {actor.session_id}")
    until = in_transaction(throttling.waits_until, origin, write=False)
    if until is not None:
        raise locked(until)
    right = password_rules.matches(account, current)
    if not right:
        counted = in_transaction(throttling.count_wrong, origin)
        raise locked(counted.at_wait) if counted.at_wait else _wrong("current", "原密码不对，请重新输入")
    fault = "新密码不能和原密码一样" if current == new else password_rules.fault_of(new, account)
    fault = fault or password_history.fault_of(new, account)
    if fault:
        raise _wrong("new", fault)
    hashed = crypto.hash_password(new)
    outcome = in_transaction(_replace, actor, account, hashed)
    if outcome is not None:
        raise outcome
    account.password_hash = hashed
    return known_devices.read(known_device).with_account(account)


def _own_account(actor: Actor) -> Account:
    account = Account.get_or_none(Account.id == actor.account_id)
    if account is None:
        raise Unauthenticated(advice="请重新登录")
    return account


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("密码没有改成", fields={field: sentence})


def _replace(actor: Actor, account: Account, hashed: str) -> AnbanError | None:
    """Write the new hash where the verified one still stands; two changes at once make one."""
    changed = (
        Account.update(
            password_hash=hashed,
            must_change_password=False,
            first_password=False,
            first_password_until=None,
            first_password_used_at=None,
            failures=0,
            locked_until=None,
            version=Account.version + 1,
            updated_at=clock.now(),
        )
        .where(Account.id == account.id, Account.password_hash == account.password_hash)
        .execute()
    )
    if not changed:
        return Conflict(
            "密码刚被改过", code="changed_meanwhile", cause="另一处同时在改密码", advice="请用新密码重新登录"
        )
    password_history.replaced(account)
    standing_changed([account.id], but=actor.session_id)
    _lengthen(actor)
    history.note(actor, account, "password_changed")
    return None


def _lengthen(actor: Actor) -> None:
    """The short session of a first password becomes an ordinary one."""
    session = Session.get_or_none(Session.id == actor.session_id)
    if session is not None:
        session.expires_at = session.created_at + session_length(session.door)
        session.save(only=["expires_at"])


def reset_password(actor: Actor, account: Account) -> str:
    """Give the account a random first password and end its sessions; gives the password, shown once.

    Raises Forbidden for an account that may do more than the actor: nobody becomes somebody greater.
    """
    actor.require(RESET_PASSWORDS, account)
    require_all_units(actor, account, RESET_PASSWORDS, "重置密码")
    require_no_greater(actor, account, "重置密码")
    password = password_rules.random_password()
    set_first_password(actor, account, crypto.hash_password(password))
    history.note(actor, account, "password_reset")
    announce("account.password_reset", account, account=account.id, by=actor.name)
    return password


def set_first_password(actor: Actor, account: Account, hashed: str) -> None:
    """Make `hashed` the account's password until its holder has set one, within the configured days (Q05).

    All that was open is over, and what its holder said before: whoever uses this may be somebody else, so claims that
    wait for another company are asked anew, and files of companies that were left are untied (`account_ties.release_left`). A
    lock-out stays: taking that away is a right of its own.
    """
    account.change(
        password_hash=hashed,
        must_change_password=True,
        first_password=True,
        first_password_until=clock.now() + timedelta(days=config().first_password_days),
        first_password_used_at=None,
    )
    AccountClaim.delete().where(
        AccountClaim.account_id == account.id, AccountClaim.state == "waiting"
    ).execute()
    release_left(actor, account)
    standing_changed([account.id])
