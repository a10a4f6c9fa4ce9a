"""Why nobody has to scan for a machine: what is known of it, what still has to be said, and by whom (Q02)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from models.equipment.operator_codes.needs import explain, explained, named, project_names
from models.equipment.records import Equipment, EquipmentType, OperatorCode
from tests.models.organization.conftest import Town


def code(name: str, types: str | None, mode: str = "clock_in", **values: Any) -> OperatorCode:
    return OperatorCode(code=name, project=f"{name}项目", equipment_types=types, mode=mode, **values)


FORKLIFT, DOORS, BOILER = code("N1", "511"), code("R1", "21", quick_open_only=True), code("G3", "1", "none")
TABLE = [FORKLIFT, code("N2", "52"), DOORS, BOILER, code("A", None, "none")]


def said(type_code: str, table: list[OperatorCode] | None = None, **values: Any) -> Any:
    machine = Equipment(name="甲", **{"quick_open": None, **values})
    kind = EquipmentType(code=type_code, name="某种类")
    return explained(machine, kind, TABLE if table is None else table)


def test_a_machine_that_the_unit_exempted() -> None:
    told = said(
        "5110", exempt_reason="长期停放", exempt_by="李四", exempt_at=datetime(2026, 11, 22, 17, tzinfo=UTC)
    )
    assert told.settled and "免扫码上岗：长期停放（李四，2026-11-23）" in told.cause
    assert "（李四）" in said("5110", exempt_reason="长期停放", exempt_by="李四", exempt_at=None).cause


@pytest.mark.parametrize(
    ("door", "settled", "words"),
    [
        (None, False, "还没有登记是不是快开门式"),
        (False, True, "登记为不是快开门式的某种类"),
        (True, True, "登记为不是快开门式"),
    ],
)
def test_a_vessel_of_which_nobody_said_whether_its_door_opens_quickly(
    door: bool | None, settled: bool, words: str
) -> None:
    told = said("2150", quick_open=door)
    assert told.settled is settled and words in told.cause
    assert ("R1 R1项目" in told.cause) is not settled


def test_a_kind_that_is_too_coarse_names_what_its_kinds_ask_for() -> None:
    told = said("5000")
    assert not told.settled and "种类只登记到“某种类”" in told.cause
    assert "N1 N1项目、N2 N2项目" in told.cause and "R1" not in told.cause
    own = said("5000", [code("N1", "5"), code("N2", "52")])
    assert own.settled, "what the whole kind asks for is asked already"
    scanless = said("5000", [code("N1", "511", "none")])
    assert scanless.settled and "有关的作业项目" not in scanless.cause, "of a finer kind alone"
    assert said("5110", [code("N1", "511")]).settled, "its own kind is no finer one"


def test_a_kind_whose_work_asks_for_no_scan_and_one_that_nobody_knows() -> None:
    told = said("1100")
    assert told.settled and "有关的作业项目是 G3 G3项目" in told.cause and "做这些作业仍要持证" in told.advice
    unknown = said("8000")
    assert unknown.settled and "没有查到" in unknown.cause and "不用在这里打卡" in unknown.advice
    assert said("1100", quick_open=True).cause == told.cause


def test_codes_with_their_names() -> None:
    assert named(["N1", "X"], {"N1": "叉车司机"}) == "N1（叉车司机）或 X"
    assert named([], {}) == ""


@pytest.mark.one_engine
def test_only_what_nobody_scans_for_is_explained(database: Any) -> None:
    town = Town()
    kinds = {row.code: row.id for row in EquipmentType.select()}

    def machine(kind: str, mode: str, label: str) -> Equipment:
        return Equipment.create(
            company=town.company, name=label, type=kinds[kind], mode=mode, label_code=label
        )

    tank, truck = machine("8000", "none", "管道"), machine("5110", "clock_in", "叉车")
    found = explain([tank.id, truck.id, 10**6])
    assert list(found) == [tank.id] and "管道" in found[tank.id].cause
    assert explain([]) == {} == explain([truck.id])
    assert project_names()["N1"] == "叉车司机"
