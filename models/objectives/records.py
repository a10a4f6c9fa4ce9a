"""Tables of duties and safety investment: posts, periodic work, calendar, plans, points (A03, A04, A05, A07, A12)."""

from __future__ import annotations

from typing import Any

from peewee import CharField

from models.core import clock
from models.core.chapters import all_point_reasons
from models.core.fields import (
    Choice,
    Count,
    Day,
    Flag,
    Integer,
    Json,
    Link,
    LongText,
    Moment,
    Number,
    Pick,
    Text,
)
from models.core.records import Record, Transition
from models.core.security.rights import declare
from models.organization.records import Company, Person
from models.tasks.approval.states import APPROVED, EDITABLE, approval_moves, approval_state
from models.tasks.publication.records import PublishedRecord, publication_moves

READ_POSTS = declare("posts.read", "查看岗位与定期工作", "岗位职责")
EDIT_POSTS = declare("posts.edit", "维护岗位与定期工作", "岗位职责")
IMPORT_POSTS = declare("posts.import", "导入人员岗位", "岗位职责")
WITHDRAW_POSTS = declare("posts.withdraw", "废止岗位", "岗位职责")
EXPORT_POSTS = declare("posts.export", "导出岗位职责", "岗位职责")
READ_CALENDAR = declare("calendar.read", "查看工作日历", "系统设置")
EDIT_CALENDAR = declare("calendar.edit", "设置工作日历", "系统设置")
READ_PLANS = declare("investment-plans.read", "查看投入计划", "安全投入")
EDIT_PLANS = declare("investment-plans.edit", "编制投入计划", "安全投入")
EXPORT_PLANS = declare("investment-plans.export", "导出投入计划", "安全投入")
READ_POINTS = declare("points.read", "查看积分", "绩效积分")
EDIT_POINTS = declare("points.edit", "设置积分规则", "绩效积分")

WORK_KINDS = (
    Choice("equipment", "设备检查"), Choice("supplies", "应急物资检查"), Choice("drill", "演练"),
    Choice("training", "培训"), Choice("meeting", "会议"), Choice("inspection", "检查"),
    Choice("other", "其他"),
)  # fmt: skip
PERIODS = (
    Choice("day", "每天"), Choice("week", "每周"), Choice("month", "每月"), Choice("quarter", "每季度"),
    Choice("half_year", "每半年"), Choice("year", "每年"),
)  # fmt: skip
#: What becomes of a day of work that is a day off.
OFF_DAYS = (Choice("skip", "不做"), Choice("after", "顺延到下一个工作日"), Choice("before", "提前到上一个工作日"),
            Choice("anyway", "照做"))  # fmt: skip

#: What may be paid as safety investment, after 财资〔2022〕136号 (the wording differs a little from trade to trade).
CATEGORIES = (
    Choice("01", "安全防护设施设备"), Choice("02", "应急救援、预案和演练"), Choice("03", "重大危险源、风险管控和隐患治理"),
    Choice("04", "安全检查、评估和标准化"), Choice("05", "劳动防护用品"), Choice("06", "宣传教育培训和隐患报告奖励"),
    Choice("07", "新技术新工艺新装备推广"), Choice("08", "设施和特种设备检测检验"), Choice("09", "安全生产责任保险"),
    Choice("10", "其他直接相关支出"),
)  # fmt: skip


class Post(PublishedRecord):
    """One edition of a post (岗位, A03), of a company or, without one, of everybody. Holders and works are those of the
    edition in force."""

    shared_when_no_company = True
    published_as = "post"
    edit_right = EDIT_POSTS

    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), create_only=True, help="不填就是标准岗位"
    )
    name = Text("岗位", max=60, required=True)
    duties = LongText("职责", max=2000)
    sequence = Integer("排序", max=9999, default=0, required=True)

    transitions = publication_moves(EDIT_POSTS, WITHDRAW_POSTS)

    class Meta:
        table_name = "post"
        indexes = ((("company", "standing"), False),)


class PersonPost(Record):
    """Somebody holds a post (人员岗位, A04)."""

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    person = Link("人员", Person, to="persons", required=True, create_only=True)
    post = Link("岗位", Post, to="posts", required=True, create_only=True)

    class Meta:
        table_name = "person_post"
        indexes = ((("person", "post"), True),)


