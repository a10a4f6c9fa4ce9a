"""Members of a chat platform: who writes or presses, what they may do, and whether messages reach them (L01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.db.connection import is_sqlite
from models.core.errors import Forbidden
from models.core.security.actor import Actor
from models.messages.channels.records import ChatMember, WecomApp, same_user
from models.messages.chat_accounts.ties import chat_actor, end_sessions, fall, note_rename
from models.organization.records import Binding, Person


def member_of(app_id: int, user_id: str) -> ChatMember:
    """The member of an app with its `person`, who is bound to the unit. In a transaction.

    Who writes can be reached: one that was thought out of reach is so no more. Raises Forbidden `unknown_member`,
    `left_unit`.
    """
    found = members_of(app_id, [user_id])[user_id]
    if isinstance(found, Forbidden):
        raise found
    return found[0]


def members_of(app_id: int, user_ids: Sequence[str]) -> dict[str, list[ChatMember] | Forbidden]:
    """The same for many at once: the member's rows, one for each of their files, the newest first; or why none."""
    rows = _rows(app_id, set(user_ids))
    bound = _bound([row.__data__["person"] for members in rows.values() for row in members])
    found: dict[str, list[ChatMember] | Forbidden] = {}
    away: list[int] = []
    for user_id in user_ids:
        members = rows.get((user_id or "").lower(), [])
        here = [row for row in members if counts(row) and row.__data__["person"] in bound]
        # One user id is one human: who proved it last.
        here = [row for row in here if row.account_id == here[0].account_id]
        gone = any(row.state == "left" or row.__data__["person"] not in bound for row in members)
        found[user_id] = here or (left() if gone else unknown())
        away += [row.id for row in here if row.state == "unreachable"]
    if away:
        ChatMember.update(state="ok", reason=None).where(ChatMember.id.in_(away)).execute()
    return found


def counts(row: ChatMember) -> bool:
    """Whether a tie still stands: proven, and the account is that of the person's file (I4). Needs `row.person`."""
    return row.state != "left" and row.account_id is not None and row.account_id == row.person.account_id


def _rows(app_id: int, user_ids: set[str]) -> dict[str, list[ChatMember]]:
    """The newest first, by user id in small letters: one human's ties may be written in capitals here and not there."""
    query = (
        ChatMember.select(ChatMember, Person, WecomApp.id, WecomApp.company)
        .join(Person, on=(ChatMember.person == Person.id))
        .switch(ChatMember)
        .join(WecomApp, on=(ChatMember.app == WecomApp.id))
        .where(ChatMember.app == app_id)
        .order_by(ChatMember.tied_at.desc(), ChatMember.id.desc())
    )
    wanted = {user.lower() for user in user_ids if user}
    # MariaDB's index tells no case; where it does after all, and on SQLite, we look at all of the app.
    rows = [] if is_sqlite() else list(query.where(ChatMember.user_id.in_(user_ids)))
    missing = wanted - {row.user_id.lower() for row in rows}
    if missing:
        rows += list(query.where(same_user(ChatMember.user_id, missing)))
    found: dict[str, list[ChatMember]] = {}
    for row in rows:
        found.setdefault(row.user_id.lower(), []).append(row)
    return found


def _bound(person_ids: list[int]) -> set[Any]:
    rows = Binding.select(Binding.person).where(
        Binding.person.in_(person_ids or [0]), Binding.state == "approved"
    )
    return {row.__data__["person"] for row in rows}


def account_of(member: ChatMember) -> Account:
    """The sign-in that a member is tied to. Raises Forbidden `no_account`."""
    found: Account | None = Account.get_or_none(Account.id == member.account_id)
    if found is None:
        raise no_account()
    return found


def unit_of(member: ChatMember) -> int | None:
    """The unit that alone is acted for: a unit that runs the app may say what it likes of its people (I3).

    None for an app of the whole group, which opens all of them.
    """
    if member.app.__data__["company"] is None:
        return None
    unit: int = member.person.__data__["company"]
    return unit


def actor_of(member: ChatMember) -> Actor:
    """What the member may do, as if signed in on the phone. Raises Forbidden `no_account`, Unauthenticated."""
    return actor_for_account(account_of(member), "chat", unit_id=unit_of(member))


def out_of_reach(app_id: int, user_id: str, reason: str) -> int:
    """The platform says that an app's messages reach this member no more; gives how many that were."""
    mine = (ChatMember.app == app_id) & _named(user_id) & (ChatMember.state == "ok")
    return int(ChatMember.update(state="unreachable", reason=reason[:200]).where(mine).execute())


