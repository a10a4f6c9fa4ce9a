"""How equipment is listed, edited and imported (Q13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from peewee import Value

from models.core import clock
from models.core.fields import Choice, Text, parse_day
from models.core.labels import printing as labels_printing
from models.core.labels.label_codes import format_label_code
from models.core.ledger import (
    Action,
    Column,
    Derived,
    Filter,
    HomeNumber,
    ImportPlan,
    Ledger,
    PhoneFace,
    Rules,
    Section,
)
from models.core.ledger.branches import inside
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.equipment import exemption, hooks, importing, label_printing, rules
from models.equipment.inspection import INSPECTION
from models.equipment.numbers import number_doubts
from models.equipment.operator_codes import needs
from models.equipment.records import (
    CREATE_EQUIPMENT,
    DELETE_EQUIPMENT,
    EDIT_EQUIPMENT,
    EXEMPT_EQUIPMENT,
    EXPORT_EQUIPMENT,
    IMPORT_EQUIPMENT,
    PRINT_LABELS,
    READ_EQUIPMENT,
    Equipment,
    EquipmentAlias,
)
from models.organization import place_names

GROUP = "扫码上岗"
Loaded = dict[int, Any]


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


def _number_doubts(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    return {row.id: "；".join(number_doubts(row)) or None for row in records}


def _why_none(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    told = needs.explain(row.id for row in records)
    return {key: f"{said.cause}。{said.advice}" for key, said in told.items()}


_EXEMPTIONS = (Choice("yes", "免扫码", "warn"), Choice("no", "没有"))


def _exemptions(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    return {row.id: "yes" if row.exempt_reason else "no" for row in records}


def _is_exempt(values: Sequence[str]) -> Any:
    return reduce(or_, (Equipment.exempt_reason.is_null(value != "yes") for value in values))


_MANNED = (Choice("yes", "有人上岗", "good"), Choice("no", "没人上岗", "warn"))


def _manned_today() -> Any:
    return reduce(or_, hooks.MANNED_TODAY(), Value(0) == Value(1))


def _manned(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    ids = [row.id for row in records]
    found = Equipment.select(Equipment.id).where(Equipment.id.in_(ids or [0]), _manned_today())
    manned = {key for (key,) in found.tuples()}
    return {key: "yes" if key in manned else "no" for key in ids}


def _is_manned(values: Sequence[str]) -> Any:
    return reduce(or_, (_manned_today() if value == "yes" else ~_manned_today() for value in values))


def _nobody(actor: Actor, records: Sequence[Equipment]) -> Loaded:
    """Nothing to show: on which days nobody was there is asked for, day by day."""
    return {}


def _had_nobody(days: Sequence[str]) -> Any:
    """Equipment that was there by the last of the days, and at which nobody clocked in on any of them."""
    first, last = (parse_day(day) if day else None for day in days)
    manned = reduce(or_, hooks.MANNED_ON(first, last), Value(0) == Value(1))
    return (
        ~manned
        if last is None
        else ~manned & (Equipment.created_at < clock.midnight(last + timedelta(days=1)))
    )


def _exempt(actor: Actor, records: list[Any], values: dict[str, Any]) -> list[Any]:
    return [exemption.exempt(actor, row, values["reason"]) for row in records]


def _end_exemption(actor: Actor, records: list[Any], values: dict[str, Any]) -> list[Any]:
    return [exemption.end_exemption(actor, row) for row in records]


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


#: What has to be scanned by somebody on each day that it is used, as filters of the ledger, and below as a condition.
TO_BE_MANNED = {"state": ["in_use"], "mode": ["clock_in"], "exemption": ["no"]}


def to_be_manned() -> Any:
    """The condition of the same: in use, asks for clocking in (not for maintenance scans), not exempted (X16)."""
    return (Equipment.state == "in_use") & (Equipment.mode == "clock_in") & _is_exempt(["no"])


EQUIPMENT = Ledger(
    name="equipment",
    record=Equipment,
    told_apart_by=("use_cert_no", "code", "register_code"),
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
        Column("manned", 90, shown=False),
        Column("needed_codes", 120),
        Column("why_none", 260, shown=False),
        Column("exemption", 90, shown=False),
        Column("exempt_reason", 180, shown=False),
        Column("exempt_by", 110, shown=False),
        Column("exempt_at", 170, shown=False),
        Column("location", 180),
        Column("use_cert_no", 180),
        Column("code", 190),
        Column("site", 140),
        Column("company", 180),
        Column("label", 130),
        Column("number_doubts", 240, shown=False),
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
        Filter("manned", "choice"),
        Filter("nobody_on", "date_range"),
        Filter("exemption", "choice"),
        Filter("next_inspection_on", "date_range"),
        Filter("unit", "reference"),
    ),
    search=("name", "location", "use_cert_no", "code", "register_code"),
    search_title="名称、位置、编号",
    form=(
        Section("基本信息", ("company", "site", "grid", "name", "type", "model", "location", "state")),
        Section("证件编号", ("use_cert_no", "code", "register_code", "next_inspection_on")),
        Section("扫码要求", ("quick_open", "boiler_use", "operator_codes", "lng", "lat")),
    ),
    sort="-id",
    sorts=("id", "name"),
    derived=(
        inside("unit", "机构（含下级）", (Equipment.site, Equipment.company)),
        Derived("needed_codes", "作业项目", "text", load=_needed),
        Derived("number_doubts", "编号待核对", "text", load=_number_doubts, warns=True),
        Derived("why_none", "为什么不用扫码", "text", load=_why_none),
        Derived("exemption", "免扫码", "choice", load=_exemptions, where=_is_exempt, choices=_EXEMPTIONS),
        Derived("manned", "今天上岗", "choice", load=_manned, where=_is_manned, choices=_MANNED),
        Derived("nobody_on", "没人上岗的日子", "date", load=_nobody, where=_had_nobody, shown=False),
        Derived("label", "标签编码", "text", load=_labels, help="印在二维码下面，扫不出来时可以手输"),
        Derived("aliases", "绑定的二维码", "text", load=_aliases, help="使用标志、铭牌、合格证上的二维码"),
    ),
    note=_note,
    tone=lambda row, values: {"stopped": "warn", "scrapped": "bad"}.get(row.state) or INSPECTION.tone(row),
    expires=INSPECTION,
    home=(
        HomeNumber(
            "unmanned",
            "今天没人上岗的设备",
            {**TO_BE_MANNED, "manned": ["no"]},
            "today",
            "warn",
            help="在用、要扫码上岗、没有登记免扫码的设备",
        ),
    ),
    rights={
        "read": READ_EQUIPMENT,
        "create": CREATE_EQUIPMENT,
        "edit": EDIT_EQUIPMENT,
        "delete": DELETE_EQUIPMENT,
        "import": IMPORT_EQUIPMENT,
        "export": EXPORT_EQUIPMENT,
    },
    rules=Rules(
        rules.create_equipment,
        rules.edit_equipment,
        rules.delete_equipment,
        takes={"绑定的二维码": EquipmentAlias.equipment},
    ),
    actions=(
        Action(
            name="labels",
            title="打印二维码",
            right=PRINT_LABELS,
            rule=label_printing.label_sheets,
            where="bulk",
            gives="file",
            tone="primary",
            fields=labels_printing.questions(),
        ),
        Action(
            name="exempt",
            title="免扫码",
            right=EXEMPT_EQUIPMENT,
            rule=_exempt,
            tone="danger",
            confirm="登记后，扫这台设备不再要求上岗，原因、登记人和时间会留下记录。",
            fields=(("reason", Text("免扫码原因", max=200, required=True)),),
            when={"mode": ("clock_in", "maintenance"), "exemption": ("no",)},
        ),
        Action(
            name="end_exemption",
            title="恢复扫码",
            right=EXEMPT_EQUIPMENT,
            rule=_end_exemption,
            when={"exemption": ("yes",)},
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
            *("register_code", "model", "quick_open", "boiler_use", "next_inspection_on"),
        ),
        file_name="设备导入.xlsx",
        aliases={
            "name": ("名称", "设备"),
            "type": ("种类", "设备品种", "设备类别", "设备类型"),
            "state": ("设备状态", "使用状态"),
            "location": ("安装地点", "使用地点", "安装位置", "存放地点", "设备位置"),
            "site": ("所属厂站", "所在厂站"),
            "use_cert_no": ("使用登记证号", "使用登记证", "登记证编号"),
            "model": ("规格型号", "型号规格"),
            "quick_open": ("快开门", "是否快开门", "是否快开门式"),
            "next_inspection_on": ("下次检验时间", "下次检验", "检验有效期", "检验有效期至"),
        },
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
            "快开门式只有固定式压力容器要填：是 或 否；没查清就不填。",
            "锅炉用途只有锅炉要填：工业锅炉 或 电站锅炉。",
        ),
        lookup={"type": importing.types_named, "site": place_names.sites},
        check=importing.check,
        prepare=importing.prepare,
        remarks=importing.remarks,
    ),
    attachments=True,
    live=True,
    phone=PhoneFace(
        second=("type", "location", "use_cert_no"),
        badge="state",
        form=("company", "name", "type", "location", "state", "use_cert_no", "code", "next_inspection_on"),
    ),
)
