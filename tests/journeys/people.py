"""People of the journeys, and the sheets that they come in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from openpyxl import load_workbook

from models.demo.invented_names import id_number

TITLES = ["姓名 *", "身份证号 *", "联系电话 *", "是否添加账号"]


class Newcomer(NamedTuple):
    """Somebody whom nobody has entered yet."""

    name: str
    number: str
    phone: str
    account: str = "是"

    @property
    def first_password(self) -> str:
        """What signs them in at first (Q05)."""
        return self.number[-6:]


def newcomer(place: int, name: str, account: str = "是") -> Newcomer:
    """Person number `place` (0 to 99) of nobody's, with an ID number and a phone of their own."""
    return Newcomer(
        name, id_number(date(1991, 5, 1 + place % 28), 300 + place, male=True), f"1991234{place:04d}", account
    )


def fill(template: Path, rows: list[tuple[object, ...]], into: Path) -> Path:
    """The template with `rows` under its head, as `into`."""
    book = load_workbook(template)
    sheet = book.worksheets[0]
    for at, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(at, column, value)
    book.save(into)
    return into
