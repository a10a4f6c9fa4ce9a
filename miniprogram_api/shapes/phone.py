"""What the phone sends and gets, as pydantic models; OpenAPI is made from these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from handlers.web.doors.claims import InvitationOut, QuestionOut
from handlers.web.parts import Id, Moment, Strict
from handlers.web.requests.positions import SensedPosition
from handlers.web.shapes.ledgers.ledgers import SubjectKind
from handlers.web.shapes.values import Named

MAX_QR = 2048


class PhoneSignInBody(Strict):
    """Who wants to sign in: by login and password, or by the ticket that a card's link led to."""

    provider: Literal["password", "ticket"]
    login: str | None = Field(default=None, min_length=1, max_length=60)
    password: str | None = Field(default=None, min_length=1, max_length=200)
    ticket: str | None = Field(default=None, min_length=1, max_length=100)
    device: str | None = Field(default=None, max_length=120)
    known_device: str | None = Field(default=None, max_length=1000)  # what an earlier sign-in here gave

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = ("login", "password") if self.provider == "password" else ("ticket",)
        if any(getattr(self, name) is None for name in wanted):
            raise ValueError("请填写账号和密码" if self.provider == "password" else "缺少登录凭据")
        return self


class VisitorBody(Strict):
    """A ticket that a card's link led to."""

    ticket: str = Field(min_length=1, max_length=100)


class VisitorOut(BaseModel):
    """Whose the ticket is (`name`), who is signed in `here`, and whether signing in by it gains anything."""

    name: str
    here: str | None
    same: bool
    gains: bool


class PhonePasswordBody(Strict):
    """A change of password; without `current` by a second channel."""

    current: str | None = Field(default=None, max_length=200)
    new: str = Field(max_length=200)
    known_device: str | None = Field(default=None, max_length=1000)
    login: str | None = Field(default=None, max_length=60)


class PhoneJoinBody(Strict):
    """The account that an invited person has already, and its password; `login` where it is another than the phone."""

    login: str | None = Field(default=None, max_length=60)
    password: str = Field(min_length=1, max_length=200)
    known_device: str | None = Field(default=None, max_length=1000)


class PlaceOut(BaseModel):
    """Where somebody was, in degrees (GCJ-02); accuracy in metres."""

    lng: float
    lat: float
    accuracy: float | None


class PlaceBody(Strict, SensedPosition):
    """Where the phone is, in degrees; accuracy in metres."""

    lng: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    accuracy: float | None = Field(default=None, ge=0, le=10_000_000, allow_inf_nan=False)


class ClockInBody(Strict):
    """One scan."""

    qr: str = Field(min_length=1, max_length=MAX_QR)
    unit: Id
    scanned_at: Moment
    place: PlaceBody | None = None
    sent_at: Moment | None = None


class UnitBody(Strict):
    """The unit to work for."""

    unit: Id


class BindingBody(Strict):
    """An application to join a unit."""

    unit: Id
    note: str | None = Field(default=None, max_length=200)


class UnitQuery(BaseModel):
    """Which of my units."""

    unit: Id | None = None


class UnitSearch(BaseModel):
    """What a unit is called, at least two characters, or its credit code."""

    q: str = Field(min_length=2, max_length=60)


class LogQuery(BaseModel):
    """Which of my clock-ins."""

    model_config = ConfigDict(populate_by_name=True)

    unit: Id | None = None
    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    cursor: str | None = Field(default=None, max_length=60)
    limit: int = Field(default=20, ge=1, le=100)


