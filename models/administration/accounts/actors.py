"""From a token or an account to an Actor: who asks, for which company, and how far they reach (J04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import ModelSelect

from models.administration.accounts import invitations
from models.administration.records import Account, Assignment, Role, Session
from models.administration.roles import scope_places
from models.administration.roles.grants import Reach, union
from models.administration.roles.roles import reach_of
from models.administration.roles.scope_places import Grant
from models.core import clock
from models.core.config import config
from models.core.db.connection import in_transaction, when_idle
from models.core.db.queries import prepared
from models.core.errors import StorageFull, Unauthenticated
from models.core.security.actor import Actor
from models.core.security.crypto import hash_token
from models.core.security.rights import Scope, all_rights
from models.organization.records import Binding, Company, Person

_TOUCH_EVERY = timedelta(minutes=1)
_MEMORY = 100_000
_touched: dict[int, Any] = {}


@dataclass(frozen=True)
class _Held:
    """A role that the account holds: for which company, from which node of the tree on, and its rights."""

    company_id: int | None
    node_id: int | None
    reach: Reach

    def is_of(self, unit_id: int) -> bool:
        """Whether a session of that unit alone may draw on it: the unit's own, and what is no role of the group."""
        return self.company_id in (None, unit_id) and Scope.GROUP not in self.reach.values()


def actor_for_token(token: str, door: str) -> Actor:
    """The actor behind a session's token at `door` (console or phone); four queries, nothing is written.

    Raises Unauthenticated with `unauthenticated`, `session_expired` (over or revoked) or `account_disabled`.
    """
    found = _sessions(hash_token(token), door)
    if not found:
        guest = _guest(hash_token(token), door)
        if guest is not None:
            return guest
        raise Unauthenticated(cause="没有登录，或登录信息不对", advice="请登录后再操作")
    session = found[0]
    if session.revoked_at is not None or session.expires_at <= clock.now():
        raise session_over()
    if _is_idle(session, door):
        raise session_idle()
    return actor_for_account(session.account, door, session_id=session.id, unit_id=session.unit_id)


def _guest(token_hash: str, door: str) -> Actor | None:
    """Somebody invited, who has no account yet (Q05)."""
    session = Session.get_or_none(Session.token_hash == token_hash, Session.door == door)
    if session is None or session.account_id is not None:
        return None
    if session.revoked_at is not None or session.expires_at <= clock.now():
        raise session_over()
    guest = invitations.guest(session, door)
    if guest is None:
        raise session_over()
    return guest


@prepared
def _sessions(token_hash: str, door: str) -> ModelSelect:
    """The session of a token with its account, of which only what an actor is made of is read."""
    return (
        Session.select(
            Session.id, Session.revoked_at, Session.expires_at, Session.created_at, Session.seen_at, Session.unit_id,
            Account.id, Account.name, Account.id_hash, Account.state, Account.company, Account.current_company,
            Account.must_change_password,
        )
        .join(Account, on=(Session.account_id == Account.id), attr="account")
        .where(Session.token_hash == token_hash, Session.door == door)
    )  # fmt: skip


def session_over() -> Unauthenticated:
    """The refusal for a session that ran out or was ended."""
    return Unauthenticated(
        "登录已过期", code="session_expired", cause="登录时间到了，或已在别处退出", advice="请重新登录"
    )


def session_idle() -> Unauthenticated:
    """The refusal for a console's session that nobody used for as long as the installation allows."""
    return Unauthenticated(
        "登录已过期",
        code="session_idle",
        cause=f"{config().console_idle_minutes} 分钟没有操作，为安全已退出",
        advice="请重新登录",
    )


def _is_idle(session: Session, door: str) -> bool:
    """Whether nobody used it for too long. `seen_at` is written once a minute, so a minute more is given."""
    minutes = config().console_idle_minutes
    if door != "console" or not minutes:
        return False
    seen: datetime = session.seen_at or session.created_at
    return seen + timedelta(minutes=minutes) + _TOUCH_EVERY <= clock.now()


def account_disabled() -> Unauthenticated:
    """The refusal for an account that was switched off."""
    return Unauthenticated(
        "账号已停用",
        code="account_disabled",
        cause="管理员停用了这个账号",
        advice="请联系单位管理员启用",
    )


