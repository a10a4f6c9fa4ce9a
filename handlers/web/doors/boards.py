"""Boards at both doors (I02). The doors add who asks."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from handlers.web.base import JsonHandler
from handlers.web.operations import SIGNED_IN, Operation, Route
from handlers.web.parts import Id
from handlers.web.shapes.ledgers.views import BOARD
from models.core.boards import Board, all_boards, show_board
from models.core.boards.describe import board_json, named, place_of
from models.core.boards.picture import board_picture
from models.core.security.actor import Actor

PNG = "image/png"
_BINARY: dict[str, Any] = {"type": "string", "format": "binary"}


class PlaceOfBoard(BaseModel):
    """Of which unit, and of which of its sites; of all that one reads unless named."""

    company: Id | None = None
    site: Id | None = None


def _number(given: str | int | None) -> int | None:
    return None if given is None else int(given)


class BoardDoor(JsonHandler):
    """`B`: a board, told by the route."""

    board: Board

    def initialize(self, board: Board, **options: Any) -> None:
        super().initialize(**options)
        self.board = board

    @property
    def asked(self) -> tuple[int | None, int | None]:
        """The unit and the site that are asked for."""
        query: PlaceOfBoard = self.query
        return _number(query.company), _number(query.site)

    async def get(self) -> None:
        """How things stand, as far as one's rights reach."""
        company, site = self.asked
        self.answer(await self.call(_shown, self.actor, self.board, company, site, write=False))


def _shown(actor: Actor, board: Board, company: int | None, site: int | None) -> dict[str, Any]:
    return board_json(actor, show_board(actor, board, place_of(actor, board, company, site)))


class PictureDoor(BoardDoor):
    """`B/picture.png`: its most important tiles as a picture."""

    async def get(self) -> None:
        """The picture."""
        company, site = self.asked
        found, place = await self.call(_found, self.actor, self.board, company, site, write=False)
        self.answer_file(f"{self.board.title}.png", PNG, await self.call.plain(board_picture, found, place))


def _found(actor: Actor, board: Board, company: int | None, site: int | None) -> tuple[Any, str]:
    place = place_of(actor, board, company, site)
    return show_board(actor, board, place), named(actor, board, place)


def board_routes(base: type[JsonHandler], path: str) -> list[Route]:
    """The routes of all boards below `path`, at the door of `base`."""
    shown = type("BoardHandler", (BoardDoor, base), {})
    drawn = type("BoardPictureHandler", (PictureDoor, base), {})
    made = []
    for board in all_boards():
        options = {"board": board}
        about = {"system": board.system, "query": PlaceOfBoard, "refuses": (404,)}
        answer = Operation(board.title, SIGNED_IN, gives={200: BOARD}, **about)  # type: ignore[arg-type]
        picture = Operation(f"{board.title}：图片", SIGNED_IN, gives={200: _BINARY}, produces=PNG, **about)  # type: ignore[arg-type]
        made.append(Route(f"{path}/{board.name}", shown, None, options, {"get": answer}))
        made.append(Route(f"{path}/{board.name}/picture.png", drawn, None, options, {"get": picture}))
    return made
