"""How the ways of telling people are listed and set up: apps, servers, groups, contacts (J08, L01, L06)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.ledger import Action, Column, Derived, Filter, ImportPlan, Ledger, Rules, Section
from models.core.ledger.reading.references import label_by
from models.core.security.actor import Actor
from models.messages.channels import set_up
from models.messages.channels.records import (
    EDIT_CONTACTS,
    READ_CONTACTS,
    READ_WAYS,
    SET_UP_WAYS,
    ChatGroup,
    Contact,
    MailServer,
    SmsProvider,
    Way,
    WecomApp,
)
from models.messages.channels.test_message import button
from models.messages.chat_accounts.ledgers import read_book

GROUP = "系统管理"
_RIGHTS = {"read": READ_WAYS, "create": SET_UP_WAYS, "edit": SET_UP_WAYS, "delete": SET_UP_WAYS}
_HEALTH = (
    Column("enabled", 80),
    Column("last_ok_at", 170),
    Column("last_error", 260),
    Column("last_error_at", 170),
    Column("company", 180),
)


def _tone(row: Way, values: object) -> str:
    if not row.enabled:
        return "plain"
    broken = row.last_error_at is not None and (row.last_ok_at is None or row.last_error_at > row.last_ok_at)
    return "bad" if broken else "plain"


def _forged(actor: Actor, records: Sequence[Any]) -> dict[int, str]:
    """Apart from the last error, so that no forger hides a real one."""
    return {
        row.id: f"{row.forged} 次，最近 {clock.local(row.forged_at):%Y-%m-%d %H:%M}：{row.forged_why}"
        for row in records
        if row.forged_at is not None
    }


def _test(ledger: str, *, own: bool = False) -> tuple[Action, ...]:
    """The button 测试. It tells the one who presses it, so a unit tries the group's ways too; `own`: only its own."""
    return (
        Action(
            "test",
            "测试",
            SET_UP_WAYS,
            button(ledger),
            gives="message",
            when={"enabled": ("true",)},
            changes=own,
        ),
    )


CONTACTS = Ledger(
    name="contacts",
    record=Contact,
    title="联系与代理",
    group="通知",
    system="X04",
    noun="联系方式",
    empty="还没有登记。给关键岗位填上代理人和上级，本人没有回应时就找得到人。",
    columns=(
        Column("person", 140, fixed=True),
        Column("email", 200),
        Column("deputy", 140),
        Column("superior", 140),
        Column("company", 180),
    ),
    filters=(Filter("company", "reference"), Filter("person", "reference")),
    form=(Section("联系与代理", ("company", "person", "email", "deputy", "superior")),),
    search=("email",),
    label=label_by("person"),
    rights={
        "read": READ_CONTACTS,
        "create": EDIT_CONTACTS,
        "edit": EDIT_CONTACTS,
        "delete": EDIT_CONTACTS,
        "import": EDIT_CONTACTS,
        "export": READ_CONTACTS,
    },
    rules=Rules(set_up.create_contact, set_up.edit_contact, set_up.delete_contact),
    importing=ImportPlan(
        columns=("company", "person", "email", "deputy", "superior"),
        file_name="联系与代理导入模板.xlsx",
        key=("person",),
        notes=(
            "人员、代理人、上级填姓名；同名的人请在网页上登记",
            "代理人和上级可以替本人办事，要由可审核的人来导入，也不能填自己",
        ),
        check=set_up.check_sheet,
    ),
)

WECOM_APPS = Ledger(
    name="wecom-apps",
    record=WecomApp,
    many=False,
    title="企业微信应用",
    group=GROUP,
    system="L01",
    noun="应用",
    measure="个",
    empty="还没有企业微信应用。在企业微信后台建一个自建应用，把它的编号和密钥填到这里。",
    columns=(
        Column("name", 180, fixed=True),
        Column("agent_id", 120),
        *_HEALTH[:-1],
        Column("forgeries", 260),
        _HEALTH[-1],
    ),
    derived=(
        Derived("forgeries", "伪造的回调", "text", load=_forged, help="签名或时间不对的请求，都没有理会"),
    ),
    form=(
        Section("应用", ("company", "name", "corp_id", "agent_id", "app_secret", "enabled")),
        Section("接收消息（回调）", ("callback_token", "callback_key")),
        Section("高级", ("base_url",)),
    ),
    search=("name",),
    tone=_tone,
    rights=_RIGHTS,
    rules=set_up.set_up(WecomApp),
    actions=(
        *_test("wecom-apps"),
        Action(
            "read_book", "读取通讯录", SET_UP_WAYS, read_book, gives="message", when={"enabled": ("true",)}
        ),
    ),
)

CHAT_GROUPS = Ledger(
    name="chat-groups",
    record=ChatGroup,
    many=False,
    title="通知群",
    group=GROUP,
    system="L01",
    noun="群",
    measure="个",
    empty="还没有通知群。在企业微信群里加一个机器人，把它地址里 key= 后面的部分填到这里。",
    columns=(Column("name", 180, fixed=True), Column("kind", 110), *_HEALTH),
    filters=(Filter("kind", "choice"),),
    form=(Section("群", ("company", "name", "kind", "webhook_key", "chat_id", "app", "enabled")),),
    search=("name",),
    tone=_tone,
    rights=_RIGHTS,
    rules=set_up.set_up(ChatGroup),
    actions=_test("chat-groups", own=True),
)

SMS_PROVIDERS = Ledger(
    name="sms-providers",
    record=SmsProvider,
    many=False,
    title="短信服务",
    group=GROUP,
    system="L06",
    noun="短信服务",
    measure="个",
    empty="还没有短信服务。开通阿里云短信后，把 AccessKey、签名和模板编号填到这里。",
    columns=(Column("name", 180, fixed=True), Column("provider", 120), *_HEALTH),
    form=(
        Section("服务", ("company", "name", "provider", "enabled")),
        Section("密钥与模板", ("access_key", "access_secret", "sign_name", "template_code", "base_url")),
    ),
    search=("name",),
    tone=_tone,
    rights=_RIGHTS,
    rules=set_up.set_up(SmsProvider),
    actions=_test("sms-providers"),
)

MAIL_SERVERS = Ledger(
    name="mail-servers",
    record=MailServer,
    many=False,
    title="邮件服务器",
    group=GROUP,
    system="L06",
    noun="邮件服务器",
    measure="个",
    empty="还没有邮件服务器。填上公司的 SMTP 服务器，就能用邮件通知。",
    columns=(Column("name", 180, fixed=True), Column("host", 180), *_HEALTH),
    form=(
        Section("服务器", ("company", "name", "host", "port", "security", "enabled")),
        Section("登录", ("user", "password", "sender")),
    ),
    search=("name", "host"),
    tone=_tone,
    rights=_RIGHTS,
    rules=set_up.set_up(MailServer),
    actions=_test("mail-servers"),
)
