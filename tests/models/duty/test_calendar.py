"""The month of the log: what each day had, what came late, what should have been manned and was not (Q10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid
from models.core.ledger.reading.listing import Selection, list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views.calendar import AskedMonth, FoundMonth, MonthDay, calendar_month
from models.duty.gate import Passed, clock_in
from models.duty.records import READ_CLOCK_INS, ClockIn
from models.duty.views import CLOCK_IN_CALENDAR as CALENDAR
from models.equipment.ledgers import EQUIPMENT
from models.equipment.records import READ_EQUIPMENT, Equipment
from models.organization.records import Company, Person
from tests.support.clock_in_plant import Plant
from tests.support.clocks import Clock


def officer(unit: Company, *rights: str) -> Actor:
    named = rights or (READ_CLOCK_INS, READ_EQUIPMENT)
    return Actor(1, "安全员", unit.id, dict.fromkeys(named, Scope.COMPANY), group_companies=(unit.id,))


def arrive(plant: Plant, who: int, machine: Equipment, **values: Any) -> None:
    passed = in_transaction(clock_in, [plant.scan(who, machine, **values)])[0]
    assert isinstance(passed, Passed), passed


def day_of(found: FoundMonth, day: int) -> MonthDay:
    return found.days[day - 1]


@pytest.fixture
def machines(plant: Plant, clock: Clock) -> list[Equipment]:
    """Two forklifts since the beginning of the month, at one unit; one of another unit."""
    clock.set(2026, 11, 2, 7)
    return [
        *(plant.equipment(plant.units[0], name=name) for name in ("甲", "乙")),
        plant.equipment(plant.unit("南岸水务"), name="外"),
    ]


def test_a_day_has_its_count_its_late_ones_and_what_nobody_scanned(
    plant: Plant, clock: Clock, machines: list[Equipment]
) -> None:
    clock.set(2026, 11, 23, 8)
    arrive(plant, 0, machines[0])
    clock.set(2026, 11, 24, 8)
    arrive(plant, 0, machines[0], at=house_clock.now() - timedelta(minutes=20))
    arrive(plant, 0, machines[1])
    found = calendar_month(officer(plant.units[0]), CALENDAR, AskedMonth())
    assert (found.month, len(found.days), list(found.total)) == ("2026-11", 30, [3, 1])
    shown = {one.day.day: (list(one.numbers), one.missing, one.rest) for one in found.days}
    assert shown[23] == ([1, 0], 1, False)
    assert shown[24] == ([2, 1], 0, False)
    assert shown[1] == ([0, 0], 0, True), "nothing was there yet to be manned, and it was a Sunday"
    assert shown[2][1] == 2 and shown[25] == ([0, 0], None, False), "of a day to come nobody says"
    assert found.sentence == "2026年11月，上岗人次 3，其中补传 1；16 个工作日有设备没人上岗"
    for one in found.days:
        if one.gap_filters is not None:
            query = ListQuery.parse(EQUIPMENT, filters=one.gap_filters)
            listed = Selection(officer(plant.units[0]), EQUIPMENT, query, READ_EQUIPMENT)
            assert listed.count(100) == one.missing, one


def test_a_night_shift_belongs_to_the_day_on_which_it_was_scanned(
    plant: Plant, clock: Clock, machines: list[Equipment]
) -> None:
    """22:10 here is still the 23rd, 06:40 the next morning the 24th, whatever day it is in UTC."""
    clock.set(2026, 11, 23, 22, 10)
    arrive(plant, 0, machines[0])
    clock.set(2026, 11, 24, 6, 40)
    arrive(plant, 0, machines[1])
    found = calendar_month(officer(plant.units[0]), CALENDAR, AskedMonth("2026-11"))
    assert [(list(day_of(found, day).numbers), day_of(found, day).missing) for day in (22, 23, 24)] == [
        ([0, 0], 2), ([1, 0], 1), ([1, 0], 1),
    ]  # fmt: skip
    assert [row.day for row in ClockIn.select().order_by(ClockIn.scanned_at)] == [
        date(2026, 11, 23),
        date(2026, 11, 24),
    ]


def test_of_a_person_nothing_is_missing_of_a_machine_it_is(
    plant: Plant, clock: Clock, machines: list[Equipment]
) -> None:
    clock.set(2026, 11, 23, 8)
    arrive(plant, 0, machines[0])
    asker = officer(plant.units[0])
    person = str(Person.get(Person.name == "工人0").id)
    own = calendar_month(asker, CALENDAR, AskedMonth(filters={"person": [person]}))
    assert not own.gaps and list(own.total) == [1, 0] and day_of(own, 23).missing is None
    one = calendar_month(asker, CALENDAR, AskedMonth(filters={"equipment": [str(machines[1].id)]}))
    assert [day_of(one, day).missing for day in (20, 23)] == [1, 1] and list(one.total) == [0, 0]
    assert day_of(one, 23).gap_filters is None
    other = calendar_month(asker, CALENDAR, AskedMonth(filters={"equipment": [str(machines[2].id)]}))
    assert day_of(other, 23).missing == 0, "a machine of another unit does not exist"
    unseen = calendar_month(officer(plant.units[0], READ_CLOCK_INS), CALENDAR, AskedMonth())
    assert not unseen.gaps, "who may not read equipment is told nothing of it"


def test_wrong_questions(plant: Plant, machines: list[Equipment]) -> None:
    for asked in (AskedMonth("2026-13"), AskedMonth("gestern"), AskedMonth(filters={"weather": ["rain"]})):
        with pytest.raises(Invalid):
            calendar_month(officer(plant.units[0]), CALENDAR, asked)
    with pytest.raises(Forbidden):
        calendar_month(Actor(1, "谁", plant.units[0].id), CALENDAR, AskedMonth())


def listed(plant: Plant, **filters: Any) -> list[str]:
    query = ListQuery.parse(EQUIPMENT, filters=filters, sort="id")
    return [row["values"]["name"] for row in list_rows(officer(plant.units[0]), EQUIPMENT, query)["items"]]


@pytest.mark.parametrize(
    ("first", "last", "nobody"),
    [
        ("2026-11-24", "2026-11-24", ["乙"]),
        ("2026-11-23", "2026-11-23", ["甲", "乙"]),  # midnight ends it
        ("2026-11-25", "2026-11-25", ["甲", "乙"]),
        ("2026-11-23", "2026-11-25", ["乙"]),
        ("", "2026-11-23", ["甲", "乙"]),
        ("", "2026-11-24", ["乙"]),
        ("2026-11-24", "", ["乙"]),
        ("2026-11-25", "", ["甲", "乙"]),
        ("2026-11-01", "2026-11-01", []),  # the day before there was any
        ("2026-11-02", "2026-11-02", ["甲", "乙"]),
    ],
)
def test_a_scan_at_midnight_is_of_the_day_that_begins(
    plant: Plant, clock: Clock, machines: list[Equipment], first: str, last: str, nobody: list[str]
) -> None:
    clock.set(2026, 11, 24, 0)
    arrive(plant, 0, machines[0])
    clock.set(2026, 11, 26, 8)
    assert listed(plant, nobody_on={"from": first, "to": last}) == nobody


def test_a_machine_is_manned_today_by_a_scan_of_its_own(
    plant: Plant, clock: Clock, machines: list[Equipment]
) -> None:
    clock.set(2026, 11, 23, 23, 59)
    arrive(plant, 0, machines[1])
    clock.set(2026, 11, 24, 0)
    arrive(plant, 0, machines[0])
    assert (listed(plant, manned=["yes"]), listed(plant, manned=["no"])) == (["甲"], ["乙"])