def actor_for_account(
    account: Account, door: str, *, session_id: int | None = None, unit_id: int | None = None
) -> Actor:
    """The actor that an account is, working for its current company; three queries.

    With `unit_id` it works for that company and has nothing of any other's, nor of the group's: no file, no right
    (I3). Raises Unauthenticated with `account_disabled`.
    """
    if account.state != "active":
        raise account_disabled()
    held = _held(account.id)
    files = list(own_files(account.id))
    company_id = unit_id or account.current_company_id or account.company_id
    if unit_id is not None:
        held = [item for item in held if item.is_of(unit_id)]
        files = [file for file in files if file.company_id == unit_id]
    # Who has no ID number was made by their company's administrator, for that company (J02).
    bound = (account.id_hash is None and company_id == account.company_id) or any(
        file.company_id == company_id and file.binding.state == "approved" for file in files
    )
    grants = _grants(held, company_id, bound=bound)
    rights = union(grant.reach for grant in grants)
    narrow = scope_places.is_narrow(rights)
    companies = _tree(company_id, everything=Scope.GROUP in rights.values(), below=narrow)
    own = [file for file in files if file.company_id == company_id and file.binding.state == "approved"]
    return Actor(
        account_id=account.id,
        name=account.name,
        company_id=next(
            (row.id for row in companies if row.id == company_id and row.kind == "company"), None
        ),
        rights=rights,
        group_companies=tuple(row.id for row in companies if row.kind in ("group", "plate", "company"))
        if Scope.GROUP in rights.values()
        else (),
        places=scope_places.places_of(rights, grants, own, companies) if narrow else {},
        person_ids=tuple(file.id for file in files),
        door=door,
        must_change_password=account.must_change_password,
        session_id=session_id,
        unit_id=unit_id,
    )


def system_actor(name: str = "系统") -> Actor:
    """The house itself, for commands and set-up: every right, for the whole group."""
    rows = Company.select(Company.id).where(Company.kind.in_(("group", "plate", "company")))
    rights = {right.name: Scope.GROUP for right in all_rights()}
    return Actor(account_id=None, name=name, rights=rights, group_companies=tuple(row.id for row in rows))


@prepared
def own_files(account_id: int) -> ModelSelect:
    """The personnel files that are tied to an account and bound, or wait to be, each with its `binding`."""
    return (
        Person.select(
            Person.id, Person.company, Person.name, Person.role, Person.site, Person.department, Binding
        )
        .join(Binding, on=(Binding.person == Person.id), attr="binding")
        .where(Person.account_id == account_id, Binding.state.in_(("approved", "waiting")))
        .order_by(Person.id)
    )


def role_names(actor: Actor) -> list[str]:
    """What the actor's roles are called, for the company worked for."""
    query = (
        Role.select(Role.name)
        .join(Assignment, on=(Assignment.role == Role.id))
        .where(Assignment.account_id == actor.account_id)
        .where(Assignment.company_id.is_null() | (Assignment.company_id == actor.company_id))
        .order_by(Role.id)
    )
    return list(dict.fromkeys(role.name for role in query))


def arrive(token: str, door: str, used: bool = True) -> Actor:
    """The actor behind a session's token, and note that the session is in use. Keeps its own transactions.

    `used` is False for what a page asks by itself: that keeps no session alive. Raises what `actor_for_token` raises.
    """
    actor = in_transaction(actor_for_token, token, door, write=False)
    if used:
        touch(actor.session_id)
    return actor


def touch(session_id: int | None) -> None:
    """Note that a session is in use, at most once a minute. Call it outside of a transaction."""
    if session_id is None:
        return
    now, last = clock.now(), _touched.get(session_id)
    if last is not None and now - last < _TOUCH_EVERY:
        return
    if len(_touched) > _MEMORY:
        _touched.clear()
    _touched[session_id] = now
    stale = Session.seen_at.is_null() | (Session.seen_at <= now - _TOUCH_EVERY)
    query = Session.update(seen_at=now).where(Session.id == session_id, stale)
    try:
        done = when_idle(query.execute)
    except StorageFull:  # who only reads goes on reading
        done = False
    if not done:
        _touched.pop(session_id, None)  # the next request tries again


def _held(account_id: int) -> list[_Held]:
    return [_Held(company, node, reach_of(grants)) for company, node, grants in _roles(account_id)]


@prepared
def _roles(account_id: int) -> ModelSelect:
    query = Assignment.select(Assignment.company_id, Assignment.node_id, Role.grants.coerce(False))
    return (
        query.join(Role, on=(Assignment.role == Role.id)).where(Assignment.account_id == account_id).tuples()
    )


def _grants(held: Sequence[_Held], company_id: int, *, bound: bool) -> list[Grant]:
    """Roles for this company and for all; of those for other companies only what reaches the group.

    A role that is held wherever one works (作业人员) reaches into a company only for who is `bound` to it: who has left,
    or still waits, keeps what is about themselves alone.
    """
    grants = []
    for item in held:
        here = item.company_id in (None, company_id)
        outside = item.company_id is None and not bound
        reach = {
            name: min(scope, Scope.SELF) if outside and scope != Scope.GROUP else scope
            for name, scope in item.reach.items()
            if here or scope == Scope.GROUP
        }
        grants.append(Grant(reach, item.node_id))
    return grants


def _tree(company_id: int, *, everything: bool, below: bool) -> list[Company]:
    """The companies that the actor's scopes are measured by, in one query."""
    if not everything and not below:
        return _own_company(company_id)
    wanted = Company.id == company_id
    if everything:
        wanted |= Company.kind.in_(("group", "plate", "company"))
    if below:
        wanted |= Company.company_root == company_id
    return list(_companies().where(wanted).order_by(Company.id))


@prepared
def _own_company(company_id: int) -> ModelSelect:
    return _companies().where(Company.id == company_id)


def _companies() -> ModelSelect:
    return Company.select(Company.id, Company.kind, Company.path, Company.name)
