"""What a person's own log tells on the phone: its span, its pages, its calendar (K03)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.security.actor import Actor
from models.duty import mine
from models.duty.gate import Passed, clock_in
from models.duty.records import ClockIn
from tests.support.clock_in_plant import Plant
from tests.support.clocks import Clock


def me(plant: Plant, who: int = 0) -> Actor:
    return actor_for_account(Account.get_by_id(plant.accounts[who].id), "phone")


def work(plant: Plant, clock: Clock, *days: int, month: int = 11) -> list[str]:
    """Clock in at a forklift at nine on these days of 2026; gives the ids of the records, the newest first."""
    truck = plant.equipment(plant.units[0])
    made: list[str] = []
    for day in days:
        clock.set(2026, month, day, 9)
        outcome = in_transaction(clock_in, [plant.scan(0, truck)])[0]
        assert isinstance(outcome, Passed) and outcome.created
        made.insert(0, outcome.record["id"])
    return made


def ids(actor: Actor, **asked: object) -> list[str]:
    wanted = {"unit": None, "since": None, "until": None, "cursor": None, "limit": 20, **asked}
    return [row["id"] for row in mine.log(actor, **wanted)[0]]  # type: ignore[arg-type]


def test_the_log_holds_the_days_asked_for_with_both_ends(plant: Plant, clock: Clock) -> None:
    fourth, third, second, first = work(plant, clock, 18, 19, 20, 21)
    actor = me(plant)
    assert ids(actor) == [fourth, third, second, first]
    assert ids(actor, since=date(2026, 11, 19)) == [fourth, third, second]
    assert ids(actor, until=date(2026, 11, 20)) == [third, second, first]
    assert ids(actor, since=date(2026, 11, 19), until=date(2026, 11, 19)) == [second]


def test_the_log_of_one_unit_is_of_that_unit(plant: Plant, clock: Clock) -> None:
    made = work(plant, clock, 20)
    other = plant.unit("南岸水务")
    plant.person(0, other)
    plant.person(1, plant.units[0])
    plant.account(1, plant.units[0])
    assert ids(me(plant), unit=plant.units[0].id) == made
    assert ids(me(plant), unit=other.id) == []
    assert ids(me(plant, 1)) == [], "nobody reads another's log here"


def test_pages_tell_every_record_once_also_of_one_moment(plant: Plant, clock: Clock) -> None:
    unit = plant.units[0]
    trucks = [plant.equipment(unit, name=f"叉车{number}") for number in range(4)]
    at = now() - timedelta(minutes=1)
    in_transaction(clock_in, [plant.scan(0, truck, at=at) for truck in trucks])
    clock.forward(minutes=5)
    in_transaction(clock_in, [plant.scan(0, plant.equipment(unit, name="叉车4"))])
    actor = me(plant)
    told: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        rows, cursor = mine.log(actor, unit=None, since=None, until=None, cursor=cursor, limit=2)
        told += [row["id"] for row in rows]
    order = ClockIn.select().order_by(ClockIn.scanned_at.desc(), ClockIn.id.desc())
    assert told == [row.id for row in order] and cursor is None


def test_a_page_that_holds_all_has_no_next_one(plant: Plant, clock: Clock) -> None:
    work(plant, clock, 20, 21)
    rows, cursor = mine.log(me(plant), unit=None, since=None, until=None, cursor=None, limit=2)
    assert len(rows) == 2 and cursor is None
    assert rows[0]["company_id"] == plant.units[0].id


@pytest.mark.parametrize("cursor", ["x", "1-", "-1", "1", f"{10**18}-1"])
def test_a_cursor_that_leads_nowhere_says_so(plant: Plant, cursor: str) -> None:
    with pytest.raises(Invalid) as found:
        ids(me(plant), cursor=cursor)
    assert found.value.code == "bad_cursor"


def test_the_calendar_counts_each_day_of_its_month_alone(plant: Plant, clock: Clock) -> None:
    work(plant, clock, 31, month=10)
    work(plant, clock, 1, 30)
    in_transaction(clock_in, [plant.scan(0, plant.equipment(plant.units[0], name="另一台"))])
    work(plant, clock, 1, month=12)
    assert mine.month(me(plant), "2026-11", unit=None) == [
        (date(2026, 11, 1), 1, 0),
        (date(2026, 11, 30), 2, 0),
    ]
