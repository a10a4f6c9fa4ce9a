"""The board of the day: each tile by the right of its ledger, each number that of its rows, for a unit and for a site (I02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.accidents.records import READ_ACCIDENTS, Accident
from models.core import clock as house_clock
from models.core.boards import Place, ShownTile, show_board
from models.core.boards.describe import board_json, place_of
from models.core.boards.picture import board_picture
from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.ledger import ledger_named
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.desk.today_board import TODAY
from models.duty.gate import Passed, clock_in
from models.duty.records import READ_CLOCK_INS
from models.equipment.records import READ_EQUIPMENT
from models.hazards.records import READ_HAZARDS, Hazard
from models.organization.records import Company, Person
from tests.support.clock_in_plant import Plant
from tests.support.clocks import Clock

RIGHTS = (READ_CLOCK_INS, READ_EQUIPMENT, READ_ACCIDENTS, READ_HAZARDS)


def officer(unit: Company, *rights: str, scope: Scope = Scope.COMPANY, **more: Any) -> Actor:
    named = dict.fromkeys(rights or RIGHTS, scope)
    return Actor(1, "安全员", unit.id, named, group_companies=(unit.id,), **more)


def tiles(actor: Actor, place: Place | None = None) -> dict[str, ShownTile]:
    return {tile.name: tile for tile in show_board(actor, TODAY, place or Place()).tiles}


def listed(actor: Actor, ledger: str, filters: Any) -> int:
    found = ledger_named(ledger)
    assert found is not None
    query = ListQuery.parse(found, filters=filters)
    return Selection(actor, found, query, found.rights["read"]).count(10_000)


def hazard(unit: Company, number: str, **values: Any) -> Hazard:
    wanted: dict[str, Any] = {
        "number": number,
        "state": "rectifying",
        "what": "电缆裸露",
        "level": "general",
        **values,
    }
    return Hazard.create(company=unit, **wanted)


@pytest.fixture
def world(plant: Plant, clock: Clock) -> Plant:
    """Two sites with a forklift each, one of them scanned; a hazard in time, a late major one, one nobody judged."""
    clock.set(2026, 11, 24, 8)
    unit = plant.units[0]
    sites = [
        Company.create(name=name, kind="site", path="/", parent=unit.id, company_root=unit.id)
        for name in ("一厂", "二厂")
    ]
    machines = [plant.equipment(unit, name=f"叉车{site.name}", site=site) for site in sites]
    passed = in_transaction(clock_in, [plant.scan(0, machines[0])])[0]
    assert isinstance(passed, Passed)
    later = house_clock.now() + timedelta(days=3)
    hazard(unit, "YH-1", site=sites[0], due_at=later)
    hazard(unit, "YH-2", site=sites[1], level="major", due_at=house_clock.now() - timedelta(hours=1))
    hazard(unit, "YH-3", level=None, state="reported")
    return plant


def test_every_number_is_that_of_its_rows(world: Plant) -> None:
    asker = officer(world.units[0])
    found = tiles(asker)
    on_duty, manned, split = found["on-duty"].numbers, found["manned"].numbers[0], found["hazards"]
    assert [one.value for one in on_duty] == [1, 1]
    assert (manned.value, manned.of, manned.tone) == (1, 2, "warn")
    assert [(bar.label, bar.value, bar.late) for bar in split.bars] == [
        ("一般隐患", 1, 0),
        ("重大隐患", 1, 1),
        ("还没定级", 1, 0),
    ]
    assert [one.value for one in split.numbers] == [3, 1]
    assert [line.label for line in found["unmanned"].rows] == ["叉车二厂"]
    assert len(found["days"].bars) == 14 and found["days"].bars[-1].value == 1
    for tile in found.values():
        for one in (*tile.numbers, *tile.bars):
            if one.leads is not None and one.value is not None and tile.name != "accident-free":
                assert listed(asker, *one.leads) == one.value, (tile.name, one)


def test_a_site_narrows_what_knows_its_site_and_the_rest_says_so(world: Plant) -> None:
    asker = officer(world.units[0])
    site = Company.get(Company.name == "二厂")
    place = place_of(asker, TODAY, world.units[0].id, site.id)
    found = tiles(asker, place)
    assert [one.value for one in found["on-duty"].numbers] == [0, 0]
    assert (found["manned"].numbers[0].value, found["manned"].numbers[0].of) == (0, 1)
    assert [one.value for one in found["hazards"].numbers] == [1, 1]
    assert all(tile.by_site for tile in found.values())
    told = board_json(asker, show_board(asker, TODAY, place))
    assert told["place"] == "清源水务 · 二厂" and [each["name"] for each in told["sites"]] == ["一厂", "二厂"]


@pytest.mark.parametrize(
    ("day", "scanned", "said"),
    [
        ((2026, 11, 24), (), (0, 2, "warn", "")),
        ((2026, 11, 24), (0,), (1, 2, "warn", "")),
        ((2026, 11, 24), (0, 1), (2, 2, "good", "")),
        ((2026, 11, 22), (), (0, 2, "plain", "今天是休息日")),
        ((2026, 11, 22), (0,), (1, 2, "plain", "今天是休息日")),
        ((2026, 11, 22), (0, 1), (2, 2, "good", "今天是休息日")),
        ((2026, 10, 10), (), (0, 2, "warn", "")),  # a Saturday that is worked
        ((2026, 11, 24), None, (0, 0, "good", "没有要扫码上岗的在用设备")),
    ],
)
def test_whether_every_machine_is_manned_and_that_nobody_need_on_a_day_of_rest(
    plant: Plant,
    clock: Clock,
    day: tuple[int, int, int],
    scanned: tuple[int, ...] | None,
    said: tuple[Any, ...],
) -> None:
    clock.set(*day, 8)
    unit = plant.units[0]
    machines = [plant.equipment(unit, name=f"叉车{place}") for place in range(0 if scanned is None else 2)]
    plant.equipment(unit, name="停用", state="stopped")
    plant.equipment(plant.unit("南岸水务"), name="外")
    for place in scanned or ():
        assert isinstance(in_transaction(clock_in, [plant.scan(0, machines[place])])[0], Passed)
    (told,) = tiles(officer(unit))["manned"].numbers
    assert (told.value, told.of, told.tone, told.text) == said


def test_days_without_an_accident_begin_with_the_last_of_the_ledger(world: Plant) -> None:
    asker = officer(world.units[0])
    none = tiles(asker)["accident-free"].numbers[0]
    assert none.value is None and none.text == "台账里没有事故记录，算不出天数"
    values = {"number": "SG-1", "what": "挤伤", "place": "一厂", "company": world.units[0]}
    Accident.create(**values, happened_at=house_clock.now() - timedelta(days=12, hours=9))
    assert tiles(asker)["accident-free"].numbers[0].value == 13, "by calendar days, as people count"
    Accident.create(**{**values, "number": "SG-2"}, happened_at=house_clock.now(), narrow=True)
    assert tiles(asker)["accident-free"].numbers[0].value == 13, (
        "what nobody has judged yet is no accident of the ledger"
    )
    Accident.create(**{**values, "number": "SG-3"}, happened_at=house_clock.now())
    last = tiles(asker)["accident-free"].numbers[0]
    assert (last.value, last.tone, last.text) == (0, "bad", "上一起：2026-11-24")


def test_what_one_may_not_read_is_not_there_and_what_is_cut_says_so(world: Plant) -> None:
    unit = world.units[0]
    assert set(tiles(officer(unit, READ_HAZARDS))) == {"hazards", "overdue"}
    assert tiles(Actor(1, "谁", unit.id)) == {}
    own = officer(unit, READ_CLOCK_INS, scope=Scope.SELF, person_ids=(Person.get(Person.name == "工人0").id,))
    assert tiles(own)["on-duty"].scope == "只算本人的"
    assert tiles(officer(unit))["on-duty"].scope == ""
    other = world.unit("南岸水务")
    for company, site in ((other.id, None), (unit.id, other.id), (None, 1)):
        with pytest.raises(NotFound):
            place_of(officer(unit), TODAY, company, site)
    assert [one.value for one in tiles(officer(other))["on-duty"].numbers] == [0, 0]


def test_the_picture_is_a_picture(world: Plant) -> None:
    drawn = board_picture(show_board(officer(world.units[0]), TODAY, Place()), "清源水务")
    assert drawn.startswith(b"\x89PNG") and len(drawn) < 200_000


def test_a_tile_that_is_not_there_is_no_card(plant: Plant) -> None:
    make: Callable[..., Any] = type(TODAY)
    with pytest.raises(LookupError):
        make(name="x", title="x", tiles=(), card=("gone",))
