"""Tasks, cases and flows as both doors take and give them (docs/tasks.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from handlers.web.parts import Id, Ids

Json = dict[str, Any]
_Comment = Annotated[
    str, Field(max_length=20_000)
]  # the rule says what is too long, and keeps what was typed


class Body(BaseModel):
    """What is sent has no fields that nobody knows."""

    model_config = ConfigDict(extra="forbid")


class TasksQuery(BaseModel):
    """Which tasks."""

    box: Literal["todo", "done", "given", "followed", "all"] = "todo"
    cursor: str | None = Field(default=None, max_length=80)
    limit: int = Field(default=20, ge=1, le=100)
    q: str = Field(default="", max_length=60)
    kind: str = Field(default="", max_length=40)
    state: str = Field(default="", max_length=20)
    overdue: bool = False


class CasesQuery(TasksQuery):
    """Which approvals."""

    box: Literal["waiting", "done", "started", "all"] = "waiting"  # type: ignore[assignment]


class DecideBody(Body):
    """What I decide: a key of the outcomes that the task offers, what it asks for, and my opinion."""

    outcome: str = Field(min_length=1, max_length=60)
    values: Json = Field(default_factory=dict)
    comment: _Comment = ""


class DecideManyBody(Body):
    """The same outcome for several tasks of mine."""

    ids: list[Id] = Field(min_length=1, max_length=100)
    outcome: str = Field(min_length=1, max_length=60)


class OffersQuery(BaseModel):
    """Of which tasks, their ids with commas between."""

    ids: Ids


class HandOnBody(Body):
    """To whom, and why."""

    person: Id
    comment: _Comment = ""


class SignersBody(Body):
    """Who signs before or after me."""

    persons: list[Id] = Field(min_length=1, max_length=20)
    before: bool = True
    comment: _Comment = ""


class MineQuery(BaseModel):
    """Of which case, or which of its steps; or of which row of a ledger."""

    case: Id | None = None
    step: Id | None = None
    ledger: str | None = Field(default=None, max_length=60)
    row: Id | None = None


class PeopleQuery(BaseModel):
    """Part of a name; of the unit of a case, of a unit, or of the one worked for."""

    q: str = Field(default="", max_length=30)
    case: Id | None = None
    company: Id | None = None


class CommentBody(Body):
    """Why."""

    comment: _Comment = ""


class RemarkBody(Body):
    """Something said beside a case, and whom it is for."""

    text: _Comment
    mentions: list[Id] = Field(default_factory=list, max_length=20)


class ReassignBody(Body):
    """Who does the open step from now on (in the place of one task, or of all)."""

    persons: list[Id] = Field(min_length=1, max_length=20)
    comment: _Comment = ""
    task: Id | None = None


class GiveBody(Body):
    """A task for people."""

    title: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=2000)
    persons: list[Id] = Field(default_factory=list, max_length=1000)
    due_at: datetime | None = None
    needs_review: bool = True
    company: Id | None = None
    form: list[Json] = Field(default_factory=list, max_length=50)


class DraftBody(Body):
    """A flow as it is drawn; `version` is the flow's that was seen."""

    definition: Json
    version: int | None = None


class DefinitionBody(Body):
    """A definition to be looked at."""

    definition: Json


class TryBody(DefinitionBody):
    """A definition tried on a record, or on values."""

    subject: Id | None = None
    values: Json = Field(default_factory=dict)
