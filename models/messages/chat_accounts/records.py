"""Tables of ties: offers that its holder may take up once, and what the platform's address book said (I4)."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, CharField

from models.core import clock
from models.core.fields import Choice, Link, Moment, Pick, Text
from models.core.records import Base, Record
from models.messages.channels.records import WecomApp
from models.organization.records import Company, Person

VISIT, CODE, WRONG = "visit", "code", "wrong"


class TieOffer(Base):
    """A tie that its holder may make, once, within ten minutes; of its secret only the hash is kept.

    `visit`: the platform said that `user_id` of `app_id` is at the browser that has the secret; who signs in there is
    its account. `code`: the account shows a code; who sends it in the chat is its user id. A code falls with the
    session that showed it; one of one unit alone (`unit_id`) is good for that unit's apps. `wrong`: a code that was
    none, until it is forgotten.
    """

    kind = CharField(max_length=10)
    secret_hash = CharField(max_length=64, unique=True)
    app_id = BigIntegerField(null=True)
    user_id = CharField(max_length=64, null=True)
    account_id = BigIntegerField(null=True, index=True)
    unit_id = BigIntegerField(null=True)
    session_id = BigIntegerField(null=True)
    expires_at = Moment("有效至", required=True, index=True)
    used_at = Moment("使用时间")

    class Meta:
        table_name = "tie_offer"


READY, TIED, CHANGED, SEVERAL, TAKEN, UNASKED = "ready", "tied", "changed", "several", "taken", "unasked"


class BookMatch(Record):
    """What a reading of the platform's address book found for one user id: whose file it is, and whether it may be tied."""

    company = Link("单位", Company, to="companies", required=True, readonly=True, on_delete="CASCADE")
    person = Link("人员", Person, to="persons", required=True, readonly=True, on_delete="CASCADE")
    app = Link("企业微信应用", WecomApp, required=True, readonly=True, on_delete="CASCADE")
    account_id = BigIntegerField()
    user_id = Text("企业微信账号（userid）", max=64, required=True, readonly=True)
    name = Text("通讯录里的姓名", max=60, readonly=True)
    verdict = Pick(
        "核对结果",
        [
            Choice(READY, "可以绑定", "good"),
            Choice(TIED, "已绑定"),
            Choice(CHANGED, "姓名或手机号改过，请本人绑定", "warn"),
            Choice(SEVERAL, "不止一个人对得上", "warn"),
            Choice(TAKEN, "已绑定别的账号", "warn"),
            Choice(UNASKED, "平台暂不让查，稍后再读", "warn"),
        ],
        required=True, readonly=True,
    )  # fmt: skip
    read_at: Any = Moment("读取时间", required=True, readonly=True, default=clock.now)

    class Meta:
        table_name = "book_match"
        indexes = ((("app", "user_id"), False),)
