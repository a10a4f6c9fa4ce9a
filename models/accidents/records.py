"""Tables of accidents: the flash report, each of its versions, and what the law wants by when (G02)."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, SmallIntegerField

from models.core import clock
from models.core.fields import Choice, Facts, Flag, Integer, Link, LongText, Moment, Number, Pick, Text
from models.core.records import Base, Record, Transition, Transitions
from models.core.rights import declare
from models.hazards.grid import GridNode
from models.organization.records import Company, Person

READ_ACCIDENTS = declare("accidents.read", "查看事故快报", "事故快报")
REPORT_ACCIDENTS = declare("accidents.report", "上报事故", "事故快报")
EDIT_ACCIDENTS = declare("accidents.edit", "续报与更正事故", "事故快报")
CLOSE_ACCIDENTS = declare("accidents.close", "结束事故快报", "事故快报")
EXPORT_ACCIDENTS = declare("accidents.export", "导出事故快报", "事故快报")

LEVELS = ("一般", "较大", "重大", "特别重大")


class Accident(Record):
    """One accident as it is known now. Unknown casualties are empty, never 0 (国务院令第493号)."""

    site_field = "site"
    self_field = "reporter"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    site = Link("厂站", Company, to="companies")
    grid = Link("网格", GridNode, to="grid")
    number = Text("编号", max=30, readonly=True, unique=True)
    what = Text("事故概况", max=200, required=True)
    place = Text("地点", max=120, required=True)
    lng = Number("经度", places=6, min=-180, max=180)
    lat = Number("纬度", places=6, min=-90, max=90)
    happened_at = Moment("发生时间", required=True)
    category = Text("事故类别", max=40)
    deaths = Integer("死亡", min=0, max=10000, help="不清楚就不填，不要填 0")
    serious_injuries = Integer("重伤", min=0, max=10000, help="含急性工业中毒；不清楚就不填")
    minor_injuries = Integer("轻伤", min=0, max=10000)
    missing = Integer("下落不明", min=0, max=10000)
    direct_loss_wan = Number("直接经济损失（万元）", places=2, min=0, max=100_000_000)
    measures = LongText("已采取的措施", max=1000)
    level = Pick("等级", [Choice(level, level) for level in LEVELS], readonly=True)
    provisional = Flag("下界初判", readonly=True, help="有情况还不清楚，等级只会上调")
    state = Pick(
        "状态", [Choice("open", "处置中", "bad"), Choice("closed", "已结束", "good")],
        required=True, readonly=True, default="open",
    )  # fmt: skip
    reporter = Link("报告人", Person, to="persons", readonly=True)
    reporter_account_id = BigIntegerField(null=True)
    reported_at = Moment("报告时间", required=True, readonly=True, default=clock.now)
    told_by = CharField(max_length=20, default="phone")  # phone, chat, console
    versions = SmallIntegerField(default=1)
    closed_at = Moment("结束时间", readonly=True)
    closing = LongText("结束说明", max=500, readonly=True)
    request_key = CharField(max_length=64, null=True, unique=True)  # account and Idempotency-Key, hashed

    transitions = Transitions("state", [Transition("close", "结束", ("open",), "closed", CLOSE_ACCIDENTS)])

    class Meta:
        table_name = "accident"
        indexes = ((("company", "happened_at"), False), (("company", "state"), False))


class AccidentVersion(Base):
    """The report as it stood: 初报, 续报, 更正, 结束; `facts` are all fields, `changed` the names that differ."""

    accident = Link("事故", Accident, required=True)
    number = SmallIntegerField()
    kind = CharField(max_length=20)  # first, follow_up, correction, closing
    facts = Facts("内容")
    changed = Facts("变化")
    note = Text("说明", max=500)
    by_name = Text("报告人", max=30)
    by_account_id = BigIntegerField(null=True)
    at = Moment("时间", required=True, default=clock.now)

    class Meta:
        table_name = "accident_version"
        indexes = ((("accident", "number"), True),)


class AccidentDuty(Record):
    """What somebody owes the law: report to whom, by when (the 1 h and 2 h clocks)."""

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    accident = Link("事故", Accident, required=True, readonly=True)
    sequence = SmallIntegerField()
    title = Text("要做什么", max=120, readonly=True)
    to_whom = Text("报告给", max=120, readonly=True)
    due_at = Moment("最迟", required=True, readonly=True)
    done_at = Moment("完成时间", readonly=True)
    done_by = Text("完成人", max=30, readonly=True)
    note = Text("说明", max=200)

    class Meta:
        table_name = "accident_duty"
        indexes = ((("accident", "sequence"), True), (("company", "due_at"), False))
