"""What happened to somebody's chat account, told to them on their other ways (I4)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.messages.channels.records import EMAIL, PROOFS, SMS, WecomApp
from models.messages.chat_accounts.ties import RENAMED, TIED, UNTIED
from models.messages.records import NORMAL
from models.messages.tell import Telling
from models.messages.tellers import teller

LINK = "/pages/me/chats"
_NOT_ME = "不是您本人的意思，请在“我的 · 聊天账号”里解除，并告诉安全管理员。"


@teller(TIED)
def tied(row: Outbox) -> Telling | None:
    """A chat account was tied to theirs."""
    said = _said(row)
    titles = {choice.value: choice.title for choice in PROOFS}
    how = titles.get(str(said.get("how")), "")
    before = f"，代替原来的 {said['before']}" if said.get("before") else ""
    text = f"企业微信账号 {said['user_id']}（{_app(said)}）已绑定到您的账号{before}（{how}）。{_NOT_ME}"
    return _telling(row, "聊天账号已绑定", text)


@teller(UNTIED)
def untied(row: Outbox) -> Telling | None:
    """It is theirs no more."""
    said = _said(row)
    text = f"企业微信账号 {said['user_id']}（{_app(said)}）不再绑定您的账号：{said.get('why')}。从它登录的手机已退出。"
    return _telling(row, "聊天账号已解除", text)


@teller(RENAMED)
def renamed(row: Outbox) -> Telling | None:
    """The platform calls them something else."""
    said = _said(row)
    text = f"企业微信说您的账号 {said['user_id']}（{_app(said)}）改成了 {said.get('now')}。{_NOT_ME}"
    return _telling(row, "聊天账号改名了", text)


def _said(row: Outbox) -> dict[str, Any]:
    return dict(row.payload or {})


def _app(said: dict[str, Any]) -> str:
    app = WecomApp.get_or_none(WecomApp.id == said["app"])
    return f"应用“{app.name}”" if app else "应用已删除"


def _telling(row: Outbox, title: str, text: str) -> Telling:
    """Never by the chat itself: who holds the wrong one would be told of it, and nobody else."""
    return Telling(
        company_id=row.company_id, kind=row.kind, subject_kind="chat_tie", subject_id=row.subject_id, title=title, text=text,
        urgency=NORMAL, persons=[_said(row)["person"]], ways=[SMS, EMAIL], link=LINK,
    )  # fmt: skip
