"""Equipment that nobody has to scan for: what is said of each category, and of an exemption and an inspection (Q02, Q09)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid
from models.core.history import Change
from models.core.security.actor import Actor
from models.duty.gate import Passed, clock_in
from models.equipment.exemption import end_exemption, exempt
from models.equipment.operator_codes.needs import explain
from models.equipment.records import Equipment, EquipmentType
from models.equipment.rules import derive_needs, edit_equipment
from models.organization.records import Company
from models.training.records import Certificate
from tests.support.clock_in_plant import Plant

RELATED = "有关的作业项目是 {}，这些项目不用扫码打卡"
UNKNOWN = "作业项目表里没有查到要扫码上岗的项目（待核对）"
DOOR = "还没有登记是不是快开门式；快开门式的要持 R1 快开门式压力容器操作 证上岗"
# Type, what is known of its door, what is said, and whether that is all that there is to say.
SAID = [
    ("2000", None, DOOR, False),
    ("2100", None, DOOR, False),
    ("2110", None, DOOR, False),
    ("2150", None, DOOR, False),
    ("2170", False, "登记为不是快开门式的第一类压力容器", True),
    ("2210", None, RELATED.format("R2 移动式压力容器充装"), True),
    ("2220", None, RELATED.format("R2 移动式压力容器充装"), True),
    ("2250", None, RELATED.format("R2 移动式压力容器充装"), True),
    ("2300", None, RELATED.format("P 气瓶充装"), True),
    ("2400", None, RELATED.format("R3 氧舱维护保养"), True),
    ("4A00", None, UNKNOWN, True),
    ("4D00", None, UNKNOWN, True),
    ("5000", None, "下面各类要的证不同（N1 叉车司机、N2 观光车和观光列车司机）", False),
    ("7000", None, UNKNOWN, True),
    ("8000", None, UNKNOWN, True),
    ("8300", None, UNKNOWN, True),
    ("F000", None, RELATED.format("F 安全阀校验"), True),
]


@pytest.fixture
def officer(plant: Plant) -> Actor:
    plant.person(1, plant.units[0], role="safety_officer", may_review=True)
    return actor_for_account(plant.account(1, plant.units[0], role=builtin("safety_officer")), "console")


def made(plant: Plant, type_code: str, **values: Any) -> Equipment:
    item = plant.equipment(plant.units[0], type_code, **values)
    derive_needs(item)
    item.change(required_codes=item.required_codes, mode=item.mode)
    return item


def scanned(plant: Plant, item: Equipment) -> Any:
    return in_transaction(clock_in, [plant.scan(0, item)])[0]


def test_every_category_is_told_what_is_known_of_it(plant: Plant, officer: Actor) -> None:
    for type_code, door, sentence, settled in SAID:
        item = made(plant, type_code, quick_open=door, name=f"{type_code}号")
        error = scanned(plant, item)
        assert isinstance(error, AnbanError) and error.code == "no_operator_needed", type_code
        assert sentence in error.cause, (type_code, error.cause)
        assert "安全管理员" in error.advice, type_code
        assert error.details["contact"] == {"name": "工人1", "phone": "13800000001"}, "who can say more"
        assert error.details["settled"] is settled, type_code
        kind = "home" if settled else "call_officer"
        assert error.details["action"]["kind"] == kind, type_code
        assert "直接使用" not in error.message and "不需要配备" not in error.message


def test_no_type_without_a_code_is_left_out_of_the_table(plant: Plant) -> None:
    """Whatever the catalogue holds: either somebody scans for it, or something true is said of it."""
    for kind in EquipmentType.select():
        item = made(plant, kind.code)
        if item.mode == "none":
            told = explain([item.id])[item.id]
            assert kind.name in told.cause and "直接使用" not in told.advice
        else:
            assert item.required_codes


@pytest.mark.parametrize(("use", "codes"), [("industrial", "G1"), ("power", "G2"), (None, "G1,G2")])
def test_a_boiler_wants_what_its_use_asks_for(plant: Plant, use: str | None, codes: str) -> None:
    boiler = made(plant, "1100", boiler_use=use)
    assert boiler.required_codes == codes
    for code in ("G1", "G2"):
        Certificate.update(code=code).execute()
        outcome = in_transaction(clock_in, [plant.scan(0, boiler)])[0]
        if code not in codes.split(","):
            assert outcome.code == "certificate_missing" and "司炉" in outcome.cause
        else:
            assert isinstance(outcome, Passed)
            assert bool(outcome.record["evidence"]["reminders"]) is (use is None)
            break


def test_a_missing_certificate_is_called_by_its_name(plant: Plant) -> None:
    assert "需要 Q2（起重机司机）证" in scanned(plant, made(plant, "4110")).cause


def test_what_nobody_ticked_is_said_as_soon_as_somebody_does(plant: Plant, officer: Actor) -> None:
    vessel = made(plant, "2150")
    assert scanned(plant, vessel).details["settled"] is False
    edit_equipment(officer, vessel, {"quick_open": True})
    assert scanned(plant, vessel).code == "certificate_missing"
    edit_equipment(officer, vessel, {"quick_open": False})
    assert scanned(plant, vessel).details["settled"] is True


def test_one_piece_is_exempted_with_reason_name_and_history(plant: Plant, officer: Actor) -> None:
    truck, other = made(plant, "5110"), made(plant, "5110")
    with pytest.raises(Invalid):
        exempt(officer, truck, " 无 ")
    exempt(officer, truck, "只作展示，已拆除电瓶")
    error = scanned(plant, truck)
    assert error.code == "no_operator_needed"
    assert "只作展示，已拆除电瓶（工人1，2026-11-22）" in error.cause
    assert isinstance(scanned(plant, other), Passed), "of one piece, never of a kind"
    with pytest.raises(Conflict):
        exempt(officer, truck, "再登记一次")
    edit_equipment(officer, truck, {"location": "门厅"})
    assert truck.mode == "none", "stays so when something else is changed"
    end_exemption(officer, truck)
    assert isinstance(scanned(plant, truck), Passed)
    acts = [row.action for row in Change.select().where(Change.table == "equipment").order_by(Change.id)]
    assert [each for each in acts if "exempt" in each] == ["exempt", "end_exemption"]
    lines = Change.get(Change.action == "exempt").changes
    assert {"只作展示，已拆除电瓶", "工人1"} <= {line["new"] for line in lines}


def test_a_worker_exempts_nothing(plant: Plant) -> None:
    worker = actor_for_account(plant.accounts[0], "console")
    with pytest.raises(Forbidden):
        exempt(worker, made(plant, "5110"), "不想扫码上岗")


def test_an_overdue_inspection_is_said_and_refused_only_where_the_unit_says_so(plant: Plant) -> None:
    due, over = made(plant, "5110"), made(plant, "5110")
    Equipment.update(next_inspection_on=date(2026, 11, 22)).where(Equipment.id == due.id).execute()
    Equipment.update(next_inspection_on=date(2026, 11, 12)).where(Equipment.id == over.id).execute()
    assert scanned(plant, due).record["evidence"]["reminders"] == [], "on the day itself it still holds"
    told = scanned(plant, over).record["evidence"]["reminders"]
    assert "检验已过期 10 天" in told[0] and "第四十条" in told[0]
    Company.update(refuses_overdue=True).execute()
    third = made(plant, "5110", next_inspection_on=date(2026, 11, 12))
    error = scanned(plant, third)
    assert error.code == "inspection_overdue" and "2026-11-12" in error.cause
    assert isinstance(scanned(plant, over), Passed), "what is recorded stays recorded"
