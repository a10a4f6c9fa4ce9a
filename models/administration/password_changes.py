"""Changing one's password, and giving somebody a new first one (K06)."""

from __future__ import annotations

from datetime import timedelta

from models.administration import passwords
from models.administration.grants import exceeding
from models.administration.records import RESET_PASSWORDS, Account, Session
from models.administration.roles import grants_for_accounts
from models.administration.signing_in import (
    count_failure,
    locked,
    outside_transaction,
    revoke_sessions,
    session_length,
)
from models.core import clock, crypto, history
from models.core.actor import Actor
from models.core.config import config
from models.core.database import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, TooMany, Unauthenticated


def change_password(actor: Actor, current: str, new: str) -> None:
    """Set the actor's own password and end all other sessions of the account.

    Call it outside of a transaction: like a sign-in it counts a wrong `current` although it raises. Raises
    Invalid with `fields.current` or `fields.new`, TooMany when locked.
    """
    outside_transaction("change_password")
    account = in_transaction(_own_account, actor, write=False)
    if account.locked_until is not None and account.locked_until > clock.now():
        raise locked(account.locked_until)
    right = passwords.matches(account, current)
    if not right:
        refusal = in_transaction(count_failure, account.id)
        raise refusal if isinstance(refusal, TooMany) else _wrong("current", "原密码不对，请重新输入")
    fault = "新密码不能和原密码一样" if current == new else passwords.fault_of(new, account)
    if fault:
        raise _wrong("new", fault)
    hashed = crypto.hash_password(new)
    outcome = in_transaction(_replace, actor, account, hashed)
    if outcome is not None:
        raise outcome


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
    revoke_sessions(account.id, but=actor.session_id)
    _lengthen(actor)
    history.note(actor, account, "password_changed")
    return None


def _lengthen(actor: Actor) -> None:
    """The short session of a first password becomes an ordinary one."""
    session = Session.get_or_none(Session.id == actor.session_id)
    if session is not None:
        until = session.created_at + session_length(session.door)
        Session.update(expires_at=until).where(Session.id == session.id, Session.expires_at < until).execute()


def reset_password(actor: Actor, account: Account) -> str:
    """Give the account a random first password and end its sessions; gives the password, shown once.

    Raises Forbidden for an account that may do more than the actor: nobody becomes somebody greater.
    """
    actor.require(RESET_PASSWORDS, account)
    require_no_greater(actor, account, "重置密码")
    password = passwords.random_password()
    set_first_password(account, crypto.hash_password(password))
    revoke_sessions(account.id)
    history.note(actor, account, "password_reset")
    return password


def require_no_greater(actor: Actor, account: Account, doing: str) -> None:
    """Raise Forbidden if the account may do more, or farther, than the actor (`doing` is the verb)."""
    beyond = exceeding(grants_for_accounts([account.id])[account.id], actor.rights)
    if beyond and account.id != actor.account_id:
        raise Forbidden(
            f"您不能为“{account.name}”{doing}",
            code="greater_account",
            cause="这个账号的权限比您的大",
            advice="请联系公司管理员或系统管理员",
        )


def set_first_password(account: Account, hashed: str) -> None:
    """Make `hashed` the account's password for one sign-in within the configured days (Q05)."""
    account.change(
        password_hash=hashed,
        must_change_password=True,
        first_password=True,
        first_password_until=clock.now() + timedelta(days=config().first_password_days),
        first_password_used_at=None,
        failures=0,
        locked_until=None,
    )
