"""A view as a workbook: the table as it stands on the page, with a chart of Excel's own beside it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference

from models.core import clock
from models.core.excel import SheetWriter
from models.core.excel.columns import SheetColumn
from models.core.files.mime import XLSX
from models.core.ledger.declaration import ResultFile
from models.core.logs.access import note_read
from models.core.security.actor import Actor
from models.core.views.declaration import Matrix, Measure, Statistic, Tree, View
from models.core.views.matrix import AskedMatrix, whole_matrix
from models.core.views.statistic import AskedStatistic, FoundStatistic, statistic
from models.core.views.tree import text_of, tree

_CENTIMETRES = (26.0, 12.0)
TOTAL = "合计"
_INDENT = "　　"  # what a node of a tree is moved in by, for each level


def statistic_sheet(actor: Actor, view: Statistic, asked: AskedStatistic) -> ResultFile:
    """The statistic as a workbook. Raises Forbidden without the right to export the ledger, and as `statistic`."""
    actor.require(view.ledger.rights["export"])
    found = statistic(actor, view, asked)
    note_read(actor, None, view.title, action="exported")
    target = BytesIO()
    with SheetWriter(target, _columns(found), title=view.title) as writer:
        writer.write([one.label, *one.numbers] for one in found.groups)
        if found.groups:
            writer.draw(lambda sheet: _chart(found, sheet))
        writer.write([[TOTAL, *found.total], *([[found.cut]] if found.cut else [])])
    return ResultFile(file_name(view), XLSX, target.getvalue())


def file_name(view: View) -> str:
    """What the workbook of a view is called."""
    return f"{view.title} {clock.local(clock.now()):%Y-%m-%d %H%M}.xlsx"


def _columns(found: FoundStatistic) -> list[SheetColumn]:
    numbers = [
        SheetColumn(
            each.name, each.title if isinstance(each, Measure) else f"{each.title}（%）", kind="number"
        )
        for each in found.view.measures
    ]
    return [SheetColumn("group", found.by_title, width=24), *numbers]


def _chart(found: FoundStatistic, sheet: Any) -> Any:
    """Bars or a line of what the view draws; the groups are the rows below the head."""
    view = found.view
    chart = LineChart() if view.chart == "line" and found.step else BarChart()
    chart.title, chart.width, chart.height = found.sentence, *_CENTIMETRES
    last = len(found.groups) + 1
    for place, each in enumerate(view.measures, start=2):
        if each.name in view.shown:
            chart.add_data(Reference(sheet, min_col=place, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    return chart


def matrix_sheet(actor: Actor, view: Matrix, asked: AskedMatrix) -> ResultFile:
    """The matrix as a workbook. Raises Forbidden without the right to export the ledger, and as `matrix`."""
    actor.require(view.ledger.rights["export"])
    found = whole_matrix(actor, view, asked)
    note_read(actor, None, view.title, action="exported")
    columns = [SheetColumn("row", view.rows.noun, width=24), SheetColumn("note", "说明", width=24)]
    columns += [
        SheetColumn(head.value, f"{head.title} {head.note}".strip(), width=24) for head in found.columns
    ]
    target = BytesIO()
    with SheetWriter(target, columns, title=view.title) as writer:
        for row in found.rows:
            texts = ["\n".join(cell.text for cell in row.cells.get(head.value, ())) for head in found.columns]
            writer.write([[row.label, row.note, *texts]])
        if found.cut:
            writer.write([[found.cut]])
    return ResultFile(file_name(view), XLSX, target.getvalue())


def tree_sheet(actor: Actor, view: Tree) -> ResultFile:
    """The tree as a workbook, each node moved in by its level. Raises Forbidden without the right to export the ledger."""
    actor.require(view.ledger.rights["export"])
    found = tree(actor, view)
    note_read(actor, None, view.title, action="exported")
    told = [*([view.badge] if view.badge else []), *view.second]
    columns = [
        SheetColumn("name", view.ledger.title_of(view.called), width=48),
        SheetColumn("depth", "第几级", kind="number"),
        *(SheetColumn(name, view.ledger.title_of(name), width=20) for name in told),
        *(SheetColumn(one.ledger, one.title or one.of()[0].title, kind="number") for one in found.counts),
    ]
    target = BytesIO()
    with SheetWriter(target, columns, title=view.title) as writer:
        writer.write(
            [
                _INDENT * node.depth + str(getattr(node.record, view.called)),
                node.depth + 1,
                *(text_of(node.record, name) for name in told),
                *node.numbers,
            ]
            for node in found.nodes
        )
        if found.cut:
            writer.write([[found.cut]])
    return ResultFile(file_name(view), XLSX, target.getvalue())
