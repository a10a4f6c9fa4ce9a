"""Tables of accidents: the flash report, each of its versions, and what the law wants by when (G02)."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, SmallIntegerField

from models.accidents.regulations.rulebook import LEVELS
from models.accidents.regulations.standards import accident_rules
from models.core import clock
from models.core.coordinates import NAMED
from models.core.fields import (
    Choice,
    Facts,
    Flag,
    Integer,
    Link,
    LongText,
    Moment,
    Number,
    Pick,
    Picks,
    Text,
)
from models.core.records import Base, Record, Transition, Transitions
from models.core.security.rights import declare
from models.equipment.records import Equipment
from models.grid.records import GridNode
from models.organization.records import Company, Person

READ_ACCIDENTS = declare("accidents.read", "查看事故快报", "事故快报")
REPORT_ACCIDENTS = declare("accidents.report", "上报事故", "事故快报")
EDIT_ACCIDENTS = declare("accidents.edit", "续报与更正事故", "事故快报")
CLOSE_ACCIDENTS = declare("accidents.close", "结束事故快报", "事故快报")
EXPORT_ACCIDENTS = declare("accidents.export", "导出事故快报", "事故快报")

#: How a duty was done.
BY_WAYS = [
    Choice("phone", "电话"), Choice("written", "书面"), Choice("platform", "政府平台填报"),
    Choice("in_person", "当面"), Choice("other", "其他"),
]  # fmt: skip
UNIT, AUTHORITY = "unit", "authority"


class Situations(Picks):
    """What by itself makes an accident one of special equipment: the choices are those of the rules in force."""

    @property
    def options(self) -> tuple[Choice, ...]:
        """Every situation, in the order of the rules."""
        return tuple(Choice(item.code, item.title) for item in accident_rules().situations)

    @options.setter
    def options(self, given: tuple[Choice, ...]) -> None:
        """The field's own constructor sets none; there is nothing to keep."""


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
    lng = Number("经度", places=6, min=-180, max=180, help=NAMED)
    lat = Number("纬度", places=6, min=-90, max=90, help=NAMED)
    happened_at = Moment("发生时间", required=True)
    category = Text("事故类别", max=40)
    equipment = Link("涉及的特种设备", Equipment, to="equipment", on_delete="SET NULL")
    situations = Situations("特种设备情形", help="有其中一种就按特种设备事故定级")
    leader_told_at = Moment("负责人接报时间", help="事故单位负责人接到报告的时间，1 小时从这时算起")
    deaths = Integer("死亡", min=0, max=10000, help="不清楚就不填，不要填 0")
    serious_injuries = Integer("重伤", min=0, max=10000, help="含急性工业中毒；不清楚就不填")
    minor_injuries = Integer("轻伤", min=0, max=10000)
    missing = Integer("下落不明", min=0, max=10000)
    direct_loss_wan = Number("直接经济损失（万元）", places=2, min=0, max=100_000_000)
    measures = LongText("已采取的措施", max=1000)
    needs = Text("现场需要", max=200, help="要什么来支援：救护车、消防车、吊车、人手")
    level = Pick("等级", [Choice(level, level) for level in LEVELS], readonly=True)
    provisional = Flag("下界初判", readonly=True, help="有情况还不清楚，等级只会上调")
    special_level = Pick(
        "特种设备事故等级", [Choice(level, level) for level in LEVELS], readonly=True,
        help="不是特种设备事故就没有",
    )  # fmt: skip
    basis = Text("定级依据", max=300, readonly=True)
    rules_version = SmallIntegerField(null=True)
    state = Pick(
        "状态", [Choice("open", "处置中", "bad"), Choice("closed", "已结束", "good")],
        required=True, readonly=True, default="open",
    )  # fmt: skip
    reporter = Link("报告人", Person, to="persons", readonly=True)
    reporter_account_id = BigIntegerField(null=True)
    unverified = Flag("未核实身份", readonly=True, help="报告人当时不属于这个单位，或者没有登录")
    narrow = BooleanField(
        default=False
    )  # told to those who judge it alone, until one of them tells everybody
    caller_name = Text("自报姓名", max=30, readonly=True)
    caller_phone = Text("自报电话", max=20, readonly=True)
    reported_at = Moment("报告时间", required=True, readonly=True, default=clock.now)
    told_by = CharField(max_length=20, default="phone")  # phone, chat, console
    versions = SmallIntegerField(default=1)
    closed_at = Moment("结束时间", readonly=True)
    closing = LongText("结束说明", max=500, readonly=True)
    burst_id = BigIntegerField(null=True, index=True)  # the first that one account reported beyond the usual
    request_key = CharField(max_length=64, null=True, unique=True)  # account and Idempotency-Key, hashed

    transitions = Transitions("state", [Transition("close", "结束", ("open",), "closed", CLOSE_ACCIDENTS)])

    class Meta:
        table_name = "accident"
        indexes = ((("company", "happened_at"), False), (("company", "state"), False))

    @property
    def is_held(self) -> bool:
        """Whether only those who judge it have been told so far: one of a burst, or a stranger's."""
        return self.burst_id is not None or bool(self.narrow)


#: The same as a condition.
HELD = Accident.burst_id.is_null(False) | Accident.narrow


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
    """What the unit owes the law: report to whom, by when. `starts_at` is when its leader was told, as far as known.

    `done_at` is when it was really reported, `entered_at` when somebody wrote that down. Rows of `kind` authority are
    from before: what authorities tell each other is no duty of the unit and is not kept any more.
    """

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    accident = Link("事故", Accident, required=True, readonly=True)
    sequence = SmallIntegerField()
    kind = CharField(max_length=10, default=UNIT)
    code = CharField(max_length=20, default="")
    title = Text("要做什么", max=120, readonly=True)
    to_whom = Text("报告给", max=120, readonly=True)
    basis = Text("依据", max=300, readonly=True)
    rules_version = SmallIntegerField(null=True)
    starts_at = Moment("负责人接报时间", readonly=True)
    due_at = Moment("最迟", required=True, readonly=True)
    done_at = Moment("实际报告时间", readonly=True)
    done_by = Text("报告人", max=30, readonly=True)
    way = Pick("怎么报告的", BY_WAYS)
    note = Text("说明", max=200)
    entered_at = Moment("录入时间", readonly=True)

    class Meta:
        table_name = "accident_duty"
        indexes = ((("accident", "sequence"), True), (("company", "due_at"), False))
