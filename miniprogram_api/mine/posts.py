"""My posts and what they ask of me (K02), and my training (K04)."""

from __future__ import annotations

from handlers.web.operations import Route, operation
from handlers.web.shapes.mine import MyPostsOut, MyTrainingOut
from miniprogram_api.base import PhoneHandler
from models.objectives.holding.my_posts import my_posts
from models.objectives.holding.my_training import my_training


class MyPostsHandler(PhoneHandler):
    """`/my-posts`: what they are and ask."""

    @operation("我的岗位", right="posts.read", system="K02", gives={200: MyPostsOut})
    async def get(self) -> None:
        """My posts: duties, work, certificates, training, hazard factors."""
        self.answer({"items": await self.call(my_posts, self.actor, write=False)})


class MyTrainingHandler(PhoneHandler):
    """`/my-training`: what is asked and done."""

    @operation("我的培训", right="trainings.read", system="K04", gives={200: MyTrainingOut})
    async def get(self) -> None:
        """What my posts ask, what lacks first; and what I took part in, newest first."""
        self.answer(await self.call(my_training, self.actor, write=False))


routes = [
    Route("/api/mp/v1/my-posts", MyPostsHandler),
    Route("/api/mp/v1/my-training", MyTrainingHandler),
]
