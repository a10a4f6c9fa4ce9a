"""Tables of hazards: from the snapshot to the closing, hazard sources, and more time (E02, E07, E09, X06)."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, FixedCharField, SmallIntegerField

from models.core import clock
from models.core.coordinates import NAMED
from models.core.fields import Choice, Flag, Integer, Link, LongText, Moment, Number, Pick, Text
from models.core.records import Record, Transition, Transitions
from models.core.security.rights import declare
from models.grid.records import GridNode
from models.organization.records import Company, Person
from models.tasks.rights import ACT_TASKS

READ_HAZARDS = declare("hazards.read", "查看隐患", "隐患")
REPORT_HAZARDS = declare("hazards.report", "随手拍、上报隐患", "隐患")
EDIT_HAZARDS = declare("hazards.edit", "修改隐患", "隐患")
IMPORT_HAZARDS = declare("hazards.import", "导入隐患", "隐患")
EXPORT_HAZARDS = declare("hazards.export", "导出隐患", "隐患")
READ_SOURCES = declare("hazard-sources.read", "查看危险源", "危险源")
EDIT_SOURCES = declare("hazard-sources.edit", "维护危险源", "危险源")
READ_CRITERIA = declare("major-criteria.read", "查看重大隐患判定标准", "标准模板")
EDIT_CRITERIA = declare("major-criteria.edit", "维护重大隐患判定标准", "标准模板")

GENERAL, MAJOR = "general", "major"
HAZARD_LEVELS = (Choice(GENERAL, "一般隐患", "warn"), Choice(MAJOR, "重大隐患", "bad"))
REPORTED, PLANNING, RECTIFYING, REVIEWING, CLOSED, REJECTED, WITHDRAWN = (
    "reported", "planning", "rectifying", "reviewing", "closed", "rejected", "withdrawn",
)  # fmt: skip
#: Not over yet: what counts as open, and what a near-same report is compared with (X07).
UNDER_WAY = (REPORTED, PLANNING, RECTIFYING, REVIEWING)


class MajorCriterion(Record):
    """One of 重大隐患判定标准 to pick from; belongs to everybody, editable."""

    company_field = None

    code = Text("编号", max=20, required=True, unique=True)
    industry = Text("适用", max=40, required=True, default="通用")
    title = Text("判定标准", max=200, required=True)
    source = Text("依据", max=100)
    article = Text("条款", max=60, help="如 第三条第（二）项；不清楚就不填")
    confirmed = Flag("已核对原文", help="对过原文再选；核对人自动记下")
    checked_by = Text("核对人", max=60, readonly=True)
    enabled = Flag("启用", default=True)
    sequence = Integer("排序", max=9999, default=0, required=True)

    class Meta:
        table_name = "major_criterion"


def basis_of(criterion: MajorCriterion) -> str:
    """Regulation and article of a criterion in one line, with 待核对 where nobody has seen the text."""
    line = f"{criterion.source or ''} {criterion.article or ''}".strip()
    return line if criterion.confirmed or not line else f"{line}（待核对）"


_BESIDE = " · "


def criterion_in_words(criterion: MajorCriterion) -> str:
    """A criterion with its basis, or its code where it has none."""
    return f"{criterion.title}{_BESIDE}{basis_of(criterion) or criterion.code}"


def basis_said(said: str) -> str:
    """The basis in what `criterion_in_words` said."""
    return said.rpartition(_BESIDE)[2]


class HazardSource(Record):
    """A hazard source of a company (E02): what may do harm at a place, whether or not something is wrong just now."""

    site_field = "site"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"))
    grid = Link("网格", GridNode, to="grid")
    name = Text("危险源", max=100, required=True)
    description = LongText("描述", max=500)
    risk = Pick(
        "风险等级",
        [
            Choice("red", "重大风险", "red"),
            Choice("orange", "较大风险", "orange"),
            Choice("yellow", "一般风险", "yellow"),
            Choice("blue", "低风险", "blue"),
        ],
    )
    state = Pick(
        "状态", [Choice("identified", "待评价", "warn"), Choice("published", "已发布", "good"), Choice("ended", "已撤销")],
        required=True, readonly=True, default="identified",
    )  # fmt: skip

    class Meta:
        table_name = "hazard_source"
        indexes = ((("company", "state"), False),)


class Hazard(Record):
    """A hazard, from the moment that somebody reports it (E07, E09). `reported` is not yet judged to be one.

    All of one company may read it. Photos are attachments of the ledger `hazards` with the stage before or after.
    """

    site_field = "site"
    self_field = "reporter"
    watched = "models.hazards.sums:CHANGES"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"), readonly=True)
    number = Text("编号", max=30, readonly=True, unique=True)
    origin = Pick(
        "来源",
        [
            Choice("snap", "随手拍", by_hand=False), Choice("inspection", "检查"), Choice("manual", "直接登记"),
            Choice("import", "导入", by_hand=False),
        ],
        required=True, create_only=True, default="manual",
    )  # fmt: skip
    what = Text("问题描述", max=200, help="几个字就行，也可以只拍照")
    grid = Link("网格", GridNode, to="grid", help="在哪里")
    place = Text("具体位置", max=120)
    lng = Number("经度", places=6, min=-180, max=180, help=NAMED)
    lat = Number("纬度", places=6, min=-90, max=90, help=NAMED)
    equipment_id = BigIntegerField(null=True)
    level = Pick("隐患等级", HAZARD_LEVELS)
    category = Text("类别", max=40, help="如 GB/T 13861 的因素代码")
    criterion = Link("重大隐患判定标准", MajorCriterion, to="major-criteria")
    criterion_said = Text("判定依据（当时）", max=500, readonly=True)
    source = Link("危险源", HazardSource, to="hazard-sources")
    state = Pick(
        "状态",
        [
            Choice(REPORTED, "待确认", "warn"), Choice(PLANNING, "待安排", "warn"),
            Choice(RECTIFYING, "整改中", "bad"), Choice(REVIEWING, "待复核", "warn"),
            Choice(CLOSED, "已闭环", "good"), Choice(REJECTED, "不是隐患"), Choice(WITHDRAWN, "已撤回"),
        ],
        required=True, readonly=True, default=REPORTED,
    )  # fmt: skip
    reporter = Link("上报人", Person, to="persons", readonly=True)
    reporter_account_id = BigIntegerField(null=True)
    found_at = Moment("发现时间", required=True, default=clock.now)
    reported_at = Moment("上报时间", required=True, readonly=True, default=clock.now)
    door = CharField(max_length=16, default="phone")
    late = Flag("补传", readonly=True)
    reason = Text("判定说明", max=300)
    measures = LongText("整改措施", max=1000)
    rectifier = Link("整改人", Person, to="persons")
    reviewer = Link("复核人", Person, to="persons")
    due_at = Moment("整改期限")
    # 五落实, asked for where the hazard is a major one
    duty_note = Text("责任落实", max=300)
    funds = Text("资金落实", max=300)
    funds_wan = Number("整改资金（万元）", places=2, min=0, max=1_000_000)
    plan_note = Text("预案落实", max=300)
    result = LongText("整改情况", max=1000)
    rectified_at = Moment("整改完成时间", readonly=True)
    review_note = Text("复核意见", max=300)
    closed_at = Moment("闭环时间", readonly=True)
    # Who really did it, whoever was named for it: by hand-on, or standing in for somebody.
    judged_by = Link("实际确认人", Person, to="persons", readonly=True)
    rectified_by = Link("实际整改人", Person, to="persons", readonly=True)
    reviewed_by = Link("实际复核人", Person, to="persons", readonly=True)
    duplicate_of_id = BigIntegerField(null=True)
    extensions = SmallIntegerField(default=0)
    request_key = FixedCharField(max_length=64, null=True, unique=True)  # account and Idempotency-Key, hashed

    transitions = Transitions(
        "state",
        [
            Transition("confirm", "确认为隐患", (REPORTED,), PLANNING, ACT_TASKS),
            Transition("reject", "判定不是隐患", (REPORTED,), REJECTED, ACT_TASKS),
            Transition("send_back_to_judge", "退回确认", (PLANNING,), REPORTED, ACT_TASKS),
            Transition("assign", "安排整改", (PLANNING,), RECTIFYING, ACT_TASKS),
            Transition("give_back", "退回安排", (RECTIFYING,), PLANNING, ACT_TASKS),
            Transition("submit", "提交整改", (RECTIFYING,), REVIEWING, ACT_TASKS),
            Transition("send_back", "退回整改", (REVIEWING,), RECTIFYING, ACT_TASKS),
            Transition("close", "复核通过", (REVIEWING,), CLOSED, ACT_TASKS),
            Transition("withdraw", "撤回", UNDER_WAY, WITHDRAWN, ACT_TASKS),
        ],
    )

    class Meta:
        table_name = "hazard"
        indexes = (
            (("company", "state", "id"), False),
            (("company", "due_at"), False),
            (("company", "state", "due_at"), False),
            (("grid", "state"), False),
            (("reporter", "id"), False),
            (("equipment_id", "id"), False),
            (("company", "reported_at"), False),
        )


class Extension(Record):
    """A request for more time to rectify (延期申请, X06), the subject of a flow of its own."""

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    hazard = Link("隐患", Hazard, to="hazards", required=True, readonly=True)
    grid = Link(
        "网格", GridNode, to="grid", readonly=True
    )  # of the hazard, as is its level: whose it is to decide
    level = Pick("隐患等级", HAZARD_LEVELS, readonly=True)
    asker = Link("申请人", Person, to="persons", readonly=True)
    due_at_before = Moment("原期限", required=True, readonly=True)
    due_at = Moment("申请延到", required=True)
    reason = Text("原因", max=300, required=True)
    state = Pick(
        "状态",
        [
            Choice("asked", "待审批", "warn"), Choice("granted", "已同意", "good"), Choice("refused", "未同意", "bad"),
            Choice("withdrawn", "已撤回"),
        ],
        required=True, readonly=True, default="asked",
    )  # fmt: skip
    asked_key = CharField(max_length=40, null=True, unique=True)  # the hazard, while one is asked for

    transitions = Transitions(
        "state",
        [
            Transition("grant", "同意延期", ("asked",), "granted", ACT_TASKS),
            Transition("refuse", "不同意延期", ("asked",), "refused", ACT_TASKS),
            Transition("withdraw", "撤回", ("asked",), "withdrawn", ACT_TASKS),
        ],
    )

    class Meta:
        table_name = "extension"
        indexes = ((("hazard", "id"), False),)
