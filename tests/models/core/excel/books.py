"""Workbooks for the sheet tests: built, repacked, and asked for their faults."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from models.core.excel import SheetColumn, SheetRefused, read_sheet
from models.core.security.identifiers import mask_id

COLUMNS = [
    SheetColumn("name", "姓名", required=True),
    SheetColumn("id", "身份证号", required=True, mask=mask_id),
    SheetColumn("phone", "联系电话", required=True),
    SheetColumn("account", "是否添加账号", kind="choice"),
    SheetColumn("since", "入职日期", kind="date"),
    SheetColumn("score", "分值", kind="number"),
]
HEADER = [column.title for column in COLUMNS]
PERSON = ["张三", "330102199003070019", "13800138000", "是", date(2026, 11, 22), 3]


def book(rows, change=None):
    """The bytes of a workbook with these rows; `change` may do more to the sheet."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "人员"
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def repack(data, part, edit):
    """The same workbook with one of its parts edited as bytes; `edit` gives None to leave it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                content = edit(content)
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def refusal(data, **options):
    with pytest.raises(SheetRefused) as caught:
        read_sheet(data, COLUMNS, **options)
    assert caught.value.message.endswith("。")
    return caught.value


def places(sheet):
    return [(error.cell, error.code) for error in sheet.errors]
