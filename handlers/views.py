"""Views beside ledgers in the console: every statistic by the same routes, made from its declaration (I01)."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.ledgers import filters_of
from handlers.web.operations import Operation, Route
from models.core.files.mime import XLSX
from models.core.ledger import Ledger
from models.core.ledger.declaration import ResultFile
from models.core.security.actor import Actor
from models.core.views import Statistic, View, all_views
from models.core.views.describe import statistic_json
from models.core.views.pictures import picture
from models.core.views.sheets import statistic_sheet
from models.core.views.statistic import Asked, statistic

PNG = "image/png"
_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}
_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
#: Filters of the ledger by name: lists of values, or {"from", "to"}.
_FILTERS: dict[str, Any] = {
    "type": ["object", "null"],
    "additionalProperties": {
        "anyOf": [
            {"type": "array", "items": _TEXT},
            {"type": "object", "properties": {"from": _TEXT, "to": _TEXT}, "additionalProperties": False},
            {"type": "null"},
        ]
    },
}
_NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": ["number", "null"]}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**properties)}


STATISTIC = _object(
    kind={"const": "statistic"}, name=_TEXT, title=_TEXT, ledger=_TEXT, exportable={"type": "boolean"}, sentence=_TEXT,
    by=_TEXT, by_title=_TEXT, step={"enum": ["day", "week", "month", "year", None]}, time=_TEXT,
    to={**_TEXT, "format": "date"}, **{"from": {**_TEXT, "format": "date"}},
    axes=_list(field=_TEXT, title=_TEXT), steps=_list(value=_TEXT, title=_TEXT),
    measures=_list(
        name=_TEXT, title=_TEXT, rate={"type": "boolean"}, drawn={"type": "boolean"}, filters=_FILTERS
    ),
    chart={"enum": ["bar", "line"]}, groups=_list(label=_TEXT, filters=_FILTERS, numbers=_NUMBERS), total=_NUMBERS,
    base=_FILTERS, cut=_MAYBE_TEXT,
)  # fmt: skip


class StatisticQuery(BaseModel):
    """What a statistic is grouped by, in what steps if that is time; the ledger's filters go along as `f.…`."""

    by: str = Field(default="", max_length=60)
    step: str = Field(default="", pattern="^(day|week|month|year)?$")
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
    def asked(self) -> Asked:
        """What the request asks for."""
        query: StatisticQuery = self.query
        filters = filters_of(self.request.query_arguments, self.ledger)
        return Asked(query.by, query.step, query.q, filters)


class StatisticHandler(_StatisticHandler):
    """`/views/{name}`."""

    async def get(self) -> None:
        """The numbers, each with the filters of its rows."""
        self.answer(await self.call(_numbers, self.actor, self.view, self.asked, write=False))


def _numbers(actor: Actor, view: Statistic, asked: Asked) -> dict[str, Any]:
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


def _routes(view: View) -> list[Route]:
    path = f"/api/console/v1/views/{view.name}"
    right = view.ledger.rights["read"]
    described = partial(
        Operation, system=view.system, query=StatisticQuery, refuses=(422,), ledger_query=True
    )
    shown = described(view.title, right, gives={200: STATISTIC})
    drawn = described(f"{view.title}：图片", right, gives={200: _BINARY}, produces=PNG)
    made = [
        Route(path, StatisticHandler, view.ledger, {"view": view}, {"get": shown}),
        Route(f"{path}/picture.png", PictureHandler, view.ledger, {"view": view}, {"get": drawn}),
    ]
    if "export" in view.ledger.rights:
        export = described(
            f"{view.title}：Excel", view.ledger.rights["export"], gives={200: _BINARY}, produces=XLSX
        )
        made.append(Route(f"{path}/sheet.xlsx", SheetHandler, view.ledger, {"view": view}, {"get": export}))
    return made


def view_routes() -> list[Route]:
    """The routes of all declared views."""
    return [route for view in all_views() for route in _routes(view)]
