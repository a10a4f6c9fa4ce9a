"""A sheet of equipment: which type a word means, and which numbers stand twice, in it or with what is there (Q13)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.errors import Invalid, Malformed
from models.equipment import importing
from models.equipment.records import Equipment, EquipmentType
from models.equipment.rules import NUMBERS, check_numbers, clean
from tests.models.organization.conftest import Town

pytestmark = pytest.mark.one_engine


@pytest.fixture
def town(database: Any) -> Town:
    return Town()


def _type(code: str) -> int:
    return int(EquipmentType.get(EquipmentType.code == code).id)


def _row(**values: Any) -> dict[str, Any]:
    return {"name": "1号", "type": _type("5110"), **values}


def _faults(town: Town, *rows: dict[str, Any]) -> dict[int, dict[str, str]]:
    found = importing.check(town.officer, list(rows))
    return {place: {name: fault.code for name, fault in told.items()} for place, told in found.items()}


def test_a_word_means_the_one_type_that_is_called_or_begins_so(town: Town) -> None:
    find = importing.types_named(town.officer)
    kind = EquipmentType.get(EquipmentType.code == "5110")
    assert find("5110") == find(kind.name) == find(f" {kind.name} ") == kind.id
    names = [row.name for row in EquipmentType.select()]
    for name in names:
        for length in range(2, len(name)):
            begun = [other for other in names if other.startswith(name[:length])]
            exact = [other for other in names if other == name[:length]]
            if len(begun) == 1 or exact:
                assert EquipmentType.get_by_id(find(name[:length])).name == (exact or begun)[0]
            else:
                with pytest.raises(Malformed):
                    find(name[:length])
    for nothing in ("没有这种", "", names[0][:1]):
        if nothing not in names:
            with pytest.raises(Malformed):
                find(nothing)


def test_a_number_stands_once_in_the_sheet_and_is_nobody_elses(town: Town) -> None:
    assert _faults(town, _row(), _row(code=""), _row(code=None)) == {}
    assert _faults(town, _row(code="A1"), _row(code="a 1"), _row(register_code="A1")) == {
        1: {"code": "twice"}
    }
    assert _faults(town, _row(code="A1"), _row(code="A1"), _row(code="A1")) == {
        1: {"code": "twice"},
        2: {"code": "twice"},
    }
    Equipment.create(
        company=town.officer.company_id, name="老的", type=_type("5110"), label_code="L1", code="A1"
    )
    told = importing.check(town.officer, [_row(code="a1"), _row(code="A2"), _row(register_code="A1")])
    assert {place: list(faults) for place, faults in told.items()} == {0: ["code"]}
    assert told[0]["code"].code == "taken" and "老的" in told[0]["code"].message


def test_numbers_of_another_unit_are_no_obstacle(town: Town) -> None:
    Equipment.create(
        company=town.officer.company_id, name="老的", type=_type("5110"), label_code="L1", code="A1"
    )
    foreign = replace(town.officer, company_id=99_999)
    assert importing.check(foreign, [_row(code="A1")]) == {}


def test_who_has_no_unit_imports_none_and_what_is_too_long_is_told(town: Town) -> None:
    nobody = replace(town.officer, company_id=None)
    told = importing.check(nobody, [_row(), _row()])
    assert {place: faults["name"].code for place, faults in told.items()} == {
        0: "no_company",
        1: "no_company",
    }
    longest = Equipment._meta.fields["code"].max
    assert _faults(town, _row(code="9" * longest)) == {}
    assert _faults(town, _row(code="9" * (longest + 1)), _row(code="A1")) == {0: {"code": "too_long"}}


def test_numbers_are_spelled_alike_and_nothing_stays_nothing() -> None:
    assert clean({"code": " a１b "})["code"] == "A1B"
    assert clean({"code": "", "register_code": None, "name": "x y"}) == {
        "code": "",
        "register_code": None,
        "name": "x y",
    }
    assert set(NUMBERS) >= {"code", "register_code"}


def test_a_form_says_whose_number_it_is(town: Town) -> None:
    company = town.officer.company_id
    old = Equipment.create(company=company, name="老的", type=_type("5110"), label_code="L1", code="A1")
    other = Equipment.create(company=company, name="别的", type=_type("5110"), label_code="L2")
    check_numbers(company, {"code": "A1"}, old)
    check_numbers(company, {"code": "A2", "register_code": None}, None)
    check_numbers(company + 1, {"code": "A1"}, None)
    for mine in (None, other):
        with pytest.raises(Invalid) as refused:
            check_numbers(company, {"code": "A1"}, mine)
        assert list(refused.value.fields) == ["code"] and "老的" in refused.value.fields["code"]
