"""The page of settings: where a value comes from, in words, and which of its changes holds (J08)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.administration import settings_page as page
from models.administration.accounts.actors import actor_for_account
from models.core.errors import NotFound
from models.core.fields import Integer
from models.core.settings import CompanySetting, SettingChange, declaration
from models.core.settings.changes import newest, save, withdraw
from models.organization.records import Company
from tests.models.administration.conftest import House

pytestmark = pytest.mark.one_engine
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("source", "place", "words"),
    [
        ("default", None, "系统默认"),
        ("default", 1, "系统默认"),
        ("group", 1, "沿用集团（江南）的设置"),
        ("own", None, "集团设置"),
        ("own", 1, "本单位设置"),
    ],
)
def test_where_a_value_comes_from(source: str, place: int | None, words: str) -> None:
    assert page._source_text(source, place, "江南") == words


@pytest.mark.parametrize(
    ("row", "holding", "state"),
    [
        (SettingChange(id=1, valid_from=date(2026, 11, 23)), None, "coming"),
        (SettingChange(id=1, valid_from=TODAY), SettingChange(id=1), "in_force"),
        (SettingChange(id=1, valid_from=TODAY), SettingChange(id=2), "past"),
        (SettingChange(id=1, valid_from=TODAY), None, "past"),
        (SettingChange(id=1, valid_from=TODAY, withdrawn_at=1), SettingChange(id=1), "withdrawn"),
    ],
)
def test_what_a_change_is_today(row: SettingChange, holding: Any, state: str) -> None:
    assert page._state(row, holding, TODAY) == state


def test_which_change_of_a_place_holds(house: House, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.set(2026, 11, 22)
    declaration.all_settings()
    monkeypatch.setattr(declaration, "_settings", dict(declaration._settings))
    limit = CompanySetting("test-page", "试", Integer("时限", min=1, max=90, unit="天"), default=10)
    chief = actor_for_account(house.account("admin", role="administrator", company=house.group), "console")
    place = house.company.id

    def item() -> dict[str, Any]:
        return page.item_json(chief, "test-page", str(place))

    def put(company: int | None, value: int | None, **more: Any) -> SettingChange:
        return save(chief, limit, company, value, on=newest(limit, company), **more)

    told = item()
    assert (told["value"], told["source_text"], told["newest"], told["changes"]) == (10, "系统默认", 0, [])
    put(None, 20)
    assert item()["source_text"] == f"沿用集团（{house.group.name}）的设置" and item()["above_text"].endswith(
        "（集团）"
    )
    put(place, 30)
    put(place, 40, valid_from=date(2026, 12, 1))
    told = item()
    assert (told["value"], told["source_text"], told["newest"]) == (30, "本单位设置", 2)
    assert [(each["number"], each["state"]) for each in told["changes"]] == [(2, "coming"), (1, "in_force")]
    assert [each["number"] for each in told["coming"]] == [2]
    withdraw(chief, limit, place, 2)
    told = item()
    assert [each["state"] for each in told["changes"]] == ["withdrawn", "in_force"] and told["coming"] == []
    put(place, None, inherit=True)
    told = item()
    assert (told["value"], [each["state"] for each in told["changes"]]) == (
        20,
        ["in_force", "withdrawn", "past"],
    )
    with pytest.raises(NotFound):
        page.item_json(chief, "no-such-setting", str(place))


def test_whose_settings_one_may_look_at(house: House) -> None:
    """Who sees the group sees it first and may choose any company; who does not sees their own."""
    other = Company.create(name="别家", kind="company", parent=house.group, path="/")
    Company.update(path=f"{house.group.path}{other.id}/", company_root=other.id).where(
        Company.id == other.id
    ).execute()
    site = Company.create(
        name="一厂", kind="site", parent=house.company, path="/", company_root=house.company.id
    )
    chief = actor_for_account(house.account("admin", role="administrator", company=house.group), "console")
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")

    def seen(who: Any, asked: str | None) -> Any:
        try:
            return page.place_of(who, asked)
        except NotFound:
            return "nothing"

    own = house.company.id
    assert [seen(boss, asked) for asked in (None, "", str(own))] == [own] * 3
    assert [seen(boss, asked) for asked in ("group", str(other.id), str(site.id), "x")] == ["nothing"] * 4
    assert [seen(chief, asked) for asked in ("group", str(own), str(other.id))] == [None, own, other.id]
    assert [seen(chief, asked) for asked in (str(site.id), str(house.group.id), "999999")] == ["nothing"] * 3
    assert seen(replace(chief, company_id=None), None) is None
    assert seen(replace(boss, company_id=None), None) == "nothing", "who has chosen no unit is told to"
    assert [one["name"] for one in page._places(boss)] == [house.company.name]
    names = [one["name"] for one in page._places(chief)]
    assert names[0] == house.group.name and set(names[1:]) == {house.company.name, "别家"}
    assert page.page_json(boss, None)["place"] == {
        "id": str(own),
        "name": house.company.name,
        "is_group": False,
    }
    assert page.page_json(chief, "group")["place"]["is_group"] is True
