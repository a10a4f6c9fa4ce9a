"""Tasks at both doors: the lists, one task, deciding it, handing it on (H01 to H04). The doors add who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.web.base import JsonHandler
from handlers.web.operations import SIGNED_IN, operation
from handlers.web.requests.once import idempotency_key, key_header
from handlers.web.shapes.tasks.given import GivenOut
from handlers.web.shapes.tasks.requests import (
    DecideBody,
    DecideManyBody,
    GiveBody,
    HandOnBody,
    Json,
    MineQuery,
    OffersQuery,
    PeopleQuery,
    SignersBody,
    TasksQuery,
)
from handlers.web.shapes.tasks.tasks import (
    Counts,
    DecidedManyOut,
    FollowingOut,
    MyPartOut,
    OffersOut,
    PeopleOut,
    RemindedOut,
    TaskOut,
    TasksPage,
)
from handlers.web.shared import Shared
from models.core.errors import AnbanError
from models.core.security.actor import Actor
from models.tasks.assigned import given_tasks
from models.tasks.assigned.progress import given_view
from models.tasks.engine import case_actions
from models.tasks.engine.decide import decide, decide_many
from models.tasks.notify import subscriptions
from models.tasks.rights import ACT_TASKS, GIVE_TASKS, READ_TASKS
from models.tasks.views import inbox, my_task, pickers
from models.tasks.views import task as views_task
from models.tasks.views.inbox import Filters
from models.tasks.views.offered_outcomes import offered_to

_KEY = key_header("重发同一次指派")


def filters_of(asked: TasksQuery) -> Filters:
    """What narrows a list, as it was asked for."""
    return Filters(kind=asked.kind, q=asked.q, overdue=asked.overdue, state=asked.state)


def _after(actor: Actor, rule: Callable[..., Any], task_id: int, *args: Any, **kwargs: Any) -> Json:
    """The task as it is after a rule did something to it."""
    return views_task.task_view(actor, rule(actor, task_id, *args, **kwargs).id)


def _decided(actor: Actor, task_id: int, outcome: str, **said: Any) -> Json:
    """The task as it is after it was decided."""
    done = decide(actor, task_id, outcome, **said)
    return views_task.task_view(actor, done.task.id, turn=done.turn)


class TasksDoor(JsonHandler):
    """`/tasks`: what I have to do, did, gave, follow; all that I may see."""

    @operation(
        "任务列表", right=READ_TASKS, system="H02", query=TasksQuery, gives={200: TasksPage}, refuses=(422,)
    )
    async def get(self) -> None:
        """A page by deadline (todo, all), newest first (the others)."""
        asked: TasksQuery = self.query
        self.answer(
            await self.call(
                inbox.page,
                self.actor,
                asked.box,
                asked.cursor,
                filters_of(asked),
                limit=asked.limit,
                write=False,
            )
        )


class CountsDoor(JsonHandler):
    """`/tasks/counts`."""

    @operation("待办数", right=SIGNED_IN, system="H02", gives={200: Counts})
    async def get(self) -> None:
        """The numbers on the badges."""
        self.answer(await self.call(inbox.counts, self.actor, write=False))


class MyTaskDoor(JsonHandler):
    """`/tasks/mine`."""

    @operation(
        "我的任务", right=READ_TASKS, system="H02", query=MineQuery, gives={200: MyPartOut}, refuses=(404,)
    )
    async def get(self) -> None:
        """Mine of a step or a case that several were told of with one card; or what I am to do about a row: {task, case}."""
        asked: MineQuery = self.query
        if asked.ledger is not None:
            self.answer(await self.call(my_task.of_row, self.actor, asked.ledger, asked.row, write=False))
            return
        self.answer(await self.call(my_task.of_case, self.actor, asked.case, asked.step, write=False))


class TaskDoor(JsonHandler):
    """`/tasks/{id}`."""

    @operation("任务", right=READ_TASKS, system="H02", gives={200: TaskOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """What is asked, what may be decided with which form, and the case that it belongs to."""
        self.answer(await self.call(views_task.task_view, self.actor, id, write=False))


class DecideDoor(JsonHandler):
    """`/tasks/{id}/decide`."""

    @operation(
        "办理任务",
        right=ACT_TASKS,
        system="H02",
        body=DecideBody,
        gives={200: TaskOut},
        refuses=(404, 409, 422),
    )
    async def post(self, id: int) -> None:
        """Done once, by whichever door; 409 `done_already` says who was first."""
        body: DecideBody = self.body
        self.answer(
            await self.call(_decided, self.actor, id, body.outcome, values=body.values, comment=body.comment)
        )


class DecideManyDoor(JsonHandler):
    """`/tasks/decide`: several at once, where nothing must be filled in."""

    @operation(
        "批量办理",
        right=ACT_TASKS,
        system="H06",
        body=DecideManyBody,
        gives={200: DecidedManyOut},
        refuses=(422,),
    )
    async def post(self) -> None:
        """Each by itself: one that can't be decided keeps none of the others back."""
        body: DecideManyBody = self.body
        done = await self.call.plain(decide_many, self.actor, body.ids, body.outcome)
        self.answer({"results": [_result(task_id, what) for task_id, what in done]})


def _result(task_id: int, what: Any) -> Json:
    if isinstance(what, AnbanError):
        return {"id": str(task_id), "ok": False, "error": what.as_json()}
    return {"id": str(task_id), "ok": True, "error": None, "outcome_title": what.task.outcome_title}


