"""How the log of clock-ins and the equipment are listed, edited and imported (Q10, Q13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.actor import Actor
from models.core.fields import Text
from models.core.ledger import Action, Column, Derived, Filter, ImportPlan, Ledger, Rules, Section
from models.core.ledger.references import load_rows
from models.duty import equipment_import, printing, rules
from models.duty.evidence import in_words
from models.duty.label_codes import format_label_code
from models.duty.records import (
    CREATE_EQUIPMENT,
    DELETE_EQUIPMENT,
    EDIT_EQUIPMENT,
    EXPORT_CLOCK_INS,
    EXPORT_EQUIPMENT,
    IMPORT_EQUIPMENT,
    PRINT_LABELS,
    READ_CLOCK_INS,
    READ_EQUIPMENT,
    ClockIn,
    Equipment,
    EquipmentAlias,
)

GROUP = "扫码上岗"
Loaded = dict[int, Any]


def _named(id_column: str, name_column: str) -> Any:
    """Loads a reference from what the clock-in itself keeps, so that it reads as it did then."""

    def load(actor: Actor, records: Sequence[Any]) -> Loaded:
        return {
            row.get_id(): {"id": str(getattr(row, id_column)), "label": getattr(row, name_column)}
            for row in records
        }

    return load


def _ids(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19] or [
        0
    ]


def _evidence(actor: Actor, records: Sequence[ClockIn]) -> Loaded:
    return {row.id: in_words(row.evidence) for row in records}


CLOCK_INS = Ledger(
    name="clock-ins",
    record=ClockIn,
    title="上岗日志",
    group=GROUP,
    system="Q10",
    noun="上岗记录",
    empty="还没有上岗记录。作业人员在手机上点“扫码上岗”、扫设备的二维码，这里就会出现一条。",
    columns=(
        Column("day", 110, fixed=True),
        Column("scanned_at", 170),
        Column("person_name", 110),
        Column("equipment_name", 180),
        Column("code", 110),
        Column("certificate_number", 190),
        Column("late", 80),
        Column("company", 180),
        Column("received_at", 170, shown=False),
    ),
    filters=(
        Filter("day", "date_range", along="scanned_at"),
        Filter("company", "reference"),
        Filter("person", "reference"),
        Filter("equipment", "reference"),
    ),
    search=("person_name", "equipment_name"),
    search_title="姓名、设备",
    sort="-scanned_at",
    sorts=("scanned_at",),
    derived=(
        Derived(
            "person",
            "人员",
            "reference",
            load=_named("person_id", "person_name"),
            where=lambda values: ClockIn.person_id.in_(_ids(values)),
            to="persons",
        ),
        Derived(
            "equipment",
            "设备",
            "reference",
            load=_named("equipment_id", "equipment_name"),
            where=lambda values: ClockIn.equipment_id.in_(_ids(values)),
            to="equipment",
        ),
        Derived("evidence", "当时的情况", "facts", load=_evidence),
    ),
    label=lambda row: f"{row.person_name} · {row.equipment_name}",
    rights={"read": READ_CLOCK_INS, "export": EXPORT_CLOCK_INS},
    live=True,
)


def _labels(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    return {row.id: format_label_code(row.label_code) for row in records}


def _aliases(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    query = EquipmentAlias.select().where(EquipmentAlias.equipment.in_([row.id for row in records]))
    found: dict[int, list[str]] = {}
    for alias in query.order_by(EquipmentAlias.id):
        found.setdefault(alias.equipment_id, []).append(alias.content)
    return {key: "；".join(contents) for key, contents in found.items()}


def _needed(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    return {row.id: "、".join(code for code in row.required_codes.split(",") if code) for row in records}


def _attach(actor: Actor, records: list[Any], values: dict[str, Any]) -> list[Any]:
    for equipment in records:
        rules.attach_alias(actor, equipment, values["content"])
    return records


def _detach(actor: Actor, records: list[Any], values: dict[str, Any]) -> list[Any]:
    for equipment in records:
        if values.get("content"):
            rules.detach_alias(actor, equipment, values["content"])
        else:
            rules.detach_all(actor, equipment)
    return records


def _note(row: Equipment) -> str:
    return "，".join(part for part in (row.location, row.use_cert_no or row.code) if part)


def type_names(rows: Sequence[Equipment]) -> dict[int, str]:
    """The names of the types of many rows, by the row's id."""
    types = load_rows(Equipment.type.rel_model, {row.type_id for row in rows})
    return {row.id: types[row.type_id].name for row in rows}


