"""An accident and its board as both JSON doors give them, and what both take, as pydantic models (G02)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from handlers.web.parts import Moment
from handlers.web.shapes.values import Named

AnswerWord = Literal["received", "on_site", "need_help"]
PersonState = Literal["told", "delivered", "seen", "acknowledged", "unreached"]


class AnswerBody(BaseModel):
    """收到, 已在现场 or 需要支援."""

    model_config = ConfigDict(extra="forbid")

    answer: AnswerWord


class AlarmOut(BaseModel):
    """An accident that breaks in: `key` changes with every new alarm of it; `asks` what I am asked, if I am."""

    id: str
    key: str
    number: str
    what: str
    place: str
    company: str
    level_text: str
    at: datetime
    title: str
    callers: list[str]
    asks: Literal["answer", "help"] | None


class AlarmsOut(BaseModel):
    """The newest first, at most five, and how many there are in all."""

    items: list[AlarmOut]
    total: int


class DutyBody(BaseModel):
    """How a duty was done: when it was really reported (null: now), by whom (null: by me), how, who was spoken to."""

    model_config = ConfigDict(extra="forbid")

    done_at: Moment | None = None
    done_by: str | None = Field(default=None, max_length=30)
    way: Literal["phone", "written", "platform", "in_person", "other"] | None = None
    note: str | None = Field(default=None, max_length=200)


class ChangeOut(BaseModel):
    """One change in a version, in words."""

    title: str
    old: str | None
    new: str | None


class VersionOut(BaseModel):
    """One version of the report: 初报, 续报, 更正 or 结束. `changed` are the titles of what differs."""

    number: int
    kind: Literal["first", "follow_up", "correction", "closing"]
    kind_text: str
    at: datetime
    by: str | None
    note: str | None
    changed: list[str]
    changes: list[ChangeOut]


class PhotoOut(BaseModel):
    """A photo, and where this door gives it."""

    id: str
    url: str


class DutyOut(BaseModel):
    """What the unit must report to whom, until when. `starts_at`: when its leader was told, as far as known.

    `done_at` is when it was really reported, `entered_at` when that was written down; `basis` regulation and article.
    """

    sequence: int
    title: str
    to_whom: str | None
    due_at: datetime
    done_at: datetime | None
    done_by: str | None
    note: str | None
    late: bool
    starts_at: datetime | None
    way: str | None
    way_text: str | None
    entered_at: datetime | None
    basis: str | None


class AuthorityOut(BaseModel):
    """How an authority passes the accident on: information, no duty of the unit."""

    by: str
    to: str
    minutes: int


class MineOut(BaseModel):
    """My own notice of it."""

    notice: str
    answer: AnswerWord | None
    answered_at: datetime | None


class InsteadOut(BaseModel):
    """In whose stead I was told: `waits` for a button of its own, `with_mine` for my own answer, or is `answered` by me."""

    notice: str
    name: str
    state: Literal["waits", "with_mine", "answered"]


class ToldOut(BaseModel):
    """How many were told and must answer, and how many did."""

    total: int
    acknowledged: int
    on_site: int
    need_help: int


class ComingOut(BaseModel):
    """Somebody who comes, or is there."""

    name: str
    answer: AnswerWord
    word: str


class HelpOut(BaseModel):
    """A call for help that stands: who (`mine`: I), how many were called, who is coming."""

    name: str
    phone: str | None
    at: datetime
    mine: bool
    called: int
    coming: list[ComingOut]


class CanOut(BaseModel):
    """What I may do with it."""

    update: bool
    tell_all: bool
    correct: bool
    close: bool
    do_duty: bool


class AccidentOut(BaseModel):
    """An accident as it is known now. A number that nobody knows yet is null, never 0."""

    id: str
    number: str
    company: Named
    site: Named | None
    grid: Named | None
    equipment: Named | None
    situations: list[str] | None
    situations_text: list[str]
    leader_told_at: datetime | None
    special_level: str | None
    basis: str | None
    rules_version: int | None
    entered_late_minutes: int | None
    authorities: list[AuthorityOut]
    authorities_basis: str
    changes_days: int
    changes_basis: str
    what: str
    place: str
    lng: float | None
    lat: float | None
    happened_at: datetime
    category: str | None
    deaths: int | None
    serious_injuries: int | None
    minor_injuries: int | None
    missing: int | None
    direct_loss_wan: float | None
    measures: str | None
    needs: str | None
    level: str
    provisional: bool
    level_text: str
    state: Literal["open", "closed"]
    reported_at: datetime
    changes_until: datetime
    reporter: Named | None
    version: int
    versions: list[VersionOut]
    photos: list[PhotoOut]
    duties: list[DutyOut]
    mine: MineOut | None
    stands_for: list[InsteadOut]
    told: ToldOut
    can: CanOut
    held: bool
    unverified: bool
    caller: str | None
    help: list[HelpOut]
    called: MineOut | None
    closing: str | None
    closed_at: datetime | None


class BoardQuery(BaseModel):
    """Which people of the board."""

    state: PersonState | Literal["unanswered"] | None = None
    answer: AnswerWord | None = None
    q: str = Field(default="", max_length=60)
    offset: int = Field(default=0, ge=0, le=1_000_000)
    limit: int = Field(default=100, ge=1, le=500)


class BoardPerson(BaseModel):
    """Who was told; the phone is masked for who may not see personnel files."""

    id: str
    name: str
    phone: str


class BoardWay(BaseModel):
    """What became of one way in one step of escalation."""

    way: str
    state: str
    at: datetime
    reason: str | None
    step: int


class BoardNext(BaseModel):
    """The step that comes next while there is no answer."""

    at: datetime
    who: str
    way: str


class BoardRow(BaseModel):
    """One person on the board."""

    person: BoardPerson
    notice: str
    why: str
    state: PersonState
    answer: AnswerWord | None
    answered_at: datetime | None
    ways: list[BoardWay]
    next: BoardNext | None
    stopped: str | None


class BoardGroup(BaseModel):
    """One group chat that was told."""

    id: str
    name: str
    state: str
    reason: str | None


class BoardCounts(BaseModel):
    """How many people are in each state; each is in exactly one, so they add up to `total`."""

    told: int
    delivered: int
    seen: int
    acknowledged: int
    unreached: int
    total: int


class BoardAnswers(BaseModel):
    """How many gave each answer."""

    received: int
    on_site: int
    need_help: int


class BoardOut(BaseModel):
    """The live board: a page of people of the `matching` ones; `next` is the offset of the page after it."""

    accident: AccidentOut
    people: list[BoardRow]
    next: int | None
    matching: int
    groups: list[BoardGroup]
    counts: BoardCounts
    answers: BoardAnswers
    unanswered: int
    next_at: datetime | None
    server_time: datetime