class MonthQuery(BaseModel):
    """A month of my clock-ins."""

    month: str = Field(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")
    unit: Id | None = None


class UnitOut(Named):
    """A unit that the person belongs to, or wants to."""

    state: Literal["approved", "waiting", "refused", "ended"]
    role: Literal["operator", "safety_officer"]
    current: bool
    site: str | None


class PersonOut(Named):
    """Who is signed in; the phone number is masked."""

    phone: str | None
    login: str


class SessionOut(BaseModel):
    """The session, without its token."""

    expires_at: datetime
    person: PersonOut
    units: list[UnitOut]
    rights: dict[str, str]
    must_change_password: bool
    sets_password: bool
    invitation: InvitationOut | None
    questions: list[QuestionOut]
    kinds: list[SubjectKind]


class SignedInOut(SessionOut):
    """A new session. The token is given this once; `known_device` is kept for the next sign-in on this phone."""

    token: str
    known_device: str | None


class ChangedOut(SessionOut):
    """The session after a change of password."""

    known_device: str


class UnitsOut(BaseModel):
    """My units."""

    units: list[UnitOut]


class FoundUnits(BaseModel):
    """Units that one can apply to."""

    items: list[Named]


class BindingOut(BaseModel):
    """An application."""

    id: str
    unit: Named
    state: Literal["approved", "waiting", "refused", "ended"]
    applied_at: datetime
    decided_at: datetime | None = None
    reason: str | None = None


class BindingsOut(BaseModel):
    """My applications, newest first."""

    items: list[BindingOut]


class ClockedEquipment(Named):
    """The equipment as it was."""

    code: str | None
    register_no: str | None
    location: str | None
    type: str


class ClockedCertificate(BaseModel):
    """The certificate that covered it."""

    number: str
    code: str
    project: str
    valid_until: date


class ClockInOut(BaseModel):
    """A clock-in. `created`: by this very request."""

    id: str
    day: date
    scanned_at: datetime
    received_at: datetime
    late: bool
    place: PlaceOut | None
    unit: Named
    person: Named
    equipment: ClockedEquipment
    certificate: ClockedCertificate
    created: bool
    reminders: list[str]


class ClockInsOut(BaseModel):
    """A page of my clock-ins, newest first."""

    items: list[ClockInOut]
    next: str | None


class DayCount(BaseModel):
    """How many clock-ins a day has, and how many of them were sent late."""

    day: date
    count: int
    late: int


class MonthOut(BaseModel):
    """The days of a month that have clock-ins."""

    month: str
    days: list[DayCount]


class NearEquipment(Named):
    """Equipment that the person may clock in on."""

    location: str | None
    codes: list[str]
    last_scan: datetime | None


class LabelOut(Named):
    """The equipment that a label stands at. `needs` says in words which certificates will do, or why none is asked for."""

    location: str | None
    codes: list[str]
    needs: str
    unit: Named
    state: Literal["in_use", "stopped", "scrapped"]


class CertificateCounts(BaseModel):
    """How the person's certificates stand."""

    valid: int
    expiring: int
    expired: int


class HindranceOut(BaseModel):
    """What keeps an operator from clocking in; `blocking` where nothing that they hold counts."""

    blocking: bool
    title: str
    line: str


class TodayOut(BaseModel):
    """The state of today."""

    day: date
    server_time: datetime
    unit: UnitOut | None
    state: Literal["on_duty", "off", "no_unit", "waiting"]
    title: str
    records: list[ClockInOut]
    equipment: list[NearEquipment]
    certificates: CertificateCounts
    hindrance: HindranceOut | None


class OnDutyRow(BaseModel):
    """Somebody on duty."""

    name: str
    since: str
    equipment: str


class OnDuty(BaseModel):
    """Who is on duty; twenty at most by name. `whole` is the unit's own number, `count` ends at the reader's reach."""

    count: int
    whole: int
    rows: list[OnDutyRow]


class UnmannedRow(BaseModel):
    """A piece of equipment that nobody has scanned today."""

    name: str
    place: str


class Unmanned(BaseModel):
    """Equipment that nobody has scanned today; twenty at most by name."""

    count: int
    rows: list[UnmannedRow]


class UnitTodayOut(BaseModel):
    """The unit's day; null is what the actor may not see."""

    day: date
    unit: str
    on_duty: OnDuty
    unmanned: Unmanned | None
    open: int | None
    overdue: int | None


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
