"""Tables of the engine: flows and their versions, running cases, open steps, and one task for each person (H01–H07).

Flow (what an administrator draws) → FlowVersion (as published, never changed) → Case (one subject on its way) →
CaseStep (one step that was opened) → Task (one person's part of it). What is no case's has a task alone (A05).
"""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, FixedCharField, SmallIntegerField

from models.core import clock
from models.core.fields import Choice, Day, Facts, Flag, Link, LongFacts, LongText, Moment, Pick, Text
from models.core.records import Base, Record, Transition, Transitions
from models.messages.channels.records import WAYS
from models.organization.records import Company, Person
from models.tasks.rights import ACT_TASKS

RUNNING, APPROVED, REFUSED, WITHDRAWN = "running", "approved", "refused", "withdrawn"
OPEN, WAITING, DONE, CANCELLED = "open", "waiting", "done", "cancelled"
#: Where a task without a deadline stands in a list by deadline.
NO_DEADLINE = "2099-12-31T00:00:00+00:00"
#: JSON schemas: what was filled into a step's form, by field; and the fields of a form that a giver designed.
FILLED_IN: dict[str, Any] = {
    "type": ["object", "null"],
    "additionalProperties": {
        "type": ["string", "number", "boolean", "array", "null"],
        "items": {"type": ["string", "number"]},
    },
}
DESIGNED_FORM: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "title": {"type": "string"},
            "kind": {"type": "string"},
            "required": {"type": "boolean"},
            "choices": {"type": "array", "items": {"type": "string"}},
            "help": {"type": "string"},
        },
        "required": ["name", "title", "kind", "required"],
    },
}


class Flow(Record):
    """A flow of one kind of subject. `draft` is what is being drawn; `published` the version that new cases take.

    Without a company it serves every company that has none of its own for the kind. `code` names a built-in one.
    """

    shared_when_no_company = True

    company = Link("所属单位", Company, to="companies", create_only=True, help="不填就是全集团通用")
    kind = CharField(max_length=40)
    name = Text("名称", max=60, required=True)
    enabled = Flag("启用", default=True)
    code = CharField(max_length=40, null=True, unique=True)
    published: Any = SmallIntegerField(null=True)
    draft = LongFacts("草稿", internal=True)

    class Meta:
        table_name = "flow"
        indexes = ((("kind", "company"), False),)


class FlowVersion(Base):
    """A definition as it was published (docs/tasks.md says how one looks). Running cases keep theirs."""

    flow = Link("流程", Flow, required=True)
    number = SmallIntegerField()
    definition = LongFacts("定义", required=True)
    published_at = Moment("发布时间", required=True, default=clock.now)
    published_by = CharField(max_length=60, default="系统")

    class Meta:
        table_name = "flow_version"
        indexes = ((("flow", "number"), True),)


class Case(Record):
    """One subject on its way through a flow. `running_key` is `kind:id` while it runs, so that two never do."""

    site_field = "site"
    self_field = "starter"

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    site = Link("厂站", Company, to="companies", readonly=True)
    flow_version = Link("流程版本", FlowVersion, required=True, readonly=True, internal=True)
    kind = CharField(max_length=40)
    subject_id = BigIntegerField()
    title = Text("标题", max=160, required=True, readonly=True)
    number = Text("编号", max=40, readonly=True)
    state = Pick(
        "状态",
        [
            Choice(RUNNING, "办理中", "warn"), Choice(APPROVED, "已完成", "good"),
            Choice(REFUSED, "未通过", "bad"), Choice(WITHDRAWN, "已撤回"),
        ],
        required=True, readonly=True, default=RUNNING,
    )  # fmt: skip
    starter = Link("发起人", Person, to="persons", readonly=True)
    starter_account_id = BigIntegerField(null=True)
    starter_name = Text("发起人姓名", max=60, readonly=True)
    started_at = Moment("发起时间", required=True, readonly=True, default=clock.now)
    ended_at = Moment("结束时间", readonly=True)
    outcome = Text("结果", max=60, readonly=True)
    running_key = CharField(max_length=80, null=True, unique=True)

    class Meta:
        table_name = "flow_case"
        indexes = (
            (("company", "state", "id"), False),
            (("starter", "state", "id"), False),
            (("kind", "subject_id", "id"), False),
        )


