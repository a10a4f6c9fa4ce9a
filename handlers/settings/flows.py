"""Drawing flows in the console: the draft, its faults, who would get it, publishing (H07)."""

from __future__ import annotations

from typing import Any

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from handlers.web.shapes.tasks.flows import FlowFaults, FlowKindsOut, FlowOut, FlowTried
from handlers.web.shapes.tasks.requests import DefinitionBody, DraftBody, Json, TryBody
from models.core.security.actor import Actor
from models.tasks.flow import preview, publishing
from models.tasks.flow.checks.check import check, doubtful
from models.tasks.records import Flow
from models.tasks.rights import EDIT_FLOWS, PUBLISH_FLOWS, READ_FLOWS
from models.tasks.subjects import served_kind
from models.tasks.views import pickers


def _flow(actor: Actor, flow_id: int) -> Json:
    flow = Flow.find(actor, READ_FLOWS, flow_id)
    return {
        "id": str(flow.id),
        "name": flow.name,
        "kind": flow.kind,
        "shared": flow.company_id is None,
        "version": flow.version,
        "published": flow.published,
        "drawing": flow.draft is not None,
        "company": None if flow.company_id is None else str(flow.company_id),
        "definition": publishing.draft_of(actor, flow_id),
        "about": pickers.kind(actor, flow.kind),
    }


def _saved(actor: Actor, flow_id: int, body: DraftBody) -> Json:
    publishing.save_draft(actor, flow_id, body.definition, version=body.version)
    return _flow(actor, flow_id)


def _published(actor: Actor, flow_id: int) -> Json:
    publishing.publish(actor, flow_id)
    return _flow(actor, flow_id)


def _faults(actor: Actor, flow_id: int, definition: Json) -> Json:
    flow = Flow.find(actor, READ_FLOWS, flow_id)
    served = served_kind(flow.kind)
    faults = check(definition, served)
    doubts = [] if faults else doubtful(definition, served)
    return {
        name: [{"path": one.path, "sentence": one.sentence} for one in found]
        for name, found in (("faults", faults), ("doubts", doubts))
    }


def _tried(actor: Actor, flow_id: int, body: TryBody) -> list[Json]:
    flow = Flow.find(actor, READ_FLOWS, flow_id)
    subject: Any = body.subject if body.subject is not None else body.values
    return preview.try_flow(actor, body.definition, flow.kind, subject)


class DraftHandler(ConsoleHandler):
    """`/flows/{id}/draft`."""

    @operation("流程草稿", right=READ_FLOWS, system="H07", gives={200: FlowOut}, refuses=(404,))
    async def get(self, id: int) -> None:
        """What is being drawn, or else what is published, and what a flow of its kind may name."""
        self.answer(await self.call(_flow, self.actor, id, write=False))

    @operation("保存流程草稿", right=EDIT_FLOWS, system="H07", body=DraftBody, gives={200: FlowOut},
               refuses=(404, 409, 422))  # fmt: skip
    async def put(self, id: int) -> None:
        """Kept as it is, faulty or not."""
        self.answer(await self.call(_saved, self.actor, id, self.body))


class CheckHandler(ConsoleHandler):
    """`/flows/{id}/check`."""

    @operation(
        "检查流程",
        right=READ_FLOWS,
        system="H07",
        body=DefinitionBody,
        gives={200: FlowFaults},
        refuses=(404,),
    )
    async def post(self, id: int) -> None:
        """Every fault, with where it is and what to do; of a flow without any, what may not go at times."""
        self.answer(await self.call(_faults, self.actor, id, self.body.definition, write=False))


class TryHandler(ConsoleHandler):
    """`/flows/{id}/try`."""

    @operation(
        "试走流程",
        right=READ_FLOWS,
        system="H07",
        body=TryBody,
        gives={200: FlowTried},
        refuses=(404, 422),
    )
    async def post(self, id: int) -> None:
        """Who would get each step, and why; nothing is written."""
        self.answer({"steps": await self.call(_tried, self.actor, id, self.body, write=False)})


class PublishHandler(ConsoleHandler):
    """`/flows/{id}/publish`."""

    @operation("发布流程", right=PUBLISH_FLOWS, system="H07", gives={200: FlowOut}, refuses=(404, 409, 422))
    async def post(self, id: int) -> None:
        """New cases take it; running ones keep theirs."""
        self.answer(await self.call(_published, self.actor, id))


class KindsHandler(ConsoleHandler):
    """`/flow-kinds`."""

    @operation("流程能办的事", right=READ_FLOWS, system="H07", gives={200: FlowKindsOut})
    async def get(self) -> None:
        """Every served kind with its fields, inputs, transitions and ways to name people."""
        self.answer({"items": await self.call(pickers.kinds, self.actor, write=False)})


routes = [
    Route("/api/console/v1/flow-kinds", KindsHandler),
    Route("/api/console/v1/flows/{id}/draft", DraftHandler),
    Route("/api/console/v1/flows/{id}/check", CheckHandler),
    Route("/api/console/v1/flows/{id}/try", TryHandler),
    Route("/api/console/v1/flows/{id}/publish", PublishHandler),
]
