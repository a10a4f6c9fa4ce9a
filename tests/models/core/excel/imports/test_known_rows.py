"""Which row of a sheet is one that is there, where the key is one column and another must be nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.ledger import ImportPlan
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import book, check, faults, id_number, line

pytestmark = pytest.mark.one_engine


@pytest.fixture
def by_phone() -> Any:
    """People whom a sheet finds by their phone; their ID numbers are unique in a company."""
    ledger = object.__new__(type(small_ledgers.PERSONS))
    ledger.__dict__.update(small_ledgers.PERSONS.__dict__)
    columns = ("company", "name", "id_number", "phone", "role", "may_review", "job_number")
    ledger.__dict__["importing"] = ImportPlan(columns=columns, file_name="人员.xlsx", key=("phone",))
    return ledger


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"联系电话": "13900000009", "身份证号": id_number(9)}, []),
        ({"联系电话": "13900000009", "身份证号": id_number(1)}, [("C2", "already_there")]),
        ({"联系电话": "13900000001", "身份证号": id_number(1)}, []),
        ({"联系电话": "139-0000-0001", "身份证号": id_number(1)}, []),
        ({"联系电话": "13900000001", "身份证号": id_number(2)}, [("C2", "create_only")]),
        ({"联系电话": "13900000001", "身份证号": id_number(8)}, [("C2", "create_only")]),
        ({"联系电话": "13900000003", "身份证号": id_number(9)}, [("D2", "ambiguous")]),
        ({"联系电话": "13900000009", "身份证号": id_number(7)}, []),
    ],
)
def test_a_row_of_a_sheet_is_the_one_that_its_key_finds_and_takes_nothing_from_another(
    world: Any, by_phone: Any, changes: dict[str, str], told: list[tuple[str, str]]
) -> None:
    for number, phone in ((1, 1), (2, 2), (3, 3), (4, 3)):
        small_ledgers.person(world.a, f"人{number}", id_number=id_number(number), phone=f"1390000000{phone}")
    small_ledgers.person(world.b, "外人", id_number=id_number(7), phone="13900000001")
    found = check(world, book(line(1, **{"工号": "", **changes})), ledger=by_phone)
    assert faults(found) == told
    assert found["creates"] + found["updates"] == (0 if told else 1)
    if not told:
        assert found["updates"] == changes["联系电话"].endswith("1")
