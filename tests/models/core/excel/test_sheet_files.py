"""Uploaded files that are no sheets, or mean harm: refused with a sentence, whatever is inside."""

import io
import re
import time
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from models.core.errors import Malformed
from models.core.excel import SheetRefused, SheetRows, read_sheet
from models.core.excel.columns import column_index, column_letters, header_key
from models.core.excel.reading.package import Package
from models.core.excel.reading.survey import MAX_TEXT, check_texts
from models.core.excel.reading.values import convert
from tests.models.core.excel.books import COLUMNS, HEADER, PERSON, book, places, refusal, repack
from tests.support.properties import tries


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"hello", "not_xlsx"),
        ("姓名,身份证号\n".encode("gbk"), "not_xlsx"),
        (b"PK\x03\x04 and nothing more", "broken_file"),
        (zipped(a="b"), "not_xlsx"),
        (OLE, "old_xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (book([HEADER, PERSON])[:-300], "broken_file"),
    ],
)
def test_files_that_are_no_xlsx_say_what_they_are(data, code):
    assert refusal(data).code == code


def test_a_bomb_is_refused_before_it_goes_off():
    bomb = repack(book([HEADER, PERSON]), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 200_000_000)
    started = time.perf_counter()
    assert refusal(bomb).code == "too_large"
    assert time.perf_counter() - started < 10


def test_a_bomb_that_lies_about_its_size_is_refused():
    data = bytearray(repack(book([HEADER, PERSON]), "xl/styles.xml", lambda _: b" " * 50_000_000))
    at = data.index(b"xl/styles.xml", data.index(b"PK\x01\x02")) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert refusal(bytes(data)).code == "too_large"


@pytest.mark.parametrize(
    ("name", "lengths", "fits"),
    [
        ("xl/sharedStrings.xml", [32_767, 32_767], True),
        ("xl/sharedStrings.xml", [MAX_TEXT + 1], False),
        ("XL/SharedStrings.xml", [5, 900_000, 5], False),
        ("xl/comments1.xml", [900_000], True),
    ],
)
def test_a_text_that_no_cell_can_hold_is_refused_before_it_is_copied_to_cells(name, lengths, fits):
    """Texts lie in a part of their own, and any number of cells may point at one."""
    texts = "".join(f"<si><t>{'x' * length}</t></si>" for length in lengths)
    file = io.BytesIO(zipped(**{name: f"<sst>{texts}</sst>"}))
    with zipfile.ZipFile(file) as archive:
        if fits:
            check_texts(Package(file, archive, ()))
            return
        with pytest.raises(SheetRefused) as caught:
            check_texts(Package(file, archive, ()))
    assert caught.value.code == "cell_too_long"


def test_parts_that_overlap_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(range(256)) * 400)
        first = archive.infolist()[0]
        for number in range(50):
            copy = zipfile.ZipInfo(f"xl/{number}.xml")
            copy.compress_type, copy.CRC = first.compress_type, first.CRC
            copy.compress_size, copy.file_size = first.compress_size, first.file_size
            copy.header_offset = first.header_offset
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
    assert refusal(out.getvalue()).code == "too_large"


def test_a_document_type_is_refused():
    def declare(xml):
        head, _, rest = xml.partition(b"?>") if xml.startswith(b"<?xml") else (b"", b"", xml)
        lol = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        return (head + b"?>" if head else b"") + lol + rest

    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        assert refusal(repack(book([HEADER, PERSON]), part, declare)).code == "unsafe_file"


@pytest.mark.parametrize(
    "edit",
    [
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace(b'r="A2"', b'r="A999999"'),
        lambda xml: xml.replace(b'r="A2"', b'r="2A"'),
        lambda xml: xml.replace(b'<row r="2"', b'<row r="two"'),
        lambda _: b"\xff\xfe\x00",
        lambda _: b"",
    ],
)
def test_damaged_sheets_are_refused(edit):
    assert refusal(repack(book([HEADER, PERSON]), "xl/worksheets/sheet1.xml", edit)).code == "broken_file"


