"""Tasks that were given to people, as their giver sees them (docs/tasks.md)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.web.shapes.tasks.cases import TaskSubject
from handlers.web.shapes.values import Named, Value


class GivenProgress(BaseModel):
    """How many of the people of a given task are how far."""

    total: int
    doing: int
    reviewing: int
    done: int
    cancelled: int
    overdue: int


class GivenItem(BaseModel):
    """A task that I gave, in a list."""

    id: str
    kind: str
    title: str
    text: str
    number: str
    subject: TaskSubject
    case: None
    state: str
    state_text: str
    opened_at: str | None
    due_at: str | None
    late: bool
    progress: GivenProgress
    version: int


class FormField(BaseModel):
    """A field of a form that the giver of a task designed."""

    name: str
    title: str
    kind: str
    required: bool
    choices: list[str] | None = None
    help: str | None = None


class FilledIn(BaseModel):
    """What was filled into such a field; `pictures` are addresses."""

    title: str
    value: Value
    pictures: list[str]


class GivenPerson(BaseModel):
    """How far somebody is with a given task."""

    person: Named
    state: str
    state_text: str
    late: bool
    result: str
    values: list[FilledIn]
    case: str | None
    updated_at: str | None


class GivenOut(GivenItem):
    """A given task for who gave it."""

    needs_review: bool
    form: list[FormField]
    persons: list[GivenPerson]
