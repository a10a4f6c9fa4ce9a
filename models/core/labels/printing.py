"""Sheets of QR labels as a file to print (Q13, X08)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from models.core.config import config
from models.core.errors import Conflict, Invalid, Malformed
from models.core.fields import Choice, Described, Flag, Integer, Pick
from models.core.files.mime import PDF, PNG, ZIP
from models.core.labels.labels import Label, draw_labels, layouts
from models.core.ledger.declaration import ResultFile

_DEFAULT_PAPER = "a4-24"


def questions() -> tuple[tuple[str, Described], ...]:
    """What is asked before labels are printed."""
    papers = [Choice(key, layout.title) for key, layout in layouts().items()]
    formats = [Choice("pdf", "PDF（直接打印）"), Choice("png", "PNG 图片")]
    return (
        ("layout", Pick("标签纸", papers, required=True, default=_DEFAULT_PAPER)),
        ("format", Pick("文件格式", formats, required=True, default="pdf")),
        (
            "start",
            Integer("从第几枚开始", min=1, max=99, required=True, default=1, help="用剩一半的标签纸时填"),
        ),
        ("outline", Flag("打印裁切线")),
    )


def label_url(code: str) -> str:
    """What the QR of a label says: any scanner opens the phone client at the equipment."""
    return f"{config().public_url.rstrip('/')}/e/{code}"


def node_label_url(code: str) -> str:
    """What the QR of a place of the grid says: any scanner opens 随手拍 there."""
    return f"{config().public_url.rstrip('/')}/g/{code}"


def print_labels(
    labels: Sequence[Label], values: dict[str, Any], *, name: str, title: str = "扫码上岗"
) -> ResultFile:
    """Labels as the questions were answered, in a file called `name`; `title` heads each. Raises as `label_sheets`."""
    font = config().font_path
    if font is None or not font.is_file():
        raise Conflict(
            "现在不能打印标签",
            code="no_font",
            cause="系统没有找到中文字体文件",
            advice="请联系系统管理员，在设置里填写字体文件（ANBAN_FONT_PATH）",
        )
    form: Any = values.get("format") or "pdf"  # checked by the action's own field
    try:
        drawn = draw_labels(
            labels,
            layout=values.get("layout") or _DEFAULT_PAPER,
            font_path=font,
            start=values.get("start") or 1,
            format=form,
            outline=bool(values.get("outline")),
            title=title,
        )
    except Malformed as error:
        field = {"label_start": "start", "label_layout": "layout", "label_format": "format"}.get(
            error.code, "ids"
        )
        raise Invalid(fields={field: error.message}) from None
    if isinstance(drawn, bytes):
        return ResultFile(f"{name}.pdf", PDF, drawn)
    if len(drawn) == 1:
        return ResultFile(f"{name}.png", PNG, drawn[0])
    return ResultFile(f"{name}.zip", ZIP, _zipped(drawn))


def _zipped(pages: Sequence[bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for place, page in enumerate(pages, 1):
            archive.writestr(f"第{place}页.png", page)
    return packed.getvalue()