class CaseStep(Base):
    """One step of a case that was opened. `visit` counts how often the case came to it; `lift` how many levels it was
    sent up. `version` is what a card of it shows. `added` is the definition of a step that somebody put in.
    `subject_state` is what the subject was when the step was opened, to which a return to it leads back.

    state: open, ahead (put in after a task that is not done yet), done, returned, skipped, withdrawn.
    `stranded`: open, and nobody is there to do it.
    """

    case = Link("案件", Case, required=True, index=False)
    key = CharField(max_length=40)
    visit = SmallIntegerField(default=1)
    position = SmallIntegerField(default=0)
    title = CharField(max_length=60)
    kind = CharField(max_length=12)  # approve, fill
    rule = CharField(max_length=12, default="any")  # any, all, order
    state = CharField(max_length=12, default=OPEN)
    outcome = CharField(max_length=40, null=True)
    lift = SmallIntegerField(default=0)
    stranded = BooleanField(default=False)
    added = Facts("加签")
    subject_state = CharField(max_length=40, null=True)
    opened_at = Moment("开始时间", required=True, default=clock.now)
    due_at = Moment("办理期限")
    next_nudge_at = Moment("下次提醒")
    nudges = SmallIntegerField(default=0)
    closed_at = Moment("结束时间")
    version = SmallIntegerField(default=1)

    class Meta:
        table_name = "case_step"
        indexes = (
            (("case", "key", "visit"), True),
            (("state", "next_nudge_at"), False),
            (("state", "stranded"), False),
        )


class Task(Record):
    """One person's part: of an open step, or periodic work (A05). It may be done once, by whichever door.

    `rank_at` is the deadline, or far away: lists are by it. `once_key` makes making it twice impossible.
    """

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    person = Link("办理人", Person, to="persons", required=True, readonly=True, index=False)
    kind = Pick(
        "类型", [Choice("case", "流程"), Choice("given", "指派"), Choice("periodic", "定期工作")],
        required=True, readonly=True, default="case",
    )  # fmt: skip
    step = Link("步骤", CaseStep, index=False, internal=True)
    subject_kind = CharField(max_length=40)
    subject_id = BigIntegerField()
    title = Text("任务", max=160, required=True, readonly=True)
    text = LongText("说明", max=500, readonly=True)
    state = Pick(
        "状态",
        [
            Choice(OPEN, "待办", "warn"), Choice(WAITING, "未轮到"), Choice(DONE, "已办", "good"),
            Choice(CANCELLED, "不用办了"),
        ],
        required=True, readonly=True, default=OPEN,
    )  # fmt: skip
    place = SmallIntegerField(default=0)  # whose turn it is where a step goes one after the other
    opened_at = Moment("收到时间", required=True, readonly=True, default=clock.now)
    due_at = Moment("期限", readonly=True)
    rank_at = Moment("排序", required=True)
    done_at = Moment("办理时间", readonly=True)
    done_by = Link("实际办理人", Person, to="persons", readonly=True)
    outcome = Text("结果", max=40, readonly=True, internal=True)  # its key; people read `outcome_title`
    outcome_title = Text("办理结果", max=40, readonly=True)
    comment = LongText("意见", max=2000, readonly=True)
    values = LongFacts("填写内容", holds=FILLED_IN)
    way = Pick("方式", WAYS, readonly=True)
    door = CharField(max_length=16, null=True)
    handed_from_id = BigIntegerField(null=True)
    urged_at = Moment("催办时间", readonly=True)
    once_key = CharField(max_length=80, null=True, unique=True)

    class Meta:
        table_name = "task"
        indexes = (
            (("person", "state", "rank_at", "id"), False),
            (("person", "state", "done_at", "id"), False),
            (("company", "state", "rank_at", "id"), False),
            (("step", "state"), False),
            (("subject_kind", "subject_id", "id"), False),
        )


