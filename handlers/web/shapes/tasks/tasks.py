"""Tasks as both doors show them, in lists and by themselves (docs/tasks.md)."""

from __future__ import annotations

from pydantic import BaseModel

from handlers.web.shapes.ledgers.ledgers import FieldOut
from handlers.web.shapes.refusals import Refusal
from handlers.web.shapes.tasks.cases import AboutOut, CaseOut, Fact, TaskSubject, Words
from handlers.web.shapes.tasks.given import GivenItem
from handlers.web.shapes.values import Named


class CaseShort(BaseModel):
    """The approval that a task belongs to, and its step."""

    id: str
    title: str
    step: str


class Counts(BaseModel):
    """How much waits for me."""

    todo: int
    overdue: int
    approvals: int
    unread: int


class Giver(BaseModel):
    """Who a task is from; empty where it came by itself."""

    name: str


class _TaskBase(Words):
    id: str
    kind: str
    title: str
    text: str
    number: str
    subject: TaskSubject
    unit: Named | None
    person: Named | None
    for_: Named | None
    from_: Giver
    state: str
    opened_at: str | None
    due_at: str | None
    late: bool
    done_at: str | None
    done_by: Named | None
    outcome: str | None
    outcome_title: str | None
    picture: str | None
    place: str
    version: int


class TaskItem(_TaskBase):
    """A task in a list."""

    case: CaseShort | None


class FollowItem(BaseModel):
    """Something that I follow, in a list."""

    id: str
    kind: str
    title: str
    text: str
    number: str
    subject: TaskSubject
    case: CaseShort | None
    state: str
    state_text: str
    opened_at: str | None
    due_at: str | None
    late: bool
    picture: str | None
    place: str
    version: int


class CaseItem(BaseModel):
    """An approval in a list, with my task in it."""

    id: str
    kind: str
    kind_title: str
    number: str
    title: str
    state: str
    state_text: str
    step: str
    stranded: bool
    starter: Named
    started_at: str | None
    ended_at: str | None
    outcome: str | None
    due_at: str | None
    late: bool
    picture: str | None
    place: str
    subject: TaskSubject
    task: str | None
    outcome_title: str | None
    done_at: str | None


class TasksPage(BaseModel):
    """A page of tasks, and how much waits in all."""

    items: list[TaskItem | GivenItem | FollowItem]
    next: str | None
    counts: Counts


class CasesPage(BaseModel):
    """A page of approvals, and how much waits in all."""

    items: list[CaseItem]
    next: str | None
    counts: Counts


class Decided(BaseModel):
    """What became of one of several tasks."""

    id: str
    ok: bool
    error: Refusal | None
    outcome_title: str | None = None


class DecidedManyOut(BaseModel):
    """What became of each: ok, or why not."""

    results: list[Decided]


class Offer(BaseModel):
    """A way to decide."""

    key: str
    title: str
    style: str


class OffersOut(BaseModel):
    """By task, the outcomes for which nothing must be filled in."""

    items: dict[str, list[Offer]]


class PersonToPick(Named):
    """Somebody to choose."""

    role: str
    site: str | None


class PeopleOut(BaseModel):
    """People to choose from."""

    items: list[PersonToPick]


class MyPartOut(BaseModel):
    """My task there, if I have or had one, and the case."""

    task: str | None
    case: str | None


class FollowingOut(BaseModel):
    """Whether I follow it."""

    following: bool


class RemindedOut(BaseModel):
    """How many were told again."""

    reminded: int


class ShownOut(BaseModel):
    """The thing in short, with the page that shows it."""

    facts: list[Fact]
    pictures: list[str]
    path: str
    tone: str


class OutcomeOut(Offer):
    """A way to decide with the form that it asks for; `comment` says whether an opinion is needed."""

    comment: str
    fields: list[FieldOut]


class DoneOut(Words):
    """How a task was done, by whom, for whom."""

    by: str
    for_: str | None
    at: str | None
    outcome_title: str | None
    comment: str


class KeyTitle(BaseModel):
    """A step that a task can be sent back to."""

    key: str
    title: str


class MayDoWithTask(BaseModel):
    """What I may do with a task beside deciding it."""

    hand_on: bool
    add_signer: bool
    back: list[KeyTitle]
    comment: bool


class TaskOut(_TaskBase):
    """A task with all that its page shows."""

    case: CaseOut | None
    shown: ShownOut
    about: AboutOut
    outcomes: list[OutcomeOut]
    done: DoneOut | None
    may: MayDoWithTask
