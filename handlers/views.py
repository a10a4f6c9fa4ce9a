"""Views beside ledgers in the console: all by the same routes, made from their declarations (I01, A05, C02)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.web.doors.ledgers import filters_of
from handlers.web.doors.views import CalendarDoor, month_operation
from handlers.web.operations import Operation, Route
from handlers.web.shapes.ledgers.views import MATRIX, STATISTIC, TREE
from handlers.web.shapes.tasks.requests import Id
from models.core.files.mime import XLSX
from models.core.ledger import Ledger
from models.core.ledger.declaration import ResultFile
from models.core.security.actor import Actor
from models.core.views import Calendar, Matrix, Statistic, Tree, View, all_views
from models.core.views.describe import matrix_json, statistic_json, tree_json
from models.core.views.matrix import AskedMatrix, matrix
from models.core.views.pictures import picture
from models.core.views.sheets import matrix_sheet, statistic_sheet, tree_sheet
from models.core.views.statistic import AskedStatistic, statistic
from models.core.views.tree import tree

PNG = "image/png"
_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


class StatisticQuery(BaseModel):
    """What a statistic is grouped by, in what steps if that is time; the ledger's filters go along as `f.…`."""

    by: str = Field(default="", max_length=60)
    step: str = Field(default="", pattern="^(day|week|month|quarter|year)?$")
    q: str = Field(default="", max_length=100)


class ViewHandler(ConsoleHandler):
    """Base: the view is told by the route."""

    ledger: Ledger
    view: Any

    def initialize(self, view: View, **options: Any) -> None:
        super().initialize(**options)
        self.view = view


class _StatisticHandler(ViewHandler):
    @property
    def asked(self) -> AskedStatistic:
        """What the request asks for."""
        query: StatisticQuery = self.query
        filters = filters_of(self.request.query_arguments, self.ledger)
        return AskedStatistic(query.by, query.step, query.q, filters)


class StatisticHandler(_StatisticHandler):
    """`/views/{name}`."""

    async def get(self) -> None:
        """The numbers, each with the filters of its rows."""
        self.answer(await self.call(_numbers, self.actor, self.view, self.asked, write=False))


def _numbers(actor: Actor, view: Statistic, asked: AskedStatistic) -> dict[str, Any]:
    return statistic_json(statistic(actor, view, asked), actor)


class SheetHandler(_StatisticHandler):
    """`/views/{name}/sheet.xlsx`."""

    async def get(self) -> None:
        """The numbers as a workbook with a chart."""
        file: ResultFile = await self.call(statistic_sheet, self.actor, self.view, self.asked)
        self.answer_file(file.name, file.mime, file.content)


class PictureHandler(_StatisticHandler):
    """`/views/{name}/picture.png`."""

    async def get(self) -> None:
        """The numbers as a picture."""
        found = await self.call(statistic, self.actor, self.view, self.asked, write=False)
        self.answer_file(f"{self.view.title}.png", PNG, await self.call.plain(picture, found))


class MatrixQuery(BaseModel):
    """Which company's matrix (the one worked for unless named), and from where on; filters go along as `f.…`."""

    company: Id | None = None
    q: str = Field(default="", max_length=100)
    cursor: str = Field(default="", max_length=500)


class _MatrixHandler(ViewHandler):
    @property
    def asked(self) -> AskedMatrix:
        """What the request asks for."""
        query: MatrixQuery = self.query
        filters = filters_of(self.request.query_arguments, self.view.filtered)
        return AskedMatrix(
            None if query.company is None else int(query.company), query.q, filters, query.cursor
        )


class MatrixHandler(_MatrixHandler):
    """`/views/{name}` of a matrix."""

    async def get(self) -> None:
        """A page of rows with what stands in their cells."""
        self.answer(await self.call(_cells, self.actor, self.view, self.asked, write=False))


def _cells(actor: Actor, view: Matrix, asked: AskedMatrix) -> dict[str, Any]:
    return matrix_json(matrix(actor, view, asked), actor)


class MatrixSheetHandler(_MatrixHandler):
    """`/views/{name}/sheet.xlsx` of a matrix."""

    async def get(self) -> None:
        """The matrix as a workbook."""
        file: ResultFile = await self.call(matrix_sheet, self.actor, self.view, self.asked)
        self.answer_file(file.name, file.mime, file.content)


class TreeHandler(ViewHandler):
    """`/views/{name}` of a tree."""

    async def get(self) -> None:
        """All its nodes, parents first, each with what hangs on its branch."""
        self.answer(await self.call(_nodes, self.actor, self.view, write=False))


def _nodes(actor: Actor, view: Tree) -> dict[str, Any]:
    return tree_json(tree(actor, view), actor)


class TreeSheetHandler(ViewHandler):
    """`/views/{name}/sheet.xlsx` of a tree."""

    async def get(self) -> None:
        """The tree as a workbook."""
        file: ResultFile = await self.call(tree_sheet, self.actor, self.view)
        self.answer_file(file.name, file.mime, file.content)


class CalendarHandler(CalendarDoor, ConsoleHandler):
    """`/views/{name}` of a calendar."""


def _operation(view: View, title: str, **more: Any) -> Operation:
    right = more.pop("right", view.ledger.rights["read"])
    if isinstance(view, Tree):
        return Operation(title, right, system=view.system, **more)
    query = MatrixQuery if isinstance(view, Matrix) else StatisticQuery
    refuses = (404, 422) if isinstance(view, Matrix) else (422,)
    return Operation(
        title, right, system=view.system, query=query, refuses=refuses, ledger_query=True, **more
    )


#: Of each kind of view: who answers, who gives the workbook, and the shape of the answer.
_SERVED: dict[type[View], tuple[type[ViewHandler], type[ViewHandler], dict[str, Any]]] = {
    Statistic: (StatisticHandler, SheetHandler, STATISTIC),
    Matrix: (MatrixHandler, MatrixSheetHandler, MATRIX),
    Tree: (TreeHandler, TreeSheetHandler, TREE),
}


def _routes(view: View) -> list[Route]:
    path = f"/api/console/v1/views/{view.name}"
    options = {"view": view}
    if isinstance(view, Calendar):
        return [Route(path, CalendarHandler, view.ledger, options, {"get": month_operation(view)})]
    ledger = view.filtered if isinstance(view, Matrix) else view.ledger
    handler, sheet, shape = _SERVED[type(view)]
    shown = _operation(view, view.title, gives={200: shape})
    made = [Route(path, handler, ledger, options, {"get": shown})]
    if isinstance(view, Statistic):
        drawn = _operation(view, f"{view.title}：图片", gives={200: _BINARY}, produces=PNG)
        made.append(Route(f"{path}/picture.png", PictureHandler, ledger, options, {"get": drawn}))
    if "export" in view.ledger.rights:
        export = _operation(
            view,
            f"{view.title}：Excel",
            right=view.ledger.rights["export"],
            gives={200: _BINARY},
            produces=XLSX,
        )
        made.append(Route(f"{path}/sheet.xlsx", sheet, ledger, options, {"get": export}))
    return made


def view_routes() -> list[Route]:
    """The routes of all declared views."""
    return [route for view in all_views() for route in _routes(view)]
