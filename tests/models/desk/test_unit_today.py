"""The first screen of who leads: what is counted and named of a unit's day, and what never is (H01, Q10, E09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core import clock as clocks
from models.core.errors import Forbidden
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.desk.home import home
from models.desk.unit_today import leads, unit_today
from models.duty.records import READ_CLOCK_INS
from models.equipment.ledgers import EQUIPMENT, TO_BE_MANNED
from models.equipment.records import READ_EQUIPMENT, Equipment
from models.hazards.records import READ_HAZARDS, Hazard
from models.organization.records import READ_PERSONS, Company
from tests.models.desk.test_expiring import machine, place
from tests.models.desk.test_home import clocked_in
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


@pytest.fixture(autouse=True)
def _(clock: Any) -> None:
    clock.set(2026, 11, 22, 8)


def leader(company: Company, scope: Scope = Scope.COMPANY, **more: Scope | None) -> Actor:
    rights = dict.fromkeys((READ_CLOCK_INS, READ_PERSONS, READ_EQUIPMENT, READ_HAZARDS), scope)
    rights |= {READ_EQUIPMENT: more.get("equipment", scope), READ_HAZARDS: more.get("hazards", scope)}
    held = {right: reach for right, reach in rights.items() if reach is not None}
    return Actor(account_id=1, name="主任", company_id=company.id, rights=held)


def named(actor: Actor) -> list[tuple[str, str]]:
    return [(row["name"], row["place"]) for row in unit_today(actor)["unmanned"]["rows"]]


def test_only_what_is_in_use_and_asks_for_a_scan_and_had_none_today_is_unmanned(crowd: Crowd) -> None:
    site = place(crowd.unit, "一号厂")
    here, there, nowhere, yesterday = (machine(crowd.unit, 30) for _ in range(4))
    Equipment.update(location="东门", site=site).where(Equipment.id == here.id).execute()
    Equipment.update(site=site).where(Equipment.id == there.id).execute()
    clocked_in(yesterday, days_ago=1)
    clocked_in(machine(crowd.unit, 30))
    machine(crowd.unit, 30, state="stopped")
    nobody = machine(crowd.unit, 30)
    Equipment.update(mode="none").where(Equipment.id == nobody.id).execute()
    elevator, exempt = machine(crowd.unit, 30), machine(crowd.unit, 30)
    Equipment.update(mode="maintenance").where(Equipment.id == elevator.id).execute()
    Equipment.update(exempt_reason="遥控操作").where(Equipment.id == exempt.id).execute()
    machine(crowd.other, 30)
    told = unit_today(leader(crowd.unit))
    assert named(leader(crowd.unit)) == [
        (here.name, "东门"), (there.name, "一号厂"), (nowhere.name, ""), (yesterday.name, ""),
    ]  # fmt: skip
    assert (told["day"], told["unit"], told["unmanned"]["count"]) == ("2026-11-22", "清源水务", 4)
    assert (told["on_duty"]["count"], told["on_duty"]["whole"]) == (1, 1)
    in_list = list_rows(leader(crowd.unit), EQUIPMENT, ListQuery(filters={**TO_BE_MANNED, "manned": ["no"]}))
    assert len(in_list["items"]) == 4, "the list behind the number says the same"


def test_the_first_screen_on_the_phone_and_the_desk_count_the_same_equipment(crowd: Crowd) -> None:
    kinds = (("clock_in", None), ("maintenance", None), ("clock_in", "只在检修时用"), ("none", None))
    for mode, reason in kinds:
        row = machine(crowd.unit, 30)
        Equipment.update(mode=mode, exempt_reason=reason).where(Equipment.id == row.id).execute()
    clocked_in(machine(crowd.unit, 30))
    actor = leader(crowd.unit)
    numbers = [each for group in home(actor) for each in group["numbers"] if each["name"] == "unmanned"]
    assert [each["value"] for each in numbers] == [unit_today(actor)["unmanned"]["count"]] == [1]


@pytest.mark.parametrize(
    ("state", "hours", "counted"),
    [
        ("planning", -1, (1, 1)), ("rectifying", -1, (1, 1)), ("rectifying", 0, (1, 0)), ("rectifying", 1, (1, 0)),
        ("rectifying", None, (1, 0)), ("reviewing", -1, (1, 0)), ("reported", -1, (1, 0)), ("closed", -1, (0, 0)),
    ],
)  # fmt: skip
def test_which_hazards_are_open_and_which_overdue(
    crowd: Crowd, state: str, hours: int | None, counted: tuple[int, int]
) -> None:
    for unit in (crowd.unit, crowd.other):
        Hazard.create(
            company=unit, what="电缆裸露", number=f"YH{unit.id}", state=state,
            due_at=None if hours is None else clocks.now() + timedelta(hours=hours),
        )  # fmt: skip
    told = unit_today(leader(crowd.unit))
    assert (told["open"], told["overdue"]) == counted


def test_what_somebody_may_not_read_is_not_counted(crowd: Crowd) -> None:
    told = unit_today(leader(crowd.unit, equipment=None, hazards=None))
    assert (told["unmanned"], told["open"], told["overdue"]) == (None, None, None)


@pytest.mark.parametrize("right", [READ_CLOCK_INS, READ_PERSONS])
@pytest.mark.parametrize("scope", [Scope.SELF, None])
def test_who_sees_only_their_own_leads_nobody(crowd: Crowd, right: str, scope: Scope | None) -> None:
    assert leads(leader(crowd.unit, Scope.SITE))
    rights = {READ_CLOCK_INS: Scope.COMPANY, READ_PERSONS: Scope.COMPANY, right: scope}
    actor = Actor(
        account_id=1,
        name="员",
        company_id=crowd.unit.id,
        rights={key: reach for key, reach in rights.items() if reach},
    )
    assert not leads(actor)
    with pytest.raises(Forbidden):
        unit_today(actor)
