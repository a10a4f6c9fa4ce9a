"""The sheet with marked errors is mended where it is marked, and nothing else is asked for."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from models.core.excel.imports import importing
from models.core.files import stored
from models.core.jobs import jobs
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import book, finish, id_number, line, upload


@pytest.fixture(autouse=True)
def _no_jobs_left():
    yield
    jobs.stop()


def given_back(world: Any, job: jobs.Job) -> Any:
    content = importing.errors_workbook(world.in_a, small_ledgers.PERSONS, job.id)
    return load_workbook(BytesIO(content))


def saved(made: Any) -> bytes:
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def column(sheet: Any, title: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == title)


def three(world: Any) -> jobs.Job:
    return upload(
        world,
        book(line(1, name="改错一"), line(2, name="改错二", 联系电话="1991238"), line(3, name="改错三")),
    )


def test_the_marked_cell_alone_is_mended(world: Any) -> None:
    first = three(world)
    assert (first.result["good"], first.result["bad"]) == (2, 1)
    made = given_back(world, first)
    sheet = made.worksheets[0]
    assert "*" in sheet.cell(2, column(sheet, "身份证号")).value
    sheet.cell(3, column(sheet, "联系电话")).value = "19912380002"
    second = upload(world, saved(made))
    assert (second.result["good"], second.result["bad"]) == (3, 0), second.result["errors"]
    assert id_number(1) not in str(second.result), "what was fetched is hidden as before"
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, second.id))
    assert done.result["created"] == 3, done.error
    assert {row.name: row.id_number for row in Person.select().where(Person.name.startswith("改错"))} == {
        "改错一": id_number(1),
        "改错二": id_number(2),
        "改错三": id_number(3),
    }
    assert not [name for name in stored.folder(stored.IMPORTS).iterdir() if name.name.endswith("-kept.json")]


def test_rows_may_be_sorted_and_taken_out(world: Any) -> None:
    made = given_back(world, three(world))
    sheet = made.worksheets[0]
    sheet.cell(3, column(sheet, "联系电话")).value = "19912380002"
    sheet.move_range("A2:I2", rows=8)
    sheet.delete_rows(2)
    second = upload(world, saved(made))
    assert (second.result["good"], second.result["bad"]) == (3, 0), second.result["errors"]


def test_mended_twice_in_a_row(world: Any) -> None:
    made = given_back(world, three(world))
    sheet = made.worksheets[0]
    sheet.cell(3, column(sheet, "联系电话")).value = "1991"
    again = upload(world, saved(made))
    assert again.result["bad"] == 1
    made = given_back(world, again)
    sheet = made.worksheets[0]
    sheet.cell(3, column(sheet, "联系电话")).value = "19912380002"
    third = upload(world, saved(made))
    assert (third.result["good"], third.result["bad"]) == (3, 0), third.result["errors"]
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, third.id))
    assert done.result["created"] == 3


def test_a_number_that_was_wrong_is_typed_anew(world: Any) -> None:
    bad = id_number(2)[:-1] + ("0" if id_number(2)[-1] != "0" else "1")
    made = given_back(world, upload(world, book(line(1), line(2, 身份证号=bad))))
    sheet = made.worksheets[0]
    untouched = upload(world, saved(made))
    assert [error["code"] for error in untouched.result["errors"]] == ["id_check"]
    sheet.cell(3, column(sheet, "身份证号")).value = id_number(2)
    assert upload(world, saved(made)).result["good"] == 2


def test_without_the_key_a_row_is_known_by_the_rest_of_it(world: Any) -> None:
    made = given_back(world, three(world))
    sheet = made.worksheets[0]
    sheet.delete_cols(column(sheet, "行号（请勿改动）"))
    sheet.cell(3, column(sheet, "联系电话")).value = "19912380002"
    assert upload(world, saved(made)).result["good"] == 3
    sheet.cell(2, column(sheet, "姓名")).value = "别人"
    told = upload(world, saved(made)).result
    assert [(error["cell"], error["code"]) for error in told["errors"]] == [("C2", "hidden")]
    assert "重新填写" in told["errors"][0]["message"]


def test_nobody_fetches_from_anothers_upload(world: Any) -> None:
    made = given_back(world, three(world))
    other = replace(world.in_a, account_id=8)
    told = upload(world, saved(made), actor=other).result
    assert {error["code"] for error in told["errors"]} >= {"hidden"}
    assert told["good"] == 0


def test_what_is_held_no_longer_is_asked_for(world: Any) -> None:
    first = three(world)
    made = given_back(world, first)
    stored.drop(stored.IMPORTS, first.upload)
    told = upload(world, saved(made)).result
    assert told["good"] == 0
    assert {error["code"] for error in told["errors"]} == {"hidden", "mobile_length"}


def test_whoever_is_told_by_the_number_elsewhere_is_hidden_there_and_fetched_too(world: Any) -> None:
    """持证人 and 证书编号 of certificates may be ID numbers: they are in no preview, message or sheet, and not asked for again."""
    from models.equipment.operator_codes.codes import install_operator_codes
    from models.training.ledgers import CERTIFICATES

    install_operator_codes()
    person, mistyped = small_ledgers.person(world.a), id_number(9)[:-1] + "0"
    titles = ["持证人", "证书编号", "作业项目代号", "有效期至"]
    rows = (
        [person.id_number, f"T{person.id_number}", "N1", "2029年6月"],
        [mistyped, "T1", "N1", "昨天"],
    )
    first = upload(world, book(*rows, titles=titles), ledger=CERTIFICATES)
    content = importing.errors_workbook(world.in_a, CERTIFICATES, first.id)
    made = load_workbook(BytesIO(content))
    for told in (str(first.result), str([cell.value for row in made.worksheets[0] for cell in row])):
        assert person.id_number not in told
        assert mistyped not in told
    assert first.result["good"] == 1
    sheet = made.worksheets[0]
    sheet.delete_rows(3)
    again = upload(world, saved(made), ledger=CERTIFICATES)
    assert (again.result["good"], again.result["bad"]) == (1, 0), again.result["errors"]


def test_a_wrong_file_before_it_is_no_reason_to_refuse_a_sheet(world: Any) -> None:
    """What is looked for behind a mask is looked for in uploads that could be read; of the others nothing is told."""
    made = given_back(world, three(world))
    sheet = made.worksheets[0]
    sheet.delete_cols(column(sheet, "行号（请勿改动）"))
    sheet.cell(3, column(sheet, "联系电话")).value = "19912380002"
    wrong = upload(world, b"%PDF-1.7 no sheet at all")
    assert wrong.result["errors"][0]["code"] == "not_xlsx"
    told = upload(world, saved(made)).result
    assert "not_xlsx" not in {error["code"] for error in told["errors"]}
    assert told["rows"] == 3
    by_key = given_back(world, three(world))
    sheet = by_key.worksheets[0]
    for row in (2, 3, 4):
        sheet.cell(row, column(sheet, "行号（请勿改动）")).value = f"{wrong.id}-{row}"
    told = upload(world, saved(by_key)).result
    assert {error["code"] for error in told["errors"]} >= {"hidden"}


def test_a_sheet_is_put_together_from_a_few_others_and_not_from_hundreds(world: Any) -> None:
    """Each upload that is named is read whole: forged keys must not have all of a day's uploads read and held at once."""
    jobs_there = [three(world) for _ in range(6)]
    made = given_back(world, jobs_there[0])
    sheet = made.worksheets[0]
    key, titles = column(sheet, "行号（请勿改动）"), [cell.value for cell in sheet[1]]
    rows = []
    for job in jobs_there:
        row = [cell.value for cell in given_back(world, job).worksheets[0][2]]
        row[key - 1] = f"{job.id}-2"
        rows.append(row)
    told = upload(world, book(*rows, titles=titles)).result
    assert [error["row"] for error in told["errors"] if error["code"] == "hidden"] == [7]
