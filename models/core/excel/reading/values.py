"""From what stands in a cell to what the column asks for. Gives the value, or Malformed with the sentence for
the cell.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from models.core.errors import Malformed
from models.core.excel.columns import Kind
from models.core.fields.blank_words import says_nothing
from models.core.fields.dates import is_no_day, read_day, read_moment

CellValue = str | int | float | bool | date | datetime | time | timedelta | None
Value = str | int | Decimal | date | datetime | None

# Excel keeps 15 digits of a number; of anything longer the rest is gone.
_DIGITS_LOST_FROM = 1e15
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff]")
_UNITS = {
    "万元": ("万元", "万元整", "万", "W"),
    "元": ("元", "元整", "圆", "块"),
    "月": ("月", "月份"),
    "天": ("天", "日"),
}
_MONTHS = {
    word: place
    for place, word in enumerate(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1
    )
}
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,12})?|\.\d{1,12})")
_MONEY = re.compile(r"^(?:人民币|RMB|CNY)?[¥￥]?", re.IGNORECASE)
_SIGNS = str.maketrans("−﹣", "--")


def convert(value: CellValue, kind: Kind, *, unit: str = "", until: bool = False) -> Value:
    """The cell's value as the column's kind; None for a blank cell. Raises Malformed."""
    if isinstance(value, str):
        value = clean_text(value)
        # With a stroke before it Excel keeps a number as text; where it was typed twice, or by another program, it shows.
        value = value[1:].strip() if value[:1] == "'" and not value.endswith("'") else value
    if value is None or value == "":
        return None
    if kind in ("date", "moment", "number") and isinstance(value, str) and says_nothing(value):
        return None
    if kind in ("date", "moment") and (
        value in (time(0), timedelta(0)) or (isinstance(value, str | int | float) and is_no_day(str(value)))
    ):
        return None
    if kind == "date":
        return to_date(value, until=until)
    if kind == "moment":
        return to_moment(value)
    if kind == "number":
        return to_number(value, unit)
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


def to_date(value: CellValue, *, until: bool = False) -> date:
    """The day of a date cell, of a text like 2026-11-22, 2026.11.22, 2026年11月22日, 20261122, or of a bare number as
    Excel counts days; of a month alone where something is good `until` then.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return read_day(_plain(value), until=until)


def to_moment(value: CellValue) -> datetime:
    """The moment of a date cell, of a text like 2026-11-22 08:02 or 2026年11月22日 下午3:20, or of a bare number; naive,
    in local time.
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(0))
    return read_moment(_plain(value))


def to_number(value: CellValue, unit: str = "") -> int | Decimal:
    """The number of a cell, int where it is whole; texts may carry separators of thousands, and the column's own unit.

    Another unit is refused: 12.5 元 in a column of 万元 would be ten thousand times as much.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Malformed("not_a_number", "不是数字。请把单元格设为“常规”格式，只填数字。")
    if isinstance(value, str):
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).translate(_SIGNS).rstrip("、。;,")
        plain = re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", _without_unit(plain, unit))
        if not _NUMBER.fullmatch(plain):
            raise Malformed("not_a_number", f"不是数字，{_wanted(value, unit)}")
        number = Decimal(plain)
    else:
        _refuse_lost_digits(value)
        number = Decimal(repr(value))
    return int(number) if number == number.to_integral_value() else number


def _wanted(text: str, unit: str) -> str:
    """What to write instead."""
    if not unit:
        return "请只填数字，不要带单位。"
    if unit == "月":
        return "这一列的单位是月，请只填数字，如 3。"
    if unit == "万元" and re.search(r"(?<!万)[元块]|[¥￥](?!.*万)", text):
        return "这一列的单位是万元，请换算成万元，只填数字，如 12.5。"
    return f"这一列的单位是{unit}，请只填数字，如 12.5。"


def _without_unit(text: str, unit: str) -> str:
    """A number without the unit that is written behind it; of months also 三月 and 2 月份, of money also what it is."""
    if not unit:
        return text
    if unit == "月" and (match := re.fullmatch(r"([一二三四五六七八九十]+)月?份?", text)):
        return str(_MONTHS.get(match[1], text))
    for spelling in sorted(_UNITS.get(unit, (unit,)), key=len, reverse=True):
        for written in (spelling, f"({spelling})", f"[{spelling}]"):
            if text.upper().endswith(written):
                bare = text[: -len(written)]
                return _MONEY.sub("", bare) if unit in ("元", "万元") else bare
    return _MONEY.sub("", text) if unit == "元" else text


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
