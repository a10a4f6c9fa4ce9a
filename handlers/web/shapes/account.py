"""What both doors send and get about sessions and second factors."""

from __future__ import annotations

from pydantic import BaseModel, Field

from handlers.web.parts import Strict


class SessionRow(BaseModel):
    """One place where I am signed in; `this` is the one that asks."""

    id: str
    door: str
    device: str
    address: str | None
    since: str
    seen: str | None
    this: bool


class SessionsOut(BaseModel):
    """Where I am signed in."""

    items: list[SessionRow]


class EndedOut(BaseModel):
    """How many sessions were ended."""

    ended: int


class ProofBody(Strict):
    """My password, or a code of my authenticator for who has one."""

    proof: str = Field(min_length=1, max_length=200)


class HalfBody(Strict):
    """The half session that a right password gave."""

    token: str = Field(min_length=1, max_length=100)


class CodeBody(Strict):
    """A code of the authenticator."""

    code: str = Field(min_length=1, max_length=40)


class HalfCodeBody(HalfBody):
    """A half session, and a code of the authenticator or a recovery code."""

    code: str = Field(min_length=1, max_length=40)


class PhoneCodeBody(HalfCodeBody):
    """The same from a phone, with what an earlier sign-in left on it."""

    known_device: str | None = Field(default=None, max_length=1000)


class OfferOut(BaseModel):
    """What to set up an authenticator with: to type, to open, to scan (an SVG picture)."""

    secret: str
    uri: str
    picture: str


class CodesOut(BaseModel):
    """Recovery codes, shown this once."""

    recovery_codes: list[str]


class FactorOut(BaseModel):
    """How it stands with my second factor."""

    on: bool
    since: str | None
    required: bool
    recovery_codes_left: int
