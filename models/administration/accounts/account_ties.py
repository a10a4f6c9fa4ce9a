"""The tie between a company's file and the account of the human whose file it is (I2): made by two yeses, ended by one."""

from __future__ import annotations

from typing import Any

from peewee import IntegrityError

from models.administration.accounts import invitations
from models.administration.accounts.authority import require_no_greater
from models.administration.accounts.membership import leave, sync_roles
from models.administration.accounts.standing_changes import standing_changed
from models.administration.records import Account, AccountClaim
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign
from models.core import clock, history
from models.core.db.connection import database
from models.core.errors import Conflict
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.organization.records import DECIDE_BINDINGS, Binding, Person


def tie(actor: Actor, person: Person, account: Account, *, member: bool = False) -> Person:
    """Make the file the account's. Whoever calls it has both yeses: the company's and the holder's own.

    With `member` the account becomes 单位成员 there. Raises Conflict `tied_already` for a file that has an account, and
    `two_files` for an account that has another file in the company.
    """
    try:
        with database.atomic():
            free = Person.update(account_id=account.id).where(
                Person.id == person.id, Person.account_id.is_null() | (Person.account_id == account.id)
            )
            if free.execute() != 1 and not _is_tied(person, account):
                raise tied_already(person)
    except IntegrityError:
        raise Conflict(
            f"不能把“{person.name}”绑定到这个账号",
            code="two_files",
            cause="这个账号在本单位已经是另一个人",
            advice="请核对身份证号，或先解除那个人的账号",
        ) from None
    person.account_id = account.id
    invitations.withdraw(person, state=invitations.ACCEPTED)
    _settle_claims(actor, person, account)
    assign(account.id, builtin_roles.WORKER, None)
    if member:
        assign(account.id, builtin_roles.UNIT_MEMBER, person.company_id)
    sync_roles(person)
    _tell(actor, person, account, "tied")
    return person


def _is_tied(person: Person, account: Account) -> bool:
    """Whether the file is the account's: MariaDB counts no row where nothing changes."""
    return bool(Person.select().where(Person.id == person.id, Person.account_id == account.id).exists())


def tied_already(person: Person) -> Conflict:
    """The refusal for a file that is somebody's already."""
    return Conflict(
        f"“{person.name}”已经有账号",
        code="tied_already",
        cause="这份资料已经绑定了账号",
        advice="确实换人的，请先点“解除账号”",
    )


def _settle_claims(actor: Actor, person: Person, account: Account) -> None:
    """The account's own claim is confirmed; others that wait for the file are refused."""
    decided = {"decided_at": clock.now(), "decided_by": actor.name[:60]}
    mine = (AccountClaim.person_id == person.id) & (AccountClaim.account_id == account.id)
    AccountClaim.update(state="confirmed", **decided).where(mine).execute()
    others = (AccountClaim.person_id == person.id) & (AccountClaim.account_id != account.id)
    AccountClaim.update(state="refused", **decided).where(others, AccountClaim.state == "waiting").execute()


def untie(actor: Actor, person: Person) -> Person:
    """Take the file from its account: wrong human, or a phone that went to somebody else. By who may review.

    Roles in the company and what was open because of them are over at once. Raises Conflict `no_account`.
    """
    actor.require(DECIDE_BINDINGS, person)
    account = Account.get_or_none(Account.id == person.account_id)
    if account is None:
        raise Conflict(
            f"“{person.name}”没有账号", code="no_account", cause="这份资料没有绑定账号", advice="请刷新后再看"
        )
    require_no_greater_here(actor, account, person, "解除账号")
    release(actor, person, account)
    _tell(actor, person, account, "untied")
    return person


def require_no_greater_here(actor: Actor, account: Account, person: Person, doing: str) -> None:
    """`require_no_greater`, by what the account may do in the file's company alone: the tie is that company's."""
    require_no_greater(actor, account, doing, unit_id=person.company_id)


def release(actor: Actor, person: Person, account: Account) -> None:
    """End the tie and everything that was drawn on it; whoever calls this says why in the trail."""
    Person.update(account_id=None).where(Person.id == person.id, Person.account_id == account.id).execute()
    person.account_id = None
    AccountClaim.update(state="refused", decided_at=clock.now(), decided_by=actor.name[:60]).where(
        AccountClaim.person_id == person.id, AccountClaim.account_id == account.id
    ).execute()
    leave(account, person.company_id)
    standing_changed([account.id], unit_id=person.company_id)


def release_left(actor: Actor, account: Account) -> None:
    """Untie the account from the files of units that its holder has left; in the running transaction.

    Called when a password is handed out for it: whoever uses that may be somebody else, and a unit that takes the file
    back in would let them in by a yes that its holder gave before. It invites, or confirms, anew (I2, I3).
    """
    left = (
        Person.select()
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.account_id == account.id, Binding.state.in_(("ended", "refused")))
        .order_by(Person.id)
    )
    for person in list(left):
        release(actor, person, account)
        line = {"field": "account_id", "title": "账号", "old": masked(account.login), "new": None}
        history.note(actor, person, "untied", [line])


def _tell(actor: Actor, person: Person, account: Account, what: str) -> None:
    line: dict[str, Any] = {"field": "account_id", "title": "账号", "old": None, "new": masked(account.login)}
    if what == "untied":
        line["old"], line["new"] = line["new"], None
    history.note(actor, person, what, [line])
    if account.company_id == person.company_id:  # another company's trail says nothing of this one
        history.note(actor, account, what)
    announce(f"person.{what}", person, account=account.id, by=actor.name, at=clock.now().isoformat())


def masked(login: str) -> str:
    """A login as others see it: enough to recognise one's own."""
    keep = 3 if len(login) > 7 else 1
    return f"{login[:keep]}{'*' * max(3, len(login) - keep - 4)}{login[-4:] if len(login) > 7 else ''}"


__all__ = ["masked", "release", "release_left", "tie", "tied_already", "untie"]
