"""My posts, my certificates and my training, as both doors show them (K02, K03, K04)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel

from handlers.web.shapes.values import Named


class PostWorkOut(BaseModel):
    """Periodic work of a post, and how often."""

    title: str
    detail: str
    rhythm: str


class PostAsksOut(BaseModel):
    """Something that a post asks, and how that stands for me."""

    title: str
    detail: str
    state: Literal["valid", "expiring", "expired", "missing", "wished", "done", "short", "need"]
    state_title: str
    tone: str
    until: date | None


class PostFactorOut(BaseModel):
    """A hazard factor of a post, and where it comes from."""

    title: str
    detail: str


class MyPostOut(BaseModel):
    """One of my posts."""

    id: str
    name: str
    duties: str
    works: list[PostWorkOut]
    certificates: list[PostAsksOut]
    trainings: list[PostAsksOut]
    factors: list[PostFactorOut]


class MyPostsOut(BaseModel):
    """My posts in the unit that I work for."""

    items: list[MyPostOut]


class CourseLink(BaseModel):
    """A course that is learned in another system, and where."""

    title: str
    address: str


class AskedTrainingOut(PostAsksOut):
    """Training that my posts ask, and where it can be learned."""

    posts: str
    links: list[CourseLink]


class TrainingOut(BaseModel):
    """Training that I took part in."""

    id: str
    course: str
    type: str
    held_on: date
    hours: float
    score: float | None
    result: Literal["passed", "failed", "signed_up"]
    result_title: str
    tone: str
    counts_until: date | None
    address: str | None


class MyTrainingOut(BaseModel):
    """What is asked, what was done, and the hours of this year."""

    asked: list[AskedTrainingOut]
    done: list[TrainingOut]
    hours: float


class CertificateOut(BaseModel):
    """One of my certificates."""

    id: str
    number: str
    code: str
    project: str
    valid_until: date
    state: Literal["valid", "expiring", "expired", "revoked"]
    unit: Named


class AskedCertificateOut(BaseModel):
    """A certificate that my posts in this unit ask for."""

    type: str
    title: str
    posts: str
    state: Literal["valid", "expiring", "expired", "missing"]
    state_title: str
    tone: str
    until: date | None
    number: str


class SentCertificateOut(BaseModel):
    """A certificate that I sent in and nobody has accepted yet."""

    id: str
    title: str
    number: str
    state: Literal["waiting", "refused"]
    state_title: str
    reason: str


class CertificatesOut(BaseModel):
    """My certificates, what my posts ask, and what I sent in."""

    items: list[CertificateOut]
    asked: list[AskedCertificateOut]
    sent: list[SentCertificateOut]


class ToReadOut(BaseModel):
    """An edition that I have to read, or have read (`state`: unread, read)."""

    ledger: str
    id: str
    title: str
    noun: str
    edition: int
    why: str
    in_force_at: str
    state: str


class ToReadList(BaseModel):
    """What I have to read, unread first."""

    items: list[ToReadOut]
    unread: int
