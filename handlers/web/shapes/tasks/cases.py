"""Approvals (cases) as both doors show them: the flow as a picture, what was done, what it is about (docs/tasks.md)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from handlers.web.shapes.values import Named

Fact = tuple[str, str]  # what it is called, what it says


class Words(BaseModel):
    """`from_` and `for_` are words of Python; they are sent without the stroke."""

    model_config = ConfigDict(alias_generator=lambda name: name.rstrip("_"))


class TaskSubject(BaseModel):
    """The thing that a task or an approval is about."""

    kind: str
    id: str
    title: str


class CaseSubject(TaskSubject):
    """The same with the page that shows it."""

    path: str


class StepPerson(Words):
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


class CaseEventOut(Words):
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


class WordsSaid(Words):
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
