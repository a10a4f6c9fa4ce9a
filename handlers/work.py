"""My periodic work in the console (K05)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from handlers.web.shapes.work import WorkOut
from models.objectives.periodic import my_work
from models.tasks.rights import READ_TASKS


class WorkHandler(ConsoleHandler):
    """`/work`: what my posts ask of me."""

    @operation("我的工作", right=READ_TASKS, system="K05", gives={200: WorkOut})
    async def get(self) -> None:
        """What, how often, when next; what is open, late and done."""
        self.answer(await self.call(my_work.mine, self.actor, write=False))


routes = [Route("/api/console/v1/work", WorkHandler)]
