"""How chat accounts are listed (they are not typed: I4), and how a reading of the address book is looked through."""

from __future__ import annotations

from typing import Any

from models.core.ledger import Action, Column, Filter, Ledger, Section
from models.core.security.actor import Actor
from models.messages.channels.records import READ_CONTACTS, SET_UP_WAYS, ChatMember
from models.messages.chat_accounts import address_book
from models.messages.chat_accounts.records import READY, BookMatch
from models.messages.chat_accounts.ties import untie
from models.organization.records import EDIT_PERSONS

GROUP = "系统管理"


def _untie(actor: Actor, rows: list[Any], values: dict[str, Any]) -> str:
    for row in rows:
        untie(actor, row)
    return f"已解除 {len(rows)} 个聊天账号，从它们登录的手机已退出"


CHAT_MEMBERS = Ledger(
    name="chat-members",
    record=ChatMember,
    title="企业微信账号",
    group=GROUP,
    system="L01",
    noun="账号",
    measure="个",
    empty="还没有人绑定。请本人在企业微信里点开应用登录一次，或者由管理员在“企业微信应用”里读取通讯录。",
    columns=(
        Column("person", 140, fixed=True),
        Column("user_id", 160),
        Column("state", 100),
        Column("how", 200),
        Column("tied_at", 170),
        Column("app", 160),
        Column("company", 180),
    ),
    filters=(
        Filter("company", "reference"),
        Filter("how", "choice"),
        Filter("state", "choice"),
        Filter("person", "reference"),
    ),
    form=(Section("账号", ("company", "person", "app", "user_id", "how", "tied_at")),),
    search=("user_id",),
    label=lambda row: row.user_id,
    rights={"read": READ_CONTACTS, "export": READ_CONTACTS},
    actions=(
        Action(
            "untie",
            "解除绑定",
            EDIT_PERSONS,
            _untie,
            gives="message",
            tone="danger",
            confirm="解除后他收不到卡片，从企业微信登录的手机会退出。本人可以再绑定。",
        ),
    ),
)


def read_book(actor: Actor, rows: list[Any], values: dict[str, Any]) -> str:
    """The button 读取通讯录 of an app."""
    for row in rows:
        address_book.start(actor, row)
    return "正在读取通讯录，可以在“后台任务”里看进度；读完后在“通讯录核对”里看，再绑定"


def _tie(actor: Actor, rows: list[Any], values: dict[str, Any]) -> str:
    done = address_book.tie_matches(actor, [row.id for row in rows])
    left = len(rows) - done
    return f"已绑定 {done} 人" + (f"，{left} 人情况有变，没有绑定，请重新读取通讯录" if left else "")


def _tie_all(actor: Actor, rows: list[Any], values: dict[str, Any]) -> str:
    job = address_book.tie_all(actor)
    return (
        f"正在绑定“可以绑定”的人，共 {job['count']} 人，可以在“后台任务”里看进度"
        if job
        else "没有可以绑定的人"
    )


BOOK_MATCHES = Ledger(
    name="book-matches",
    record=BookMatch,
    title="通讯录核对",
    group=GROUP,
    system="L01",
    noun="人",
    measure="个",
    empty="还没有读取。在“企业微信应用”里点“读取通讯录”，姓名和手机号都对得上的人会列在这里。",
    columns=(
        Column("person", 140, fixed=True),
        Column("user_id", 160),
        Column("name", 140),
        Column("verdict", 220),
        Column("app", 160),
        Column("company", 180),
        Column("read_at", 170),
    ),
    filters=(Filter("verdict", "choice"), Filter("company", "reference"), Filter("app", "reference")),
    search=("user_id", "name"),
    label=lambda row: row.user_id,
    rights={"read": SET_UP_WAYS},
    actions=(
        Action("tie", "绑定", SET_UP_WAYS, _tie, gives="message", when={"verdict": (READY,)}),
        Action(
            "tie_all", "全部绑定", SET_UP_WAYS, _tie_all, where="page", gives="message",
            confirm="“可以绑定”的人都会绑定，每个人都会收到通知。",
        ),
    ),
)  # fmt: skip
