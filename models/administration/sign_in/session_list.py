"""Where somebody is signed in: seen and ended by its holder, and by who manages the account (J02)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.administration.accounts.authority import require_no_greater
from models.administration.accounts.standing_changes import end_where
from models.administration.records import LOCK_USERS, READ_USERS, Account, Session
from models.administration.sign_in.device_names import device_name
from models.administration.sign_in.sign_in import end_session, revoke_sessions
from models.core import clock, history
from models.core.errors import Conflict, NotFound
from models.core.fields import Choice, moment_text
from models.core.ledger import Action, Column, Derived, Filter, Ledger
from models.core.logs.origin import masked
from models.core.row_ids import parse_ids
from models.core.security.actor import Actor

Loaded = dict[int, Any]


def mine(actor: Actor) -> list[dict[str, Any]]:
    """The actor's sessions that are good, the newest in use first; `this` is the one that asks."""
    rows = (
        Session.select().where(_own(actor), *_running()).order_by(Session.seen_at.desc(), Session.id.desc())
    )
    return [
        {
            "id": str(row.id),
            "door": row.door,
            "device": device_name(row.device),
            "address": masked(row.address),
            "since": moment_text(row.created_at),
            "seen": moment_text(row.seen_at),
            "this": row.id == actor.session_id,
        }
        for row in rows.limit(100)
    ]


def end_mine(actor: Actor, session_id: int) -> None:
    """End another one of the actor's own sessions (a lost phone). Raises NotFound for anybody else's, Conflict for this one."""
    row = Session.get_or_none(Session.id == (session_id), _own(actor), *_running())
    if row is None:
        raise NotFound("没有这个登录", cause="它可能已经退出", advice="请刷新后再看")
    if row.id == actor.session_id:
        raise Conflict(
            "这是您正在用的", code="this_session", cause="结束后您会退出", advice="要退出，请点“退出登录”"
        )
    end_session(row.id)
    _note(actor, Account.get_by_id(row.account_id), [row])


def end_my_others(actor: Actor) -> int:
    """End all the actor's sessions but the one that asks; gives how many."""
    if actor.unit_id is None:
        ended = revoke_sessions(actor.account_id or 0, but=actor.session_id)
    else:
        ended = end_where(_own(actor) & (Session.id != actor.session_id))
    if ended:
        history.note(actor, Account.get_by_id(actor.account_id), "other_sessions_ended")
    return ended


def end_as_administrator(actor: Actor, rows: Sequence[Session]) -> list[Session]:
    """End sessions of accounts that the actor manages. Raises Forbidden for an account that may do more."""
    accounts = {
        row.id: row for row in Account.select().where(Account.id.in_({row.account_id for row in rows}))
    }
    for account in accounts.values():
        actor.require(LOCK_USERS, account)
        require_no_greater(actor, account, "结束登录")
    for row in rows:
        end_session(row.id)
        _note(actor, accounts[row.account_id], [row])
    return [Session.get_by_id(row.id) for row in rows]


def end_all_of(actor: Actor, account: Account) -> Account:
    """End every session of an account (J02: a lost phone, somebody who left)."""
    actor.require(LOCK_USERS, account)
    require_no_greater(actor, account, "结束登录")
    if revoke_sessions(account.id, but=actor.session_id):
        history.note(actor, account, "sessions_ended")
    return account


def _note(actor: Actor, account: Account, rows: Sequence[Session]) -> None:
    lines = [
        {
            "field": "session",
            "title": "登录",
            "old": f"{_door(row)} {device_name(row.device)}".strip(),
            "new": None,
        }
        for row in rows
    ]
    history.note(actor, account, "session_ended", lines)


def _door(row: Session) -> str:
    title: str = Session._meta.fields["door"].title_of(row.door)
    return title


def _own(actor: Actor) -> Any:
    """The actor's sessions; in one that a single unit handed out, those of that unit alone (I3)."""
    mine = Session.account_id == actor.account_id
    return mine if actor.unit_id is None else mine & (Session.unit_id == actor.unit_id)


def _running() -> tuple[Any, ...]:
    return Session.revoked_at.is_null(), Session.expires_at > clock.now()


def _whose(actor: Actor, records: Sequence[Session]) -> Loaded:
    names = dict(
        Account.select(Account.id, Account.name)
        .where(Account.id.in_({row.account_id for row in records}))
        .tuples()
    )
    return {
        row.id: {"id": str(row.account_id), "label": names[row.account_id]}
        for row in records
        if row.account_id in names
    }


def _of_accounts(values: Sequence[str]) -> Any:
    return Session.account_id.in_(parse_ids(values) or [0])


def _state(actor: Actor, records: Sequence[Session]) -> Loaded:
    now = clock.now()
    return {
        row.id: "ended" if row.revoked_at else ("over" if row.expires_at <= now else "on") for row in records
    }


def _in_state(values: Sequence[str]) -> Any:
    now = clock.now()
    parts = {
        "on": Session.revoked_at.is_null() & (Session.expires_at > now),
        "over": Session.revoked_at.is_null() & (Session.expires_at <= now),
        "ended": Session.revoked_at.is_null(False),
    }
    chosen = [parts[value] for value in values if value in parts]
    found = chosen[0] if chosen else Session.id.is_null()
    for part in chosen[1:]:
        found |= part
    return found


STATES = (("on", "登录中", "good"), ("over", "已过期", "plain"), ("ended", "已结束", "plain"))


def devices_ledger(group: str) -> Ledger:
    """The ledger of everybody's sessions."""
    return Ledger(
        name="devices",
        record=Session,
        title="登录设备",
        group=group,
        system="J02",
        noun="登录",
        measure="个",
        empty="还没有人登录过。",
        columns=(
            Column("account", 120, fixed=True),
            Column("state", 90),
            Column("door", 100),
            Column("machine", 200),
            Column("where", 150),
            Column("created_at", 170),
            Column("seen_at", 170),
            Column("expires_at", 170, shown=False),
            Column("revoked_at", 170, shown=False),
        ),
        filters=(
            Filter("account", "reference"),
            Filter("state", "choice"),
            Filter("door", "choice"),
            Filter("created_at", "moment_range"),
        ),
        search=("device",),
        search_title="设备",
        sort="-id",
        derived=(
            Derived("account", "谁", "reference", load=_whose, where=_of_accounts, to="users"),
            Derived(
                "state", "状态", "choice", load=_state, where=_in_state,
                choices=tuple(Choice(*state) for state in STATES),
            ),
            Derived("machine", "设备", "text", load=lambda actor, rows: {row.id: device_name(row.device) for row in rows}),
            Derived("where", "网络地址", "text", load=lambda actor, rows: {row.id: masked(row.address) for row in rows}),
        ),
        label=lambda row: f"{_door(row)} {device_name(row.device)}".strip(),
        tone=lambda row, values: "plain",
        rights={"read": READ_USERS},
        actions=(
            Action(
                "end", "结束登录", LOCK_USERS, lambda actor, rows, values: end_as_administrator(actor, rows),
                where="bulk", tone="danger", confirm="这台设备会马上退出，要重新登录才能再用。", when={"state": ("on",)},
            ),
        ),
    )  # fmt: skip
