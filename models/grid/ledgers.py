"""The grid and its templates as ledgers (E01, J07)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.fields import Flag, Link, Text
from models.core.labels.label_codes import format_label_code
from models.core.labels.printing import questions
from models.core.ledger import Action, Column, Derived, Filter, ImportPlan, Ledger, Rules, Section
from models.core.ledger.changes.default_rules import plain_edit
from models.core.ledger.library.declaration import Library
from models.core.security.actor import Actor
from models.grid import importing, rules, templates
from models.grid.from_templates import bring_branch
from models.grid.owners.owners import answering
from models.grid.records import (
    EDIT_GRID,
    EDIT_TEMPLATES,
    EXPORT_GRID,
    IMPORT_GRID,
    PRINT_GRID,
    READ_GRID,
    READ_TEMPLATES,
    GridNode,
    GridTemplate,
)
from models.grid.standards import PARTS, standard_places
from models.grid.tree import open_hazards
from models.organization import place_names
from models.organization.records import Company, Person

GROUP = "风险隐患"
LIBRARY = "标准模板"
Values = dict[str, Any]
Loaded = dict[int, Any]


def _labels(actor: Actor, records: Sequence[GridNode]) -> Loaded:
    return {row.id: format_label_code(row.label_code) for row in records}


def _answers(actor: Actor, records: Sequence[GridNode]) -> Loaded:
    """Who answers for a place: its owner, or whoever is responsible above."""
    found = answering(records)
    return {row.id: found[row.id].name if row.id in found else "没有责任人" for row in records}


def _open(actor: Actor, records: Sequence[GridNode]) -> Loaded:
    counts = open_hazards([row.id for row in records])
    return {row.id: counts.get(row.id, 0) for row in records}


def _owner(actor: Actor, records: list[Any], values: Values) -> str:
    moved = sum(
        rules.change_owner(actor, node, values.get("owner"), hand_over=values["hand_over"])
        for node in records
    )
    return f"已更换 {len(records)} 个网格的责任人" + (f"，{moved} 个待办已移交" if moved else "")


def _from_template(actor: Actor, records: list[Any], values: Values) -> str:
    made = rules.from_template(
        actor, values.get("company"), [row.id for row in records], values.get("under"), site=values.get("site"),
        sources=values["sources"],
    )  # fmt: skip
    return made.message


GRID = Ledger(
    name="grid",
    record=GridNode,
    told_apart_by=("code",),
    title="网格管理",
    group=GROUP,
    system="E01",
    noun="网格",
    measure="个",
    empty="还没有网格。在“网格模板”里勾选适合本单位的，点“引用到本单位”，再删去多余的、补上缺的。",
    columns=(
        Column("name", 180, fixed=True),
        Column("level", 110),
        Column("above", 260),
        Column("owner", 100),
        Column("answers", 120),
        Column("open", 90),
        Column("site", 140),
        Column("code", 140, shown=False),
        Column("label", 130),
        Column("enabled", 80),
        Column("company", 180, shown=False),
    ),
    filters=(
        Filter("company", "reference"),
        Filter("level", "choice"),
        Filter("site", "reference"),
        Filter("owner", "reference"),
        Filter("enabled", "flag"),
    ),
    search=("name", "code"),
    search_title="名称、编码",
    form=(
        Section("网格", ("company", "parent", "level", "name", "code", "sequence", "enabled")),
        Section("责任", ("owner", "site")),
        Section("位置", ("lng", "lat", "note")),
    ),
    sort="path",
    sorts=("path", "name"),
    derived=(
        Derived(
            "above",
            "上级网格（逐级）",
            "text",
            load=importing.words,
            field=Text("上级网格（逐级）", max=300),
            help="从业态起逐级写，用 / 隔开，如 原水/清源水务/一厂；业态不填",
        ),
        Derived("answers", "由谁办理", "text", load=_answers, help="没有责任人的，由上级网格的责任人办理"),
        Derived("open", "未闭环隐患", "integer", load=_open),
        Derived("label", "标签编码", "text", load=_labels, help="印在二维码下面，扫不出来时可以手输"),
    ),
    note=lambda row: GridNode.level.title_of(row.level),
    tone=lambda row, values: "plain" if row.enabled else "warn",
    rights={
        "read": READ_GRID,
        "create": EDIT_GRID,
        "edit": EDIT_GRID,
        "delete": EDIT_GRID,
        "import": IMPORT_GRID,
        "export": EXPORT_GRID,
    },
    rules=Rules(rules.create_node, rules.edit_node, rules.delete_node),
    actions=(
        Action(
            "owner",
            "更换责任人",
            EDIT_GRID,
            _owner,
            where="bulk",
            gives="message",
            tone="primary",
            confirm="原责任人因为这些网格收到、还没办完的任务会移交给新责任人，双方都会收到通知。",
            fields=(
                ("owner", Link("新责任人", Person, to="persons", help="不填就由上级网格的责任人办理")),
                ("hand_over", Flag("移交未办完的任务", default=True)),
            ),
        ),
        Action(
            "move",
            "移动",
            EDIT_GRID,
            lambda actor, rows, values: [rules.move_node(actor, rows[0], values.get("parent"))],
            fields=(("parent", Link("移到哪个网格下面", GridNode, to="grid")),),
        ),
        Action(
            "labels",
            "打印二维码",
            PRINT_GRID,
            rules.node_labels,
            where="bulk",
            gives="file",
            fields=questions(),
        ),
        Action(
            "delete_tree",
            "连同下级删除",
            EDIT_GRID,
            lambda actor, rows, values: rules.delete_tree(actor, rows[0]),
            gives="message",
            tone="danger",
            confirm="这个网格和它下面的所有网格会一起删除。还有隐患、设备、危险源的网格不会被删除。",
        ),
    ),
    importing=ImportPlan(
        columns=("above", "name", "level", "owner", "site", "code"),
        file_name="网格导入.xlsx",
        samples={"above": "原水/清源水务/一厂", "name": "配电区", "level": "工艺/区域", "owner": "王大友"},
        notes=(
            "上级从业态起逐级写，用 / 隔开；上级可以是表里前面的行。",
            "责任人填本单位人员的姓名、电话或工号。",
            "同一上级下已有的网格会更新责任人、厂站和编码，不会重复新增。",
        ),
        lookup={"owner": importing.people_named, "site": place_names.sites},
        check=importing.check,
        save=importing.save,
    ),
    live=True,
    library=Library(
        "网格模板",
        standard_places,
        PARTS,
        picked_here=False,
        offers=False,
        whose=lambda key: "网格模板",
        bring=bring_branch,
    ),
)

GRID_TEMPLATES = Ledger(
    name="grid-templates",
    record=GridTemplate,
    title="网格模板",
    group=LIBRARY,
    system="J07",
    noun="模板",
    measure="个",
    empty="还没有网格模板。系统安装时会自动带入；也可以点“新增”。",
    columns=(
        Column("name", 200, fixed=True),
        Column("level", 110),
        Column("parent", 180),
        Column("owner_role", 140),
        Column("code", 160),
    ),
    filters=(Filter("level", "choice"), Filter("parent", "reference")),
    search=("name", "code", "owner_role"),
    search_title="名称、编码、责任人",
    form=(Section("模板", ("parent", "level", "name", "code", "owner_role", "sequence")),),
    sort="path",
    sorts=("path", "code"),
    note=lambda row: GridTemplate.level.title_of(row.level),
    rights={
        "read": READ_TEMPLATES,
        "create": EDIT_TEMPLATES,
        "edit": EDIT_TEMPLATES,
        "delete": EDIT_TEMPLATES,
    },
    rules=Rules(templates.create_template, plain_edit(GridTemplate), templates.delete_template),
    actions=(
        Action(
            "use",
            "引用到本单位",
            EDIT_GRID,
            _from_template,
            where="bulk",
            gives="message",
            tone="primary",
            confirm="勾选的模板会成为本单位的网格；已有的不会重复。没有指定放在哪里时，上级模板会一起带入。",
            fields=(
                (
                    "company",
                    Link("单位", Company, to="companies", only=("kind", "company"), help="不填就是当前单位"),
                ),
                ("under", Link("放在哪个网格下面", GridNode, to="grid")),
                ("site", Link("厂站层级对应哪个厂站", Company, to="companies", only=("kind", "site"))),
                ("sources", Flag("带入危险源样例")),
            ),
        ),
    ),
)
