"""How safety meetings are listed, written down, imported and exported (A06)."""

from __future__ import annotations

from models.core import clock
from models.core.fields import Text
from models.core.ledger import Column, Filter, ImportPlan, Ledger, PhoneFace, Rules, Section
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.ledger.parts import Values
from models.objectives.meetings.records import (
    EDIT_MEETINGS,
    EXPORT_MEETINGS,
    IMPORT_MEETINGS,
    READ_MEETINGS,
    Meeting,
)

_FIELDS = (
    "name",
    "kind",
    "topic",
    "held_at",
    "place",
    "department",
    "chair",
    "attended",
    "absent",
    "decisions",
)


def nobody_twice(values: Values) -> dict[str, str]:
    """Whoever was there was not absent."""
    both = set(values.get("attended") or ()) & set(values.get("absent") or ())
    return {"absent": f"有 {len(both)} 人同时在参加人员里，请只留一处"} if both else {}


def decided_before_due(values: Values) -> dict[str, str]:
    """What a meeting decides is done on its day at the earliest."""
    held_at = values.get("held_at")
    day = None if held_at is None else clock.local(held_at).date()
    for place, line in enumerate(values.get("decisions") or (), 1):
        if day is not None and line.get("until") is not None and line["until"] < day:
            return {"decisions": f"第 {place} 项的完成期限早于开会那天，请核对"}
    return {}


MEETINGS = Ledger(
    name="meetings",
    record=Meeting,
    title="安全会议",
    group="目标职责",
    system="A06",
    noun="会议",
    measure="次",
    empty="还没有会议。点“新增”登记一次会议，或者从 Excel 导入以前的。",
    columns=(
        Column("name", 220, fixed=True),
        Column("held_at", 170),
        Column("kind", 110),
        Column("place", 140),
        Column("department", 140, shown=False),
        Column("chair", 110),
        Column("attended", 240),
        Column("absent", 140),
        Column("decisions", 300),
        Column("signature", 110, shown=False),
        Column("site", 140),
        Column("company", 180),
    ),
    filters=(
        Filter("held_at", "date_range"),
        Filter("kind", "choice"),
        Filter("attended", "reference"),
        Filter("absent", "reference"),
        Filter("decisions.who", "reference"),
        Filter("chair", "reference"),
        Filter("department", "reference"),
        Filter("site", "reference"),
        Filter("company", "reference"),
    ),
    search=("name", "topic", "place", "minutes"),
    search_title="名称、议题、地点、纪要",
    form=(
        Section("会议", ("company", "site", "name", "kind", "held_at", "place", "topic", "department", "chair")),
        Section("人员", ("attended", "absent")),
        Section("决定和纪要", ("decisions", "minutes", "signature")),
    ),
    sort="-held_at",
    sorts=("held_at", "id"),
    checks=(nobody_twice, decided_before_due),
    rights={
        "read": READ_MEETINGS, "create": EDIT_MEETINGS, "edit": EDIT_MEETINGS, "delete": EDIT_MEETINGS,
        "import": IMPORT_MEETINGS, "export": EXPORT_MEETINGS,
    },
    rules=Rules(plain_create(Meeting), plain_edit(Meeting), plain_delete(Meeting)),
    importing=ImportPlan(
        columns=("serial", *_FIELDS, "minutes", "site", "company"),
        file_name="安全会议导入.xlsx",
        key=("name", "held_at"),
        samples={
            "serial": "1", "name": "十一月安全例会", "kind": "安全例会", "held_at": "2026-11-05 09:00", "place": "二楼会议室",
            "chair": "张伟", "attended": "张伟、李敏、13800000001", "absent": "王强",
        },
        notes=(
            "参加和缺席的人填姓名、电话或工号，用顿号隔开；有重名的填电话。",
            "决定填在第二张工作表里，一行一项，用“序号”对应第一张表里的会议。",
            "名称和时间与已有的会议相同的，修改那一次会议。",
        ),
        sheet_only=(("serial", Text("序号", max=20, help="只用来和“决定”那张表对应")),),
        line_key="serial",
        aliases={"held_at": ("会议时间", "开会时间"), "attended": ("参会人员", "出席人员"), "absent": ("请假人员", "未到人员")},
    ),
    attachments=True,
    phone=PhoneFace(
        second=("held_at", "place", "attended"),
        badge="kind",
        offline=True,
        form=("company", "name", "kind", "held_at", "place", "chair", "attended", "absent", "decisions", "minutes", "signature"),
    ),
    related=("attended",),
)  # fmt: skip
