"""Approvals at both doors: the lists, one case with its flow as a picture, and what is done beside deciding (H05, H06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.web.base import JsonHandler
from handlers.web.doors.tasks import filters_of
from handlers.web.operations import operation
from handlers.web.shapes.tasks.cases import CasesOfSubject, CaseView
from handlers.web.shapes.tasks.requests import CasesQuery, CommentBody, Json, ReassignBody, RemarkBody
from handlers.web.shapes.tasks.tasks import CasesPage
from handlers.web.shared import Shared
from models.core.security.actor import Actor
from models.tasks.engine import case_actions
from models.tasks.rights import ACT_TASKS, READ_TASKS, REASSIGN_TASKS
from models.tasks.views import inbox
from models.tasks.views import task as views_task


def _after(actor: Actor, rule: Callable[..., Any], case_id: int, *args: Any, **kwargs: Any) -> Json:
    """The case as it is after a rule did something to it."""
    return views_task.case_view(actor, rule(actor, case_id, *args, **kwargs).id)


class CasesDoor(JsonHandler):
    """`/cases`: waiting for me, decided by me, started by me, all that I may see."""

    @operation(
        "审批列表", right=READ_TASKS, system="H06", query=CasesQuery, gives={200: CasesPage}, refuses=(422,)
    )
    async def get(self) -> None:
        """A page, by deadline (waiting) or newest first."""
        asked: CasesQuery = self.query
        self.answer(
            await self.call(
                inbox.cases,
                self.actor,
                asked.box,
                asked.cursor,
                filters_of(asked),
                limit=asked.limit,
                write=False,
            )
        )


class CaseDoor(JsonHandler):
    """`/cases/{id}`."""

    @operation("审批", right=READ_TASKS, system="H06", gives={200: CaseView}, refuses=(404,))
    async def get(self, id: int) -> None:
        """Where it stands, who did what, what follows."""
        self.answer(await self.call(views_task.case_view, self.actor, id, write=False))


class SubjectCasesDoor(JsonHandler):
    """`/subjects/{kind}/{id}/cases`."""

    @operation("一件事的审批", right=READ_TASKS, system="H06", gives={200: CasesOfSubject})
    async def get(self, kind: str, id: int) -> None:
        """The newest first."""
        self.answer({"items": await self.call(views_task.subject_cases, self.actor, kind, id, write=False)})


class WithdrawDoor(JsonHandler):
    """`/cases/{id}/withdraw`."""

    @operation(
        "撤回",
        right=ACT_TASKS,
        system="H06",
        body=CommentBody,
        gives={200: CaseView},
        refuses=(404, 409, 422),
    )
    async def post(self, id: int) -> None:
        """The starter takes it back; whoever had it to do is told."""
        self.answer(await self.call(_after, self.actor, case_actions.withdraw, id, self.body.comment))


class UrgeDoor(JsonHandler):
    """`/cases/{id}/urge`."""

    @operation("催办", right=ACT_TASKS, system="H06", gives={200: CaseView}, refuses=(404, 409, 429))
    async def post(self, id: int) -> None:
        """Once in ten minutes."""
        self.answer(await self.call(_after, self.actor, case_actions.urge, id))


class CommentsDoor(JsonHandler):
    """`/cases/{id}/comments`."""

    @operation(
        "留言", right=ACT_TASKS, system="H06", body=RemarkBody, gives={200: CaseView}, refuses=(404, 422)
    )
    async def post(self, id: int) -> None:
        """Said beside the case; whoever is mentioned is told."""
        body: RemarkBody = self.body
        self.answer(await self.call(_after, self.actor, case_actions.comment, id, body.text, body.mentions))


class ReassignDoor(JsonHandler):
    """`/cases/{id}/reassign`."""

    @operation(
        "调整办理人", right=REASSIGN_TASKS, system="H05", body=ReassignBody, gives={200: CaseView},
        refuses=(404, 409, 422),
    )  # fmt: skip
    async def post(self, id: int) -> None:
        """For a step with nobody, or whose people can't do it."""
        body: ReassignBody = self.body
        self.answer(
            await self.call(
                _after, self.actor, case_actions.reassign, id, body.persons, body.comment, task_id=body.task
            )
        )


CASES: Shared = (
    ("/cases", CasesDoor),
    ("/cases/{id}", CaseDoor),
    ("/cases/{id}/withdraw", WithdrawDoor),
    ("/cases/{id}/urge", UrgeDoor),
    ("/cases/{id}/comments", CommentsDoor),
    ("/cases/{id}/reassign", ReassignDoor),
    ("/subjects/{kind}/{id}/cases", SubjectCasesDoor),
)
