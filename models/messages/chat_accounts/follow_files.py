"""Chat accounts follow the tie of file and account (I4, I6): to a file that joined, and away from one that left."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.core.events.reactions import reaction
from models.core.security.actor import Actor
from models.messages.channels.records import BY_BOOK, ChatMember, WecomApp
from models.messages.chat_accounts.ties import chat_actor, drop_file, fall, spread


@reaction("person.tied")
def joined(row: Outbox) -> None:
    """An account has a file more: apps of the whole group that it is tied to serve that one too."""
    account_id = dict(row.payload or {})["account"]
    members = (
        ChatMember.select(ChatMember, WecomApp)
        .join(WecomApp)
        .where(ChatMember.account_id == account_id, WecomApp.company.is_null())
        .order_by(ChatMember.id)
    )
    for member in {each.app.id: each for each in members}.values():
        spread(member)


@reaction("person.untied")
def gone(row: Outbox) -> None:
    """A file is that account's no more. Its chat accounts counted for nothing from that moment on; now they go."""
    said: dict[str, Any] = dict(row.payload or {})
    by = Actor(None, str(said.get("by") or "系统"), door="system")
    drop_file(by, int(row.subject_id or 0), int(said["account"]))


@reaction("account.password_reset")
@reaction("person.first_password")
def handed_out(row: Outbox) -> None:
    """Somebody handed out a password for an account: whoever has it from now on proves their chat accounts anew.

    Who had taken it over before would else come in by theirs for ever. What the platform's own address book says stays.
    """
    account_id = int(dict(row.payload or {})["account"])
    proven = (ChatMember.account_id == account_id) & (ChatMember.how != BY_BOOK)
    fall(chat_actor(None), list(ChatMember.select().where(proven)), "密码已重置，请登录后重新绑定")
