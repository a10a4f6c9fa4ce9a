"""The test button of a way: tells the one who asks, or the group, by that way alone (J08).

It goes the very path that an accident's news goes, so what it shows is what will be.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core import clock
from models.core.errors import Conflict, NotFound
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.messages.channels.records import (
    CARD,
    EMAIL,
    GROUP,
    SET_UP_WAYS,
    SMS,
    ChatGroup,
    MailServer,
    SmsProvider,
    Way,
    WecomApp,
)
from models.messages.records import URGENT, Delivery
from models.messages.tell import Telling, tell
from models.organization.records import Person

KIND = "way.test"
TESTS = usage_limits.UsageLimit(
    "way_tests", 20, timedelta(hours=1), "测试得太密",
    "您 1 小时内已测试了 20 次", "请先看“发送记录”里的结果，{minutes} 分钟后再测试",
)  # fmt: skip
_WAYS: dict[str, tuple[type[Way], str]] = {
    "wecom-apps": (WecomApp, CARD),
    "mail-servers": (MailServer, EMAIL),
    "sms-providers": (SmsProvider, SMS),
    "chat-groups": (ChatGroup, GROUP),
}


def try_way(actor: Actor, ledger: str, row_id: int) -> Delivery:
    """Tell by that way that it works; gives the delivery, whose state says what became of it.

    Raises NotFound for no such way, Conflict if it is off or the one who asks has no personnel file to be told by.
    """
    if ledger not in _WAYS:
        raise NotFound()
    record, way = _WAYS[ledger]
    found = record.find(actor, SET_UP_WAYS, row_id)
    if not found.enabled:
        raise Conflict("它没有启用", cause="停用的渠道不会发送", advice="请先启用，再测试")
    person = None if way == GROUP else _self(actor, found)
    usage_limits.spend(TESTS, actor.account_id)
    company = found.company_id or (person.company_id if person else actor.company_id)
    if company is None:
        raise Conflict("不知道以哪个单位的名义发送", advice="请用一个单位的账号测试，或者给它填上所属单位")
    message = tell(
        Telling(
            company_id=company, kind=KIND, subject_kind=KIND, subject_id=found.id, urgency=URGENT,
            title=f"测试：{found.name}", text=f"{actor.name} 在 {clock.local(clock.now()):%H:%M:%S} 测试了“{found.name}”。收到就是通了。",
            persons=[person.id] if person else [], ways=[way], groups=[found.id] if way == GROUP else [],
        )
    )  # fmt: skip
    return Delivery.get(Delivery.message == message.id, Delivery.way == way)


def _self(actor: Actor, found: Way) -> Person:
    mine = Person.select().where(Person.id.in_(actor.person_ids or (0,))).order_by(Person.id)
    own = [person for person in mine if found.company_id in (None, person.company_id)]
    if not own:
        raise Conflict(
            "没有可以发给您的地址", cause="您的账号在这个单位没有人员档案，不知道发到哪里",
            advice="请用本单位人员的账号登录后测试",
        )  # fmt: skip
    return own[0]


def button(ledger: str) -> Any:
    """The rule of the ledger's button 测试, which says where the result is to be seen."""

    def press(actor: Actor, records: list[Any], values: dict[str, Any]) -> str:
        for record in records:
            try_way(actor, ledger, record.id)
        return "测试消息已发出。几秒后看“最近成功”或“最近错误”，每一次发送都在“发送记录”里。"

    return press
