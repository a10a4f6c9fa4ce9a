"""Tables of operator codes, equipment and its QR contents (Q02, Q13)."""

from __future__ import annotations

from typing import Any

from peewee import CharField, FixedCharField

from models.core.coordinates import NAMED
from models.core.fields import (
    Choice,
    Day,
    Flag,
    Integer,
    Link,
    Moment,
    Number,
    Pick,
    Picks,
    SortKey,
    Text,
)
from models.core.records import Record
from models.core.security.rights import declare
from models.grid.records import GridNode
from models.organization.records import Company

READ_CODES = declare("operator-codes.read", "查看作业项目", "作业项目")
EDIT_CODES = declare("operator-codes.edit", "修改作业项目", "作业项目")
READ_EQUIPMENT = declare("equipment.read", "查看设备", "设备")
CREATE_EQUIPMENT = declare("equipment.create", "新增设备", "设备")
EDIT_EQUIPMENT = declare("equipment.edit", "修改设备", "设备")
DELETE_EQUIPMENT = declare("equipment.delete", "删除设备", "设备")
IMPORT_EQUIPMENT = declare("equipment.import", "导入设备", "设备")
EXPORT_EQUIPMENT = declare("equipment.export", "导出设备", "设备")
EXEMPT_EQUIPMENT = declare("equipment.exempt", "登记免扫码上岗", "设备")
PRINT_LABELS = declare("equipment.labels", "打印二维码", "设备")


MODES = [
    Choice("clock_in", "扫码上岗", "good"),
    Choice("maintenance", "扫码维保"),
    Choice("none", "不要求扫码"),
]


BOILER_USES = [Choice("industrial", "工业锅炉"), Choice("power", "电站锅炉")]


class OperatorCode(Record):
    """作业项目 of TSG Z6001 as data (Q02), editable; `equipment_types` are catalogue code prefixes."""

    company_field = None

    code = Text("代号", max=20, required=True, unique=True)
    project = Text("作业项目", max=60, required=True)
    category = Text("种类", max=60, required=True)
    mode = Pick("打卡方式", MODES, required=True, default="none")
    equipment_types = Text(
        "对应设备种类代码", max=120, help="目录代码或它的开头几位，几个用逗号隔开，如 1,21,5110"
    )
    quick_open_only = Flag("仅限快开门式")
    boiler_use = Pick("仅限锅炉用途", BOILER_USES)
    source = Text("依据", max=60)
    confirmed = Flag("已核对原文", help="对过原文再选；核对人自动记下")
    checked_by = Text("核对人", max=60, readonly=True)
    sequence = Integer("排序", max=9999, default=0, required=True)

    class Meta:
        table_name = "operator_code"


class Codes(Picks):
    """Operator codes whose holders scan: the choices are the rows of the table as it is now."""

    @property
    def options(self) -> tuple[Choice, ...]:
        """Code and project of every such row, in their order."""
        rows = OperatorCode.select().where(OperatorCode.mode != "none")
        ordered = rows.order_by(OperatorCode.sequence, OperatorCode.code)
        return tuple(Choice(row.code, f"{row.code} {row.project}") for row in ordered)

    @options.setter
    def options(self, given: tuple[Choice, ...]) -> None:
        """The field's own constructor sets none; there is nothing to keep."""


class EquipmentType(Record):
    """An entry of the special-equipment catalogue (特种设备目录), editable."""

    company_field = None

    code = Text("目录代码", max=4, required=True, unique=True)
    name = Text("名称", max=60, required=True)
    parent_code = Text("上级代码", max=4)
    abbreviation = Text("登记证简称", max=2)

    class Meta:
        table_name = "equipment_type"


class Equipment(Record):
    """A piece of special equipment (Q13). `label_code` is what our own QR label carries."""

    site_field = "site"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    site = Link("厂站", Company, to="companies", only=("kind", "site"))
    name = Text("设备名称", max=60, required=True, sorted_as="name_sort")
    name_sort = SortKey()
    type = Link("设备种类", EquipmentType, to="equipment-types", required=True)
    code = Text("设备代码", max=20, long_number=True, help="17 或 18 位，老设备可以没有")
    register_code = Text("注册代码", max=20, long_number=True, help="旧的 20 位注册代码")
    use_cert_no = Text("使用登记证编号", max=30, help="如 车11浙C04567(24)")
    model = Text("型号", max=60)
    location = Text("位置", max=120)
    grid = Link("网格", GridNode, to="grid", help="在哪个网格：扫它的码随手拍时用")
    state = Pick(
        "使用状态",
        [
            Choice("in_use", "在用", "good"),
            Choice("stopped", "停用", "warn"),
            Choice("scrapped", "报废", "bad"),
        ],
        required=True,
        default="in_use",
    )
    quick_open: Any = Flag("快开门式", unsaid=True, help="固定式压力容器填；还没查清就先不选")
    boiler_use = Pick("锅炉用途", BOILER_USES, help="锅炉填：工业锅炉要 G1，电站锅炉要 G2")
    operator_codes = Codes("需要的作业项目", help="不填就按设备种类自动带出")
    required_codes = CharField(max_length=60, default="")
    mode: Any = Pick("打卡方式", MODES, required=True, readonly=True, default="none")
    exempt_reason = Text("免扫码原因", max=200, readonly=True)
    exempt_by = Text("免扫码登记人", max=30, readonly=True)
    exempt_at = Moment("免扫码登记时间", readonly=True)
    next_inspection_on = Day("下次检验日期", until=True)
    lng = Number("经度", min=-180, max=180, places=6, help=NAMED)
    lat = Number("纬度", min=-90, max=90, places=6, help=NAMED)
    label_code = FixedCharField(max_length=10, unique=True)

    class Meta:
        table_name = "equipment"
        indexes = (
            (("company", "name"), False),
            (("company", "name_sort"), False),
            (("code",), False),
            (("register_code",), False),
            (("use_cert_no",), False),
        )


class EquipmentAlias(Record):
    """The content of another QR code (使用标志, 铭牌, 合格证) that stands for an equipment."""

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, readonly=True)
    equipment = Link("设备", Equipment, to="equipment", required=True, on_delete="CASCADE")
    key = FixedCharField(max_length=64)
    content = Text("二维码内容", max=512, required=True)

    class Meta:
        table_name = "equipment_alias"
        indexes = ((("key", "company"), True),)
