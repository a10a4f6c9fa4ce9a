"""How a chat identity is tied to an account, and how that ends (I4, I6).

Who proved something last is right: an account that ties another user id gives the old one up, and a user id that
another account proves is no longer the first one's. Whoever loses or wins by it is told on their other ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.administration.accounts.authority import require_person_no_greater
from models.administration.accounts.standing_changes import CHANGED
from models.administration.records import Account, Session, SignInTicket
from models.core import clock, history
from models.core.db.queries import locked
from models.core.errors import Conflict, Forbidden, NotFound
from models.core.events.outbox import announce_rows
from models.core.security.actor import Actor
from models.messages.channels.records import PROOFS, ChatMember, WecomApp, same_user
from models.messages.records import Delivery, Message, Notice
from models.organization import file_removal
from models.organization.records import EDIT_PERSONS, Binding, Company, Person

TIED, UNTIED, RENAMED = "chat.tied", "chat.untied", "chat.renamed"


def origin_of(app_id: int) -> str:
    """What sessions and tickets say that began with a tie of this app."""
    return f"wecom:{app_id}"


def tie(actor: Actor, app: WecomApp, user_id: str, how: str) -> list[ChatMember]:
    """Tie a user id of `app` to the actor's account, for each of their files that the app serves; how it was proven.

    In a transaction. Gives the rows. Raises Forbidden `unit_session` where the actor's session is good for less than
    the app opens, Conflict `no_file` for who has no file where the app serves.
    """
    account_id = _account_of(actor)
    _must_reach(actor, app)
    return tie_account(actor, account_id, app, user_id, how)


def tie_account(actor: Actor, account_id: int, app: WecomApp, user_id: str, how: str) -> list[ChatMember]:
    """Tie a user id to an account, for the actor who has proven it, or found it in the address book.

    Raises Conflict `no_file`.
    """
    locked(WecomApp, app.id)  # two who tie at the same time come one after the other
    files = files_of(account_id, app, unit_id=actor.unit_id)
    if not files:
        raise Conflict(
            "现在还不能绑定",
            code="no_file",
            cause="您在这个应用的单位里没有人员档案，或者还没有确认加入",
            advice="请联系单位的安全管理员",
        )
    others = _named(app.id, user_id) & (ChatMember.account_id != account_id)
    fall(
        actor,
        list(ChatMember.select().where(others, ChatMember.account_id.is_null(False))),
        "别的账号证明了是它的",
    )
    there = list(ChatMember.select().where(ChatMember.app == app.id, ChatMember.account_id == account_id))
    before = next((row.user_id for row in there if row.user_id.lower() != user_id.lower()), "")
    known = bool(there) and not before
    rows = _write(app, account_id, user_id, how, files)
    if before:
        end_sessions(account_id, app.id)
    for row in rows:
        line = {"field": "user_id", "title": "企业微信账号", "old": before or None, "new": user_id}
        _note(actor, row, "tied", line)
    if not known:
        _announce(TIED, rows[:1], how=how, before=before)
    return rows


def _note(actor: Actor, row: ChatMember, what: str, line: dict[str, Any]) -> None:
    """A line in the trail of the chat account, which may go, and of the file, which stays."""
    history.note(actor, row, what, [line])
    person = Person.get_or_none(Person.id == row.__data__["person"])
    if person is not None:
        history.note(actor, person, f"chat_{what}", [line], heard=False)


def _account_of(actor: Actor) -> int:
    if actor.account_id is None or actor.must_change_password:
        raise Forbidden(
            "请先登录", code="no_account", cause="绑定要用您自己的账号", advice="请登录并设好密码后再绑定"
        )
    return actor.account_id


def _must_reach(actor: Actor, app: WecomApp) -> None:
    """A session that one unit handed out makes no tie that opens all units (I3)."""
    if actor.unit_id is not None and app.__data__["company"] is None:
        raise Forbidden(
            "这次登录不能绑定全集团的应用",
            code="unit_session",
            cause="这次登录只对一个单位有效",
            advice="请用您自己的密码登录后再绑定",
        )


def files_of(account_id: int, app: WecomApp, *, unit_id: int | None = None) -> list[Person]:
    """The account's files in the units that the app serves, where they belong to the unit."""
    query = (
        Person.select(Person.id, Person.company)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.account_id == account_id, Binding.state == "approved")
        .order_by(Person.id)
    )
    serving = app.__data__["company"]
    if serving is not None:
        below = Company.select(Company.id).where(Company.path.contains(f"/{serving}/"))
        query = query.where(Person.company.in_(below))
    if unit_id is not None:
        query = query.where(Person.company == unit_id)
    return list(query)