class OffersDoor(JsonHandler):
    """`/tasks/offers`: what several tasks of mine offer without anything to fill in."""

    @operation("可批量办理的结果", right=READ_TASKS, system="H06", query=OffersQuery, gives={200: OffersOut},
               refuses=(422,))  # fmt: skip
    async def get(self) -> None:
        """By task; one that is not mine to do now is left out."""
        found = await self.call(offered_to, self.actor, self.query.ids, write=False)
        self.answer(
            {
                "items": {
                    task: [{"key": one.key, "title": one.title, "style": one.style} for one in outcomes]
                    for task, outcomes in found.items()
                }
            }
        )


class HandOnDoor(JsonHandler):
    """`/tasks/{id}/hand-on`."""

    @operation(
        "转办", right=ACT_TASKS, system="H06", body=HandOnBody, gives={200: TaskOut}, refuses=(404, 409, 422)
    )
    async def post(self, id: int) -> None:
        """Somebody else does it, and both are told."""
        body: HandOnBody = self.body
        self.answer(await self.call(_after, self.actor, case_actions.hand_on, id, body.person, body.comment))


class SignersDoor(JsonHandler):
    """`/tasks/{id}/signers`."""

    @operation(
        "加签", right=ACT_TASKS, system="H06", body=SignersBody, gives={200: TaskOut}, refuses=(404, 409, 422)
    )
    async def post(self, id: int) -> None:
        """Others give their opinion before me, or after me."""
        body: SignersBody = self.body
        self.answer(
            await self.call(
                _after,
                self.actor,
                case_actions.add_signers,
                id,
                body.persons,
                before=body.before,
                comment=body.comment,
            )
        )


class PeopleDoor(JsonHandler):
    """`/tasks/people`."""

    @operation(
        "可选的人", right=READ_TASKS, system="H03", query=PeopleQuery, gives={200: PeopleOut}, refuses=(404,)
    )
    async def get(self) -> None:
        """At most 20, by part of the name."""
        asked: PeopleQuery = self.query
        found = await self.call(pickers.people, self.actor, asked.q, asked.case, asked.company, write=False)
        self.answer({"items": found})


def _given(actor: Actor, data: Json, key: str) -> tuple[Json, bool]:
    made, created = given_tasks.give_once(actor, data, key=key)
    return given_view(actor, made), created


class GivenDoor(JsonHandler):
    """`/tasks/given`."""

    @operation(
        "指派任务", right=GIVE_TASKS, system="H03", body=GiveBody, gives={201: GivenOut, 200: GivenOut},
        refuses=(422,), headers=(_KEY,),
    )  # fmt: skip
    async def post(self) -> None:
        """Each of the people has it to do; the giver reviews. 200 with the same one when the key is repeated."""
        key = idempotency_key(self.request.headers)
        content, created = await self.call(_given, self.actor, self.body.model_dump(), key)
        self.answer(content, 201 if created else 200)


class GivenOneDoor(JsonHandler):
    """`/given/{id}`."""

    @operation("指派任务的进展", right=GIVE_TASKS, system="H03", gives={200: GivenOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """How far each of the people is, and what they told."""
        self.answer(
            await self.call(lambda: given_view(self.actor, given_tasks.find(self.actor, id)), write=False)
        )

    @operation("取消指派任务", right=GIVE_TASKS, system="H03", gives={200: GivenOut}, refuses=(404, 409))
    async def delete(self, id: int) -> None:
        """Who has not done it need not any more."""
        self.answer(await self.call(lambda: given_view(self.actor, given_tasks.cancel(self.actor, id))))


class RemindDoor(JsonHandler):
    """`/given/{id}/remind`."""

    @operation(
        "催办指派任务",
        right=GIVE_TASKS,
        system="H03",
        gives={200: RemindedOut},
        refuses=(404, 409, 429),
    )
    async def post(self, id: int) -> None:
        """Those who have not done it are told again."""
        count = await self.call(given_tasks.remind, self.actor, id)
        self.answer({"reminded": count})


class FollowDoor(JsonHandler):
    """`/follows/{kind}/{id}`."""

    @operation("是否关注", right=READ_TASKS, system="H04", gives={200: FollowingOut})
    async def get(self, kind: str, id: int) -> None:
        """Whether I hear what becomes of it."""
        self.answer({"following": await self.call(subscriptions.follows, self.actor, kind, id, write=False)})

    @operation("关注", right=READ_TASKS, system="H04", gives={200: FollowingOut}, refuses=(404, 409))
    async def put(self, kind: str, id: int) -> None:
        """Be told what becomes of a thing that I may read."""
        await self.call(subscriptions.follow, self.actor, kind, id)
        self.answer({"following": True})

    @operation("取消关注", right=READ_TASKS, system="H04", gives={200: FollowingOut})
    async def delete(self, kind: str, id: int) -> None:
        """Be told no more."""
        await self.call(subscriptions.unfollow, self.actor, kind, id)
        self.answer({"following": False})


#: By path below the door's own; what is named comes before what is numbered.
TASKS: Shared = (
    ("/tasks", TasksDoor),
    ("/tasks/counts", CountsDoor),
    ("/tasks/decide", DecideManyDoor),
    ("/tasks/offers", OffersDoor),
    ("/tasks/people", PeopleDoor),
    ("/tasks/mine", MyTaskDoor),
    ("/tasks/given", GivenDoor),
    ("/tasks/{id}", TaskDoor),
    ("/tasks/{id}/decide", DecideDoor),
    ("/tasks/{id}/hand-on", HandOnDoor),
    ("/tasks/{id}/signers", SignersDoor),
    ("/given/{id}", GivenOneDoor),
    ("/given/{id}/remind", RemindDoor),
    ("/follows/{kind}/{id}", FollowDoor),
)
