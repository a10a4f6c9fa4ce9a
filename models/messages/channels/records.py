"""The ways by which people are reached, and the tables that say how: apps, servers, groups, addresses (L01, L06)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import BigIntegerField, CharField, fn

from models.core.fields import Choice, Flag, Integer, Link, Moment, Pick, Secret, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company, Person

READ_WAYS = declare("ways.read", "查看通知渠道", "通知渠道")
SET_UP_WAYS = declare("ways.set_up", "设置通知渠道", "通知渠道")
READ_CONTACTS = declare("contacts.read", "查看联系与代理", "联系与代理")
EDIT_CONTACTS = declare("contacts.edit", "修改联系与代理", "联系与代理")

SYSTEM, CARD, SMS, EMAIL, GROUP = "system", "card", "sms", "email", "group"
#: How one person, or a group, can be told. `card` is the person's chat app.
WAYS = (
    Choice(SYSTEM, "系统消息"),
    Choice(CARD, "聊天卡片"),
    Choice(SMS, "短信"),
    Choice(EMAIL, "邮件"),
    Choice(GROUP, "群通知"),
)
PERSONAL_WAYS = WAYS[:4]


class Way(Record):
    """What all set-ups of a way have: whose it is, and its health. Without a company it serves the whole group."""

    shared_when_no_company = True

    company = Link("所属单位", Company, to="companies", create_only=True, help="不填就是全集团共用")
    name = Text("名称", max=40, required=True)
    enabled = Flag("启用", default=True)
    last_ok_at: Any = Moment("最近成功", readonly=True)
    last_error = Text("最近错误", max=300, readonly=True)
    last_error_at: Any = Moment("最近出错", readonly=True)


class WecomApp(Way):
    """A self-built app of WeCom (L01). Its corp stays: in another one the same user ids are other people."""

    corp_id = Text("企业 ID（corpid）", max=64, required=True, create_only=True)
    agent_id = Integer("应用编号（agentid）", required=True, min=0, max=2_000_000_000)
    app_secret = Secret("应用密钥（secret）", required=True)
    callback_token = Secret("回调 Token", required=True)
    callback_key = Secret("回调 EncodingAESKey", required=True)
    base_url = Text("接口地址", max=200, required=True, default="https://qyapi.weixin.qq.com",
                    help="一般不用改；演示环境指向聊天沙箱")  # fmt: skip
    forged = Integer("伪造的回调次数", readonly=True, required=True, default=0)
    forged_at: Any = Moment("最近伪造的回调", readonly=True)
    forged_why = Text("伪造的回调哪里不对", max=60, readonly=True)
    also_text = Flag("卡片之外再发文字", help="有人在微信里（微信插件）收消息时打开：那里看不到卡片")

    class Meta:
        table_name = "wecom_app"
        indexes = ((("corp_id", "agent_id"), True),)


class MailServer(Way):
    """An SMTP server that mail is handed to (L06)."""

    host = Text("服务器", max=120, required=True)
    port = Integer("端口", required=True, min=1, max=65535, default=465)
    security = Pick(
        "加密", [Choice("tls", "SSL/TLS"), Choice("starttls", "STARTTLS"), Choice("none", "不加密")],
        required=True, default="tls",
    )  # fmt: skip
    user = Text("账号", max=120)
    password = Secret("密码")
    sender = Text("发件人", max=120, required=True)

    class Meta:
        table_name = "mail_server"


class SmsProvider(Way):
    """A provider of SMS (L06)."""

    provider = Pick(
        "服务商",
        [Choice("aliyun", "阿里云短信"), Choice("sandbox", "聊天沙箱")],
        required=True,
        create_only=True,
    )
    base_url = Text("接口地址", max=200, required=True, default="https://dysmsapi.aliyuncs.com")
    access_key = Text("AccessKey ID", max=80)
    access_secret = Secret("AccessKey Secret")
    sign_name = Text("短信签名", max=30)
    template_code = Text("模板编号", max=40)

    class Meta:
        table_name = "sms_provider"


class ChatGroup(Way):
    """A group chat that news can be told to: by its robot (webhook), or as a chat that the app made (appchat)."""

    kind = Pick(
        "类型", [Choice("robot", "群机器人"), Choice("appchat", "应用群聊")], required=True, create_only=True
    )
    webhook_key = Secret("机器人 key", help="机器人地址里 key= 后面的部分")
    chat_id = Text("群聊编号（chatid）", max=64)
    app = Link("企业微信应用", WecomApp, help="应用群聊必填；机器人用它的接口地址")

    class Meta:
        table_name = "chat_group"


class Contact(Record):
    """How a person is reached beside the phone number, who stands in for them and who is above them (X04)."""

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    person = Link("人员", Person, to="persons", required=True, create_only=True, unique=True)
    email = Text("邮箱", max=120, pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+", pattern_help="邮箱的格式不对")
    deputy = Link("代理人", Person, to="persons", help="本人没有回应时，先找谁")
    superior = Link("上级", Person, to="persons", help="代理人也没有回应时，找谁")

    class Meta:
        table_name = "contact"


def same_user(column: Any, user_ids: Iterable[str | None]) -> Any:
    """The condition that a column holds one of these user ids: a chat platform tells no capitals from small letters.

    Every comparison of user ids goes by this one, or by `.lower()` where they are at hand.
    """
    return fn.LOWER(column).in_({(user or "").lower() for user in user_ids} or {""})


SIGNED_IN, BY_CODE, BY_BOOK, BEFORE = "signed_in", "code", "address_book", "before"
#: How a chat account was proven to be somebody's.
PROOFS = (
    Choice(SIGNED_IN, "本人在聊天里登录"),
    Choice(BY_CODE, "本人发绑定码"),
    Choice(BY_BOOK, "企业微信通讯录"),
    Choice(BEFORE, "以前登记，待本人确认", "warn"),
)


class ChatMember(Record):
    """A person's user id on a chat platform: who a click or a message comes from, and where a card goes.

    It counts only while `account_id` is the account of the person's file: a tie is proven by its holder or by the
    platform's address book, never typed (I4). Rows from before are without one, until somebody proves them.
    """

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    person = Link("人员", Person, to="persons", required=True, create_only=True)
    app = Link("企业微信应用", WecomApp, required=True, create_only=True)
    user_id = Text("企业微信账号（userid）", max=64, required=True)
    account_id = BigIntegerField(null=True, index=True)
    how = Pick("怎么绑定的", list(PROOFS), required=True, readonly=True, default=BEFORE)
    tied_at: Any = Moment("绑定时间", readonly=True)
    state = Pick(
        "状态",
        [Choice("ok", "正常", "good"), Choice("unreachable", "收不到", "bad"), Choice("left", "已离职")],
        required=True, readonly=True, default="ok",
    )  # fmt: skip
    reason = CharField(max_length=200, null=True)  # why it can't be reached

    class Meta:
        table_name = "chat_member"
        indexes = ((("app", "person"), True), (("app", "user_id"), False))