class PostWork(Record):
    """A cell of the matrix 定人定岗 (A05): what a post does, and how often. `next_on` is the next day it falls due.

    `day_of` is the day within the period: 1–7 of a week (1 is Monday), 1–31 of a month, the month within a quarter,
    half-year or year being the first. 0 means the last day.
    """

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    post = Link("岗位", Post, to="posts", required=True, create_only=True, drafts=True)
    kind = Pick("任务类型", WORK_KINDS, required=True)
    name = Text("工作内容", max=80, required=True)
    text = LongText("要求", max=500)
    target = Text("对象", max=80, help="检查哪些设备、物资")
    period = Pick("周期", PERIODS, required=True, default="month")
    day_of = Integer(
        "第几天",
        min=0,
        max=31,
        default=1,
        required=True,
        help="每周填 1 到 7，每月填 1 到 31，0 表示最后一天",
    )
    at_hour = Integer("几点通知", min=0, max=23, default=7, required=True)
    days_to_do = Integer("几天内做完", min=0, max=365, default=1, required=True, help="0 表示当天")
    off_days = Pick("遇到休息日", OFF_DAYS, required=True, default="after")
    form = Json(null=True)  # what is filled in when it is done, as models/tasks/assigned/forms.py keeps it
    enabled = Flag("启用", default=True)
    next_on: Any = Day("下次", readonly=True)
    made_on: Any = Day("上次", readonly=True)

    class Meta:
        table_name = "post_work"
        indexes = ((("company", "post"), False), (("enabled", "next_on"), False))


class CalendarDay(Record):
    """A day that differs from the usual week or the national calendar: a company's own, or everybody's."""

    shared_when_no_company = True

    company = Link(
        "单位", Company, to="companies", only=("kind", "company"), create_only=True, help="不填就是全集团"
    )
    day = Day("日期", required=True, create_only=True)
    kind = Pick("安排", [Choice("work", "上班"), Choice("off", "休息")], required=True)
    name = Text("名称", max=40)

    class Meta:
        table_name = "calendar_day"
        indexes = ((("company", "day"), True),)


class InvestmentPlan(Record):
    """A plan of safety investment (A07): of a company or a site, several a year; in force once approved.

    `offline`: approved on paper, which is then attached.
    """

    site_field = "site"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    site = Link(
        "厂站", Company, to="companies", only=("kind", "site"), help="厂站编制的填厂站，公司编制的不填"
    )
    number = Text("编号", max=30, readonly=True, unique=True)
    name = Text("计划名称", max=100, required=True)
    year = Integer("年度", min=2000, max=2100, required=True)
    total_wan = Number("合计（万元）", places=2, min=0, max=10_000_000, readonly=True)
    offline = Flag("线下审批", readonly=True)
    maker = Link("编制人", Person, to="persons", readonly=True)
    state = approval_state("状态")
    approved_at = Moment("生效时间", readonly=True)
    note = LongText("说明", max=1000)

    transitions = approval_moves(
        EDIT_PLANS, Transition("approve_offline", "登记线下审批", EDITABLE, APPROVED, EDIT_PLANS)
    )

    class Meta:
        table_name = "investment_plan"
        indexes = ((("company", "year"), False), (("company", "state"), False))


class InvestmentItem(Record):
    """An item of a plan, with its amount. It is the site's whose plan it is of."""

    site_field = "site"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"), readonly=True)
    plan = Link("投入计划", InvestmentPlan, to="investment-plans", required=True, create_only=True)
    category = Pick("类别", CATEGORIES, max_length=60, required=True)
    name = Text("项目", max=100, required=True)
    amount_wan = Number("金额（万元）", places=2, min=0, max=1_000_000, unit="万元", required=True)
    due_month = Integer("计划月份", min=1, max=12, unit="月")
    person = Link("负责人", Person, to="persons")
    note = Text("备注", max=200)

    class Meta:
        table_name = "investment_item"
        indexes = ((("plan", "id"), False),)


#: What points may be given for: whatever the manifests of chapters name.
REASONS = tuple(Choice(reason.name, reason.title) for reason in all_point_reasons().values())


class PointRule(Record):
    """How many points a company gives for what (A12); none is given where there is no rule."""

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    what = Pick("什么事", REASONS, required=True)
    points = Integer("积分", min=0, max=1000, required=True)

    class Meta:
        table_name = "point_rule"
        indexes = ((("company", "what"), True),)


class Point(Record):
    """Points that somebody was given, once for each reason (`once_key`); `site` and `department` as they were then.

    `subject_kind` is the kind (`Kind` of a manifest) of what they are for.
    """

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"), readonly=True)
    department = Link("部门", Company, to="companies", only=("kind", "department"), readonly=True)
    person = Link("人员", Person, to="persons", required=True, readonly=True)
    points = Integer("积分", required=True, readonly=True)
    what = Pick("什么事", REASONS, readonly=True)
    why = Text("原因", max=120, required=True, readonly=True)
    subject_kind = CharField(max_length=40)
    subject_id = Count(default=0)
    at = Moment("时间", required=True, readonly=True, default=clock.now)
    once_key = CharField(max_length=80, unique=True)

    class Meta:
        table_name = "point"
        indexes = ((("company", "person"), False), (("company", "at"), False))
