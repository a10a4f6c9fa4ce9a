"""定人定岗 as matrices: posts against types of work, and people against what their posts ask of them (A05)."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from models.core.errors import Forbidden, Invalid, NotFound
from models.core.security.actor import Actor
from models.core.views.matrix import PAGE, AskedMatrix, matrix
from models.core.views.sheets import matrix_sheet
from models.objectives.posts.views import BY_PERSON, BY_POST
from models.objectives.records import Post
from tests.models.objectives.conftest import Duties


def test_the_matrix_has_posts_against_types(duties: Duties) -> None:
    driver, fitter = duties.post("叉车司机"), duties.post("机修工")
    Post.create(standing="in_force", company=None, name="用不到的标准岗位")
    duties.holder(driver)
    duties.holder(driver)
    daily = duties.work(driver, off_days="anyway")
    duties.work(driver, kind="drill", name="消防演练", period="half_year", day_of="0")
    found = matrix(duties.officer, BY_POST, AskedMatrix())
    assert {(row.label, row.note) for row in found.rows} == {("叉车司机", "2 人"), ("机修工", "没有人")}
    (row,) = (row for row in found.rows if row.id == driver.id)
    assert [cell.row for cell in row.cells["equipment"]] == [daily.id]
    assert row.cells["drill"][0].text == "消防演练 每半年最后一天"
    assert "supplies" not in row.cells

    def asked(q: str = "", **filters: list[str]) -> list[tuple[str, list[str]]]:
        rows = matrix(duties.officer, BY_POST, AskedMatrix(q=q, filters=filters)).rows
        return [(row.label, list(row.cells)) for row in rows]

    assert asked(period=["half_year"]) == [("叉车司机", ["drill"])] == asked(q="消防")
    assert asked(post=[str(fitter.id)]) == []
    with pytest.raises(Invalid):
        asked(kind=["dance"])
    with pytest.raises(NotFound):
        matrix(duties.officer, BY_POST, AskedMatrix(duties.crowd.other.id))
    with pytest.raises(Forbidden):
        matrix(Actor(1, "谁", duties.unit.id), BY_POST, AskedMatrix())


def test_the_matrix_of_people_joins_the_works_of_their_posts(duties: Duties) -> None:
    driver, fitter = duties.post("叉车司机"), duties.post("机修工")
    person = duties.holder(driver)
    duties.hold(person, fitter)
    duties.work(driver)
    duties.work(fitter, name="月检", period="month")
    for _ in range(PAGE):
        duties.holder(driver)
    first = matrix(duties.officer, BY_PERSON, AskedMatrix())
    assert len(first.rows) == PAGE and first.next
    second = matrix(duties.officer, BY_PERSON, AskedMatrix(cursor=first.next))
    assert len(second.rows) == 1 and second.next is None
    (row,) = (row for row in [*first.rows, *second.rows] if row.id == person.id)
    assert sorted(row.note.split("、")) == ["叉车司机", "机修工"]
    assert {cell.text.split()[0] for cell in row.cells["equipment"]} == {"班前检查", "月检"}
    only = matrix(duties.officer, BY_PERSON, AskedMatrix(q="月检")).rows
    assert [row.id for row in only] == [person.id]


def test_the_workbook_has_all_rows(duties: Duties) -> None:
    driver = duties.post("叉车司机")
    duties.work(driver)
    for number in range(PAGE):
        duties.post(f"岗位{number}")
    file = matrix_sheet(duties.officer, BY_POST, AskedMatrix())
    rows = [
        [cell.value for cell in row] for row in load_workbook(BytesIO(file.content)).worksheets[0].iter_rows()
    ]
    assert rows[0][:3] == ["岗位", "说明", "设备检查"] and len(rows) == PAGE + 2
    assert ["叉车司机", "没有人", "班前检查 每天"] in [row[:3] for row in rows]
