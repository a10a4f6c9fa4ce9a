"""Cells that name several people, and lines on a sheet of their own, as an import reads them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from models.core.excel.imports import importing
from models.core.excel.imports.several import names_in
from models.core.ledger import declaration
from models.objectives.meetings.ledgers import MEETINGS
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
HEAD = ["序号", "会议名称", "类型", "时间", "主持人", "参加人员", "缺席人员"]
LINES = ["序号", "内容", "负责人", "完成期限"]


@pytest.fixture(autouse=True)
def _(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    declaration._ledgers["meetings"] = MEETINGS
    small_ledgers.person(world.a, "张伟", phone="13900000001")
    small_ledgers.person(world.a, "李 敏", phone="13900000002")
    small_ledgers.person(world.a, "王强", phone="13900000003")
    small_ledgers.person(world.a, "王强", phone="13900000004")
    small_ledgers.person(world.b, "外人", phone="13900000005")


def _row(number: Any, **values: Any) -> list[Any]:
    given = {
        "name": f"例会{number}",
        "kind": "安全例会",
        "at": "2026-11-05 09:00",
        "chair": "张伟",
        "attended": "张伟",
        "absent": None,
    }
    return [number, *{**given, **values}.values()]


def _checked(
    world: Any, rows: list[list[Any]], lines: list[list[Any]] | None = None, *, actor: Any = None
) -> Any:
    book = Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    if lines is not None:
        sheet = book.create_sheet("决定")
        for row in (LINES, *lines):
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return importing.check(actor or world.in_a, MEETINGS, out.getvalue(), lambda done, total: None)


def _told(checked: Any) -> list[tuple[int | None, str | None, str]]:
    return [(error.row, error.column, error.message) for error in checked.errors]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张伟、李敏", ["张伟", "李敏"]),
        ("张伟,;，；|/\n李 敏 ", ["张伟", "李 敏"]),
        ("", []),
        ("、", []),
        ("李  敏", ["李 敏"]),
    ],
)
def test_names_in_a_cell(text: str, names: list[str]) -> None:
    assert names_in(text) == names


def test_people_of_a_cell_by_name_and_phone_and_with_a_blank(world: Any) -> None:
    checked = _checked(
        world, [_row(1, attended="张伟、李 敏、13900000003"), _row(2, attended="张伟 13900000004 张伟")]
    )
    assert _told(checked) == []
    assert [len(line.values["attended"]) for line in checked.lines] == [3, 2], "each once"
    assert [line.values["absent"] for line in checked.lines] == [None, None]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("没这人", ["没这人"]),
        ("外人", ["外人"]),
        ("王强", ["王强"]),
        ("张伟、甲、乙、丙、丁、戊、己", ["甲", "戊"]),
    ],
)
def test_who_is_not_known_is_told_in_one_fault(world: Any, said: str, words: list[str]) -> None:
    checked = _checked(world, [_row(1, attended=said)])
    assert [(row, column) for row, column, _ in _told(checked)] == [(2, "参加人员")]
    message = _told(checked)[0][2]
    assert all(word in message for word in words) and "己" not in message
    assert checked.lines[0].values["attended"] is None


def test_more_people_than_a_field_takes(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    field = MEETINGS.field_named("attended")
    for most, faults in ((2, []), (1, ["最多 1 项，这里有 2 项"])):
        monkeypatch.setattr(field, "most", most)
        checked = _checked(world, [_row(1, attended="张伟、李 敏")])
        assert [message for _, _, message in _told(checked)] == faults


def test_lines_go_to_the_row_with_their_key(world: Any) -> None:
    lines = [[1, "扫地", "张伟", "2026-12-01"], [2, "换灯", None, None], [1, "装门", "13900000002", None]]
    checked = _checked(world, [_row(1), _row(2), _row(3, at="2026-11-06 09:00")], lines)
    assert _told(checked) == []
    told = [[line["what"] for line in each.values.get("decisions") or ()] for each in checked.lines]
    assert told == [["扫地", "装门"], ["换灯"], []]
    first = checked.lines[0].values["decisions"]
    assert first[0]["who"] is not None and first[1]["who"] != first[0]["who"] and first[1]["until"] is None


def test_no_sheet_of_lines_is_no_fault(world: Any) -> None:
    assert _told(_checked(world, [_row(1)])) == []
    assert _told(_checked(world, [_row(1)], [])) == []


@pytest.mark.parametrize(
    ("lines", "row", "words"),
    [
        (
            [
                [
                    1,
                    None,
                    None,
                    None,
                ]
            ],
            None,
            [],
        ),
        ([[1, "扫地", "没这人", None]], 2, ["第 2 行的负责人", "没这人"]),
        ([[1, "扫地", "外人", None]], 2, ["第 2 行的负责人"]),
        ([[1, "扫地", None, "明天"]], 2, ["第 2 行的完成期限"]),
        ([[1, None, "张伟", None]], 2, ["第 2 行的内容", "请填写内容"]),
        ([[1, "长" * 201, None, None]], 2, ["第 2 行的内容", "最多 200 个字"]),
        ([[1, "甲", None, None], [1, "乙", None, "明天"]], 2, ["第 3 行的完成期限"]),
        ([[9, "扫地", None, None]], None, ["第 2 行的序号“9”在", "不知道属于哪一条"]),
        ([[None, "扫地", None, None]], None, ["没有填序号"]),
    ],
)
def test_what_is_wrong_with_a_line_is_told_at_its_row(
    world: Any, lines: Any, row: int | None, words: list[str]
) -> None:
    told = _told(_checked(world, [_row(1)], lines))
    if not words:
        assert all("第 2 行" in message for _, _, message in told)
        return
    assert [(where, column) for where, column, _ in told] == [(row, "决定")]
    assert all(word in told[0][2] for word in words), told


def test_a_key_that_two_rows_have_is_told_where_lines_ask_for_it(world: Any) -> None:
    rows = [_row(1), _row(1, name="另一个")]
    assert [(row, column) for row, column, _ in _told(_checked(world, rows, [[1, "扫地", None, None]]))] == [
        (3, "序号")
    ]
    assert _told(_checked(world, rows, [])) == []
    assert _told(_checked(world, rows)) == [], "without lines nobody asks"
    assert _told(_checked(world, [_row(None), _row(None, name="另一个")])) == []


def test_more_lines_than_a_row_takes(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    field = MEETINGS.field_named("decisions")
    for most, faults in ((2, []), (1, ["最多 1 项，这里有 2 项"])):
        monkeypatch.setattr(field, "most", most)
        checked = _checked(world, [_row(1)], [[1, "甲", None, None], [1, "乙", None, None]])
        assert [message for _, _, message in _told(checked)] == faults


def test_who_imports_for_one_company_needs_not_name_it(world: Any) -> None:
    from dataclasses import replace

    nobody = replace(world.in_a, company_id=None, group_companies=(world.a.id, world.site.id))
    assert importing.importing_for(nobody, MEETINGS).company_id in (None, world.a.id)
    assert importing._companies_among(MEETINGS, (world.a.id, world.site.id)) == [world.a.id]
    assert importing.importing_for(world.in_b, MEETINGS) is world.in_b
    several = replace(world.over, company_id=None)
    assert importing.importing_for(several, MEETINGS).company_id is None
