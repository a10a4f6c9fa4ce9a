"""The standard tables as ledgers: operator codes (Q02) and the catalogue of equipment types."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.ledger import Column, Derived, Filter, Ledger, Rules, Section
from models.core.security.actor import Actor
from models.equipment.operator_codes import codes
from models.equipment.records import EDIT_CODES, READ_CODES, EquipmentType, OperatorCode
from models.equipment.standards import inspection_months

GROUP = "系统管理"


def _months(_: Actor, rows: Sequence[EquipmentType]) -> dict[int, int | None]:
    return {row.id: inspection_months(row.code) for row in rows}


OPERATOR_CODES = Ledger(
    name="operator-codes",
    record=OperatorCode,
    title="作业项目",
    group=GROUP,
    system="Q02",
    noun="作业项目",
    measure="个",
    empty="还没有作业项目。系统安装时会自动带入；也可以点“新增”。",
    columns=(
        Column("code", 90, fixed=True),
        Column("project", 200),
        Column("category", 200),
        Column("mode", 110),
        Column("equipment_types", 160),
        Column("quick_open_only", 110),
        Column("boiler_use", 120, shown=False),
        Column("confirmed", 110),
        Column("source", 200, shown=False),
    ),
    filters=(Filter("mode", "choice"), Filter("confirmed", "flag")),
    search=("code", "project", "category"),
    form=(
        Section("作业项目", ("code", "project", "category", "sequence")),
        Section("扫码要求", ("mode", "equipment_types", "quick_open_only", "boiler_use")),
        Section("依据", ("source", "confirmed")),
    ),
    sort="sequence",
    sorts=("sequence", "code"),
    label=lambda row: f"{row.code} {row.project}",
    rights={"read": READ_CODES, "create": EDIT_CODES, "edit": EDIT_CODES, "delete": EDIT_CODES},
    rules=Rules(codes.create_code, codes.edit_code, codes.delete_code),
)

EQUIPMENT_TYPES = Ledger(
    name="equipment-types",
    record=EquipmentType,
    title="设备种类",
    group=GROUP,
    system="Q02",
    noun="设备种类",
    measure="种",
    empty="还没有设备种类。系统安装时会自动带入；也可以点“新增”。",
    columns=(
        Column("code", 100, fixed=True),
        Column("name", 220),
        Column("parent_code", 100),
        Column("abbreviation", 110),
        Column("inspection_months", 120),
    ),
    derived=(
        Derived(
            "inspection_months",
            "检验周期（月）",
            "integer",
            load=_months,
            help="按现行规则，在“规则”页的“定期检验周期”里改",
        ),
    ),
    search=("code", "name"),
    form=(Section("设备种类", ("code", "name", "parent_code", "abbreviation")),),
    sort="code",
    sorts=("code",),
    note=lambda row: row.code,
    rights={"read": READ_CODES, "create": EDIT_CODES, "edit": EDIT_CODES, "delete": EDIT_CODES},
    rules=Rules(codes.create_type, codes.edit_type, codes.delete_type),
)
