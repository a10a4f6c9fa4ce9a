"""Refusals: what is wrong, why, and what to do next (`models.core.errors`)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from handlers.web.shapes.ledgers.ledgers import Row
from handlers.web.shapes.values import CellError, Named, Scalar, Value


class NextStep(BaseModel):
    """What somebody can do at once: a button. `by` is how one proves who one is."""

    kind: str
    label: str | None = None
    by: str | None = None


class Contact(BaseModel):
    """Whom to call."""

    name: str
    phone: str


class Fault(BaseModel):
    """What is wrong in a flow, and where."""

    path: str
    sentence: str


class UsedBy(BaseModel):
    """How many rows of a kind hold another."""

    noun: str
    count: int


class LineSince(BaseModel):
    """A field that became another."""

    field: str | None = None
    title: str
    old: Value = None
    new: Value = None


class ReportSince(BaseModel):
    """A supplement that came meanwhile."""

    number: int
    kind: str
    by: str
    at: str
    changed: list[LineSince] | None


class Details(BaseModel):
    """What a program can do with a refusal, by its code: a row as it is now, a button, a number to call; counts by name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Scalar] = Field(init=False)

    action: NextStep | None = None
    contact: Contact | None = None
    unit: Named | None = None
    row: Row | None = None
    faults: list[Fault] | None = None
    errors: list[CellError] | None = None
    used_by: list[UsedBy] | None = None
    since: list[ReportSince] | None = None


class Refusal(BaseModel):
    """Why not. `fields` are sentences by the fields that they stand at; `retry_after` counts seconds."""

    code: str
    message: str
    title: str
    cause: str
    advice: str
    fields: dict[str, str]
    details: Details


class RefusalOut(Refusal):
    """The same as the answer of a request."""

    retry_after: int | None = None
    request_id: str


class Error(BaseModel):
    """What every refused request is answered with."""

    error: RefusalOut
