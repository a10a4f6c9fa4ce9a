"""What a file is that somebody uploads in the place of a workbook, so that it is told truly and with what to do."""

from __future__ import annotations

import re
import zipfile

from models.core.excel.columns import SheetRefused, refuse

_SAVE = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再上传。"
_HTML = re.compile(rb"<(?:!doctype html|html|table|body|meta|head)\b", re.IGNORECASE)
_XML_BOOK = re.compile(
    rb"<\?xml[^>]*\?>.{0,400}?(?:urn:schemas-microsoft-com:office:spreadsheet|mso-application)", re.S
)
_OLE = (
    ("WordDocument", "这是 Word 文档，不是表格。请把内容放进下载的模板里再上传。"),
    ("PowerPoint Document", "这是演示文稿，不是表格。请把内容放进下载的模板里再上传。"),
)
_PACKED = (
    ("word/document.xml", "这是 Word 文档，不是表格。请把内容放进下载的模板里再上传。"),
    ("ppt/presentation.xml", "这是演示文稿，不是表格。请把内容放进下载的模板里再上传。"),
    ("xl/workbook.bin", f"这是二进制工作簿（.xlsb），只是扩展名不同。{_SAVE}"),
    ("content.xml", f"这是 OpenDocument 表格（.ods）。{_SAVE}"),
    ("index/document.iwa", "这是苹果 Numbers 表格。请在 Numbers 里导出为 Excel（.xlsx）后再上传。"),
)  # fmt: skip
_MAGIC = (
    (b"%PDF", "这是 PDF，不是表格。请把内容放进下载的模板里再上传。"),
    (b"\xff\xd8\xff", "这是图片，不是表格。请把内容放进下载的模板里再上传。"),
    (b"\x89PNG", "这是图片，不是表格。请把内容放进下载的模板里再上传。"),
    (b"GIF8", "这是图片，不是表格。请把内容放进下载的模板里再上传。"),
    (b"Rar!", "这是压缩包。请先解压，再上传里面的 .xlsx 文件。"),
    (b"7z\xbc\xaf", "这是压缩包。请先解压，再上传里面的 .xlsx 文件。"),
    (b"\x1f\x8b", "这是压缩包。请先解压，再上传里面的 .xlsx 文件。"),
)
_CODE = "not_xlsx"
_NOT_XLSX = "这不是 Excel 工作簿（.xlsx）。请用下载的模板填写，保存后再上传。"
_TEXTS = ("utf-8-sig", "gb18030", "utf-16")


def old_book(content: bytes) -> SheetRefused:
    """The refusal of a file in Microsoft's old container."""
    for stream, told in _OLE:
        if stream.encode("utf-16-le") in content:
            return refuse(_CODE, told)
    return refuse("old_xls", f"这是旧格式（.xls 或 WPS 的 .et）文件。{_SAVE}")


def no_package(head: bytes) -> SheetRefused:
    """The refusal of a file that is no zip, by its first bytes."""
    for magic, told in _MAGIC:
        if head.startswith(magic):
            return refuse(_CODE, told)
    if _XML_BOOK.search(head):
        return refuse(_CODE, f"这是 XML 表格，只是扩展名不同。{_SAVE}")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if _HTML.match(text) or text.startswith(b"<!--") or (_HTML.search(text) and text.startswith(b"<")):
        return refuse(_CODE, f"这是网页（HTML）表格，只是扩展名改成了 .xlsx。{_SAVE}")
    if _is_table_of_text(head):
        return refuse(
            _CODE, f"这是文本文件（CSV），不是 Excel 工作簿。{_SAVE}身份证号、电话两列请先设为“文本”格式。"
        )
    return refuse(_CODE, _NOT_XLSX)


def _is_table_of_text(head: bytes) -> bool:
    for encoding in _TEXTS:
        for cut in range(4):  # the last character may have been cut in two
            try:
                text = head[: len(head) - cut].decode(encoding)
            except (UnicodeDecodeError, UnicodeError):
                continue
            first = text.splitlines()[0] if text.splitlines() else ""
            plain = not any(c < " " and c not in "\t\r\n" for c in text)
            return plain and any(mark in first for mark in ",;\t，")
    return False


def other_package(archive: zipfile.ZipFile) -> SheetRefused:
    """The refusal of a zip that holds no workbook."""
    names = {name.replace("\\", "/").lower() for name in archive.namelist()}
    for part, told in _PACKED:
        if part in names:
            return refuse(_CODE, told)
    if any(name.endswith((".xlsx", ".xls", ".et")) for name in names):
        return refuse(_CODE, "这是压缩包，表格在里面。请先解压，再上传里面的 .xlsx 文件。")
    return refuse(_CODE, "这个压缩文件不是 Excel 工作簿（.xlsx）。请用下载的模板填写，保存后再上传。")


__all__ = ["no_package", "old_book", "other_package"]
