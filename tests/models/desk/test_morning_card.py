"""The card of the morning: at its hour on working days, once a day, to the unit's own groups, or now to try it (I02)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.boards import TileNumber
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, NotFound
from models.core.files.attachments import Attachment
from models.core.files.keeping import PICTURE_DAYS
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.settings import EDIT_SETTINGS, changes
from models.desk.morning import card
from models.desk.morning.records import BoardCard
from models.messages.channels.records import ChatGroup
from models.messages.records import Delivery, Message
from models.organization.records import Company
from tests.models.desk.test_today_board import hazard
from tests.support.clock_in_plant import Plant
from tests.support.clocks import Clock


def setter(unit: Company) -> Actor:
    return Actor(1, "安", unit.id, {EDIT_SETTINGS: Scope.COMPANY}, group_companies=(unit.id,))


def group(unit: Company | None, name: str = "应急群", **values: Any) -> ChatGroup:
    return ChatGroup.create(company=unit, name=name, kind="robot", webhook_key="k", **values)


def sent() -> list[str]:
    return [str(row.title) for row in Message.select().where(Message.kind == card.KIND).order_by(Message.id)]


@pytest.fixture
def unit(plant: Plant, clock: Clock) -> Company:
    """A unit with a group, on a Tuesday at 07:55."""
    clock.set(2026, 11, 24, 7, 55)
    found: Company = plant.units[0]
    group(found)
    return found


def test_it_goes_out_at_its_hour_once_a_day_with_facts_and_a_picture(unit: Company, clock: Clock) -> None:
    hazard(unit, "YH-1", level="major")
    assert card.work(20) == 0 and sent() == []
    clock.forward(minutes=10)
    assert card.work(20) == 1 and card.work(20) == 0
    assert sent() == ["【驾驶舱】11月24日 清源水务"]
    message = Message.get(Message.kind == card.KIND)
    told: Any = message.card
    assert 0 < len(told["facts"]) <= 4 and {"name": "在办隐患", "value": "1 条"} in told["facts"]
    picture = Attachment.get_by_id(told["picture_id"])
    assert (picture.ledger, picture.company_id, picture.mime) == (card.PICTURES, unit.id, "image/png")
    assert [row.way for row in Delivery.select().where(Delivery.message == message.id)] == ["group"]
    clock.forward(days=1)
    assert card.work(20) == 1 and len(sent()) == 2


def test_two_workers_send_one(unit: Company, clock: Clock) -> None:
    clock.forward(minutes=10)
    found = in_transaction(card._found, unit.id, write=False)
    picture = card.attachments.look(card.board_picture(found, "清源水务"))
    assert in_transaction(card._send, unit.id, found, picture) is True
    assert in_transaction(card._send, unit.id, found, picture) is False
    assert len(sent()) == 1 and BoardCard.select().count() == 1


def test_without_a_group_on_a_rest_day_and_too_late_it_is_silent(
    plant: Plant, unit: Company, clock: Clock
) -> None:
    other = plant.unit("南岸水务")
    group(None, "全集团的群")
    group(other, "停用的群", enabled=False)
    clock.set(2026, 11, 24, 13)
    assert card.work(20) == 0, "five hours late is no morning any more"
    clock.set(2026, 11, 28, 8, 5)  # a Saturday
    assert card.work(20) == 0
    changes.save(setter(unit), card.CARD_DAYS, unit.id, "all", on=0)
    assert card.work(20) == 1, "the unit with a group of its own, and no other"
    assert sent() == ["【驾驶舱】11月28日 清源水务"]


def test_hour_and_days_are_the_units_own(unit: Company, clock: Clock) -> None:
    changes.save(setter(unit), card.CARD_HOUR, unit.id, 6, on=0)
    assert card.work(20) == 1
    clock.forward(days=1)
    changes.save(setter(unit), card.CARD_DAYS, unit.id, "off", on=0)
    assert card.work(20) == 0


def test_it_can_be_tried_with_the_right_and_takes_nothing_from_the_day(
    plant: Plant, unit: Company, clock: Clock
) -> None:
    other = plant.unit("南岸水务")
    assert card.try_now(setter(unit), None) == 1
    with pytest.raises(Forbidden):
        card.try_now(Actor(1, "谁", unit.id), None)
    with pytest.raises(NotFound):
        card.try_now(setter(unit), other.id)
    with pytest.raises(Conflict):
        card.try_now(setter(other), None)
    clock.forward(minutes=10)
    assert card.work(20) == 1 and len(sent()) == 2


def test_old_pictures_go(unit: Company, clock: Clock) -> None:
    clock.forward(minutes=10)
    card.work(20)
    assert in_transaction(card.tidy) == 0
    clock.forward(days=PICTURE_DAYS.of(None) + 1)
    assert in_transaction(card.tidy) == 0 and BoardCard.select().count() == 1
    clock.forward(seconds=1)
    assert in_transaction(card.tidy) == 1 and Attachment.select().count() == 0
    assert BoardCard.select().count() == 0


@pytest.mark.parametrize(
    ("hour", "minute", "goes"),
    [(7, 59, False), (8, 0, True), (11, 59, True), (12, 0, False)],
)
def test_it_goes_out_from_its_hour_until_three_hours_later(
    unit: Company, clock: Clock, hour: int, minute: int, goes: bool
) -> None:
    clock.set(2026, 11, 24, hour, minute)
    assert card.work(20) == int(goes)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (TileNumber("", 1234, "人"), "1,234 人"),
        (TileNumber("上岗", 3, "人次"), "上岗 3 人次"),
        (TileNumber("", 1, "台", 2000), "1/2,000 台"),
        (TileNumber("", 0, "台", 0), "0/0 台"),
        (TileNumber("", None, "天", text="算不出天数"), "算不出天数"),
        (TileNumber("", 7, ""), "7"),
    ],
)
def test_how_a_number_is_said(number: TileNumber, said: str) -> None:
    assert card._said(number) == said


def test_what_burns_is_among_the_four_and_they_stand_in_the_cards_order(unit: Company) -> None:
    numbers = {
        "on-duty": [TileNumber("", 0, "人"), TileNumber("上岗", 0, "人次")],
        "manned": [TileNumber("", 1, "台", 2, "warn")],
        "hazards": [TileNumber("", 3, "条"), TileNumber("超期", 0, "条")],
        "accident-free": [TileNumber("", 9, "天", tone="good")],
        "tasks": [TileNumber("", 2, "条", tone="bad")],
        "bindings": [TileNumber("", 0, "人"), TileNumber("急", 1, "人", tone="warn")],
    }
    found = in_transaction(card._found, unit.id, write=False)
    tiles = [
        replace(tile, numbers=numbers[tile.name]) for tile in reversed(found.tiles) if tile.name in numbers
    ]
    assert {tile.name for tile in tiles} == set(numbers)
    assert card.facts(replace(found, tiles=tiles)) == [
        ("今天在岗", "0 人"), ("有人上岗的设备", "1/2 台"), ("超期任务", "2 条"), ("等审核的绑定", "急 1 人"),
    ]  # fmt: skip
