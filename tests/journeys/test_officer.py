"""A safety officer enters people from Excel, then machines, and prints their labels (Q05, Q13)."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import zxingcpp
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.desk import COLLEAGUE, Desk
from tests.journeys.office import Office
from tests.journeys.people import TITLES, fill, newcomer
from tests.support.started_program import Server

RIGHT = [newcomer(place, name) for place, name in enumerate(("祝有余", "乔满仓", "施一诺"))]
NO_ACCOUNT = newcomer(3, "米小禾", account="否")
FORKLIFTS = ("旅程一号叉车", "旅程二号叉车", "旅程三号叉车")


def test_the_template_has_the_columns_of_q05_and_a_drop_down(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in().open("persons").at("import").click()
    template = desk.file_of("import-template", tmp_path)
    assert template.name == "使用单位导入人员.xlsx"
    sheet = load_workbook(template).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [*TITLES, "厂站", "部门"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    (where,) = rules
    assert re.fullmatch(r"D2:D\d{4,}", where)
    assert (rules[where].type, rules[where].formula1) == ("list", '"是,否"')
    # An ID number of 18 digits must stay a text while it is typed.
    assert sheet.column_dimensions["B"].number_format == "@"
    assert "填写说明" in load_workbook(template).sheetnames


@pytest.fixture
def template(desk: Desk, tmp_path: Path) -> Path:
    """The import dialog of 人员, open, and its template."""
    desk.sign_in().open("persons").at("import").click()
    return desk.file_of("import-template", tmp_path)


def wrong_digit(number: str) -> str:
    """The ID number with a check digit that is not its own."""
    return number[:17] + ("1" if number[17] != "1" else "2")


def wide(number: str) -> str:
    """The ID number as some keyboards write it: full-width digits, with blanks."""
    full = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})
    return f"{full[:6]} {full[6:14]} {full[14:]}"


def test_a_sheet_with_wrong_rows_is_told_cell_by_cell_and_imported_when_it_is_right(
    desk: Desk, template: Path, tmp_path: Path, office: Office
) -> None:
    one, two, three = RIGHT
    wrong = fill(
        template,
        [
            (one.name, wide(one.number), one.phone, "是"),  # 2: right, only oddly written
            (two.name, wrong_digit(two.number), two.phone, "是"),
            (three.name, three.number, "12345678901", "是"),
            ("祝有余", one.number, "19912349999", "否"),  # 5: the same human again
            ("=A2", NO_ACCOUNT.number, NO_ACCOUNT.phone, "否"),
            (None, newcomer(9, "x").number, newcomer(9, "x").phone, "否"),
            ("于小满", newcomer(10, "x").number, newcomer(10, "x").phone, "也许"),
        ],
        tmp_path / "新员工（有错）.xlsx",
    )
    check = desk.upload(wrong)
    expect(check).to_have_attribute("data-bad", "6")
    expect(desk.at("import-rows")).to_have_text("7行")
    told = {"B3": "id_check", "C4": "mobile_prefix", "B5": "twice_in_sheet", "A6": "formula",
            "A7": "required", "D8": "not_a_flag"}  # fmt: skip
    for cell, code in told.items():
        expect(desk.at(f"import-error-{cell}")).to_have_attribute("data-code", code)
        expect(desk.at(f"import-error-{cell}")).to_contain_text(cell)
    expect(desk.at("import-errors").locator("tbody tr")).to_have_count(len(told))
    expect(desk.at("import-error-B3")).to_contain_text("校验不对")
    desk.sees("officer-import-errors")

    expect(desk.at("import-blocked")).to_contain_text("还有 6 行有错")
    expect(desk.at("import-commit")).to_be_disabled()
    marked = load_workbook(desk.file_of("import-errors-file", tmp_path)).worksheets[0]
    coloured = {
        cell.coordinate
        for row in marked["A2:D8"]
        for cell in row
        if str(cell.fill.fgColor.rgb).endswith("FFC7CE")
    }
    assert coloured == set(told)
    assert any("校验不对" in str(cell.value) for cell in marked[3])
    assert marked["E2"].value is None
    assert not any(office.rows("persons", q=person.name) for person in RIGHT), "a dry run wrote something"

    right = fill(
        template,
        [(one.name, wide(one.number), one.phone, "是"), *[tuple(each) for each in (two, three, NO_ACCOUNT)]],
        tmp_path / "新员工（改好）.xlsx",
    )
    check = desk.upload(right)
    expect(check).to_have_attribute("data-bad", "0")
    expect(desk.at("import-creates")).to_have_text("4人")
    expect(desk.at("import-blocked")).to_have_count(0)
    expect(desk.at("import-options").get_by_role("radio").first).to_be_checked()
    expect(desk.at("import-options").locator("label").first).to_contain_text("激活码（推荐")
    desk.sees("officer-import-right")
    assert not any(office.rows("persons", q=person.name) for person in RIGHT), "a dry run wrote something"

    expect(desk.commit()).to_contain_text("新增 4 人，更新 0 人")
    expect(desk.at("import-left")).to_contain_text("3 人要用激活码第一次登录")
    desk.sees("officer-import-done")
    sheet = load_workbook(desk.file_of("import-follow", tmp_path)).worksheets[0]
    handed_out = {row[1]: row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert list(handed_out) == [person.phone for person in RIGHT]
    again = load_workbook(desk.file_of("import-follow-file", tmp_path)).worksheets[0]
    assert {row[1]: row[2] for row in again.iter_rows(min_row=2, values_only=True)} == handed_out
    desk.at("import-close").click()
    for person in (*RIGHT, NO_ACCOUNT):
        row = desk.row(person.name)
        expect(desk.cell(row, "phone")).to_have_text(person.phone)
        expect(desk.cell(row, "binding_state")).to_contain_text("已绑定")
        expect(desk.cell(row, "login")).to_have_text(person.phone if person.account == "是" else "—")
        expected = "待本人登录" if person.account == "是" else "未开通"
        expect(desk.cell(row, "account_state")).to_contain_text(expected)
    desk.sees("officer-imported")
    for place, name in ((9, "于小满"), (10, "于小满")):
        assert office.rows("persons", q=newcomer(place, name).phone) == []


def test_somebody_new_gets_an_activation_code_that_is_shown_once(desk: Desk) -> None:
    person = newcomer(30, "夏至安")
    desk.sign_in().open("persons").at("new").click()
    for name, text in (("id_number", person.number), ("name", person.name), ("phone", person.phone)):
        desk.box(name).fill(text)
    expect(desk.at("field-first_password")).to_have_count(0)
    desk.at("field-open_account").locator(".t-switch").click()
    expect(desk.at("field-first_password").get_by_role("radio").first).to_be_checked()
    desk.at("save").click()
    expect(desk.at("secret")).to_contain_text(re.compile(rf"{person.phone}，激活码 [0-9A-Z]{{10}}"))
    desk.sees("officer-new-person-code")
    desk.at("secret-close").click()
    expect(desk.at("secret")).to_have_count(0)
    expect(desk.cell(desk.row(person.name), "account_state")).to_contain_text("待本人登录")


def test_who_may_not_review_is_told_that_the_people_wait(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in(COLLEAGUE).open("persons").at("import").click()
    template = desk.file_of("import-template", tmp_path)
    desk.upload(fill(template, [tuple(newcomer(31, "冬至乐"))], tmp_path / "同事.xlsx"))
    expect(desk.commit()).to_contain_text("1 人的账号要等可审核的人在“人员”里通过")
    expect(desk.at("import-follow")).to_have_count(0)


def test_a_new_forklift_gets_its_codes_and_sheets_of_labels(
    desk: Desk, tmp_path: Path, live_server: Server
) -> None:
    desk.sign_in().open("equipment")
    for place, name in enumerate(FORKLIFTS):
        if place == 0:
            desk.at("new").click()
        desk.box("name").fill(name)
        desk.choose("type", "叉车")
        desk.box("location").fill(f"旅程仓库 {place + 1} 号门")
        if place == 0:
            desk.sees("officer-new-forklift")
        last = place == len(FORKLIFTS) - 1
        desk.at("save" if last else "save-and-new").click()
        if not last:
            expect(desk.box("name")).to_have_value("")
    expect(desk.at("form")).to_have_count(0)
    codes = {}
    for name in FORKLIFTS:
        row = desk.row(name)
        expect(desk.cell(row, "needed_codes")).to_have_text("N1")
        expect(desk.cell(row, "state")).to_contain_text("在用")
        expect(desk.cell(row, "mode")).to_contain_text("扫码上岗")
        codes[name] = desk.cell(row, "label").inner_text()
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", codes[name])
    wanted = {f"{live_server.url}/e/{code.replace('-', '')}" for code in codes.values()}
    assert len(wanted) == len(FORKLIFTS)

    for name in FORKLIFTS:
        desk.row(name).locator("input[type=checkbox]").check()
    expect(desk.at("bulk")).to_contain_text("3")
    desk.at("bulk-labels").click()
    desk.sees("officer-labels-dialog")
    pdf = desk.file_of_job("action-confirm", tmp_path)
    assert pdf.suffix == ".pdf"
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", content)) == 1

    for name in FORKLIFTS:
        desk.row(name).locator("input[type=checkbox]").check()
    desk.at("bulk-labels").click()
    desk.radio("format", "PNG 图片")
    png = desk.file_of_job("action-confirm", tmp_path)
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.read_bytes())))
    assert {code.text for code in read} == wanted
