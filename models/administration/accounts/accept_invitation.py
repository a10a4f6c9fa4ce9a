"""The holder's yes to an invitation: a password of their own makes the account and the tie, or they bring the account
that they have (Q05, I2)."""

from __future__ import annotations

import re
from typing import Any

from models.administration.accounts import invitations
from models.administration.accounts.account_ties import tie
from models.administration.accounts.actors import account_disabled
from models.administration.passwords import password_rules
from models.administration.records import Account, Invitation, Session
from models.administration.second_factor.requirement import factor_of, required_for
from models.administration.sign_in import known_devices, throttling
from models.administration.sign_in.sign_in import (
    locked,
    normal_login,
    outside_transaction,
    session_length,
    session_over,
)
from models.core import clock, history
from models.core.db.connection import in_transaction
from models.core.db.queries import locked as locked_row
from models.core.errors import AnbanError, Conflict, Invalid
from models.core.security import crypto
from models.core.security.actor import Actor
from models.organization.records import Person

_CHOSEN = re.compile(r"[a-z][a-z0-9._-]{3,19}")


def accept(actor: Actor, new: str, *, login: str | None = None, known_device: str | None = None) -> str:
    """Make the invited person's account with a password of their own, and tie their file to it; spends the invitation.

    `login` is another one than the phone, where that is taken. `known_device` is what the device keeps of sign-ins there;
    gives what it is to keep from now on. Call it outside of a transaction. Raises Invalid at
    `new` or `login` (code `login_taken`), Unauthenticated if the invitation is over.
    """
    outside_transaction("accept")
    invitation, person = in_transaction(_open, actor, write=False)
    wanted = invitation.login if login is None else _chosen(login)
    account = Account(login=wanted, phone=person.phone, id_number=person.id_number)
    fault = password_rules.fault_of(new, account)
    if fault:
        raise Invalid("密码没有设成", fields={"new": fault})
    made = in_transaction(_make, actor, wanted, crypto.hash_password(new))
    return known_devices.read(known_device).with_account(made)


def _chosen(login: str) -> str:
    """A login of one's own. No phone number: that would be in the way of whoever has it."""
    wanted = normal_login(login)
    if not _CHOSEN.fullmatch(wanted):
        raise Invalid(fields={"login": "请用字母开头的 4 到 20 个字母或数字，例如 wang.dayou"})
    return wanted


def _open(actor: Actor) -> tuple[Invitation, Person]:
    invitation = invitations.of_guest(actor)
    person = None if invitation is None else invitations.file_of(invitation)
    if invitation is None or person is None or invitation.state != invitations.OPEN:
        raise session_over()
    return invitation, person


def _spend(actor: Actor) -> tuple[Invitation, Person]:
    """The invitation and its file, spent by whoever is first. In a transaction that writes."""
    invitation, person = _open(actor)
    spent = Invitation.update(state=invitations.ACCEPTED, secret=None).where(
        Invitation.id == invitation.id, Invitation.state == invitations.OPEN
    )
    if spent.execute() != 1:
        raise session_over()
    invitations.end_sessions([invitation.id], but=actor.session_id)
    return invitation, person


def _make(actor: Actor, login: str, hashed: str) -> Account:
    invitation, person = _spend(actor)
    own = {"password_hash": hashed, "must_change_password": False, "first_password": False}
    there = Account.get_or_none(Account.login == login)
    # An account from before that was never its holder's is theirs now; one that has a password is somebody's (I3).
    if there is not None and (there.id != invitation.account_id or there.password_hash is not None):
        raise _taken(login)
    if there is None:
        there = Account.create(
            company=person.company_id, current_company=person.company_id, login=login, name=person.name,
            phone=person.phone, id_number=person.id_number, password_changed_at=clock.now(), **own,
        )  # fmt: skip
        history.note(actor, there, "created")
    else:
        there.change(**own, first_password_until=None, failures=0, locked_until=None)
    _enter(actor, invitation, person, there)
    return there


def _taken(login: str) -> Conflict:
    return Conflict(
        "这个账号已经有人用了",
        code="login_taken",
        cause=f"已经有一个账号叫 {login}",
        advice="是您本人的，请输入它的密码，两边合成一个账号；不是，请另取一个账号",
        fields={"login": f"账号 {login} 已经有人用了，请另取一个"},
    )


def join(actor: Actor, login: str | None, password: str, *, known_device: str | None = None) -> str:
    """“That account is mine”: prove it by its own password, and the file is tied to it; spends the invitation.

    `login` is the phone unless another is named. The session becomes an ordinary one of that account; one that is asked
    for a second factor is signed in to first. Call it outside of a transaction: wrong passwords are counted as at a
    sign-in. Raises Invalid at `password`, TooMany when locked.
    """
    outside_transaction("join")
    invitation, _ = in_transaction(_open, actor, write=False)
    wanted = normal_login(login or invitation.login)[:60]
    origin = in_transaction(_origin, actor, wanted, write=False)
    until = in_transaction(throttling.waits_until, origin, write=False)
    if until is not None:
        raise locked(until)
    account = in_transaction(_account, wanted, write=False)
    right = password_rules.matches(account, password)
    outcome = in_transaction(_join, actor, account, right, origin)
    if isinstance(outcome, AnbanError):
        raise outcome
    return known_devices.read(known_device).with_account(outcome)


def _account(login: str) -> Account | None:
    return Account.get_or_none(Account.login == login)


def _origin(actor: Actor, login: str) -> throttling.Origin:
    session = Session.get_or_none(Session.id == actor.session_id)
    return throttling.Origin(login, throttling.source_of(session.address if session is not None else None))


def _join(
    actor: Actor, verified: Account | None, right: bool, origin: throttling.Origin
) -> AnbanError | Account:
    # A first password is another company's, and proves nothing here.
    if verified is None or not right or verified.first_password:
        counted = throttling.count_wrong(origin)
        return locked(counted.at_wait) if counted.at_wait else _wrong()
    until = throttling.locked_until(origin)
    if until is not None:
        return locked(until)
    account = locked_row(Account, verified.id)
    if account.password_hash != verified.password_hash or account.first_password:
        return _wrong()
    if account.state != "active":
        return account_disabled()
    if factor_of(account.id) is not None or required_for(account.id):
        return Conflict(
            "请先用您自己的账号登录",
            code="second_factor_required",
            cause="您的账号登录时还要动态口令",
            advice="登录后点“是我”，填这里的初始密码，两边就合成一个账号",
        )
    invitation, person = _spend(actor)
    _enter(actor, invitation, person, account)
    return account


def _wrong() -> Invalid:
    return Invalid("没有合成", code="wrong_password", fields={"password": "账号或密码不对，请重新输入"})


def _enter(actor: Actor, invitation: Invitation, person: Person, account: Account) -> None:
    """Tie, and make the session one of the account. Its holder has just shown, or set, its own password."""
    tie(actor, person, account, member=invitation.member)
    session = Session.get_by_id(actor.session_id)
    values: dict[str, Any] = {
        "account_id": account.id,
        "unit_id": None,
        "invitation_id": None,
        "expires_at": session.created_at + session_length(session.door),
    }
    Session.update(**values).where(Session.id == session.id).execute()
    Account.update(last_sign_in_at=clock.now()).where(Account.id == account.id).execute()


__all__ = ["accept", "join"]
