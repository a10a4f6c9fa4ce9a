"""The table of safety activities (A09), with the people of each in a table beside it."""

from __future__ import annotations

from typing import Any

from models.core.fields import (
    Choice,
    DrawnSignature,
    Flag,
    GeoPoint,
    Link,
    LongText,
    Moment,
    People,
    Pick,
    Text,
)
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company, Person

READ_ACTIVITIES = declare("activities.read", "查看安全活动", "安全活动")
EDIT_ACTIVITIES = declare("activities.edit", "登记安全活动", "安全活动")

KINDS = (
    Choice("essay", "征文"), Choice("mutual_aid", "团队互助"), Choice("zero_injury", "零伤害班组"),
    Choice("talk", "安全宣讲"), Choice("contest", "竞赛"), Choice("other", "其他"),
)  # fmt: skip


class Activity(Record):
    """A safety activity that was held (安全活动, A09): in the name of the company, also where a site writes it down."""

    site_field = "site"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"))
    name = Text("活动名称", max=80, required=True)
    kind = Pick("类型", KINDS, required=True, default="talk")
    purpose = LongText("目的", max=500)
    held_at: Any = Moment("时间", required=True)
    place = Text("地点", max=80)
    spot = GeoPoint("定位", help="在现场点一下，记下活动在哪里")
    people = People("参加人员", Person, required=True, most=500)
    earns = Flag("参加的人加分", default=True, help="每人加多少分由“积分规则”定；登记的人自己不加")
    record = LongText("记录", max=5000)
    summary = LongText("总结", max=2000)
    signature = DrawnSignature("组织人签名")
    note = LongText("其他", max=1000)

    class Meta:
        table_name = "activity"
        indexes = ((("company", "held_at"), False),)
