"""Hazards at both doors: one with its photos and its timeline, more time, taking it back (E09, X06)."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from handlers.web.base import JsonHandler
from handlers.web.operations import operation
from handlers.web.shapes.hazards import HazardOut, TimelineOut
from handlers.web.shapes.tasks.requests import Body, CommentBody, Json
from handlers.web.shared import Shared
from models.core.security.actor import Actor
from models.hazards import timeline
from models.hazards.display import hazard_json
from models.hazards.records import READ_HAZARDS
from models.hazards.treatment import extensions, withdraw


class ExtensionBody(Body):
    """Until when, and why."""

    due_at: datetime | None = None
    reason: str = Field(default="", max_length=2000)


def _asked(actor: Actor, hazard_id: int, due_at: datetime | None, reason: str) -> Json:
    extensions.ask(actor, hazard_id, due_at, reason)
    return hazard_json.hazard_view(actor, hazard_id)


def _taken_back(actor: Actor, hazard_id: int, reason: str) -> Json:
    return hazard_json.hazard_view(actor, withdraw.withdraw(actor, hazard_id, reason).id)


class HazardViewDoor(JsonHandler):
    """`/hazards/{id}/view`: what both doors show of one."""

    @operation("隐患详情", right=READ_HAZARDS, system="E09", gives={200: HazardOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """What it is, before and after, what became of it, what I may do."""
        self.answer(await self.call(hazard_json.hazard_view, self.actor, id, write=False))


class TimelineDoor(JsonHandler):
    """`/hazards/{id}/timeline`."""

    @operation("隐患经过", right=READ_HAZARDS, system="E09", gives={200: TimelineOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """Who, when, by which door."""
        self.answer({"items": await self.call(timeline.timeline, self.actor, id, write=False)})


class ExtensionsDoor(JsonHandler):
    """`/hazards/{id}/extensions`."""

    @operation(
        "申请延期", right=READ_HAZARDS, system="X06", body=ExtensionBody, gives={201: HazardOut},
        refuses=(404, 409, 422),
    )  # fmt: skip
    async def post(self, id: int) -> None:
        """One at a time; who arranged it decides."""
        body: ExtensionBody = self.body
        self.answer(await self.call(_asked, self.actor, id, body.due_at, body.reason), 201)


class TakeBackDoor(JsonHandler):
    """`/hazards/{id}/withdraw`."""

    @operation(
        "撤回隐患",
        right=READ_HAZARDS,
        system="E09",
        body=CommentBody,
        gives={200: HazardOut},
        refuses=(404, 409, 422),
    )
    async def post(self, id: int) -> None:
        """By the reporter while nobody has judged it, or by who looks after hazards."""
        self.answer(await self.call(_taken_back, self.actor, id, self.body.comment))


HAZARDS: Shared = (
    ("/hazards/{id}/view", HazardViewDoor),
    ("/hazards/{id}/timeline", TimelineDoor),
    ("/hazards/{id}/extensions", ExtensionsDoor),
)
