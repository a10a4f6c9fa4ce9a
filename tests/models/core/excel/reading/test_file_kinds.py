"""What a file is told to be that somebody uploads in the place of a workbook."""

from __future__ import annotations

import io
import zipfile

import pytest

from models.core.excel.reading.file_kinds import no_package, old_book, other_package

_XML = b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook>'


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        ("WordDocument".encode("utf-16-le"), "not_xlsx", "Word"),
        ("PowerPoint Document".encode("utf-16-le"), "not_xlsx", "演示文稿"),
        ("Workbook".encode("utf-16-le"), "old_xls", "旧格式"),
        (b"WordDocument", "old_xls", "旧格式"),
    ],
)
def test_the_old_container(content: bytes, code: str, word: str) -> None:
    refused = old_book(b"\xd0\xcf\x11\xe0" + content)
    assert refused.code == code and word in refused.message


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"Rar!\x1a", "压缩包"),
        (_XML, "XML 表格"),
        (b"<?xml version='1.0'?><note/>", "这不是 Excel 工作簿"),
        (b"\xef\xbb\xbf \r\n<table><tr>", "网页"),
        (b"<!-- made --><x>", "网页"),
        (b"<div>" + b"<table>", "网页"),
        (b"name<table>", "这不是 Excel 工作簿"),
        (b"<div>", "这不是 Excel 工作簿"),
        ("姓名,电话\n张三,138".encode(), "CSV"),
        ("姓名，电话".encode("gb18030"), "CSV"),
        ("姓名\t电话".encode("utf-16"), "CSV"),
        ("姓名;电话".encode()[:-1], "CSV"),
        ("姓名\n张三,138".encode(), "这不是 Excel 工作簿"),
        (b"a,b\x01", "这不是 Excel 工作簿"),
        (b"a\tb\r\n", "CSV"),
        (b"", "这不是 Excel 工作簿"),
        (b"name", "这不是 Excel 工作簿"),
    ],
)
def test_what_is_no_package(head: bytes, word: str) -> None:
    refused = no_package(head)
    assert refused.code == "not_xlsx" and word in refused.message


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("word/document.xml", "Word"),
        ("xl\\workbook.bin", "xlsb"),
        ("Content.xml", "OpenDocument"),
        ("Index/Document.iwa", "Numbers"),
        ("人员.XLSX", "请先解压"),
        ("人员.et", "请先解压"),
        ("人员.csv", "这个压缩文件不是"),
    ],
)
def test_a_package_of_something_else(name: str, word: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    with zipfile.ZipFile(out) as archive:
        refused = other_package(archive)
    assert refused.code == "not_xlsx" and word in refused.message
