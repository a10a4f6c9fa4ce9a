"""Meetings in Excel both ways (A06): names and phones in a cell, decisions on a sheet of their own."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from models.core.db.connection import in_transaction
from models.core.excel.corrections import write_errors
from models.core.excel.export import checked_columns, export
from models.core.excel.imports import importing
from models.core.history import Change
from models.core.ledger import ledger_named
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.sub_rows import present
from models.objectives.meetings.records import Meeting
from models.organization.records import Person

TITLES = ["序号", "会议名称", "时间", "主持人", "参加人员", "缺席人员"]
LINES = ["序号", "内容", "负责人", "完成期限"]
AT = "2026-11-05 09:00"


@pytest.fixture
def people(duties: Any) -> list[Person]:
    names = ["张伟", "李敏", "王强", "赵 静", "孙一"]
    return [duties.crowd.person(unit=duties.unit, name=name) for name in names]


def book(rows: list[list[Any]], lines: list[list[Any]] | None = None) -> bytes:
    made = Workbook()
    for row in (TITLES, *rows):
        made.active.append(row)
    if lines is not None:
        beside = made.create_sheet("决定")
        for row in (LINES, *lines):
            beside.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def check(duties: Any, content: bytes) -> Any:
    return importing.check(duties.officer, ledger_named("meetings"), content, lambda *_: None)


def put(duties: Any, content: bytes) -> tuple[int, int]:
    checked = check(duties, content)
    assert [error.message for error in checked.errors] == []
    made = in_transaction(
        importing.commit, duties.officer, ledger_named("meetings"), checked.sheet, lambda *_: None
    )
    assert isinstance(made, tuple)
    return made


def told(duties: Any, content: bytes) -> list[tuple[int | None, str | None, str]]:
    return [(error.row, error.column, error.message) for error in check(duties, content).errors]


def test_people_and_decisions_come_from_two_sheets(duties: Any, people: list[Person]) -> None:
    rows = [
        ["1", "例会", AT, "张伟", f"张伟、李敏，{people[2].phone}\n赵 静", "孙一"],
        ["2", "专题", AT, "李敏", "李敏 王强", "无"],
    ]
    lines = [
        ["2", "补齐标识", None, None],
        ["1", "更换软管", "王强", "2026-11-20"],
        ["1", "清理", "李敏", None],
    ]
    assert put(duties, book(rows, lines)) == (2, 0)
    first, second = Meeting.select().order_by(Meeting.id)
    ids = [person.id for person in people]
    kept = present(first)
    assert (kept["attended"], kept["absent"]) == (ids[:4], ids[4:])
    assert [(line["what"], line["who"], str(line["until"])) for line in kept["decisions"]] == [
        ("更换软管", ids[2], "2026-11-20"), ("清理", ids[1], "None"),
    ]  # fmt: skip
    assert present(second)["attended"] == ids[1:3]
    assert [line["what"] for line in present(second)["decisions"]] == ["补齐标识"]
    titles = {
        line["title"] for line in Change.get(Change.table == "meeting", Change.row_id == first.id).changes
    }
    assert {"参加人员", "决定"} <= titles


def test_a_sheet_changes_what_is_there_and_leaves_the_rest(duties: Any, people: list[Person]) -> None:
    put(duties, book([["1", "例会", AT, "张伟", "张伟、李敏", "孙一"]], [["1", "更换软管", "王强", None]]))
    row = Meeting.get()
    assert put(duties, book([["7", "例会", AT, "张伟", "李敏、王强", None]])) == (0, 1)
    kept = present(row)
    assert kept["attended"] == [people[1].id, people[2].id]
    assert (kept["absent"], len(kept["decisions"])) == ([people[4].id], 1), (
        "an empty cell leaves what is there"
    )
    changes = Change.select().where(Change.table == "meeting", Change.action == "edited").get().changes
    assert [(line["title"], line["old"], line["new"]) for line in changes] == [
        ("参加人员", "张伟、李敏", "李敏、王强")
    ]
    version = Meeting.get().version
    assert put(duties, book([["7", "例会", AT, "张伟", "李敏、王强", None]])) == (0, 1)
    assert Meeting.get().version == version, "what is so already is not written again"


def test_faults_stand_where_they_can_be_mended(duties: Any, people: list[Person]) -> None:
    rows = [
        ["1", "例会", AT, "张伟", "张伟、没有人", "张伟"],
        ["2", "专题", AT, "张伟", "李敏", "李敏"],
        ["2", "三", AT, "张伟", "李敏", None],
    ]
    lines = [
        ["1", None, "谁呀", "2026-13-40"],
        ["9", "没有这次会", None, None],
        ["2", "一", None, "2026-11-01"],
    ]
    found = told(duties, book(rows, lines))
    assert (2, "参加人员", "没有“没有人”，请先新增这个参加人员，或核对名称") in found
    message = next(text for row, column, text in found if (row, column) == (2, "决定"))
    assert "“决定”表第 2 行的负责人：没有“谁呀”" in message
    assert "“决定”表第 2 行的内容：请填写内容" in message
    assert "完成期限" in message
    assert any(row is None and "第 3 行的序号“9”" in text for row, _, text in found)
    assert any((row, column) == (3, "缺席人员") and "同时" in text for row, column, text in found)
    assert any((row, column) == (4, "序号") and "重复" in text for row, column, text in found)


def test_the_sheet_with_marked_errors_keeps_the_decisions(duties: Any, people: list[Person]) -> None:
    checked = check(
        duties, book([["1", "例会", AT, "张伟", "没有人", None]], [["1", "更换软管", "王强", None]])
    )
    target = io.BytesIO()
    write_errors(target, checked.sheet, checked.errors)
    given = load_workbook(io.BytesIO(target.getvalue()))
    assert given.sheetnames[1] == "决定"
    given.worksheets[0]["E2"] = "李敏"
    again = io.BytesIO()
    given.save(again)
    assert put(duties, again.getvalue()) == (1, 0)
    assert present(Meeting.get())["decisions"][0]["who"] == people[2].id


def test_what_was_exported_can_be_imported_again(duties: Any, people: list[Person]) -> None:
    put(
        duties,
        book([["1", "例会", AT, "张伟", "张伟、赵 静", "孙一"]], [["1", "更换软管", "王强", "2026-11-20"]]),
    )
    before = present(Meeting.get())
    target = io.BytesIO()
    ledger = ledger_named("meetings")
    assert ledger is not None
    names = checked_columns(ledger, [])
    assert export(duties.officer, ledger, ListQuery(), names, target, lambda *_: None) == 1
    main, beside = load_workbook(io.BytesIO(target.getvalue())).worksheets
    row = dict(zip((cell.value for cell in main[1]), (cell.value for cell in main[2]), strict=True))
    assert (row["序号"], row["参加人员"]) == ("1", "张伟、赵 静")
    assert row["决定"] == "1. 更换软管，负责人：王强，完成期限：2026-11-20"
    assert [cell.value for cell in beside[2]][:3] == ["1", "更换软管", "王强"]
    Meeting.delete().execute()
    assert put(duties, target.getvalue()) == (1, 0)
    assert present(Meeting.get()) == before


def test_the_template_has_both_sheets(duties: Any) -> None:
    made = load_workbook(io.BytesIO(importing.template(ledger_named("meetings"), duties.officer)))
    heads = {
        sheet.title: [str(cell.value).rstrip(" *") for cell in sheet[1]] for sheet in made.worksheets[:2]
    }
    assert heads["决定"] == LINES
    assert heads["安全会议导入"][:2] == ["序号", "会议名称"]
    assert "决定" not in heads["安全会议导入"]
