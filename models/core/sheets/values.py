"""From what stands in a cell to what the column asks for. Gives the value, or Malformed with the sentence for
the cell.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from models.core.errors import Malformed
from models.core.sheets.columns import Kind

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
Value = str | int | Decimal | date | datetime | None

# Excel keeps 15 digits of a number; of anything longer the rest is gone.
_DIGITS_LOST_FROM = 1e15
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff]")
_DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?")
_NUMBER = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,12})?")


def convert(value: CellValue, kind: Kind) -> Value:
    """The cell's value as the column's kind; None for a blank cell. Raises Malformed."""
    if isinstance(value, str):
        value = clean_text(value)
    if value is None or value == "":
        return None
    if kind == "date":
        return to_date(value)
    if kind == "moment":
        return to_moment(value)
    if kind == "number":
        return to_number(value)
    return value if isinstance(value, str) else to_text(value)


def clean_text(text: str) -> str:
    """The text without invisible characters and blanks around it; line ends are \\n."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def to_text(value: CellValue) -> str:
    """The value as the user sees it; whole numbers without .0. Raises Malformed `digits_lost`."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        _refuse_lost_digits(value)
        return str(int(value)) if value == int(value) else f"{value:.15g}"
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else str(value)


def to_date(value: CellValue) -> date:
    """The day of a date cell, or of a text like 2026-11-22, 2026.11.22, 2026年11月22日, 20261122."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _read_date(_plain(value))


def to_moment(value: CellValue) -> datetime:
    """The moment of a date cell, or of a text like 2026-11-22 08:02; naive, in local time."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(0))
    day, _, clock = _plain(value).replace("T", " ").partition(" ")
    match = _TIME.fullmatch(clock.strip() or "0:00")
    try:
        hour, minute, second = (int(part or 0) for part in match.groups()) if match else (24, 0, 0)
        return datetime.combine(_read_date(day), time(hour, minute, second))
    except ValueError as error:
        raise Malformed("not_a_moment", "不是有效的日期和时间，请写成 2026-11-22 08:00。") from error


def to_number(value: CellValue) -> int | Decimal:
    """The number of a cell, int where it is whole; texts may carry separators of thousands."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Malformed("not_a_number", "不是数字。请把单元格设为“常规”格式，只填数字。")
    if isinstance(value, str):
        plain = re.sub(r"(?<=\d),(?=\d{3})|\s", "", unicodedata.normalize("NFKC", value))
        if not _NUMBER.fullmatch(plain):
            raise Malformed("not_a_number", "不是数字，请只填数字，不要带单位。")
        number = Decimal(plain)
    else:
        _refuse_lost_digits(value)
        number = Decimal(repr(value))
    return int(number) if number == number.to_integral_value() else number


def _read_date(text: str) -> date:
    match = _DATE.fullmatch(re.sub(r"\s+0?0:00(?::00(?:\.0+)?)?$", "", text).replace(" ", ""))
    if match:
        year, month, day = (int(part) for part in match.groups() if part)
        try:
            return date(year, month, day)
        except ValueError:
            pass
    raise Malformed("not_a_date", "不是有效日期，请写成 2026-11-22。")


def _plain(value: CellValue) -> str:
    """Digits and separators in half-width form; a whole number (20261122) as its digits."""
    if isinstance(value, bool):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return unicodedata.normalize("NFKC", text).strip()


def _refuse_lost_digits(value: float) -> None:
    if abs(value) >= _DIGITS_LOST_FROM:
        raise Malformed(
            "digits_lost", "这一格按数字保存，第 15 位以后已丢失。请把这一列设为“文本”格式，再重新填写。"
        )