def _write(
    app: WecomApp, account_id: int, user_id: str, how: str, files: Iterable[Person], *, tied_at: Any = None
) -> list[ChatMember]:
    now = clock.now()
    values = {
        "user_id": user_id[:64], "account_id": account_id, "how": how, "tied_at": tied_at or now, "state": "ok",
        "reason": None, "updated_at": now,
    }  # fmt: skip
    rows = []
    for file in files:
        there = ChatMember.get_or_none(ChatMember.app == app.id, ChatMember.person == file.id)
        if there is None:
            there = ChatMember.create(company=file.__data__["company"], person=file.id, app=app.id, **values)
        else:
            ChatMember.update(**values, version=ChatMember.version + 1).where(
                ChatMember.id == there.id
            ).execute()
            there = ChatMember.get_by_id(there.id)
        rows.append(there)
    return rows


def spread(member: ChatMember) -> None:
    """A tie of an app that serves several units follows to files that the account was tied to since."""
    app, account_id = member.app, member.account_id
    known = {
        row.__data__["person"]
        for row in ChatMember.select(ChatMember.person).where(
            ChatMember.app == app.id, ChatMember.account_id == account_id
        )
    }
    new = [file for file in files_of(account_id, app) if file.id not in known]
    if new:
        _write(app, account_id, member.user_id, member.how, new, tied_at=member.tied_at)


def fall(actor: Actor, rows: Sequence[ChatMember], why: str, *, state: str = "") -> int:
    """End ties with all that they gave: the rows of the same account and app too, sessions, tickets. Gives how many.

    With `state` the rows stay as a mark of what became of them; they count for nothing.
    """
    ended = 0
    for app_id, account_id in {(row.__data__["app"], row.account_id) for row in rows}:
        mine = (ChatMember.app == app_id) & (ChatMember.account_id == account_id)
        all_ = list(ChatMember.select().where(mine).order_by(ChatMember.id))
        if account_id is None or not all_:
            continue
        for row in all_:
            line = {"field": "user_id", "title": "企业微信账号", "old": row.user_id, "new": why[:60]}
            _note(actor, row, "untied", line)
        _announce(UNTIED, all_[:1], why=why, by=actor.name, own=actor.account_id == account_id)
        if state:
            ChatMember.update(
                state=state, reason=why[:200], account_id=None, tied_at=None, version=ChatMember.version + 1
            ).where(mine).execute()
        else:
            ChatMember.delete().where(mine).execute()
        end_sessions(account_id, app_id)
        ended += len(all_)
    return ended


def drop_file(actor: Actor, person_id: int, account_id: int) -> None:
    """The rows of a file that is the account's no more; a tie that is left without a file falls."""
    for row in ChatMember.select().where(ChatMember.person == person_id, ChatMember.account_id == account_id):
        app_id = row.__data__["app"]
        others = ChatMember.select().where(
            ChatMember.app == app_id, ChatMember.account_id == account_id, ChatMember.id != row.id
        )
        if others.exists():
            history.note(actor, row, "untied")
            ChatMember.delete().where(ChatMember.id == row.id).execute()
        else:
            fall(actor, [row], "人员档案不再是您的账号的")


@file_removal.FILE_DELETED.answer
def drop_deleted(actor: Actor, person: Person) -> None:
    """A file that is deleted takes its chat accounts along, and what its person was told of the file itself."""
    for row in ChatMember.select().where(
        ChatMember.person == person.id, ChatMember.account_id.is_null(False)
    ):
        drop_file(actor, person.id, int(row.account_id))
    ChatMember.delete().where(ChatMember.person == person.id).execute()
    # A tie, a first password: nothing that must be kept. What they were told of other things keeps the file.
    about = Message.select(Message.id).where(
        Message.subject_kind == "person", Message.subject_id == person.id
    )
    for record in (Delivery, Notice):
        record.delete().where(record.person == person.id, record.message.in_(about)).execute()


