"""The table of safety meetings (A06), with the people and decisions of each in tables beside it."""

from __future__ import annotations

from typing import Any

from models.core.fields import Choice, Day, DrawnSignature, Lines, Link, LongText, Moment, People, Pick, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company, Person

READ_MEETINGS = declare("meetings.read", "查看安全会议", "安全会议")
EDIT_MEETINGS = declare("meetings.edit", "登记安全会议", "安全会议")
IMPORT_MEETINGS = declare("meetings.import", "导入安全会议", "安全会议")
EXPORT_MEETINGS = declare("meetings.export", "导出安全会议", "安全会议")

KINDS = (
    Choice("committee", "安委会会议"), Choice("monthly", "安全例会"), Choice("special", "专题会议"),
    Choice("shift", "班前会"), Choice("other", "其他"),
)  # fmt: skip


class Meeting(Record):
    """A meeting that was held (安全会议, A06)."""

    site_field = "site"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"))
    name = Text("会议名称", max=80, required=True)
    kind = Pick("类型", KINDS, required=True, default="monthly")
    topic = LongText("议题", max=1000)
    held_at: Any = Moment("时间", required=True)
    place = Text("地点", max=80)
    department = Link("主持部门", Company, to="companies", only=("kind", "department"))
    chair = Link("主持人", Person, to="persons", required=True)
    attended = People("参加人员", Person, required=True, most=500)
    absent = People("缺席人员", Person, most=500)
    decisions = Lines(
        "决定",
        {
            "what": Text("内容", max=200, required=True),
            "who": Link("负责人", Person, to="persons"),
            "until": Day("完成期限", until=True),
        },
        most=50,
        line="项",
    )
    minutes = LongText("会议纪要", max=5000)
    signature = DrawnSignature("主持人签名", help="请主持人在这里签名")

    class Meta:
        table_name = "meeting"
        indexes = ((("company", "held_at"), False),)


__all__ = ["EDIT_MEETINGS", "EXPORT_MEETINGS", "IMPORT_MEETINGS", "KINDS", "READ_MEETINGS", "Meeting"]
