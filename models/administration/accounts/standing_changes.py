"""What was given falls with its reason (I6): the one place that is told when an account's standing changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.administration.records import Account, Assignment, Session, SignInTicket
from models.administration.second_factor.records import HalfSession
from models.core import clock
from models.core.events.outbox import announce_rows
from models.organization.records import Binding, Person

CHANGED = "account.changed"
_NAMED = 2000  # in one piece of news, which a server keeps in 64 KiB


def standing_changed(accounts: Iterable[int], *, unit_id: int | None = None, but: int | None = None) -> None:
    """Something that these accounts drew on is gone or another: a tie, binding, role, password, or the account.

    Part of the running transaction, called after the change. Ends all sessions of the accounts (but the one) and
    their tickets and half sessions; with `unit_id` only what that company was the reason of: sessions of it alone, and all sessions and
    tickets of an account that nothing is left to. Rights in a session that goes on follow at its next request.

    Says so to every process, as `rights_changed` does.
    """
    named = sorted(set(accounts))
    if not named:
        return
    gone = named if unit_id is None else [one for one in named if not _has_anything(one)]
    _end(Session.account_id.in_(gone or [0]), but)
    SignInTicket.update(used_at=clock.now()).where(
        SignInTicket.account_id.in_(gone or [0]), SignInTicket.used_at.is_null()
    ).execute()
    HalfSession.update(used_at=clock.now()).where(
        HalfSession.account_id.in_(gone or [0]), HalfSession.used_at.is_null()
    ).execute()
    if unit_id is not None:
        _end(Session.account_id.in_(named) & (Session.unit_id == unit_id), but)
    rights_changed(named, unit_id=unit_id)


def rights_changed(accounts: Iterable[int | None], *, unit_id: int | None = None) -> None:
    """What these accounts may do, or where, is another by now; their sessions go on. In the running transaction.

    Announces `account.changed` with the ids at `accounts` in its payload, of very many in several pieces: a role may be held
    by more than one piece of news can name. The process that does it says
    `{"standing": [ids]}` to every other as soon as it is committed, and the relay says it too: whoever holds something
    open for one of them (a live socket) asks `actor_for_token` for it once more, closes it if that raises, and goes on
    with what it gives if not.
    """
    named = sorted({one for one in accounts if one is not None})
    parts = [named[start : start + _NAMED] for start in range(0, len(named), _NAMED)]
    if parts:
        announce_rows(CHANGED, [(unit_id, part[0], {"accounts": part}) for part in parts])


def end_where(condition: Any) -> int:
    """End the running sessions that the condition on `Session` means, and say whose; gives how many."""
    running = condition & Session.revoked_at.is_null()
    accounts = [
        account for (account,) in Session.select(Session.account_id).where(running).distinct().tuples()
    ]
    ended = int(Session.update(revoked_at=clock.now()).where(running).execute())
    rights_changed(accounts)
    return ended


def _end(condition: object, but: int | None) -> None:
    query = Session.update(revoked_at=clock.now()).where(condition, Session.revoked_at.is_null())
    (query if but is None else query.where(Session.id != but)).execute()


def _has_anything(account_id: int) -> bool:
    """Whether the account has a file that it is bound by, or a role in a company or the group."""
    bound = (
        Person.select()
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.account_id == account_id, Binding.state == "approved")
    )
    if bound.exists():
        return True
    roles = Assignment.select().where(
        Assignment.account_id == account_id, Assignment.company_id.is_null(False)
    )
    return bool(roles.exists()) or _reaches_group(account_id)


def _reaches_group(account_id: int) -> bool:
    from models.administration.roles.roles import grants_for_accounts
    from models.core.security.rights import Scope

    return Scope.GROUP in grants_for_accounts([account_id])[account_id].values()


def units_of(account_id: int) -> set[int]:
    """The companies that an account belongs to: looked after by it, bound there by a file of its holder's, or holding a
    role there."""
    bound = (
        Person.select(Person.company)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.account_id == account_id, Binding.state.in_(("approved", "waiting")))
    )
    roles = Assignment.select(Assignment.company_id).where(
        Assignment.account_id == account_id, Assignment.company_id.is_null(False)
    )
    home = {Account.get_by_id(account_id).company_id}
    return home | {row.company_id for row in bound} | {row.company_id for row in roles}


__all__ = ["CHANGED", "end_where", "rights_changed", "standing_changed", "units_of"]
