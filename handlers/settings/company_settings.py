"""Settings per company on the console: seen with where they come from, changed from a day on, taken back (J08)."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from handlers.base import ConsoleHandler
from handlers.web.operations import Route, operation
from handlers.web.parts import Strict
from handlers.web.shapes.ledgers.ledgers import FieldOut
from models.administration import settings_page as page
from models.core.security.actor import Actor
from models.core.settings import EDIT_SETTINGS, READ_SETTINGS, changes

SettingValue = str | int | float | bool | list[str] | None


class SettingPlace(BaseModel):
    """A company, or the whole group."""

    id: str
    name: str
    is_group: bool


class SettingChangeOut(BaseModel):
    """One change: from when, what it was and became in words, by whom and why."""

    number: int
    valid_from: date
    before: str
    after: str
    inherits: bool
    note: str | None
    made_by: str
    made_at: str
    state: str
    state_text: str
    withdrawn_by: str | None
    withdrawn_at: str | None


class SettingSample(BaseModel):
    """What the standard library proposes, and where it comes from; `to_check`: compared with no text yet."""

    value: SettingValue
    text: str
    source: str
    to_check: bool


class SettingOut(BaseModel):
    """A setting at a place; `field` describes its value as a field of a ledger does. A change is made from `newest`."""

    name: str
    field: FieldOut
    value: SettingValue
    text: str
    source: str
    source_text: str
    since: date | None
    default_text: str
    above_text: str | None
    sample: SettingSample | None
    coming: list[SettingChangeOut]
    may_edit: bool
    why_not: str | None
    newest: int


class SettingGroupOut(BaseModel):
    """Settings that belong together."""

    title: str
    items: list[SettingOut]


class SettingsOut(BaseModel):
    """All settings of a place, and the places that may be looked at."""

    place: SettingPlace
    places: list[SettingPlace]
    groups: list[SettingGroupOut]


class OneSettingOut(SettingOut):
    """One setting with its history."""

    place: SettingPlace
    changes: list[SettingChangeOut]


class PlaceQuery(BaseModel):
    """Which company (its id), or `group`; without it one's own."""

    company: str | None = Field(default=None, max_length=20)


class SetBody(Strict):
    """A value from a day on (today), or with `inherit` none of one's own; `on` is the newest change that is known."""

    on: int = Field(ge=0, le=2_000_000_000)
    value: SettingValue = None
    inherit: bool = False
    valid_from: date | None = None
    note: str | None = Field(default=None, max_length=1000)


class TakeBackBody(Strict):
    """Which change is taken back."""

    number: int = Field(ge=1, le=2_000_000_000)


def _set(actor: Actor, name: str, company: str | None, body: SetBody) -> None:
    changes.save(
        actor, page.setting_of(name), page.place_of(actor, company), body.value, on=body.on,
        inherit=body.inherit, valid_from=body.valid_from, note=body.note,
    )  # fmt: skip


def _take_back(actor: Actor, name: str, company: str | None, body: TakeBackBody) -> None:
    changes.withdraw(actor, page.setting_of(name), page.place_of(actor, company), body.number)


class SettingsHandler(ConsoleHandler):
    """`/settings`."""

    @operation(
        "设置", right=READ_SETTINGS, system="J08", query=PlaceQuery, gives={200: SettingsOut}, refuses=(404,)
    )
    async def get(self) -> None:
        """Every setting of a company or the group: its value, and where that comes from."""
        self.answer(await self.call(page.page_json, self.actor, self.query.company, write=False))


class _SettingHandler(ConsoleHandler):
    async def answer_setting(self, name: str) -> None:
        """The setting as it is once the change is committed: what is in force is read anew only then."""
        self.answer(await self.call(page.item_json, self.actor, name, self.query.company, write=False))


class OneSettingHandler(_SettingHandler):
    """`/settings/{name}`."""

    @operation(
        "一项设置",
        right=READ_SETTINGS,
        system="J08",
        query=PlaceQuery,
        gives={200: OneSettingOut},
        refuses=(404,),
    )
    async def get(self, name: str) -> None:
        """The value, and every change of it."""
        await self.answer_setting(name)

    @operation("修改设置", right=EDIT_SETTINGS, system="J08", query=PlaceQuery, body=SetBody,
               gives={200: OneSettingOut}, refuses=(404, 409, 422))  # fmt: skip
    async def put(self, name: str) -> None:
        """Set a value; what it may be stands at the field."""
        await self.call(_set, self.actor, name, self.query.company, self.body)
        await self.answer_setting(name)


class SettingWithdrawalsHandler(_SettingHandler):
    """`/settings/{name}/withdrawals`."""

    @operation("撤回设置的修改", right=EDIT_SETTINGS, system="J08", query=PlaceQuery, body=TakeBackBody,
               gives={200: OneSettingOut}, refuses=(404, 409))  # fmt: skip
    async def post(self, name: str) -> None:
        """Take a change back that is not in force yet."""
        await self.call(_take_back, self.actor, name, self.query.company, self.body)
        await self.answer_setting(name)


routes = [
    Route("/api/console/v1/settings", SettingsHandler),
    Route("/api/console/v1/settings/{name}", OneSettingHandler),
    Route("/api/console/v1/settings/{name}/withdrawals", SettingWithdrawalsHandler),
]
