"""What can be declared of fields that hold several rows, and what is said of a mistake at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.errors import Malformed
from models.core.excel.imports.several import names_in
from models.core.fields import Day, Flag, Lines, Many, Number, People, PersonalId, Pick, Text
from models.core.fields.base import Choice
from models.core.ledger.declaration import _ledgers
from models.core.ledger.sub_rows import lines_in_words
from models.core.records import Record
from models.objectives.meetings.ledgers import MEETINGS
from models.objectives.meetings.records import Meeting
from models.organization.records import Company, Person


@pytest.fixture(autouse=True)
def _declared_for_a_moment() -> Any:
    """What a test declares is gone after it."""
    before = dict(_ledgers)
    yield
    _ledgers.clear()
    _ledgers.update(before)


def test_several_rows_are_tables_and_no_columns() -> None:
    assert not {"attended", "absent", "decisions"} & set(Meeting._meta.fields)
    table = Meeting.sub_rows["attended"].table
    assert table._meta.table_name == "meeting_attended"
    assert table.row.on_delete == "CASCADE"
    assert table.item.on_delete == "RESTRICT"
    assert list(Meeting.sub_rows["decisions"].table._meta.fields) == [
        "id",
        "row",
        "place",
        "what",
        "who",
        "until",
    ]
    assert Company.sub_rows == {}


def test_a_line_keeps_no_secrets_and_no_columns_of_the_house() -> None:
    for part in (
        {"who": PersonalId("身份证号", hashed_as="x", reveal="persons.reveal")},
        {"row": Text("行")},
    ):
        with pytest.raises(ValueError, match="lines"):
            type("Odd", (Record,), {"__module__": __name__, "lines": Lines("行", part)})


def test_mistakes_in_a_declaration_are_told_when_it_is_read() -> None:
    assert MEETINGS.importing is not None
    with pytest.raises(LookupError, match="line_key"):
        replace(MEETINGS, importing=replace(MEETINGS.importing, line_key="name"))
    with pytest.raises(ValueError, match="sum up"):
        replace(MEETINGS, total=("name",))


def test_how_many_may_be_picked() -> None:
    field = Many("单位", Company, to="companies", most=2)
    assert field.clean([{"id": "3", "label": "甲"}, "4"]) == [3, 4]
    with pytest.raises(Malformed):
        field.clean(["1", "2", "3"])
    assert People("人员", Person).describe() == {"to": "persons", "max": 1000, "grouped": True}


def test_lines_in_words() -> None:
    field = Lines("行", {
        "what": Text("内容"), "kind": Pick("类型", [Choice("a", "甲类")]), "amount": Number("金额", unit="万元"),
        "done": Flag("完成"), "until": Day("期限"),
    })  # fmt: skip
    lines = [
        {"what": "一", "kind": "a", "amount": 2.5, "done": True, "until": "2026-11-20"},
        {"what": "二", "kind": None, "amount": None, "done": False, "until": None},
    ]
    assert (
        lines_in_words(field, lines)
        == "1. 一，类型：甲类，金额：2.5 万元，完成：是，期限：2026-11-20；2. 二，完成：否"
    )
    assert lines_in_words(field, []) == ""


@pytest.mark.parametrize("text", ["张伟、李敏", "张伟,李敏", "张伟；李敏", "张伟\n李敏", "张伟 、 李敏、"])
def test_names_in_a_cell(text: str) -> None:
    assert names_in(text) == ["张伟", "李敏"]
