"""My messages as both doors take and give them (K01)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from handlers.web.parts import Id


class MessagesQuery(BaseModel):
    """Which of my messages: all, the unread, or those that wait for my answer."""

    unread: bool = False
    waiting: bool = False
    cursor: str | None = Field(default=None, max_length=20)
    limit: int = Field(default=20, ge=1, le=100)


class ReadBody(BaseModel):
    """Which of my messages I have read: `ids`, or `all`."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Id] | None = Field(default=None, max_length=200)
    all: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.all == (self.ids is not None):
            raise ValueError("请给出 ids，或者 all: true")
        return self


class SubjectOut(BaseModel):
    """What a message is about."""

    kind: str
    id: str


class MessageOut(BaseModel):
    """One of my messages."""

    id: str
    kind: str
    title: str
    text: str
    link: str | None
    created_at: datetime
    read_at: datetime | None
    needs_answer: bool
    answer: Literal["received", "on_site", "need_help"] | None
    subject: SubjectOut
    stands_for: list[str]


class MessagesOut(BaseModel):
    """A page of my messages, newest first."""

    items: list[MessageOut]
    next: str | None
    unread: int


class UnreadOut(BaseModel):
    """How many of my messages are unread."""

    unread: int
