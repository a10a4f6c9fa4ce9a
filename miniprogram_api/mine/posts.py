"""My posts and what they ask of me (K02), and my training (K04)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel

from handlers.web.operations import Route, operation
from miniprogram_api.base import PhoneHandler
from models.objectives.holding.my_posts import my_posts
from models.objectives.holding.my_training import my_training


class PostWorkOut(BaseModel):
    """Periodic work of a post, and how often."""

    title: str
    detail: str
    rhythm: str


class PostAsksOut(BaseModel):
    """Something that a post asks, and how that stands for me."""

    title: str
    detail: str
    state: Literal["valid", "expiring", "expired", "missing", "wished", "done", "short", "need"]
    state_title: str
    tone: str
    until: date | None


class PostFactorOut(BaseModel):
    """A hazard factor of a post, and where it comes from."""

    title: str
    detail: str


class MyPostOut(BaseModel):
    """One of my posts."""

    id: str
    name: str
    duties: str
    works: list[PostWorkOut]
    certificates: list[PostAsksOut]
    trainings: list[PostAsksOut]
    factors: list[PostFactorOut]


class MyPostsOut(BaseModel):
    """My posts in the unit that I work for."""

    items: list[MyPostOut]


class CourseLink(BaseModel):
    """A course that is learned in another system, and where."""

    title: str
    address: str


class AskedTrainingOut(PostAsksOut):
    """Training that my posts ask, and where it can be learned."""

    posts: str
    links: list[CourseLink]


class TrainingOut(BaseModel):
    """Training that I took part in."""

    id: str
    course: str
    type: str
    held_on: date
    hours: float
    score: float | None
    result: Literal["passed", "failed", "signed_up"]
    result_title: str
    tone: str
    counts_until: date | None
    address: str | None


class MyTrainingOut(BaseModel):
    """What is asked, what was done, and the hours of this year."""

    asked: list[AskedTrainingOut]
    done: list[TrainingOut]
    hours: float


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