def test_a_workbook_without_a_readable_sheet_is_refused():
    data = repack(
        book([HEADER, PERSON]), "xl/workbook.xml", lambda xml: re.sub(rb"<sheets>.*</sheets>", b"", xml)
    )
    assert refusal(data).code == "no_sheet"
    gone = repack(book([HEADER, PERSON]), "xl/worksheets/sheet1.xml", lambda _: None)
    assert refusal(gone).code == "no_sheet"


def test_hidden_sheets_and_our_notes_are_passed_over():
    workbook = Workbook()
    notes = workbook.active
    notes.title = "填写说明"
    hidden = workbook.create_sheet("旧表")
    hidden.sheet_state = "hidden"
    data = workbook.create_sheet("数据")
    for sheet in (notes, hidden, data):
        sheet.append(HEADER)
        sheet.append([sheet.title, *PERSON[1:]])
    out = io.BytesIO()
    workbook.save(out)
    assert read_sheet(out.getvalue(), COLUMNS).rows[0].values["name"] == "数据"


def test_cells_without_names_are_counted():
    """The names of cells are optional in the format; some programs leave them out."""

    def strip(xml):
        return re.sub(rb'(<(?:c|row)) r="[A-Z]*\d+"', rb"\1", xml)

    rows = [HEADER, PERSON, [*PERSON[:5], "=1"]]
    sheet = read_sheet(repack(book(rows), "xl/worksheets/sheet1.xml", strip), COLUMNS)
    assert places(sheet) == [("F3", "formula")]
    assert list(sheet.rows[0].values.values()) == PERSON


def test_errors_added_by_the_caller_carry_cell_and_mask():
    sheet = read_sheet(book([HEADER, PERSON]), COLUMNS)
    error = sheet.error(2, "id", "id_check", "不对。", "330102199003070011")
    assert (error.cell, error.column, error.value) == ("B2", "身份证号", "3****************1")


@pytest.mark.slow
def test_fifty_thousand_rows_are_read():
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("人员")
    sheet.append(HEADER)
    for number in range(50_000):
        sheet.append([f"人{number}", "330102199003070019", 13800138000, "是", date(2026, 1, 1), number])
    out = io.BytesIO()
    workbook.save(out)
    read = read_sheet(out.getvalue(), COLUMNS)
    assert len(read.rows) == 50_000
    assert read.errors == []
    assert read.rows[-1].values["score"] == 49_999


GOOD = book([HEADER, PERSON])


@settings(deadline=None, max_examples=tries(50, 150), suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_to_the_file_gets_past_as_anything_but_a_refusal(at, noise):
    data = GOOD[:at] + noise + GOOD[at + len(noise) :]
    assert isinstance(outcome(read_sheet, data, COLUMNS), SheetRefused | SheetRows)


def test_a_directory_that_points_before_the_file_is_refused():
    """Found by the test above: the directory's own size, damaged, moves every part to a negative place."""
    end = GOOD.rindex(b"PK\x05\x06")
    size = int.from_bytes(GOOD[end + 12 : end + 16], "little")
    data = (
        GOOD[: end + 16]
        + (int.from_bytes(GOOD[end + 16 : end + 20], "little") + 256).to_bytes(4, "little")
        + GOOD[end + 20 :]
    )
    assert size
    assert isinstance(outcome(read_sheet, data, COLUMNS), SheetRefused)


@given(st.text(max_size=60), st.sampled_from(["text", "date", "number", "moment"]))
def test_any_text_in_a_cell_gives_a_value_or_a_sentence(text, kind):
    result = outcome(convert, text, kind)
    assert result.message.endswith("。") if isinstance(result, Malformed) else result != ""


def outcome(function, *arguments):
    try:
        return function(*arguments)
    except Malformed as fault:
        return fault


@given(st.integers(1, 16384))
def test_letters_of_columns_go_there_and_back(index):
    assert column_index(column_letters(index)) == index


def test_header_keys():
    assert header_key(" 身份证号（必填） * ") == header_key("身份证号") == "身份证号"
