"""What the phone's first screen tells of today: unit, state, machines at hand, what is in the way (Q10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, AccountClaim
from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.security.actor import Actor
from models.duty import mine
from models.duty.gate import Passed, clock_in
from models.equipment.records import Equipment
from models.organization.records import Binding, Company, Person
from models.training.records import Certificate
from tests.support.clock_in_plant import Plant
from tests.support.clocks import Clock


def me(plant: Plant, unit_id: int | None = None) -> Actor:
    return actor_for_account(Account.get_by_id(plant.accounts[0].id), "phone", unit_id=unit_id)


def today(plant: Plant, unit: Company | None = None) -> dict[str, Any]:
    return mine.today(me(plant), unit=unit.id if unit else None)


def clocked_in(plant: Plant, what: Equipment, unit: Company | None = None) -> None:
    assert isinstance(in_transaction(clock_in, [plant.scan(0, what, unit)])[0], Passed)


def near(plant: Plant) -> list[str]:
    return [item["name"] for item in today(plant)["equipment"]]


def test_before_and_after_the_first_scan(plant: Plant, clock: Clock) -> None:
    truck, other = plant.equipment(plant.units[0]), plant.equipment(plant.units[0], name="另一台")
    told = today(plant)
    assert (told["state"], told["title"], told["records"]) == ("off", "今天还没上岗", [])
    assert told["unit"]["name"] == "清源水务" and told["certificates"]["valid"] == 1
    assert told["hindrance"] is None
    clocked_in(plant, truck)
    clock.forward(hours=1)
    clocked_in(plant, other)
    told = today(plant)
    assert (told["state"], told["title"]) == ("on_duty", "今天 08:00 已上岗"), "the first scan of the day"
    assert [row["equipment_name"] for row in told["records"]] == ["另一台", truck.name]
    clock.forward(hours=24)
    assert today(plant)["state"] == "off", "yesterday's do not count today"


def test_an_operator_hears_what_is_in_the_way_only_while_off_duty(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0])
    clocked_in(plant, truck)
    Certificate.update(valid_until=date(2026, 11, 1)).execute()
    assert today(plant)["hindrance"] is None, "who stands at the machine is past that"
    assert today(plant)["certificates"] == {"valid": 0, "expiring": 0, "expired": 1}


def test_who_is_no_operator_needs_no_certificate(plant: Plant) -> None:
    Certificate.delete().execute()
    assert today(plant)["hindrance"]["blocking"]
    Person.update(role="manager").execute()
    assert today(plant)["hindrance"] is None


@pytest.mark.parametrize(
    ("binding", "state", "title"),
    [
        ("waiting", "waiting", "绑定申请待审核"),
        ("refused", "no_unit", "未绑定单位"),
        ("ended", "no_unit", "未绑定单位"),
    ],
)
def test_who_may_not_work_there(plant: Plant, binding: str, state: str, title: str) -> None:
    plant.equipment(plant.units[0])
    Binding.update(state=binding).execute()
    for told in (today(plant), today(plant, plant.units[0])):
        assert (told["state"], told["title"]) == (state, title) or told["unit"] is None
        assert told["equipment"] == [] and told["hindrance"] is None
    assert today(plant, plant.units[0])["state"] == state
    assert (today(plant)["unit"] is not None) is (binding == "waiting"), "what waits is shown unasked"


def test_a_unit_that_is_asked_for_is_the_one_told_of(plant: Plant) -> None:
    other = plant.unit("南岸水务")
    plant.certificate(plant.person(0, other), "Q2")
    truck = plant.equipment(other, "4110", "Q2")
    clocked_in(plant, truck, other)
    told = today(plant, plant.units[0])
    assert (told["unit"]["name"], told["state"], told["records"]) == ("清源水务", "off", [])
    told = today(plant, other)
    assert told["unit"]["name"] == "南岸水务" and told["state"] == "on_duty"
    assert [item["codes"] for item in told["equipment"]] == [["Q2"]]
    assert sum(told["certificates"].values()) == 1, "the other unit's certificate is not counted"
    stranger = plant.unit("别家")
    assert today(plant, stranger)["unit"] is None


def test_machines_at_hand_are_those_that_my_certificates_open(plant: Plant) -> None:
    unit, other = plant.units[0], plant.unit("南岸水务")
    plant.equipment(unit, name="叉车乙")
    plant.equipment(unit, name="停用的", state="stopped")
    plant.equipment(unit, name="免扫的", mode="none")
    plant.equipment(unit, "4110", "Q2", name="行车")
    plant.equipment(other, name="对方的")
    assert near(plant) == ["叉车乙"]
    plant.certificate(Person.get(Person.company == unit), "Q2", limits="限门式起重机")
    assert near(plant) == ["叉车乙"], "the gate would refuse it there"
    Certificate.update(limits="限桥式起重机").where(Certificate.code == "Q2").execute()
    assert near(plant) == ["叉车乙", "行车"]
    Certificate.update(limits="限某某设备").where(Certificate.code == "Q2").execute()
    assert near(plant) == ["叉车乙", "行车"], "what can't be told is no refusal"
    Certificate.update(catalogue="2011").where(Certificate.code == "N1").execute()
    Certificate.update(valid_until=date(2026, 11, 21)).where(Certificate.code == "Q2").execute()
    assert near(plant) == []


def test_what_i_used_last_stands_first(plant: Plant, clock: Clock) -> None:
    unit = plant.units[0]
    first, second = plant.equipment(unit, name="甲"), plant.equipment(unit, name="乙")
    plant.equipment(unit, name="丙")
    clocked_in(plant, second)
    clock.forward(hours=1)
    clocked_in(plant, first)
    told = today(plant)["equipment"]
    assert [item["name"] for item in told] == ["甲", "乙", "丙"]
    assert [item["last_scan"] for item in told] == [
        "2026-11-22T09:00:00+08:00", "2026-11-22T08:00:00+08:00", None,
    ]  # fmt: skip
    clock.forward(days=31)
    assert today(plant)["equipment"][0]["last_scan"] == "2026-11-22T09:00:00+08:00", "31 days are told"
    clock.forward(days=1)
    assert today(plant)["equipment"][0]["last_scan"] is None


def test_a_label_tells_its_machine_to_people_of_its_unit_alone(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0], location="一号库")
    told = mine.labelled(me(plant), truck.label_code.lower())
    assert (told["name"], told["location"], told["codes"]) == (truck.name, "一号库", ["N1"])
    assert told["needs"] == "N1（叉车司机）" and told["unit"]["name"] == "清源水务"
    elsewhere = plant.equipment(plant.unit("南岸水务"))
    for code in (elsewhere.label_code, "ABCDE-FGH1J", "没有的码"):
        with pytest.raises(NotFound):
            mine.labelled(me(plant), code)
    Binding.update(state="waiting").execute()
    with pytest.raises(NotFound):
        mine.labelled(me(plant), truck.label_code)


def test_a_label_of_a_machine_without_scan_says_why(plant: Plant) -> None:
    vessel = plant.equipment(plant.units[0], "2150", "", mode="none")
    told = mine.labelled(me(plant), vessel.label_code)
    assert told["codes"] == [] and "快开门" in told["needs"]


def test_my_certificates_the_ones_that_need_care_first(plant: Plant) -> None:
    unit, other = plant.units[0], plant.unit("南岸水务")
    person = Person.get(Person.company == unit)
    plant.certificate(person, "Q2", valid_until=date(2026, 11, 1))
    plant.certificate(plant.person(0, other), "G1", valid_until=date(2026, 12, 1))
    plant.certificate(plant.person(1, unit), "N2")
    told = mine.certificates(me(plant))
    assert [(item["code"], item["state"], item["unit"]["name"]) for item in told] == [
        ("Q2", "expired", "清源水务"), ("G1", "expiring", "南岸水务"), ("N1", "valid", "清源水务"),
    ]  # fmt: skip
    assert told[2]["project"] == "叉车司机"


def test_a_unit_that_i_asked_to_join_waits_on_the_first_screen(plant: Plant) -> None:
    Binding.update(state="ended").execute()
    other = plant.unit("南岸水务")
    file = plant.person(3, other)
    AccountClaim.create(
        company_id=other.id, person_id=file.id, account_id=plant.accounts[0].id, origin="applied",
        state="waiting",
    )  # fmt: skip
    told = today(plant)
    assert (told["state"], told["unit"]["name"]) == ("waiting", "南岸水务")
    assert mine.today(me(plant, plant.units[0].id), unit=None)["unit"] is None, "a session of one unit"
