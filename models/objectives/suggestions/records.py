"""The tables of suggestions (A10), and of those that were adopted, which everybody of the unit may read."""

from __future__ import annotations

from typing import Any

from models.core.fields import Choice, Count, Flag, Integer, Link, LongText, Moment, Pick, Text
from models.core.records import Record, Transition, Transitions
from models.core.security.rights import declare
from models.organization.records import Company, Person
from models.tasks.rights import ACT_TASKS

READ_SUGGESTIONS = declare("suggestions.read", "查看建言建议", "建言建议")
MAKE_SUGGESTIONS = declare("suggestions.create", "提建言建议", "建言建议")
ADOPT_SUGGESTIONS = declare("suggestions.adopt", "采纳建言建议", "建言建议")
REVOKE_SUGGESTIONS = declare("suggestions.revoke", "撤销采纳", "建言建议")
EXPORT_SUGGESTIONS = declare("suggestions.export", "导出建言建议", "建言建议")
READ_ADOPTED = declare("adopted-suggestions.read", "查看建议公示", "建言建议")

KINDS = (
    Choice("equipment", "设备设施"), Choice("process", "工艺操作"), Choice("place", "作业环境"),
    Choice("management", "制度管理"), Choice("training", "培训教育"), Choice("other", "其他"),
)  # fmt: skip
SITE, COMPANY, PLATE, GROUP = "site", "company", "plate", "group"
LEVELS = (Choice(SITE, "厂站"), Choice(COMPANY, "公司"), Choice(PLATE, "板块"), Choice(GROUP, "集团"))
ASKED, ADOPTED, DONE, REFUSED, WITHDRAWN, REVOKED = (
    "asked",
    "adopted",
    "done",
    "refused",
    "withdrawn",
    "revoked",
)
STATES = (
    Choice(ASKED, "审核中", "warn"), Choice(ADOPTED, "已采纳，落实中", "good"), Choice(DONE, "已落实", "good"),
    Choice(REFUSED, "未采纳"), Choice(WITHDRAWN, "已撤回"), Choice(REVOKED, "采纳已撤销", "bad"),
)  # fmt: skip
#: It counts as adopted: there are points for it, and it is made public.
STANDING = (ADOPTED, DONE)


class Suggestion(Record):
    """A suggestion (建言建议). `level` is where it is, and in the end which level adopted it or did not.

    With `hidden` colleagues do not learn who made it: who decides does, and whoever may read the ledger.
    """

    self_field = "person"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"), readonly=True)
    number = Text("编号", max=30, readonly=True, unique=True)
    person = Link("建议人", Person, to="persons", required=True, readonly=True)
    hidden = Flag("不向同事公开姓名", create_only=True, help="办理的人和安全部门看得到")
    kind = Pick("类别", KINDS, required=True, default="other")
    what = LongText("建议", max=1000, required=True, help="哪里、怎么改，一句话就行")
    gain = LongText("预期效果", max=500)
    state = Pick("状态", STATES, required=True, readonly=True, default=ASKED)
    level = Pick("级别", LEVELS, readonly=True)
    reply = LongText("答复", max=500, readonly=True)
    decided_by = Link("审核人", Person, to="persons", readonly=True)
    decided_at: Any = Moment("审核时间", readonly=True)
    carrier = Link("落实人", Person, to="persons", readonly=True)
    due_at: Any = Moment("落实期限", readonly=True)
    result = LongText("落实情况", max=500, readonly=True)
    extra_points = Integer("另加积分", min=0, max=1000, readonly=True)

    transitions = Transitions(
        "state",
        [
            Transition("adopt", "采纳", (ASKED,), ADOPTED, ACT_TASKS),
            Transition("refuse", "不采纳", (ASKED,), REFUSED, ACT_TASKS),
            Transition("withdraw", "撤回", (ASKED,), WITHDRAWN, ACT_TASKS),
            Transition("finish", "落实", (ADOPTED,), DONE, ACT_TASKS),
            Transition("revoke", "撤销采纳", STANDING, REVOKED, REVOKE_SUGGESTIONS),
        ],
    )

    class Meta:
        table_name = "suggestion"
        indexes = ((("company", "state"), False), (("company", "created_at"), False))


class AdoptedSuggestion(Record):
    """An adopted suggestion as the unit's people read it (建议公示): `who` stays empty for who wants no name there."""

    company = Link("单位", Company, to="companies", required=True, readonly=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"), readonly=True)
    suggestion_id = Count(default=0, unique=True)
    number = Text("编号", max=30, readonly=True)
    who = Text("建议人", max=60, readonly=True)
    kind = Pick("类别", KINDS, readonly=True)
    what = LongText("建议", max=1000, required=True, readonly=True)
    level = Pick("采纳级别", LEVELS, readonly=True)
    reply = LongText("采纳意见", max=500, readonly=True)
    carrier = Link("落实人", Person, to="persons", readonly=True)
    due_at: Any = Moment("落实期限", readonly=True)
    result = LongText("落实情况", max=500, readonly=True)
    adopted_at: Any = Moment("采纳时间", required=True, readonly=True)

    class Meta:
        table_name = "adopted_suggestion"
        indexes = ((("company", "adopted_at"), False),)
