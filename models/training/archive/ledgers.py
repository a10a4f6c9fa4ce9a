"""How training records are listed, written down and imported (C06)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.ledger import Column, Derived, Filter, ImportPlan, Ledger, PhoneFace, Rules, Section
from models.core.ledger.changes.default_rules import plain_delete
from models.core.ledger.reading.references import attach, load_rows
from models.core.security.actor import Actor
from models.training.archive import rules
from models.training.archive.records import (
    EDIT_TRAININGS,
    EXPORT_TRAININGS,
    IMPORT_TRAININGS,
    READ_TRAININGS,
    Training,
)
from models.training.courses.records import Course, TrainingType


def _types(actor: Actor, rows: Sequence[Training]) -> dict[int, Any]:
    courses = load_rows(Course, {row.course_id for row in rows})
    types = load_rows(TrainingType, {course.type_id for course in courses.values()})
    found = {row.id: types[courses[row.course_id].type_id] for row in rows}
    return {key: {"id": str(one.id), "label": one.name} for key, one in found.items()}


def _of_types(values: Sequence[str]) -> Any:
    return Training.course.in_(
        Course.select(Course.id).where(Course.type.in_([int(value) for value in values]))
    )


def _label(row: Any) -> str:
    attach(Training, [row], ["person", "course"])
    return f"{row.person.name} {row.course.name}"


TRAININGS = Ledger(
    name="trainings",
    record=Training,
    title="培训记录",
    group="教育培训",
    place=6,
    system="C06",
    noun="培训记录",
    empty="还没有培训记录。点“新增”记一次，或者点“导入”把一期的名单都登进来。",
    columns=(
        Column("person", 110, fixed=True),
        Column("course", 220),
        Column("type", 170),
        Column("held_on", 120),
        Column("hours", 90),
        Column("score", 80),
        Column("result", 100),
        Column("counts_until", 120),
        Column("teacher", 110, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("result", "choice"),
        Filter("course", "reference"),
        Filter("type", "reference"),
        Filter("person", "reference"),
        Filter("held_on", "date_range"),
        Filter("counts_until", "date_range"),
        Filter("company", "reference"),
    ),
    search=("person", "course"),
    search_title="姓名、课程",
    form=(
        Section("培训", ("person", "course", "held_on", "hours")),
        Section("结果", ("score", "result", "teacher", "note")),
    ),
    sort="-held_on",
    sorts=("held_on", "id"),
    derived=(
        Derived(
            "type", "培训类型", "reference", load=_types, where=_of_types, to="training-types",
            column=Course.select(Course.type).where(Course.id == Training.course),
        ),
    ),
    label=_label,
    total=("hours",),
    rights={
        "read": READ_TRAININGS, "create": EDIT_TRAININGS, "edit": EDIT_TRAININGS, "delete": EDIT_TRAININGS,
        "import": IMPORT_TRAININGS, "export": EXPORT_TRAININGS,
    },
    rules=Rules(rules.record, rules.correct, plain_delete(Training)),
    importing=ImportPlan(
        columns=("person", "course", "held_on", "hours", "score", "result", "teacher", "note"),
        file_name="培训记录导入.xlsx",
        key=("person", "course", "held_on"),
        samples={
            "person": "持证人的身份证号", "course": "叉车安全操作复训", "held_on": "2026-11-20", "score": "92",
            "result": "合格",
        },
        notes=("人员填身份证号；本单位没有重名的，也可以填姓名。", "同一人同一天的同一门课会更新，不会重复新增。"),
    ),
    attachments=True,
    phone=PhoneFace(title="course", second=("held_on", "hours", "score"), badge="result", changes=False),
    related=("person", "course"),
)  # fmt: skip