def end_sessions(account_id: int, app_id: int) -> None:
    """End what began with this tie: sessions with their sockets, and tickets that nobody has used yet."""
    now, origin = clock.now(), origin_of(app_id)
    Session.update(revoked_at=now).where(
        Session.account_id == account_id, Session.origin == origin, Session.revoked_at.is_null()
    ).execute()
    SignInTicket.update(used_at=now).where(
        SignInTicket.account_id == account_id, SignInTicket.origin == origin, SignInTicket.used_at.is_null()
    ).execute()
    announce_rows(CHANGED, [(None, account_id, {"accounts": [account_id]})])


def untie(actor: Actor, row: ChatMember) -> None:
    """Take a tie off: an officer who may change the file, for somebody who lost their phone or left.

    Raises Forbidden for somebody greater: they would no longer hear what is done to them.
    """
    person = Person.get_by_id(row.__data__["person"])
    actor.require(EDIT_PERSONS, person)
    require_person_no_greater(actor, person, "解除聊天账号")
    if row.account_id is None:
        history.note(actor, row, "untied")
        ChatMember.delete().where(ChatMember.id == row.id).execute()
    else:
        fall(actor, [row], f"{actor.name} 解除了绑定")


def untie_own(actor: Actor, row_id: int) -> None:
    """Take one's own off. Raises NotFound for anybody else's."""
    row = next((row for row in _own(actor) if row.id == row_id), None)
    if row is None:
        raise NotFound("没有这个聊天账号", cause="它可能已经解除", advice="请刷新后再看")
    fall(actor, [row], "本人解除了绑定")


def own(actor: Actor) -> list[dict[str, Any]]:
    """The actor's chat accounts: which app, which user id, since when, and how it was tied."""
    shown: dict[int, dict[str, Any]] = {}
    titles = {choice.value: choice.title for choice in PROOFS}
    for row in _own(actor):
        shown.setdefault(
            row.__data__["app"],
            {
                "id": str(row.id), "app": row.app.name, "user_id": row.user_id, "since": row.tied_at,
                "how": titles.get(row.how, row.how), "reached": row.state == "ok",
            },
        )  # fmt: skip
    return list(shown.values())


def _own(actor: Actor) -> list[ChatMember]:
    if actor.account_id is None:
        return []
    return list(
        ChatMember.select(ChatMember, WecomApp)
        .join(WecomApp)
        .where(ChatMember.account_id == actor.account_id, ChatMember.person.in_(actor.person_ids or (0,)))
        .order_by(ChatMember.id)
    )


def _named(app_id: int, user_id: str) -> Any:
    return (ChatMember.app == app_id) & same_user(ChatMember.user_id, [user_id])


def _announce(kind: str, rows: Iterable[ChatMember], **said: Any) -> None:
    """For the person: news of one of the rows, which may be gone when it is told."""
    announce_rows(
        kind,
        [
            (
                row.__data__["company"],
                row.id,
                {
                    "person": row.__data__["person"],
                    "app": row.__data__["app"],
                    "user_id": row.user_id,
                    **said,
                },
            )
            for row in rows
        ],
    )


def note_rename(row: ChatMember, now: str) -> None:
    """Write down, and tell the person, that the platform gave them another user id."""
    line = {"field": "user_id", "title": "企业微信账号", "old": row.user_id, "new": now}
    history.note(chat_actor(None), row, "edited", [line])
    _announce(RENAMED, [row], now=now)


def chat_actor(account: Account | None, name: str = "企业微信") -> Actor:
    """Who does what the platform itself reports: nobody's account, through the door of the chat."""
    return Actor(account.id if account else None, account.name if account else name, door="chat")


__all__ = [
    "RENAMED", "TIED", "UNTIED", "chat_actor", "drop_file", "end_sessions", "fall", "files_of", "note_rename", "origin_of", "own", "spread",
    "tie", "tie_account", "untie", "untie_own",
]  # fmt: skip
