"""An Excel file that stands in for the registry of certificates, to try 匹配资质 with (Q04)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from models.core import clock
from models.demo.invented_names import id_number
from models.organization.records import Person
from models.training.records import Certificate

_HEADINGS = ("姓名", "身份证号", "证书编号", "作业项目代号", "发证机关", "发证日期", "有效期至")
# People whom nobody has entered yet: the ones to enter in the demo.
NEWCOMERS = (("方可期", "N1"), ("石敢当", "Q2"), ("苗新雨", "N1"), ("程万里", "G1"))


def newcomers() -> list[tuple[str, str, str]]:
    """Name, ID number and code of people that the registry knows and the plant does not."""
    return [
        (name, id_number(date(1990 + place, 3, 8 + place), 480 + place, male=True), code)
        for place, (name, code) in enumerate(NEWCOMERS)
    ]


def write_registry(path: Path) -> int:
    """Write the registry of the demo to `path` (.xlsx); gives how many certificates are in it."""
    rows = [
        (
            row.person.name,
            row.person.id_number,
            row.number,
            row.code,
            row.issuer,
            row.issued_on,
            row.valid_until,
        )
        for row in Certificate.select(Certificate, Person).join(Person).order_by(Certificate.id)
    ]
    today = clock.today()
    for name, number, code in newcomers():
        issued = today - timedelta(days=200)
        rows.append(
            (name, number, f"T{number}", code, "江澜市市场监督管理局", issued, issued + timedelta(days=1461))
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("资质库")
    for row in (_HEADINGS, *rows):
        sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return len(rows)
