"""Tasks and approvals on the phone, and my periodic work (H02 to H06, K05)."""

from __future__ import annotations

from handlers.web.doors.cases import CASES
from handlers.web.doors.tasks import TASKS
from handlers.web.operations import Route, operation
from handlers.web.shapes.work import WorkOut
from handlers.web.shared import at
from miniprogram_api.base import PhoneHandler
from miniprogram_api.shapes.points import PointsOut, RankingOut, RankingQuery
from models.objectives.periodic import my_work
from models.objectives.points import points
from models.objectives.records import READ_POINTS
from models.tasks.rights import READ_TASKS


class WorkHandler(PhoneHandler):
    """`/work`: what my posts ask of me."""

    @operation("我的工作", right=READ_TASKS, system="K05", gives={200: WorkOut})
    async def get(self) -> None:
        """What, how often, when next; what is open, late and done."""
        self.answer(await self.call(my_work.mine, self.actor, write=False))


class PointsHandler(PhoneHandler):
    """`/points`: mine."""

    @operation("我的积分", right=READ_POINTS, system="A12", gives={200: PointsOut})
    async def get(self) -> None:
        """How many, and what for."""
        self.answer(await self.call(points.mine, self.actor, write=False))


class RankingHandler(PhoneHandler):
    """`/points/ranking`: my place, and who has the most."""

    @operation(
        "积分排行",
        right=READ_POINTS,
        system="A12",
        query=RankingQuery,
        gives={200: RankingOut},
        refuses=(422,),
    )
    async def get(self) -> None:
        """Of a month, a quarter, a year or all time; by person, site or department. `items` for who may read all."""
        asked: RankingQuery = self.query
        self.answer(await self.call(points.board, self.actor, asked.period, asked.by, write=False))


routes = [
    *at(PhoneHandler, "/api/mp/v1", (*TASKS, *CASES)),
    Route("/api/mp/v1/work", WorkHandler),
    Route("/api/mp/v1/points", PointsHandler),
    Route("/api/mp/v1/points/ranking", RankingHandler),
]
