"""Hazards and the grid in the console (E01, E09)."""

from __future__ import annotations

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.web.doors.hazards import HAZARDS
from handlers.web.operations import Route, operation
from handlers.web.parts import Id
from handlers.web.shapes.hazards import GridMade, GridOwned, GridTree
from handlers.web.shapes.tasks.requests import Body, Json
from handlers.web.shared import at
from models.core.security.actor import Actor
from models.grid import rules
from models.grid.records import EDIT_GRID, READ_GRID

_PEOPLE_AT_A_TIME = 50


class CompanyQuery(BaseModel):
    """Of which company; the one worked for unless named."""

    company: Id | None = None


class TemplateBody(Body):
    """What is taken from the standard grid, under which place of ours, for which site, with its hazard sources."""

    templates: list[Id] = Field(min_length=1, max_length=500)
    company: Id | None = None
    under: Id | None = None
    site: Id | None = None
    sources: bool = False


class OwnerBody(Body):
    """Who is responsible from now on (None: nobody), and whether what is open goes along."""

    person: Id | None = None
    hand_over: bool = True


def _made(actor: Actor, body: TemplateBody) -> Json:
    company = body.company or actor.company_id
    made = rules.from_template(
        actor, company, body.templates, body.under, site=body.site, sources=body.sources
    )
    return {
        "message": made.message,
        "made": len(made.nodes),
        "kept": made.kept,
        "items": rules.tree(actor, company),
    }


def _owned(actor: Actor, node_id: int, body: OwnerBody) -> Json:
    node, moved = rules.move_owner(actor, node_id, body.person, hand_over=body.hand_over)
    return {"moved": moved, "items": rules.tree(actor, node.company_id)}


class TreeHandler(ConsoleHandler):
    """`/grid-tree`."""

    @operation(
        "网格树", right=READ_GRID, system="E01", query=CompanyQuery, gives={200: GridTree}, refuses=(404,)
    )
    async def get(self) -> None:
        """Every place with who is responsible and how many hazards are open there and below."""
        asked: CompanyQuery = self.query
        self.answer({"items": await self.call(rules.tree, self.actor, asked.company, write=False)})


class TemplateHandler(ConsoleHandler):
    """`/grid-tree/from-template`."""

    @operation(
        "从模板生成网格",
        right=EDIT_GRID,
        system="E01",
        body=TemplateBody,
        gives={200: GridMade},
        refuses=(404, 409, 422),
    )
    async def post(self) -> None:
        """Picked and pruned; what is there already stays as it is."""
        self.answer(await self.call(_made, self.actor, self.body))


class OwnerHandler(ConsoleHandler):
    """`/grid-tree/{id}/owner`."""

    @operation(
        "更换网格责任人",
        right=EDIT_GRID,
        system="E01",
        body=OwnerBody,
        gives={200: GridOwned},
        refuses=(404, 409, 422),
    )
    async def post(self, id: int) -> None:
        """With what is open, unless that stays; both are told."""
        self.answer(await self.call(_owned, self.actor, id, self.body))


routes = [
    *at(ConsoleHandler, "/api/console/v1", HAZARDS),
    Route("/api/console/v1/grid-tree", TreeHandler),
    Route("/api/console/v1/grid-tree/from-template", TemplateHandler),
    Route("/api/console/v1/grid-tree/{id}/owner", OwnerHandler),
]
