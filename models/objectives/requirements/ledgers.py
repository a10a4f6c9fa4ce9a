"""How what a post asks is listed, written and imported (A03, C01, C03, D06)."""

from __future__ import annotations

from typing import Any

from models.core.ledger import Column, Filter, ImportPlan, Ledger, Rules, Section
from models.core.ledger.changes.default_rules import plain_delete
from models.core.ledger.changes.shared_rows import shared_create, shared_edit
from models.core.ledger.library.declaration import Library
from models.core.ledger.reading.references import attach, label_of
from models.core.records import Record
from models.objectives.records import EDIT_POSTS, EXPORT_POSTS, IMPORT_POSTS, READ_POSTS
from models.objectives.requirements.records import (
    EDIT_FACTORS,
    READ_FACTORS,
    HazardFactor,
    PostCertificate,
    PostFactor,
    PostTraining,
)
from models.objectives.requirements.rules import rules_for
from models.objectives.requirements.standards import standard_factors

TRAINING_GROUP, HEALTH_GROUP = "教育培训", "现场管理"
_RIGHTS = {
    "read": READ_POSTS, "create": EDIT_POSTS, "edit": EDIT_POSTS, "delete": EDIT_POSTS, "export": EXPORT_POSTS,
    "import": IMPORT_POSTS,
}  # fmt: skip
_NOTES = ("岗位和种类要先有。", "同一岗位已经写过的会更新，不会重复新增。")


def _label(row: Any, what: str) -> str:
    """叉车司机：N1 叉车司机."""
    attach(type(row), [row], ["post", what])
    post, asked = row.__rel__.get("post"), row.__rel__.get(what)
    return f"{getattr(post, 'name', '')}：{'' if asked is None else label_of(asked)}"


def _asked(record: type[Record], what: str) -> dict[str, Any]:
    """What all ledgers of what posts ask have in common; `what` is the column beside the post."""
    return {
        "record": record, "sort": "id", "sorts": ("id",), "label": lambda row: _label(row, what),
        "note": lambda row: "" if row.company_id else "标准要求", "related": ("post", what), "rights": _RIGHTS,
        "rules": rules_for(record, what),
    }  # fmt: skip


POST_CERTIFICATES = Ledger(
    name="post-certificates",
    **_asked(PostCertificate, "type"),
    title="岗位证照要求",
    group=TRAINING_GROUP,
    place=1,
    system="C01",
    noun="证照要求",
    empty="还没有写哪个岗位要什么证。点“新增”，选岗位和证照种类。",
    columns=(
        Column("post", 160, fixed=True),
        Column("type", 260),
        Column("limits", 160),
        Column("must", 100),
        Column("note", 200),
        Column("sample", 130),
        Column("company", 180),
    ),
    filters=(
        Filter("post", "reference"),
        Filter("type", "reference"),
        Filter("must", "flag"),
        Filter("sample", "flag"),
        Filter("company", "reference"),
    ),
    search=("post", "type"),
    search_title="岗位、证照",
    form=(Section("证照要求", ("company", "post", "type", "limits", "must", "note", "sample")),),
    importing=ImportPlan(
        columns=("post", "type", "limits", "must", "note"),
        file_name="岗位证照要求导入.xlsx",
        key=("post", "type"),
        samples={"post": "叉车司机", "type": "N1 叉车司机", "must": "是"},
        notes=_NOTES,
    ),
)

POST_TRAININGS = Ledger(
    name="post-trainings",
    **_asked(PostTraining, "type"),
    title="岗位培训要求",
    group=TRAINING_GROUP,
    place=4,
    system="C03",
    noun="培训要求",
    empty="还没有写哪个岗位要什么培训。点“新增”，选岗位、培训类型，填学时和周期。",
    columns=(
        Column("post", 160, fixed=True),
        Column("type", 200),
        Column("hours", 90),
        Column("period", 90),
        Column("mode", 120),
        Column("note", 200),
        Column("sample", 130),
        Column("company", 180),
    ),
    filters=(
        Filter("post", "reference"),
        Filter("type", "reference"),
        Filter("period", "choice"),
        Filter("sample", "flag"),
        Filter("company", "reference"),
    ),
    search=("post", "type"),
    search_title="岗位、培训类型",
    form=(Section("培训要求", ("company", "post", "type", "hours", "period", "mode", "note", "sample")),),
    importing=ImportPlan(
        columns=("post", "type", "hours", "period", "mode", "note"),
        file_name="岗位培训要求导入.xlsx",
        key=("post", "type"),
        samples={"post": "叉车司机", "type": "三级安全教育", "hours": "24", "period": "上岗前"},
        notes=_NOTES,
    ),
)

POST_FACTORS = Ledger(
    name="post-factors",
    **_asked(PostFactor, "factor"),
    title="岗位危害因素",
    group=HEALTH_GROUP,
    place=1,
    system="D06",
    noun="岗位危害因素",
    empty="还没有写哪个岗位接触什么危害因素。点“新增”，选岗位和危害因素。",
    columns=(
        Column("post", 160, fixed=True),
        Column("factor", 200),
        Column("detail", 240),
        Column("sample", 130),
        Column("company", 180),
    ),
    filters=(
        Filter("post", "reference"),
        Filter("factor", "reference"),
        Filter("sample", "flag"),
        Filter("company", "reference"),
    ),
    search=("post", "factor", "detail"),
    search_title="岗位、危害因素、来源",
    form=(Section("岗位危害因素", ("company", "post", "factor", "detail", "sample")),),
    importing=ImportPlan(
        columns=("post", "factor", "detail"),
        file_name="岗位危害因素导入.xlsx",
        key=("post", "factor"),
        samples={"post": "叉车司机", "factor": "噪声", "detail": "内燃叉车"},
        notes=_NOTES,
    ),
)

HAZARD_FACTORS = Ledger(
    name="hazard-factors",
    record=HazardFactor,
    title="危害因素",
    group=HEALTH_GROUP,
    place=9,
    system="D06",
    noun="危害因素",
    measure="种",
    empty="还没有危害因素。系统安装时会自动带入；也可以点“新增”。",
    columns=(
        Column("name", 240, fixed=True),
        Column("category", 120),
        Column("places", 280),
        Column("sample", 130),
        Column("company", 180),
    ),
    filters=(Filter("category", "choice"), Filter("sample", "flag"), Filter("company", "reference")),
    search=("name", "places"),
    form=(Section("危害因素", ("company", "name", "category", "places", "sample", "sequence")),),
    sort="sequence",
    sorts=("sequence", "id"),
    rights={
        "read": READ_FACTORS, "create": EDIT_FACTORS, "edit": EDIT_FACTORS, "delete": EDIT_FACTORS,
        "export": READ_FACTORS,
    },
    rules=Rules(
        shared_create(HazardFactor, EDIT_FACTORS, ("name",)),
        shared_edit(HazardFactor, ("name",)),
        plain_delete(HazardFactor),
    ),
    library=Library("危害因素库", standard_factors, leaves=("sequence",), shared=True),
)  # fmt: skip
