"""Tasks and approvals as both doors show them (docs/tasks.md)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from handlers.web.shapes.ledgers import FieldOut
from handlers.web.shapes.refusals import Refusal
from handlers.web.shapes.values import Named, Value

Fact = tuple[str, str]  # what it is called, what it says


class _Words(BaseModel):
    """`from_` and `for_` are words of Python; they are sent without the stroke."""

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))


class Giver(BaseModel):
    """Who a task is from; empty where it came by itself."""

    name: str


class TaskSubject(BaseModel):
    """The thing that a task or an approval is about."""

    kind: str
    id: str
    title: str


class CaseSubject(TaskSubject):
    """The same with the page that shows it."""

    path: str


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


class _TaskBase(_Words):
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


class StepPerson(_Words):
    """One person's part in a step; of one who was done for by another, for whom."""

    id: str
    name: str
    for_: str | None
    state: str
    task: str
    state_text: str
    outcome_title: str | None
    comment: str
    at: str | None
    late: bool


class StepOut(BaseModel):
    """A step of a case; one that is ahead has no id."""

    id: str | None
    key: str
    title: str
    kind: str
    rule: str
    state: str
    state_text: str
    visit: int
    stranded: bool
    opened_at: str | None
    closed_at: str | None
    due_at: str | None
    late: bool
    added: bool
    people: list[StepPerson]


class EventDetail(BaseModel):
    """To whom, from whom."""

    people: list[str] | str | None = None
    to: list[str] | str | None = None
    of: list[str] | str | None = None


class CaseEventOut(_Words):
    """What somebody did in a case."""

    id: str
    at: str
    act: str
    name: str
    for_: str | None
    title: str
    comment: str
    door: str
    detail: EventDetail
    step: str | None


class Reasoned(Named):
    """Somebody, and why it is them."""

    why: str


class FlowVersionShort(BaseModel):
    """Which version of which flow."""

    name: str
    version: int


class MayDoWithCase(BaseModel):
    """What I may do with a case."""

    withdraw: bool
    urge: bool
    comment: bool
    reassign: bool


class CaseOut(BaseModel):
    """A case: its flow as a picture, and what was done; `fixes` are who could take a step that nobody is left for."""

    id: str
    number: str
    title: str
    state: str
    state_text: str
    outcome: str | None
    starter: str
    started_at: str | None
    ended_at: str | None
    subject: CaseSubject
    flow: FlowVersionShort
    steps: list[StepOut]
    events: list[CaseEventOut]
    fixes: list[Reasoned]
    may: MayDoWithCase


class WordsSaid(_Words):
    """What somebody said when they sent it on."""

    name: str
    for_: str | None
    did: str
    text: str
    at: str | None


class PictureOut(BaseModel):
    """A picture, and where it is."""

    id: str
    name: str
    url: str


class AmountLine(BaseModel):
    """An amount of money, in words that keep its two places."""

    name: str
    note: str
    amount: str


class Amounts(BaseModel):
    """Amounts and their sum; `more` are those that are not listed."""

    unit: str
    lines: list[AmountLine]
    more: int
    total: str


class AboutOut(BaseModel):
    """What one has to know to decide."""

    words: list[WordsSaid]
    facts: list[Fact]
    pictures: list[PictureOut]
    amounts: Amounts | None


class CaseView(CaseOut):
    """A case by itself; `mine` is the task that I have to do in it now."""

    about: AboutOut
    mine: str | None


class CasesOfSubject(BaseModel):
    """The cases of a thing, the newest first."""

    items: list[CaseView]


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


class DoneOut(_Words):
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
