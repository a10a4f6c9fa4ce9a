"""Flows as the console draws them (docs/tasks.md)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.web.shapes.ledgers.ledgers import FieldOut
from handlers.web.shapes.refusals import Fault
from handlers.web.shapes.tasks.cases import Reasoned
from handlers.web.shapes.values import Value, ValueTitle


class FlowInput(BaseModel):
    """What a step may ask for."""

    name: str
    title: str
    kind: str


class FlowEffect(ValueTitle):
    """What a step may do to the thing; it needs these inputs."""

    needs: list[str]


class FlowFinder(BaseModel):
    """A way to name people, what it needs and what there is to choose from."""

    by: str
    title: str
    needs: list[str]
    choices: dict[str, list[ValueTitle]]


class FlowKind(BaseModel):
    """A kind of thing that flows serve, with all that a flow of it may name."""

    kind: str
    title: str
    fields: list[FieldOut]
    inputs: list[FlowInput]
    transitions: list[ValueTitle]
    effects: list[FlowEffect]
    person_fields: list[ValueTitle]
    moment_fields: list[ValueTitle]
    has_grid: bool
    who: list[FlowFinder]


class FlowKindsOut(BaseModel):
    """All kinds that flows serve."""

    items: list[FlowKind]


class FlowOut(BaseModel):
    """A flow that is being drawn. The draft is kept as it is, faulty or not: what it must be says its check."""

    id: str
    name: str
    kind: str
    shared: bool
    version: int
    published: int
    drawing: bool
    company: str | None
    definition: dict[str, Value]
    about: FlowKind


class FlowFaults(BaseModel):
    """What is wrong in a flow, and what may not go at times."""

    faults: list[Fault]
    doubts: list[Fault]


class StepTried(BaseModel):
    """A step that was tried: who would get it, and why."""

    step: str
    title: str
    kind: str
    rule: str
    skipped: bool
    who: list[Reasoned]
    copies: list[Reasoned]
    nobody: bool
    due: str | None


class FlowTried(BaseModel):
    """A flow that was tried; nothing was written."""

    steps: list[StepTried]
