"""Tasks and approvals on the phone, and my periodic work (H02 to H06, K05)."""

from __future__ import annotations

from handlers.web.case_doors import CASES
from handlers.web.operations import Route, operation
from handlers.web.shared import at
from handlers.web.task_doors import TASKS
from handlers.web.task_shapes import Json
from miniprogram_api.base import PhoneHandler
from models.objectives.points import points
from models.objectives.posts import my_work
from models.objectives.records import READ_POINTS
from models.tasks.rights import READ_TASKS

_WORK: Json = {"type": "object", "description": "My periodic work, see models/objectives/posts/my_work.py"}


class WorkHandler(PhoneHandler):
    """`/work`: what my posts ask of me."""

    @operation("我的工作", right=READ_TASKS, system="K05", gives={200: _WORK})
    async def get(self) -> None:
        """What, how often, when next; what is open, late and done."""
        self.answer(await self.call(my_work.mine, self.actor, write=False))


class PointsHandler(PhoneHandler):
    """`/points`: mine."""

    @operation("我的积分", right=READ_POINTS, system="A12", gives={200: _WORK})
    async def get(self) -> None:
        """How many, and what for."""
        self.answer(await self.call(points.mine, self.actor, write=False))


routes = [
    *at(PhoneHandler, "/api/mp/v1", (*TASKS, *CASES)),
    Route("/api/mp/v1/work", WorkHandler),
    Route("/api/mp/v1/points", PointsHandler),
]
