"""How types of training and courses are listed, kept and imported (C04)."""

from __future__ import annotations

from models.core.ledger import Column, Filter, ImportPlan, Ledger, PhoneFace, Rules, Section
from models.core.ledger.changes.default_rules import plain_delete
from models.core.ledger.changes.shared_rows import shared_create, shared_edit
from models.core.ledger.library.declaration import Library
from models.training.courses.records import (
    EDIT_COURSES,
    EXPORT_COURSES,
    IMPORT_COURSES,
    READ_COURSES,
    Course,
    TrainingType,
)
from models.training.courses.standards import standard_courses, standard_types

_KEY = ("name",)
_RIGHTS = {
    "read": READ_COURSES, "create": EDIT_COURSES, "edit": EDIT_COURSES, "delete": EDIT_COURSES, "export": EXPORT_COURSES,
}  # fmt: skip
COURSES = Ledger(
    name="courses",
    record=Course,
    title="培训课程",
    group="教育培训",
    place=5,
    system="C04",
    noun="课程",
    measure="门",
    empty="还没有课程。点“从标准库选”引用，点“新增”写一门，或者点“导入”。",
    columns=(
        Column("name", 220, fixed=True),
        Column("code", 90),
        Column("type", 170),
        Column("mode", 120),
        Column("hours", 90),
        Column("period", 90),
        Column("valid_months", 120),
        Column("pass_score", 90),
        Column("standard", 130),
        Column("sample", 130),
        Column("enabled", 80),
        Column("company", 180),
    ),
    filters=(
        Filter("type", "reference"),
        Filter("mode", "choice"),
        Filter("period", "choice"),
        Filter("enabled", "flag"),
        Filter("sample", "flag"),
        Filter("company", "reference"),
    ),
    search=("name", "code", "type"),
    search_title="课程、编号、培训类型",
    form=(
        Section("课程", ("company", "name", "code", "type", "mode", "hours")),
        Section("要求", ("period", "valid_months", "pass_score", "enabled")),
        Section("内容", ("outline", "address", "basis", "sample")),
    ),
    sort="id",
    sorts=("id", "hours"),
    tone=lambda row, values: "plain" if row.enabled else "warn",
    note=lambda row: f"{row.hours.normalize():f} 学时",
    rights={**_RIGHTS, "import": IMPORT_COURSES},
    rules=Rules(shared_create(Course, EDIT_COURSES, _KEY), shared_edit(Course, _KEY), plain_delete(Course)),
    importing=ImportPlan(
        columns=("name", "code", "type", "mode", "hours", "period", "valid_months", "pass_score", "outline", "basis", "address"),
        file_name="培训课程导入.xlsx",
        key=("name",),
        samples={
            "name": "叉车安全操作复训", "code": "PX12", "type": "特种设备作业人员培训", "mode": "线下+实操", "hours": "8",
            "period": "每年", "pass_score": "80",
        },
        notes=("培训类型要先有，在“培训类型”里看。", "同名的课程会更新，不会重复新增。"),
    ),
    attachments=True,
    library=Library(
        "标准课程库", standard_courses, leaves=("enabled",), group_title="培训类型", same=("name",), shared=True
    ),
    phone=PhoneFace(second=("type", "mode", "hours"), badge="period", changes=False),
    related=("type",),
)  # fmt: skip

TRAINING_TYPES = Ledger(
    name="training-types",
    record=TrainingType,
    title="培训类型",
    group="教育培训",
    place=8,
    system="C04",
    noun="培训类型",
    measure="类",
    empty="还没有培训类型。系统安装时会自动带入；也可以点“新增”。",
    columns=(Column("name", 240, fixed=True), Column("note", 360), Column("company", 180)),
    filters=(Filter("company", "reference"),),
    search=("name",),
    form=(Section("培训类型", ("company", "name", "note", "sequence")),),
    sort="sequence",
    sorts=("sequence", "id"),
    rights=_RIGHTS,
    rules=Rules(
        shared_create(TrainingType, EDIT_COURSES, _KEY), shared_edit(TrainingType, _KEY), plain_delete(TrainingType)
    ),
    library=Library("培训类型库", standard_types, leaves=("sequence",), shared=True),
)  # fmt: skip
