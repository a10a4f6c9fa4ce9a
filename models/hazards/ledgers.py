"""Hazards, hazard sources and the criteria of major hazards as ledgers (E02, E09, X06)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.errors import Conflict
from models.core.fields import LongText, Moment, Photos, Text
from models.core.files import photos
from models.core.ledger import Action, Column, Derived, Filter, HomeNumber, ImportPlan, Ledger, Rules, Section
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.ledger.reading.references import load_rows
from models.core.row_ids import parse_ids
from models.core.rulebook.checked_by import checked_by
from models.core.security.actor import Actor
from models.equipment.records import Equipment
from models.grid.importing import nodes_named
from models.grid.ledgers import GROUP, LIBRARY
from models.grid.places import paths_in_words
from models.grid.records import GridNode
from models.hazards import hazard_sources
from models.hazards.display import hazard_json
from models.hazards.display.context import holders
from models.hazards.records import (
    CLOSED,
    EDIT_CRITERIA,
    EDIT_HAZARDS,
    EDIT_SOURCES,
    EXPORT_HAZARDS,
    IMPORT_HAZARDS,
    MAJOR,
    PLANNING,
    READ_CRITERIA,
    READ_HAZARDS,
    READ_SOURCES,
    RECTIFYING,
    REJECTED,
    REPORT_HAZARDS,
    REPORTED,
    UNDER_WAY,
    WITHDRAWN,
    Hazard,
    HazardSource,
    MajorCriterion,
)
from models.hazards.report import manual
from models.hazards.report.open_hazard import LEDGER
from models.hazards.treatment import extensions, in_time, withdraw
from models.tasks.rights import ACT_TASKS, REASSIGN_TASKS

Values = dict[str, Any]
Loaded = dict[int, Any]


def _holders(actor: Actor, records: Sequence[Hazard]) -> Loaded:
    return {key: "、".join(names) for key, names in holders([row.id for row in records]).items()}


def _overdue(actor: Actor, records: Sequence[Hazard]) -> Loaded:
    return {row.id: hazard_json.is_overdue(row) for row in records}


def _photos(actor: Actor, records: Sequence[Hazard]) -> Loaded:
    """How many photos of before there are, in words; they themselves stand on the hazard's own page."""
    taken = Counter(
        item.row_id for item in photos.of(LEDGER, [row.id for row in records]) if item.stage == photos.BEFORE
    )
    return {key: f"{count} 张" for key, count in taken.items()}


def _is_overdue(values: Sequence[str]) -> Any:
    late = (
        Hazard.state.in_((PLANNING, RECTIFYING))
        & Hazard.due_at.is_null(False)
        & (Hazard.due_at < clock.now())
    )
    wanted = {value in ("true", "是", "1") for value in values}
    return late if wanted == {True} else ~late if wanted == {False} else Hazard.id.is_null(False)


def _within(actor: Actor, records: Sequence[Hazard]) -> Loaded:
    """Where it is, from the site down."""
    nodes = load_rows(GridNode, {row.grid_id for row in records} - {None})
    words = paths_in_words(list(nodes.values()))
    return {
        row.id: {"id": str(row.grid_id), "label": words[row.grid_id]}
        for row in records
        if row.grid_id in words
    }


def _at_equipment(actor: Actor, records: Sequence[Hazard]) -> Loaded:
    """The equipment that was scanned or chosen for it; of what is no longer there nothing."""
    there = load_rows(Equipment, {row.equipment_id for row in records} - {None})
    return {
        row.id: {"id": str(row.equipment_id), "label": there[row.equipment_id].name}
        for row in records
        if row.equipment_id in there
    }


def _is_within(values: Sequence[str]) -> Any:
    """At one of the places or anywhere below."""
    ids = parse_ids(values)
    paths = [row.path for row in GridNode.select(GridNode.path).where(GridNode.id.in_(ids or [0]))]
    condition = GridNode.id == 0
    for path in paths:
        condition |= GridNode.path.startswith(path)
    return Hazard.grid.in_(GridNode.select(GridNode.id).where(condition))


