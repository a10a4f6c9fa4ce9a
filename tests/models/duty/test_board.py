"""Who is on duty today: whom the board names, whom it counts, and how far the asker sees (Q10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.duty import board
from models.duty.gate import Passed, clock_in
from models.organization.records import Company, Person
from tests.support.clock_in_plant import Plant
from tests.support.clocks import Clock


def officer(unit: Company) -> Actor:
    return Actor(account_id=1, name="安", company_id=unit.id, rights={"clock-ins.read": Scope.COMPANY})


def second(plant: Plant) -> None:
    plant.certificate(plant.person(1, plant.units[0]))
    plant.account(1, plant.units[0])


def arrive(plant: Plant, who: int, clock: Clock, **values: object) -> None:
    truck = plant.equipment(plant.units[0], name=f"叉车{who}")
    assert isinstance(in_transaction(clock_in, [plant.scan(who, truck, **values)])[0], Passed)
    clock.forward(minutes=1)


def test_the_board_names_each_once_by_the_first_machine_the_latest_first(plant: Plant, clock: Clock) -> None:
    second(plant)
    for who in (0, 1, 0):
        arrive(plant, who, clock)
    told = board.today(officer(plant.units[0]))
    assert (told["unit"], told["count"], told["whole"]) == ("清源水务", 2, 2)
    assert told["people"] == [
        {"name": "工人1", "since": "08:01", "equipment": "叉车1"},
        {"name": "工人0", "since": "08:00", "equipment": "叉车0"},
    ]


def test_today_begins_at_midnight_and_what_comes_late_is_of_its_own_day(plant: Plant, clock: Clock) -> None:
    clock.set(2026, 11, 23, 0)
    arrive(plant, 0, clock)
    assert board.today(officer(plant.units[0]))["count"] == 1, "midnight itself is today"
    second(plant)
    clock.set(2026, 11, 24, 8)
    arrive(plant, 1, clock, at=now() - timedelta(hours=20))
    assert board.today(officer(plant.units[0]))["count"] == 0


def test_another_unit_and_who_sees_only_himself(plant: Plant, clock: Clock) -> None:
    second(plant)
    for who in (0, 1):
        arrive(plant, who, clock)
    other = plant.unit("南岸水务")
    told = board.today(officer(other))
    assert (told["unit"], told["count"], told["people"]) == ("南岸水务", 0, [])
    group = Actor(
        account_id=2, name="集", company_id=other.id, rights={"clock-ins.read": Scope.GROUP},
        group_companies=(other.id, plant.units[0].id),
    )  # fmt: skip
    assert board.today(group, company_id=plant.units[0].id)["count"] == 2
    own = replace(
        officer(plant.units[0]), rights={"clock-ins.read": Scope.SELF},
        person_ids=(Person.get(Person.account_id == plant.accounts[0].id).id,),
    )  # fmt: skip
    told = board.today(own)
    assert [person["name"] for person in told["people"]] == ["工人0"]
    assert (told["count"], told["whole"]) == (1, 2), "the unit's own number, whoever of it asks"
    assert board.today(replace(own, company_id=other.id), company_id=plant.units[0].id)["whole"] == 0
