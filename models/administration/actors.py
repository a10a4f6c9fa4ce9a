"""From a token or an account to an Actor: who asks, for which company, and how far they reach (J04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import ModelSelect

from models.administration.grants import Reach, union, unpack
from models.administration.records import Account, Assignment, Role, Session
from models.core import clock
from models.core.actor import Actor
from models.core.crypto import hash_token
from models.core.database import in_transaction
from models.core.errors import Unauthenticated
from models.core.fetching import prepared
from models.core.rights import Scope, all_rights
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


def actor_for_token(token: str, door: str) -> Actor:
    """The actor behind a session's token at `door` (console or phone); four queries, nothing is written.

    Raises Unauthenticated with `unauthenticated`, `session_expired` (over or revoked) or `account_disabled`.
    """
    found = _sessions(hash_token(token), door)
    if not found:
        raise Unauthenticated(cause="没有登录，或登录信息不对", advice="请登录后再操作")
    session = found[0]
    if session.revoked_at is not None or session.expires_at <= clock.now():
        raise session_over()
    return actor_for_account(session.account, door, session_id=session.id)


@prepared
def _sessions(token_hash: str, door: str) -> ModelSelect:
    """The session of a token with its account, of which only what an actor is made of is read."""
    return (
        Session.select(
            Session.id, Session.revoked_at, Session.expires_at, Account.id, Account.name, Account.id_hash,
            Account.state, Account.company, Account.current_company, Account.must_change_password,
        )
        .join(Account, on=(Session.account_id == Account.id), attr="account")
        .where(Session.token_hash == token_hash, Session.door == door)
    )  # fmt: skip


def session_over() -> Unauthenticated:
    """The refusal for a session that ran out or was ended."""
    return Unauthenticated(
        "登录已过期", code="session_expired", cause="登录时间到了，或已在别处退出", advice="请重新登录"
    )


def account_disabled() -> Unauthenticated:
    """The refusal for an account that was switched off."""
    return Unauthenticated(
        "账号已停用",
        code="account_disabled",
        cause="管理员停用了这个账号",
        advice="请联系单位管理员启用",
    )


def actor_for_account(account: Account, door: str, *, session_id: int | None = None) -> Actor:
    """The actor that an account is, working for its current company; three queries.

    Raises Unauthenticated with `account_disabled`.
    """
    if account.state != "active":
        raise account_disabled()
    held = _held(account.id)
    files = own_files(account.id_hash)
    company_id = account.current_company_id or account.company_id
    bound = not account.id_hash or any(
        file.company_id == company_id and file.binding.state == "approved" for file in files
    )
    rights = _rights(held, company_id, bound=bound)
    nodes = _nodes(held, files, company_id)
    companies = _tree(company_id, everything=Scope.GROUP in rights.values(), below=bool(nodes))
    tree = [row for row in companies if any(f"/{node}/" in row.path for node in nodes)]
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
        sites=tuple(row.id for row in tree if row.kind == "site"),
        departments=tuple(row.id for row in tree if row.kind == "department"),
        person_ids=tuple(file.id for file in files),
        door=door,
        must_change_password=account.must_change_password,
        session_id=session_id,
    )


def system_actor(name: str = "系统") -> Actor:
    """The house itself, for commands and set-up: every right, for the whole group."""
    rows = Company.select(Company.id).where(Company.kind.in_(("group", "plate", "company")))
    rights = {right.name: Scope.GROUP for right in all_rights()}
    return Actor(account_id=None, name=name, rights=rights, group_companies=tuple(row.id for row in rows))


def own_files(id_hash: str | None) -> list[Person]:
    """The personnel files of one human that are bound or wait to be, each with its `binding`."""
    if not id_hash:
        return []
    return _files(id_hash)


@prepared
def _files(id_hash: str) -> ModelSelect:
    return (
        Person.select(
            Person.id, Person.company, Person.name, Person.role, Person.site, Person.department, Binding
        )
        .join(Binding, on=(Binding.person == Person.id), attr="binding")
        .where(Person.id_hash == id_hash, Binding.state.in_(("approved", "waiting")))
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


def arrive(token: str, door: str) -> Actor:
    """The actor behind a session's token, and note that the session is in use. Keeps its own transactions.

    Raises what `actor_for_token` raises.
    """
    actor = in_transaction(actor_for_token, token, door, write=False)
    touch(actor.session_id)
    return actor


def touch(session_id: int | None) -> None:
    """Note that a session is in use, at most once a minute. Call it outside of a transaction."""
    now = clock.now()
    last = _touched.get(session_id) if session_id is not None else now
    if session_id is None or (last is not None and now - last < _TOUCH_EVERY and last <= now):
        return
    if len(_touched) > _MEMORY:
        _touched.clear()
    _touched[session_id] = now
    stale = Session.seen_at.is_null() | (Session.seen_at < now - _TOUCH_EVERY)
    query = Session.update(seen_at=now).where(Session.id == session_id, stale)
    in_transaction(query.execute)


def _held(account_id: int) -> list[_Held]:
    return [_Held(company, node, unpack(grants)) for company, node, grants in _roles(account_id)]


@prepared
def _roles(account_id: int) -> ModelSelect:
    query = Assignment.select(Assignment.company_id, Assignment.node_id, Role.grants)
    return (
        query.join(Role, on=(Assignment.role == Role.id)).where(Assignment.account_id == account_id).tuples()
    )


def _rights(held: Sequence[_Held], company_id: int, *, bound: bool) -> Reach:
    """Roles for this company and for all; of those for other companies only what reaches the group.

    A role that is held wherever one works (作业人员) reaches into a company only for who is `bound` to it: who has left,
    or still waits, keeps what is about themselves alone.
    """
    parts = []
    for item in held:
        here = item.company_id in (None, company_id)
        outside = item.company_id is None and not bound
        parts.append(
            {
                name: min(scope, Scope.SELF) if outside and scope < Scope.GROUP else scope
                for name, scope in item.reach.items()
                if here or scope == Scope.GROUP
            }
        )
    return union(parts)


def _nodes(held: Sequence[_Held], files: Sequence[Person], company_id: int) -> set[int]:
    """Where the actor's own subtree begins: named with the role, or else where the own file stands."""
    narrow = [
        item
        for item in held
        if item.company_id in (None, company_id)
        and any(scope in (Scope.SITE, Scope.DEPARTMENT) for scope in item.reach.values())
    ]
    nodes = {item.node_id for item in narrow if item.node_id is not None}
    if any(item.node_id is None for item in narrow):
        own = [file for file in files if file.company_id == company_id and file.binding.state == "approved"]
        nodes |= {node for file in own for node in (file.site_id, file.department_id) if node is not None}
    return nodes


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
