"""The catalogue of types, what is written beside a name, and restrictions that nobody can hold against a type (Q02, Q13)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import Conflict, Invalid
from models.core.ledger.changes.actions import act
from models.equipment import standards
from models.equipment.ledgers import EQUIPMENT
from models.equipment.operator_codes import codes
from models.equipment.records import Equipment, EquipmentAlias, EquipmentType
from models.equipment.rules import attach_alias
from tests.models.equipment.test_equipment import forklift
from tests.models.organization.conftest import Town

pytestmark = pytest.mark.one_engine


@pytest.fixture
def town(database: Any) -> Town:
    made = Town()
    made.keeper = made.acting("keeper", "administrator", made.group)  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "5115", "name": "新叉车", "parent_code": "5110"}, None),
        ({"code": "F115", "name": "新"}, None),
        ({"code": "5110", "name": "又一个"}, "code"),
        *(
            ({"code": code, "name": "不是"}, "code")
            for code in ("511", "51100", "0110", "511G", "G110", "511a")
        ),
        ({"code": "5115", "name": "新", "parent_code": "5115"}, "parent_code"),
        ({"code": "5115", "name": "新", "parent_code": "9999"}, "parent_code"),
    ],
)
def test_a_type_of_the_catalogue(town: Any, values: dict[str, Any], field: str | None) -> None:
    if field is None:
        assert codes.create_type(town.keeper, values).code == values["code"]
        return
    with pytest.raises(Invalid) as found:
        codes.create_type(town.keeper, values)
    assert list(found.value.fields) == [field]


def test_a_type_keeps_its_own_code_and_takes_nobody_elses(town: Any) -> None:
    row = codes.create_type(town.keeper, {"code": "5115", "name": "新叉车", "parent_code": "5110"})
    assert codes.edit_type(town.keeper, row, {"code": "5115", "name": "新型叉车"}).name == "新型叉车"
    assert codes.edit_type(town.keeper, row, {"parent_code": None}).parent_code is None
    with pytest.raises(Invalid):
        codes.edit_type(town.keeper, row, {"code": "5110"})


def test_a_type_that_is_used_stays(town: Any) -> None:
    above = codes.create_type(town.keeper, {"code": "5115", "name": "新叉车", "parent_code": "5110"})
    below = codes.create_type(town.keeper, {"code": "5116", "name": "下面的", "parent_code": "5115"})
    truck = forklift(town, type=below.id)
    for row, told in ((above, {"equipment": 0, "types": 1}), (below, {"equipment": 1, "types": 0})):
        with pytest.raises(Conflict) as found:
            codes.delete_type(town.keeper, row)
        assert found.value.details == told
    Equipment.delete().where(Equipment.id == truck.id).execute()
    codes.delete_type(town.keeper, below)
    codes.delete_type(town.keeper, above)
    assert not EquipmentType.select().where(EquipmentType.code.in_(["5115", "5116"])).exists()


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({}, ""),
        ({"location": "东门"}, "东门"),
        ({"location": "东门", "use_cert_no": "车11浙A00001(26)"}, "东门，车11浙A00001(26)"),
        ({"code": "51103301520250123"}, "51103301520250123"),
        ({"use_cert_no": "车11浙A00001(26)", "code": "51103301520250123"}, "车11浙A00001(26)"),
    ],
)
def test_what_stands_beside_a_name(values: dict[str, str], note: str) -> None:
    assert EQUIPMENT.note is not None and EQUIPMENT.note(Equipment(name="1号", **values)) == note


def test_one_code_is_taken_off_or_all_of_them(town: Town) -> None:
    truck, other = forklift(town), forklift(town, "2号")
    for content in ("甲-001", "乙-002", "丙-003"):
        attach_alias(town.officer, truck, content)
    attach_alias(town.officer, other, "丁-004")

    def left() -> list[str]:
        return [row.content for row in EquipmentAlias.select().order_by(EquipmentAlias.id)]

    act(town.officer, EQUIPMENT, "detach_alias", [str(truck.id)], {"content": "乙-002"})
    assert left() == ["甲-001", "丙-003", "丁-004"]
    with pytest.raises(Conflict):
        act(town.officer, EQUIPMENT, "detach_alias", [str(truck.id)], {"content": "丁-004"})
    act(town.officer, EQUIPMENT, "detach_alias", [str(truck.id)], {})
    assert left() == ["丁-004"]


@pytest.mark.parametrize(
    ("code", "restriction", "type_code", "unread"),
    [
        ("Q2", "", "4110", False),
        ("Q2", "无", "4110", False),
        ("Q2", "限桥式起重机", "4110", False),
        ("Q2", "限桥式起重机", "4310", False),
        ("Q2", "见附页", "4110", True),
        ("N1", "限叉车", "5110", False),
        ("N1", "（叉车）", "5110", False),
        ("N1", "只限夜班", "5110", True),
        ("N1", "叉车", "4110", True),
    ],
)
def test_what_nobody_could_hold_against_the_type(
    code: str, restriction: str, type_code: str, unread: bool
) -> None:
    assert standards.is_unread(code, restriction, type_code) is unread