class CaseEvent(Base):
    """What somebody did to a case or a task, or the house did by itself: who, when, by which door. Never changed."""

    company_id = BigIntegerField()
    case_id = BigIntegerField(null=True)
    step_id = BigIntegerField(null=True)
    task_id = BigIntegerField(null=True)
    subject_kind = CharField(max_length=40)
    subject_id = BigIntegerField()
    act = CharField(max_length=30)
    title = CharField(max_length=60)  # the act in words
    person_id = BigIntegerField(null=True)
    account_id = BigIntegerField(null=True)
    name = CharField(max_length=60)
    for_name = CharField(max_length=60, null=True)  # whom the doer stood in for
    comment = LongText("说明", max=2000)
    detail = Facts("内容")
    door = CharField(max_length=16)
    at = Moment("时间", required=True, default=clock.now)

    class Meta:
        table_name = "case_event"
        indexes = (
            (("case_id", "id"), False),
            (("subject_kind", "subject_id", "id"), False),
            (("company_id", "id"), False),
        )


class Follow(Record):
    """Somebody wants to hear what becomes of a thing (H04)."""

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    person = Link("人员", Person, to="persons", required=True, readonly=True)
    subject_kind = CharField(max_length=40)
    subject_id = BigIntegerField()
    title = Text("关注的事", max=160, readonly=True)

    class Meta:
        table_name = "follow"
        indexes = (
            (("person", "subject_kind", "subject_id"), True),
            (("subject_kind", "subject_id"), False),
        )


class Proxy(Record):
    """Who stands in for somebody from one day to another (X05). Both may do the tasks meanwhile."""

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    person = Link("本人", Person, to="persons", required=True, create_only=True)
    proxy = Link("代理人", Person, to="persons", required=True)
    starts_on = Day("从", required=True)
    ends_on = Day("到", required=True, help="含当天")
    reason = Text("原因", max=100)
    ended_at = Moment("提前结束", readonly=True)

    class Meta:
        table_name = "proxy"
        indexes = ((("proxy", "ends_on"), False), (("person", "ends_on"), False))


class GivenTask(Record):
    """A task that somebody gave to people (H03), each of whom has an errand of it. `form` are the result's fields."""

    self_field = "giver"

    company = Link("单位", Company, to="companies", required=True, create_only=True)
    number = Text("编号", max=30, readonly=True, unique=True)
    title = Text("任务", max=100, required=True)
    text = LongText("要求", max=1000)
    giver = Link("指派人", Person, to="persons", readonly=True)
    due_at = Moment("期限")
    form = LongFacts("结果表单", holds=DESIGNED_FORM)
    needs_review = Flag("要复核", default=True)
    request_key = FixedCharField(max_length=64, null=True, unique=True)  # account and Idempotency-Key, hashed
    state = Pick(
        "状态", [Choice("open", "进行中", "warn"), Choice("closed", "已结束", "good"), Choice("cancelled", "已取消")],
        required=True, readonly=True, default="open",
    )  # fmt: skip

    class Meta:
        table_name = "given_task"
        indexes = ((("company", "state", "id"), False), (("giver", "id"), False))


class Errand(Record):
    """One person's part of a given task, the subject of the flow `errand`."""

    self_field = "person"

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    given = Link("指派任务", GivenTask, required=True, readonly=True)
    person = Link("办理人", Person, to="persons", required=True, readonly=True)
    giver = Link("指派人", Person, to="persons", readonly=True)
    due_at = Moment("期限", readonly=True)
    needs_review = Flag("要复核", default=True, readonly=True)
    state = Pick(
        "状态",
        [
            Choice("doing", "办理中", "warn"), Choice("reviewing", "待复核", "warn"),
            Choice("done", "已完成", "good"), Choice("cancelled", "已取消"),
        ],
        required=True, readonly=True, default="doing",
    )  # fmt: skip
    result = LongText("完成情况", max=2000)
    values = LongFacts("结果")

    transitions = Transitions(
        "state",
        [
            Transition("submit", "提交", ("doing",), "reviewing", ACT_TASKS),
            Transition("accept", "通过", ("reviewing",), "done", ACT_TASKS),
            Transition("send_back", "退回", ("reviewing",), "doing", ACT_TASKS),
            Transition("cancel", "取消", ("doing", "reviewing"), "cancelled", ACT_TASKS),
        ],
    )

    class Meta:
        table_name = "errand"
        indexes = ((("given", "person"), True), (("person", "state"), False))


__all__ = [
    "APPROVED", "CANCELLED", "DONE", "NO_DEADLINE", "OPEN", "REFUSED", "RUNNING", "WAITING", "WITHDRAWN", "Case",
    "CaseEvent", "CaseStep", "Errand", "Flow", "FlowVersion", "Follow", "GivenTask", "Proxy", "Task",
]  # fmt: skip
