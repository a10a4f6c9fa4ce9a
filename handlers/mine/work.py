"""What is mine in the console: my posts, my certificates, my training, my periodic work (K02 to K05)."""

from __future__ import annotations

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from handlers.web.shapes.mine import CertificatesOut, MyPostsOut, MyTrainingOut, ToReadList
from handlers.web.shapes.work import WorkOut
from models.objectives.holding.my_posts import my_certificates, my_posts
from models.objectives.holding.my_training import my_training
from models.objectives.periodic import my_work
from models.objectives.records import READ_POSTS
from models.regulations.records import READ_DOCUMENTS
from models.tasks.publication import my_reading
from models.tasks.rights import READ_TASKS
from models.training.archive.records import READ_TRAININGS
from models.training.uploads.records import SEND_UPLOADS


class WorkHandler(ConsoleHandler):
    """`/work`: what my posts ask of me."""

    @operation("我的工作", right=READ_TASKS, system="K05", gives={200: WorkOut})
    async def get(self) -> None:
        """What, how often, when next; what is open, late and done."""
        self.answer(await self.call(my_work.mine, self.actor, write=False))


class MyPostsHandler(ConsoleHandler):
    """`/my-posts`: what they are and ask."""

    @operation("我的岗位", right=READ_POSTS, system="K02", gives={200: MyPostsOut})
    async def get(self) -> None:
        """My posts: duties, work, certificates, training, hazard factors."""
        self.answer({"items": await self.call(my_posts, self.actor, write=False)})


class MyCertificatesHandler(ConsoleHandler):
    """`/my-certificates`: held, asked, sent in."""

    @operation("我的证照", right=SEND_UPLOADS, system="K03", gives={200: CertificatesOut})
    async def get(self) -> None:
        """My certificates in all my units, the ones that need care first; what my posts ask, and what I sent in."""
        self.answer(await self.call(my_certificates, self.actor, write=False))


class MyTrainingHandler(ConsoleHandler):
    """`/my-training`: what is asked and done."""

    @operation("我的培训", right=READ_TRAININGS, system="K04", gives={200: MyTrainingOut})
    async def get(self) -> None:
        """What my posts ask, what lacks first; and what I took part in, newest first."""
        self.answer(await self.call(my_training, self.actor, write=False))


class MyReadingHandler(ConsoleHandler):
    """`/my-reading`: documents."""

    @operation("要我阅读的", right=READ_DOCUMENTS, system="K04", gives={200: ToReadList})
    async def get(self) -> None:
        """What I have to read and what I have read, unread first."""
        self.answer(await self.call(my_reading.listed, self.actor, write=False))


routes = [
    Route("/api/console/v1/work", WorkHandler),
    Route("/api/console/v1/my-posts", MyPostsHandler),
    Route("/api/console/v1/my-certificates", MyCertificatesHandler),
    Route("/api/console/v1/my-training", MyTrainingHandler),
    Route("/api/console/v1/my-reading", MyReadingHandler),
]