def reached(app_id: int, user_ids: Sequence[str], away: Mapping[str, str]) -> None:
    """An app wrote to these members; `away` says why it did not reach some of them. Who is back counts again."""
    _set_reach(app_id, [user for user in user_ids if user not in away])
    for reason in set(away.values()):
        _set_reach(app_id, [user for user in user_ids if away.get(user) == reason], reason)


def _set_reach(app_id: int, user_ids: Sequence[str], reason: str = "") -> None:
    state = "unreachable" if reason else "ok"
    lower = {user.lower() for user in user_ids}
    if not lower:
        return
    others = ChatMember.select(ChatMember.id, ChatMember.user_id).where(
        ChatMember.app == app_id, ChatMember.state != "left", ChatMember.state != state
    )
    if reason:
        others = others.where(same_user(ChatMember.user_id, lower))
    # Hardly anybody is out of reach: of thousands who are not, these few are looked at instead.
    ids = [row_id for row_id, user in others.tuples() if user.lower() in lower]
    if ids:
        ChatMember.update(state=state, reason=reason[:200] or None).where(ChatMember.id.in_(ids)).execute()


def left_corp(app: WecomApp, user_id: str) -> int:
    """Somebody was taken out of the platform's address book: their ties end. Gives how many."""
    return fall(chat_actor(None), _theirs(app, user_id), "已从企业微信通讯录删除", state="left")


def made_anew(app: WecomApp, user_id: str, at: int) -> int:
    """A user id was given to somebody (Unix time `at`): whoever had it before is somebody else. Gives how many ended."""
    before = datetime.fromtimestamp(at, UTC)
    rows = [row for row in _theirs(app, user_id) if row.tied_at is None or row.tied_at < before]
    return fall(chat_actor(None), rows, "这个企业微信账号已换人使用")


def called(app: WecomApp, user_id: str, name: str) -> int:
    """The address book says that a user id has this name now: under another's name it is another's. Gives how many ended."""
    if not name.strip():
        return 0
    rows = [row for row in _theirs(app, user_id) if row.person.name not in name]
    return fall(chat_actor(None), rows, "这个企业微信账号改成了别人的姓名")


def renamed(app: WecomApp, user_id: str, now: str) -> int:
    """A member has another user id from now on, says the platform; they are told. Gives how many ties moved.

    Where somebody else proved the new one, neither is handed over: the tie that was to move ends.
    """
    rows = _theirs(app, user_id)
    taken = {row.account_id for row in _theirs(app, now)}
    moving = [row for row in rows if not taken - {row.account_id}]
    fall(chat_actor(None), [row for row in rows if row not in moving], "改名后的企业微信账号是别人绑定的")
    for row in moving:
        ChatMember.update(user_id=now[:64], version=ChatMember.version + 1).where(
            ChatMember.id == row.id
        ).execute()
        end_sessions(int(row.account_id), row.__data__["app"])
        note_rename(row, now)
    return len(moving)


def _theirs(app: WecomApp, user_id: str) -> list[ChatMember]:
    """Ties of a user id in the apps that `app` may speak for: of the same corp, and of the same unit (a unit's app

    says nothing of another's ties, nor of the group's; one of the group says it of all).
    """
    own = app.__data__["company"]
    apps = WecomApp.select(WecomApp.id).where(WecomApp.corp_id == app.corp_id)
    if own is not None:
        apps = apps.where(WecomApp.company == own)
    return list(
        ChatMember.select(ChatMember, Person)
        .join(Person)
        .where(ChatMember.app.in_(apps), _named(user_id), ChatMember.account_id.is_null(False))
        .order_by(ChatMember.id)
    )


def _named(user_id: str) -> Any:
    return same_user(ChatMember.user_id, [user_id])


def unknown() -> Forbidden:
    """The refusal for a user id that belongs to nobody here."""
    return Forbidden(
        "还不认识您",
        code="unknown_member",
        cause="这个企业微信账号还没有绑定您的安班账号",
        advice="点开这张卡片登录一次就绑好；或者在手机端“我的 · 聊天账号”里取绑定码，在这里发“绑定 绑定码”",
    )


def left() -> Forbidden:
    """The refusal for who has left the unit."""
    return Forbidden(
        "您已不在这个单位",
        code="left_unit",
        cause="您和这个单位的绑定已经解除，不能再处理它的消息",
        advice="如有误，请联系该单位的安全管理员",
    )


def no_account() -> Forbidden:
    """The refusal for who has no sign-in."""
    return Forbidden(
        "您还没有账号",
        code="no_account",
        cause="单位还没有为您开通账号",
        advice="请联系安全管理员，在“人员”里开通",
    )
