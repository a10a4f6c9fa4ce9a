"""The grid: five levels of places, each with a person responsible, and the templates that it is made from (E01, J07)."""

from __future__ import annotations

from typing import Any

from peewee import CharField, FixedCharField

from models.core.coordinates import NAMED
from models.core.fields import Choice, Flag, Integer, Link, LongText, Number, Pick, SortKey, Text
from models.core.records import Record
from models.core.security.rights import declare
from models.organization.records import Company, Person

READ_GRID = declare("grid.read", "查看网格", "网格")
EDIT_GRID = declare("grid.edit", "维护网格", "网格")
IMPORT_GRID = declare("grid.import", "导入网格", "网格")
EXPORT_GRID = declare("grid.export", "导出网格", "网格")
PRINT_GRID = declare("grid.labels", "打印网格二维码", "网格")
READ_TEMPLATES = declare("grid-templates.read", "查看网格模板", "标准模板")
EDIT_TEMPLATES = declare("grid-templates.edit", "维护网格模板", "标准模板")

#: 业态 公司 厂站 工艺/区域 单元
BUSINESS, COMPANY, SITE, AREA, UNIT = 1, 2, 3, 4, 5
LEVELS = (
    Choice("1", "业态"), Choice("2", "公司"), Choice("3", "厂站"), Choice("4", "工艺/区域"), Choice("5", "单元"),
)  # fmt: skip


class GridNode(Record):
    """A place of a company's grid. `path` is `/1/4/9/` from the root to the node, itself included."""

    site_field = "site"

    company = Link("单位", Company, to="companies", only=("kind", "company"), required=True, create_only=True)
    parent = Link("上级网格", "self", to="grid", create_only=True, help="业态没有上级")
    level: Any = Pick("层级", LEVELS, required=True, create_only=True)
    name = Text("名称", max=60, required=True, sorted_as="name_sort")
    name_sort = SortKey()
    code = Text("编码", max=40)
    path = CharField(max_length=255, default="/", index=True)
    owner = Link("责任人", Person, to="persons", help="没有责任人的，由上级网格的责任人办理")
    site = Link("厂站", Company, to="companies", only=("kind", "site"), help="对应组织机构里的哪个厂站")
    lng = Number("经度", min=-180, max=180, places=6, help=NAMED)
    lat = Number("纬度", min=-90, max=90, places=6, help=NAMED)
    label_code = FixedCharField(max_length=10, unique=True)
    sequence = Integer("排序", max=9999, default=0, required=True)
    enabled = Flag("启用", default=True)
    note = LongText("说明", max=500)

    class Meta:
        table_name = "grid_node"
        indexes = ((("parent", "name"), True), (("company", "level"), False))


class GridTemplate(Record):
    """A node of a standard grid (标准模板), from which companies pick. Belongs to everybody."""

    company_field = None

    parent = Link("上级", "self", to="grid-templates", create_only=True)
    level: Any = Pick("层级", LEVELS, required=True, create_only=True)
    name = Text("名称", max=60, required=True)
    code = Text("编码", max=40, required=True, unique=True)
    path = CharField(max_length=255, default="/", index=True)
    owner_role = Text("责任人通常是", max=40)
    sequence = Integer("排序", max=9999, default=0, required=True)

    class Meta:
        table_name = "grid_template"
