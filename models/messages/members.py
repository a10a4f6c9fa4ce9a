"""Members of a chat platform: who writes or presses, what they may do, and whether messages reach them (L01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import fn

from models.administration.actors import actor_for_account
from models.administration.records import Account
from models.core.actor import Actor
from models.core.errors import Forbidden
from models.messages.ways import ChatMember, WecomApp
from models.organization.records import Binding, Person


def member_of(app_id: int, user_id: str) -> ChatMember:
    """The member of an app with its `person`, who is bound to the unit. In a transaction.

    Who writes can be reached: one that was thought out of reach is so no more. Raises Forbidden `unknown_member`,
    `left_unit`.
    """
    found = members_of(app_id, [user_id])[user_id]
    if isinstance(found, Forbidden):
        raise found
    return found


def members_of(app_id: int, user_ids: Sequence[str]) -> dict[str, ChatMember | Forbidden]:
    """The same for many at once: the member, or why there is none."""
    rows = _rows(app_id, set(user_ids))
    bound = _bound([row.__data__["person"] for members in rows.values() for row in members])
    found: dict[str, ChatMember | Forbidden] = {}
    for user_id in user_ids:
        members = rows.get((user_id or "").lower(), [])
        here = [row for row in members if row.state != "left" and row.__data__["person"] in bound]
        found[user_id] = here[0] if here else (left() if members else unknown())
    away = [row.id for row in found.values() if isinstance(row, ChatMember) and row.state == "unreachable"]
    if away:
        ChatMember.update(state="ok", reason=None).where(ChatMember.id.in_(away)).execute()
    return found


def _rows(app_id: int, user_ids: set[str]) -> dict[str, list[ChatMember]]:
    """The newest first, by user id in small letters. As it is written is what the index finds; else we look at all."""
    query = (
        ChatMember.select(ChatMember, Person)
        .join(Person, on=(ChatMember.person == Person.id))
        .where(ChatMember.app == app_id)
        .order_by(ChatMember.id.desc())
    )
    rows = list(query.where(ChatMember.user_id.in_(user_ids)))
    missing = {user.lower() for user in user_ids if user} - {row.user_id.lower() for row in rows}
    if missing:
        rows += list(query.where(fn.LOWER(ChatMember.user_id).in_(missing)))
    found: dict[str, list[ChatMember]] = {}
    for row in rows:
        found.setdefault(row.user_id.lower(), []).append(row)
    return found


def _bound(person_ids: list[int]) -> set[Any]:
    rows = Binding.select(Binding.person).where(
        Binding.person.in_(person_ids or [0]), Binding.state == "approved"
    )
    return {row.__data__["person"] for row in rows}


def account_of(person: Person) -> Account | None:
    """The sign-in of the human whose file this is."""
    found: Account | None = Account.get_or_none(Account.id_hash == person.id_hash)
    return found


def actor_of(person: Person) -> Actor:
    """What the person may do, as if signed in on the phone. Raises Forbidden `no_account`, Unauthenticated."""
    account = account_of(person)
    if account is None:
        raise no_account()
    return actor_for_account(account, "chat")


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
        others = others.where(fn.LOWER(ChatMember.user_id).in_(lower))
    # Hardly anybody is out of reach: of thousands who are not, these few are looked at instead.
    ids = [row_id for row_id, user in others.tuples() if user.lower() in lower]
    if ids:
        ChatMember.update(state=state, reason=reason[:200] or None).where(ChatMember.id.in_(ids)).execute()


def left_corp(corp_id: str, user_id: str) -> int:
    """Somebody was taken out of the platform's address book: so in all apps of the corp. Gives in how many."""
    gone = ChatMember.update(state="left", reason="已从企业微信通讯录删除")
    return int(gone.where(_of_corp(corp_id), _named(user_id)).execute())


def renamed(corp_id: str, user_id: str, now: str) -> int:
    """A member has another user id from now on, in all apps of the corp. Gives in how many.

    Where somebody has the new one already, that row stays as it is.
    """
    taken = {row.app_id for row in ChatMember.select(ChatMember.app).where(_of_corp(corp_id), _named(now))}
    mine = _of_corp(corp_id) & _named(user_id) & ChatMember.app.not_in(taken or (0,))
    return int(ChatMember.update(user_id=now[:64]).where(mine).execute())


def _of_corp(corp_id: str) -> Any:
    return ChatMember.app.in_(WecomApp.select(WecomApp.id).where(WecomApp.corp_id == corp_id))


def _named(user_id: str) -> Any:
    # The platform doesn't tell upper from lower case.
    return fn.LOWER(ChatMember.user_id) == (user_id or "").lower()


def unknown() -> Forbidden:
    """The refusal for a user id that belongs to nobody here."""
    return Forbidden(
        "还不认识您",
        code="unknown_member",
        cause="您的企业微信账号还没有和单位里的人员对上",
        advice="请联系安全管理员，在“企业微信账号”里登记",
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
