"""What was done to many rows lately, and taking it back (X21)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.operations import SIGNED_IN, Route, operation
from handlers.web.shapes.ledgers.bulk import BulkActOut, BulkActsOut, BulkBegun
from models.core.ledger.bulk import acts, running, undo


class BulkActsHandler(ConsoleHandler):
    """`/bulk-acts`."""

    @operation("最近的批量操作", right=SIGNED_IN, system="X21", gives={200: BulkActsOut})
    async def get(self) -> None:
        """My newest acts, and those of others where I may undo them."""
        self.answer({"items": await self.call(acts.mine, self.actor, write=False)})


class BulkActHandler(ConsoleHandler):
    """`/bulk-acts/{id}`."""

    @operation("批量操作", right=SIGNED_IN, system="X21", gives={200: BulkActOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """How far it is, and what was refused."""
        self.answer(await self.call(acts.find, self.actor, id, write=False))


class BulkUndoHandler(ConsoleHandler):
    """`/bulk-acts/{id}/undo`."""

    @operation("撤销批量操作", right=SIGNED_IN, system="X21", gives={200: BulkBegun}, refuses=(404, 409, 429))
    async def post(self, id: int) -> None:
        """Take it back, row by row, where nobody changed the row since."""
        self.answer(await self.call(undo.start, self.actor, id))


class BulkGoOnHandler(ConsoleHandler):
    """`/bulk-acts/{id}/continue`."""

    @operation("继续批量操作", right=SIGNED_IN, system="X21", gives={200: BulkBegun}, refuses=(404, 409, 429))
    async def post(self, id: int) -> None:
        """Go on with an act whose process died."""
        self.answer(await self.call(running.go_on, self.actor, id))


routes = [
    Route("/api/console/v1/bulk-acts", BulkActsHandler),
    Route("/api/console/v1/bulk-acts/{id}", BulkActHandler),
    Route("/api/console/v1/bulk-acts/{id}/undo", BulkUndoHandler),
    Route("/api/console/v1/bulk-acts/{id}/continue", BulkGoOnHandler),
]
