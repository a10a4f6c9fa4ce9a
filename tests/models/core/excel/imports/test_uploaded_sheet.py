"""An uploaded sheet without what is no row of it: sums, signatures, and the keys of a sheet that was given back."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.excel import SheetColumn, SheetRow, SheetRows
from models.core.excel.imports import uploaded_sheet
from models.core.security.identifiers import mask_id

NAME = SheetColumn("name", "姓名", required=True)
PHONE = SheetColumn("phone", "电话", required=True)
NOTE, ID = SheetColumn("note", "备注"), SheetColumn("id", "身份证号", mask=mask_id)
KEY = uploaded_sheet._KEY


def sheet(*rows: dict[str, Any], letters: str = "name phone note") -> SheetRows:
    columns = {column.key: column for column in (NAME, PHONE, NOTE, ID, KEY)}
    found = {key: chr(65 + place) for place, key in enumerate(letters.split())}
    made = SheetRows("人员", 1, found, columns)
    made.rows = [SheetRow(number, dict.fromkeys(found) | row) for number, row in enumerate(rows, 2)]
    return made


PERSON = {"name": "张三", "phone": "138"}


@pytest.mark.parametrize(
    ("row", "passed"),
    [
        ({"name": "合计", "note": "3"}, True),
        ({"name": "制表人：李四"}, True),
        ({"phone": "合计"}, True),
        ({"name": "合计", "phone": "138"}, False),
        ({"name": "合计王", "note": "x"}, False),
        ({"phone": "138"}, False),
        ({"name": 12}, False),
    ],
)
def test_a_row_of_sums_lacks_what_every_row_must_have_and_begins_like_one(
    row: dict[str, Any], passed: bool
) -> None:
    made = sheet(PERSON, row)
    made.errors = [made.error(number, "phone", "required", "请填写电话") for number in (2, 3)]
    uploaded_sheet._pass_over_footer(made)
    assert [each.number for each in made.rows] == ([2] if passed else [2, 3])
    assert [error.row for error in made.errors] == ([2] if passed else [2, 3])
    assert bool(made.notes) is passed


def test_only_columns_that_the_sheet_has_must_be_filled() -> None:
    made = sheet({"name": "合计"}, letters="name note")
    uploaded_sheet._pass_over_footer(made)
    assert len(made.rows) == 1, "without the column of phones nothing is lacking"
    above = sheet(PERSON)
    above.passed = [(9, "说明", "说明")]
    uploaded_sheet._pass_over_footer(above)
    assert len(above.notes) == 1, "what was passed over before is told too"


@pytest.mark.parametrize(
    ("text", "key"),
    [("12-3", (12, 3)), ("12", None), (None, None), ("12-3-4", None), ("x-3", None), (5, None)],
)
def test_the_key_of_a_row_says_by_which_dry_run_it_was_given_back(
    text: Any, key: tuple[int, int] | None
) -> None:
    made = sheet({**PERSON, KEY.key: text}, letters=f"name phone {KEY.key}")
    assert uploaded_sheet._take_keys(made) == ({} if key is None else {2: key})
    assert KEY.key not in made.rows[0].values and KEY.key not in made.columns and KEY.key not in made.letters


def test_a_row_of_a_key_alone_is_none_and_a_sheet_without_keys_stays_as_it_is() -> None:
    made = sheet(PERSON, {KEY.key: "12-3"}, letters=f"name phone {KEY.key}")
    assert uploaded_sheet._take_keys(made) == {3: (12, 3)}
    assert [each.number for each in made.rows] == [2]
    plain = sheet(PERSON, {})
    assert uploaded_sheet._take_keys(plain) == {} and len(plain.rows) == 2


@pytest.mark.parametrize(
    ("row", "there", "but", "alike"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}, set(), True),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, set(), False),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b"}, True),
        ({"a": 1}, {}, set(), False),
        ({"a": 1}, {"a": 1}, {"a"}, False),
        ({"a": None}, {}, set(), True),
    ],
)
def test_which_rows_are_the_same_apart_from_what_was_hidden(
    row: dict[str, Any], there: dict[str, Any], but: set[str], alike: bool
) -> None:
    assert uploaded_sheet._alike(SheetRow(2, row), SheetRow(2, there), but) is alike


def test_what_is_hidden_is_taken_from_the_row_that_shows_the_same_mask() -> None:
    number = "330102199003070019"
    masked = mask_id(number)
    for there, typed, fetched in (
        (number, masked, True), ("330102199003070027", masked, mask_id("330102199003070027") == masked), (None, masked, False),
    ):  # fmt: skip
        made = sheet({"id": typed}, letters="name id")
        found: dict[int, dict[str, Any]] = {}
        uploaded_sheet._take(made, made.rows[0], "id", SheetRow(2, {"id": there}), found)
        assert (found == {2: {"id": there}}) is fetched
        assert [error.code for error in made.errors] == ([] if fetched else ["hidden"])
    untouched = sheet({"id": number}, letters="name id")
    uploaded_sheet._take(untouched, untouched.rows[0], "id", None, {})
    assert untouched.errors == [] and untouched.rows[0].values["id"] == number
    lost = sheet({"id": masked}, letters="name id")
    uploaded_sheet._take(lost, lost.rows[0], "id", None, {})
    assert lost.rows[0].values["id"] is None and len(lost.errors) == 1