def _extend(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    extensions.ask(actor, rows[0].id, values["due_at"], values["reason"])
    return rows


def _withdraw(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    return [withdraw.withdraw(actor, rows[0].id, values.get("reason") or "")]


def _urge(actor: Actor, rows: list[Any], values: Values) -> str:
    from models.tasks.engine import case_actions
    from models.tasks.engine.start import running_case

    case = running_case("hazard", rows[0].id)
    if case is None:
        raise Conflict("没有人可以催", cause="这条隐患已经办完", advice="请刷新列表")
    case_actions.urge(actor, case.id)
    return "已提醒办理人"


def _tone(row: Hazard, values: Any) -> str:
    if row.state in (CLOSED, REJECTED, WITHDRAWN):
        return "plain"
    return (
        "bad"
        if row.level == MAJOR or hazard_json.is_overdue(row)
        else "warn"
        if row.state == REPORTED
        else "plain"
    )


HAZARDS = Ledger(
    name="hazards",
    record=Hazard,
    told_apart_by=("what",),
    title="隐患台账",
    group=GROUP,
    system="E09",
    noun="隐患",
    empty="还没有隐患。在手机上点“随手拍”，或者在这里点“新增”。",
    columns=(
        Column("number", 150, fixed=True),
        Column("what", 220),
        Column("state", 100),
        Column("level", 110),
        Column("grid", 140),
        Column("within", 220, shown=False),
        Column("place", 140),
        Column("equipment", 160, shown=False),
        Column("holders", 120),
        Column("due_at", 170),
        Column("overdue", 80),
        Column("rectifier", 100),
        Column("rectified_by", 110, shown=False),
        Column("reviewed_by", 110, shown=False),
        Column("judged_by", 110, shown=False),
        Column("reporter", 100),
        Column("reported_at", 170),
        Column("origin", 100),
        Column("late", 80, shown=False),
        Column("site", 140, shown=False),
        Column("closed_at", 170, shown=False),
        Column("company", 180, shown=False),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("level", "choice"),
        Filter("overdue", "flag"),
        Filter("rectification", "choice"),
        Filter("within", "reference"),
        Filter("equipment", "reference"),
        Filter("site", "reference"),
        Filter("rectifier", "reference"),
        Filter("reporter", "reference"),
        Filter("origin", "choice"),
        Filter("reported_at", "date_range"),
        Filter("due_at", "date_range"),
        Filter("company", "reference"),
    ),
    search=("number", "what", "place"),
    search_title="编号、描述、位置",
    form=(
        Section("问题", ("company", "origin", "what", "photos", "found_at", "category")),
        Section("位置", ("grid", "place", "lng", "lat")),
    ),
    sort="-id",
    sorts=("id", "reported_at"),
    derived=(
        Derived("holders", "在办人", "text", load=_holders),
        Derived("overdue", "已超期", "flag", load=_overdue, where=_is_overdue),
        Derived(
            "rectification",
            "整改期限",
            "choice",
            load=in_time.load,
            where=in_time.where,
            choices=in_time.CHOICES,
        ),
        Derived("within", "网格（含下级）", "reference", load=_within, where=_is_within, to="grid"),
        Derived(
            "equipment", "设备", "reference", load=_at_equipment, to="equipment", column=Hazard.equipment_id
        ),
        Derived("photos", "照片", "photos", load=_photos, field=Photos("照片"), create_only=True),
    ),
    home=(HomeNumber("overdue", "超期没有整改的隐患", {"overdue": ["true"]}, "watch", "bad"),),
    label=lambda row: f"{row.number} {row.what or '随手拍'}",
    tone=_tone,
    rights={
        "read": READ_HAZARDS,
        "create": REPORT_HAZARDS,
        "edit": EDIT_HAZARDS,
        "import": IMPORT_HAZARDS,
        "export": EXPORT_HAZARDS,
    },
    rules=Rules(manual.create, manual.edit, when={"state": UNDER_WAY}),
    actions=(
        Action(
            "extend",
            "申请延期",
            ACT_TASKS,
            _extend,
            fields=(
                ("due_at", Moment("延到", required=True)),
                ("reason", Text("原因", max=300, required=True)),
            ),
            when={"state": (RECTIFYING,)},
        ),
        Action(
            "urge",
            "催办",
            REASSIGN_TASKS,
            _urge,
            gives="message",
            when={"state": UNDER_WAY},
        ),
        Action(
            "withdraw",
            "撤回",
            EDIT_HAZARDS,
            _withdraw,
            tone="danger",
            confirm="撤回后不再办理，正在办理的人会收到通知，记录保留。",
            fields=(("reason", LongText("原因", max=500, required=True)),),
            when={"state": UNDER_WAY},
        ),
    ),
    importing=ImportPlan(
        columns=("what", "grid", "place", "found_at", "category"),
        file_name="隐患导入.xlsx",
        samples={
            "what": "电缆裸露",
            "grid": "一厂/配电室",
            "place": "2 号柜后",
            "found_at": "2026-11-20 09:30",
        },
        notes=(
            "网格填名称；有同名的，写上它的上级，如 一厂/配电室。",
            "导入的隐患从“待确认”开始，由网格责任人确认。",
        ),
        lookup={"grid": nodes_named},
    ),
    attachments=True,
    closed={"state": (CLOSED, REJECTED, WITHDRAWN)},
    related=("equipment",),
    keeps=lambda row, file: file.stage is not None,
    live=True,
)

HAZARD_SOURCES = Ledger(
    name="hazard-sources",
    record=HazardSource,
    title="危险源",
    group=GROUP,
    system="E02",
    noun="危险源",
    measure="个",
    empty="还没有危险源。引用网格模板时可以带入样例；随手拍判定为危险源的也会出现在这里。",
    columns=(
        Column("name", 200, fixed=True),
        Column("risk", 100),
        Column("state", 100),
        Column("grid", 160),
        Column("description", 320),
        Column("hazards", 220),
        Column("site", 140, shown=False),
        Column("company", 180, shown=False),
    ),
    filters=(
        Filter("risk", "choice"),
        Filter("state", "choice"),
        Filter("grid", "reference"),
        Filter("site", "reference"),
        Filter("company", "reference"),
    ),
    search=("name",),
    form=(Section("危险源", ("company", "grid", "name", "description", "risk")),),
    sort="-id",
    sorts=("id", "name"),
    derived=(Derived("hazards", "相关隐患", "references", load=hazard_sources.hazards, to="hazards"),),
    rights={"read": READ_SOURCES, "create": EDIT_SOURCES, "edit": EDIT_SOURCES, "delete": EDIT_SOURCES},
    rules=Rules(hazard_sources.create, hazard_sources.edit, plain_delete(HazardSource)),
    live=True,
)


def _new_criterion(actor: Actor, values: dict[str, Any]) -> Any:
    return plain_create(MajorCriterion)(actor, values | checked_by(actor, None, values))


def _edit_criterion(actor: Actor, row: MajorCriterion, values: dict[str, Any]) -> Any:
    return plain_edit(MajorCriterion)(actor, row, values | checked_by(actor, row, values))


MAJOR_CRITERIA = Ledger(
    name="major-criteria",
    record=MajorCriterion,
    title="重大隐患判定标准",
    group=LIBRARY,
    system="X06",
    noun="判定标准",
    empty="还没有判定标准。系统安装时会自动带入要点；也可以点“新增”。",
    columns=(
        Column("code", 100, fixed=True),
        Column("industry", 120),
        Column("title", 420),
        Column("source", 300),
        Column("article", 170),
        Column("confirmed", 110),
        Column("checked_by", 100, shown=False),
        Column("enabled", 80),
    ),
    filters=(Filter("industry", "text"), Filter("confirmed", "flag"), Filter("enabled", "flag")),
    search=("code", "title", "industry"),
    search_title="编号、标准、适用",
    form=(
        Section(
            "判定标准", ("code", "industry", "title", "source", "article", "confirmed", "enabled", "sequence")
        ),
    ),
    sort="sequence",
    sorts=("sequence", "code"),
    label=lambda row: row.title,
    note=lambda row: row.industry,
    rights={"read": READ_CRITERIA, "create": EDIT_CRITERIA, "edit": EDIT_CRITERIA, "delete": EDIT_CRITERIA},
    rules=Rules(_new_criterion, _edit_criterion, plain_delete(MajorCriterion)),
)

__all__ = ["HAZARDS", "HAZARD_SOURCES", "MAJOR_CRITERIA"]
