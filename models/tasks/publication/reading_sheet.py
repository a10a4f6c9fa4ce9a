"""Who has read an edition and who has not, as a workbook (B02)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from models.core import clock
from models.core.excel import SheetWriter
from models.core.excel.columns import SheetColumn
from models.core.fields import parse_moment
from models.core.files.mime import XLSX
from models.core.ledger.parts import ResultFile

_COLUMNS = (
    SheetColumn("unit", "单位", width=28), SheetColumn("department", "厂站、部门", width=18),
    SheetColumn("name", "姓名", width=12), SheetColumn("state", "阅读", width=10),
    SheetColumn("read_at", "阅读时间", kind="moment", width=20),
)  # fmt: skip


def workbook(label: str, edition: int, lines: Sequence[dict[str, Any]]) -> ResultFile:
    """`lines` as `readers` gives them: who has not read it stands on top."""
    target = BytesIO()
    with SheetWriter(target, _COLUMNS, title="阅读情况") as writer:
        writer.write(
            [
                line["unit"],
                line["department"],
                line["name"],
                "未读" if line["read_at"] is None else "已读",
                None if line["read_at"] is None else parse_moment(line["read_at"]),
            ]
            for line in lines
        )
    name = f"阅读情况 {label[:60]} 第{edition}版 {clock.local(clock.now()):%Y-%m-%d %H%M}.xlsx"
    return ResultFile(name.replace("/", "／"), XLSX, target.getvalue())


__all__ = ["workbook"]