EQUIPMENT = Ledger(
    name="equipment",
    record=Equipment,
    title="设备",
    group=GROUP,
    system="Q13",
    noun="设备",
    measure="台",
    empty="还没有设备。点“新增”登记第一台，或者点“导入”上传 Excel。",
    columns=(
        Column("name", 180, fixed=True),
        Column("type", 140),
        Column("state", 100),
        Column("mode", 110),
        Column("needed_codes", 120),
        Column("location", 180),
        Column("use_cert_no", 180),
        Column("code", 190),
        Column("site", 140),
        Column("company", 180),
        Column("label", 130),
        Column("next_inspection_on", 130, shown=False),
        Column("register_code", 190, shown=False),
        Column("model", 120, shown=False),
    ),
    filters=(
        Filter("company", "reference"),
        Filter("site", "reference"),
        Filter("type", "reference"),
        Filter("state", "choice"),
        Filter("mode", "choice"),
        Filter("next_inspection_on", "date_range"),
    ),
    search=("name", "location", "use_cert_no", "code", "register_code"),
    search_title="名称、位置、编号",
    form=(
        Section("基本信息", ("company", "site", "grid", "name", "type", "model", "location", "state")),
        Section("证件编号", ("use_cert_no", "code", "register_code", "next_inspection_on")),
        Section("扫码要求", ("quick_open", "operator_codes", "lng", "lat")),
    ),
    sort="-id",
    sorts=("id", "name"),
    derived=(
        Derived("needed_codes", "作业项目", "text", load=_needed),
        Derived("label", "标签编码", "text", load=_labels, help="印在二维码下面，扫不出来时可以手输"),
        Derived("aliases", "绑定的二维码", "text", load=_aliases, help="使用标志、铭牌、合格证上的二维码"),
    ),
    note=_note,
    tone=lambda row, values: {"stopped": "warn", "scrapped": "bad"}.get(row.state, "plain"),
    rights={
        "read": READ_EQUIPMENT,
        "create": CREATE_EQUIPMENT,
        "edit": EDIT_EQUIPMENT,
        "delete": DELETE_EQUIPMENT,
        "import": IMPORT_EQUIPMENT,
        "export": EXPORT_EQUIPMENT,
    },
    rules=Rules(rules.create_equipment, rules.edit_equipment, rules.delete_equipment),
    actions=(
        Action(
            name="labels",
            title="打印二维码",
            right=PRINT_LABELS,
            rule=printing.label_sheets,
            where="bulk",
            gives="file",
            tone="primary",
            fields=printing.questions(),
        ),
        Action(
            name="attach_alias",
            title="绑定已有二维码",
            right=EDIT_EQUIPMENT,
            rule=_attach,
            fields=(
                (
                    "content",
                    Text("二维码内容", max=512, required=True, help="用扫码枪扫使用标志、铭牌或合格证上的码"),
                ),
            ),
        ),
        Action(
            name="detach_alias",
            title="解除二维码",
            right=EDIT_EQUIPMENT,
            rule=_detach,
            tone="danger",
            confirm="解除后，扫原来的二维码就认不出这台设备了。",
            fields=(("content", Text("二维码内容", max=512, help="不填就解除全部")),),
        ),
    ),
    importing=ImportPlan(
        columns=(
            *("name", "type", "state", "location", "site", "use_cert_no", "code"),
            *("register_code", "model", "quick_open", "next_inspection_on"),
        ),
        file_name="设备导入.xlsx",
        samples={
            "name": "1号叉车",
            "type": "叉车",
            "state": "在用",
            "location": "成品仓库东门",
            "use_cert_no": "车11浙A04567(24)",
            "next_inspection_on": "2027-03-31",
        },
        notes=(
            "设备种类填名称或 4 位目录代码，如 叉车、5110。",
            "厂站填本单位的厂站名称；没有厂站就不填。",
            "快开门式只有压力容器要填：是 或 否。",
        ),
        lookup={"type": equipment_import.type_named, "site": equipment_import.site_named},
        check=equipment_import.check,
        save=equipment_import.save,
    ),
    attachments=True,
    live=True,
)
