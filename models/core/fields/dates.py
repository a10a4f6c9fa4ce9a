"""Days and moments as people and other programs write them, understood where only one reading is possible."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone

from models.core.errors import Malformed

# How Excel counts days (ECMA-376 part 1, 18.17.4.1); the numbers are those of 1954-10-03 and 2119-01-10.
_DAY_ZERO = datetime.combine(date(1899, 12, 30), time(0))
_SERIALS = (20_000, 80_000)
_LONGEST = 100  # characters of a moment; what is longer is none, and would take long to read
_BEIJING = timezone(timedelta(hours=8))
_YEARS = range(1900, 2201)
_AS = "请写成 2026-11-22"
_AS_MOMENT = "请写成 2026-11-22 08:00"

_SEP = r"(?:-|/|\.|年)"
_DATE = re.compile(
    rf"(\d{{4}}|\d{{2}}(?=年)){_SEP}(\d{{1,2}})(?:-|/|\.|月)(\d{{1,2}})日?|(\d{{4}})(\d{{2}})(\d{{2}})(?:\.0)?"
)
_MONTH = re.compile(rf"(\d{{4}}|\d{{2}}(?=年)){_SEP}(\d{{1,2}})(?:月份?[底末]?)?|(\d{{4}})(\d{{2}})")
_YEAR = re.compile(r"(\d{4})年(?:年?[底末])")
#: Day and month before the year: which is which can be told where one of them is above twelve.
_TURNED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SHORT = re.compile(r"\d{2}([-/.])\d{1,2}\1\d{1,2}")
_WHOLE = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{8})"
_FROM_TO = re.compile(rf"(?:自|从)?{_WHOLE}(?:起)?(?:至|到|-+|~+)({_WHOLE})")
_ZONED = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})", re.IGNORECASE
)
_DIGITS = re.compile(r"(\d{8}|\d{4}[-/.]\d{2}[-/.]\d{2} ) ?(\d{2})(\d{2})(\d{2})?")
_NEVER = re.compile(r"0{4}[-/.]?0{1,2}[-/.]?0{1,2}|1900[-/.]0?1[-/.]0{1,2}|0(?:\.0)?")

_MARKS = str.maketrans(
    {
        **dict.fromkeys("—–−‒‐‑―－_\\", "-"),
        "。": ".",
        "、": ".",
        "〜": "~",
        "～": "~",
        "号": "日",
        "號": "日",
        "點": "点",
        "時": "时",
    }
)
_WEEKDAY = re.compile(r"[(\[【]?(?:星期|周|礼拜)[一二三四五六日天][)\]】]?")
_UNTIL = re.compile(
    r"^(?:证书)?(?:有效期?(?:限)?)?(?:截止)?(?:日期)?(?:至|到|截至|截止|截止到|截止至)?[:]?(?=\d)|(?:止|截止|前|之前|到期)$"
)
_AROUND = "()[]【】'\"‘’“”.,;:；，"
_LUNAR = re.compile(r"[农农陰阴]历|正月|腊月|冬月|闰|初[一二三四五六七八九十]")
_ERA = re.compile(r"民国|令和|平成|昭和")
_ENDLESS = re.compile(r"(?:证书)?(?:长期|永久|终身|终生|无限期|不过期)(?:有效)?")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]? +)?"
    r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?[-/ ,.]*(?P<m>[a-z]{3,9})[-/ ,.]*(?P<y>\d{4}|\d{2})"
    r"|(?P<m2>[a-z]{3,9})[-/ ,.]*(?P<d2>\d{1,2})(?:st|nd|rd|th)?[-/ ,.]+(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})[-/ ,.]*(?P<m3>[a-z]{3,9})[-/ ,.]*(?P<d3>\d{1,2}))"
)
_PLAIN_DIGITS = {
    c: str(place % 10)
    for row in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
    for place, c in enumerate(row)
}
_PLAIN_DIGITS |= {"○": "0", "弌": "1", "弍": "2", "弎": "3", "两": "2"}
_TENS = {"十": 1, "拾": 1, "廿": 2, "卅": 3}
_YEAR_OF_SIGNS = re.compile(rf"[{''.join(_PLAIN_DIGITS)}O\d]{{4}}(?=年|[-./])")
_SIGNS = re.compile(rf"[{''.join(_PLAIN_DIGITS)}{''.join(_TENS)}]+")

_PART = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|早|晚|am|pm"
_TIME = re.compile(
    rf"(?P<before>{_PART})?(?P<hour>\d{{1,2}})(?:[:时点](?P<minute>\d{{1,2}})?)(?:[:分](?P<second>\d{{1,2}})?(?:\.\d+)?秒?)?"
    rf"(?P<after>{_PART})?"
)
_CLOCK = re.compile(
    rf"^(?P<day>.*?\d日?)(?:T|[\s,]+|(?<=日)|(?={_PART}))(?P<clock>(?:{_PART})?\s*\d{{1,2}}\s*[:时点].*)$",
    re.IGNORECASE,
)
_HALVES = {"半": "30分", "整": "", "一刻": "15分", "三刻": "45分"}


def from_serial(number: float) -> datetime | None:
    """The moment of a bare number as Excel counts days, to the second; None for one that can't be meant so."""
    if not _SERIALS[0] <= number < _SERIALS[1]:
        return None
    return _DAY_ZERO + timedelta(seconds=round(number * 86_400))


def is_no_day(text: str) -> bool:
    """Whether a text is what programs write where there is no day: 0, 0000-00-00, 1900-01-00."""
    return _NEVER.fullmatch(_without_midnight(text.strip())) is not None


def read_day(text: str, *, until: bool = False) -> date:
    """The day that a text says. Raises Malformed.

    A month alone is one day only where something is good `until` then: its last; and of a span that is its end. A time
    behind the day is passed over, as it is in a cell that is formatted as a day.
    """
    if len(text) > _LONGEST:
        raise Malformed("not_a_date", f"不是有效日期，{_AS}。")
    told = _usual(text)
    if (zoned := _zoned(told)) is not None:
        return zoned.date()
    if until:
        told = _UNTIL.sub("", told).strip()
        if span := _FROM_TO.fullmatch(told.replace(" ", "")):
            told = span[1]
    found = _plain_day(told, until=until)
    if found is None and (match := _clocked(told)):
        _clock(match["clock"])
        found = _plain_day(match["day"])
    if found is None:
        raise _no_day(text, told.replace(" ", ""))
    return found


def read_moment(text: str) -> datetime:
    """The moment that a text says, naive, in the local time of China. Raises Malformed."""
    if len(text) > _LONGEST:
        raise Malformed("not_a_moment", f"不是有效的日期和时间，{_AS_MOMENT}。")
    try:
        told = _usual(text)
        if (zoned := _zoned(told)) is not None:
            return zoned
        if (serial := _as_serial(told)) is not None:
            return serial
        match = _clocked(told)
        found = _plain_day(match["day"] if match else told)
        if found is None:
            raise _no_day(text, told.replace(" ", ""))
        return datetime.combine(found, time(0)) + (_clock(match["clock"]) if match else timedelta())
    except Malformed as error:
        if error.code == "which_half":
            raise
        told = error.message.replace(_AS_MOMENT, _AS).replace(_AS, _AS_MOMENT)
        raise Malformed("not_a_moment", told) from error


def _plain_day(told: str, *, until: bool = False) -> date | None:
    """The day that a text in the usual marks says, with nothing behind it."""
    bare = _without_midnight(told).replace(" ", "")
    if (serial := _as_serial(bare)) is not None:
        return serial.date()
    return _in_digits(bare) or _in_english(told) or _of_month(bare, until=until)


def _clocked(told: str) -> dict[str, str] | None:
    """A text that says a day and a time behind it, in two."""
    if packed := _DIGITS.fullmatch(told):
        return {"day": packed[1], "clock": f"{packed[2]}:{packed[3]}:{packed[4] or '00'}"}
    match = _CLOCK.match(told)
    return match.groupdict() if match else None


def _usual(text: str) -> str:
    """The text half-width, with the usual marks and Arabic digits, without weekday and what stands around it."""
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    told = " ".join(unicodedata.normalize("NFKC", seen).translate(_MARKS).split()).strip(_AROUND + " ")
    told = _WEEKDAY.sub(" ", told)
    if re.fullmatch(r"\d{4}[ ,]+\d{1,2}[ ,]+\d{1,2}", told):
        told = re.sub(r"[ ,]+", "-", told)
    if re.fullmatch(r"[\dOolI][\dOolI\-/.年月日 ]{6,12}", told) and not told.isdigit():
        told = told.translate(str.maketrans("OolI", "0011"))
    if _LUNAR.search(told):
        raise Malformed("not_a_date", f"“{text[:20]}”像是农历，请换成公历，{_AS}。")
    if _ERA.search(told):
        raise Malformed("not_a_date", f"“{text[:20]}”不是公元年份，请换成公历，{_AS}。")
    if re.search(r"年.*月[一二三四五六七八九十廿卅]+$", told):  # such are days of the lunar calendar, too
        raise Malformed("not_a_date", f"分不清“{text[:20]}”是不是农历，请换成公历，{_AS}。")
    told = _YEAR_OF_SIGNS.sub(
        lambda found: "".join(_PLAIN_DIGITS.get(c, c.replace("O", "0")) for c in found[0]), told
    )
    for word, minutes in _HALVES.items():
        told = re.sub(rf"(?<=[点时]){word}$", minutes, told)
    return " ".join(_SIGNS.sub(lambda found: _number(found[0]), told).split())


def _number(signs: str) -> str:
    """十一 → 11, 廿二 → 22, 二十 → 20, 〇五 → 05; what is no number up to 99 as it stands."""
    place = next((index for index, sign in enumerate(signs) if sign in _TENS), None)
    if place is None:
        return "".join(_PLAIN_DIGITS[sign] for sign in signs)
    before, after = signs[:place], signs[place + 1 :]
    if len(before) > 1 or len(after) > 1 or any(sign in _TENS for sign in before + after):
        return signs
    tens = _TENS[signs[place]] * int(_PLAIN_DIGITS[before] if before else 1)
    return str(tens * 10 + int(_PLAIN_DIGITS[after] if after else 0))


def _without_midnight(text: str) -> str:
    return re.sub(r"(?:\s+|T)0?0:00(?::00(?:\.0+)?)?$", "", text)


def _zoned(text: str) -> datetime | None:
    """A moment with its zone, as other programs write it, in local time."""
    match = _ZONED.fullmatch(text)
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3].upper().replace('Z', '+00:00')}")
        local = moment.astimezone(_BEIJING).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise Malformed("not_a_date", f"不是有效日期，{_AS}。") from None
    if local.year not in _YEARS:
        raise _no_year(str(local.year))
    return local


def _as_serial(text: str) -> datetime | None:
    return from_serial(float(text)) if re.fullmatch(r"\d{5}(?:\.\d+)?", text) else None


def _in_digits(bare: str) -> date | None:
    if match := _DATE.fullmatch(bare):
        return _day(*(part for part in match.groups() if part))
    if match := _TURNED.fullmatch(bare):
        first, second = int(match[1]), int(match[2])
        if first > 12 or second > 12 or first == second:
            return _day(match[3], min(first, second), max(first, second))
        raise Malformed("not_a_date", f"分不清“{bare[:20]}”哪个是月、哪个是日，{_AS}。")
    return None


def _in_english(told: str) -> date | None:
    match = _ENGLISH.fullmatch(told.lower())
    if match is None:
        return None
    found = {name[0]: part for name, part in match.groupdict().items() if part is not None}
    month = next((place for place, name in enumerate(_NAMES, 1) if found["m"].startswith(name)), None)
    return None if month is None else _day(found["y"], month, int(found["d"]))


def _of_month(bare: str, *, until: bool) -> date | None:
    if until and (match := _YEAR.fullmatch(bare)):
        return _day(match[1], 12, 31)
    match = _MONTH.fullmatch(bare)
    if match is None:
        return None
    year, month = _year(next(part for part in (match[1], match[3]) if part)), int(match[2] or match[4])
    if not (1 <= month <= 12 and year in _YEARS):
        return None
    if not until:
        raise Malformed("not_a_date", "只写到了月，请写到日，如 2026-11-22。")
    return date(year, month, calendar.monthrange(year, month)[1])


def _no_day(text: str, bare: str) -> Malformed:
    """Why a text is no day, as far as that can be told."""
    if _SHORT.fullmatch(bare):
        return Malformed("not_a_date", f"年份只有两位，分不清“{text[:20]}”是哪一天，{_AS}。")
    if re.fullmatch(r"\d{4}年?", bare):
        return Malformed("not_a_date", "只写到了年，请写到日，如 2026-11-22。")
    if re.fullmatch(r"\d{1,2}[月/-]\d{1,2}日?", bare):
        return Malformed("not_a_date", f"没有写年份，{_AS}。")
    if _ENDLESS.fullmatch(bare):
        return Malformed("not_a_date", f"“{bare}”不是日期，请填证上印的日期，如 2026-11-22。")
    return Malformed("not_a_date", f"不是有效日期，{_AS}。")


def _year(text: str) -> int:
    """A year; of two digits, which 年 stands behind, the one that is near."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _no_year(year: str) -> Malformed:
    return Malformed("not_a_date", f"年份“{year}”不对，应在 1900 到 2200 之间，请核对。")


def _day(year: str, month: int | str, day: int | str) -> date:
    if _year(year) not in _YEARS:
        raise _no_year(year)
    try:
        return date(_year(year), int(month), int(day))
    except ValueError:
        told = f"没有“{year}-{int(month):02d}-{int(day):02d}”这一天，请核对，{_AS}。"
        raise Malformed("not_a_date", told) from None


def _clock(text: str) -> timedelta:
    """How far into the day a time is. Raises Malformed."""
    match = _TIME.fullmatch(text.replace(" ", "").lower())
    if match is None or (match["before"] and match["after"]):
        raise Malformed("not_a_moment", f"“{text[:20]}”不是有效的时间，{_AS_MOMENT}。")
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    part = match["before"] or match["after"] or ""
    if (hour, minute, second, part) == (24, 0, 0, ""):
        return timedelta(days=1)
    hour = _hour(part, hour, text)
    if hour > 23 or minute > 59 or second > 59:
        raise Malformed("not_a_moment", f"没有“{text[:20]}”这个时间，请核对，{_AS_MOMENT}。")
    return timedelta(hours=hour, minutes=minute, seconds=second)


def _hour(part: str, hour: int, text: str) -> int:
    """The hour of 24 that is meant. Raises Malformed where two may be meant, or none can."""
    if not part:
        return hour
    if part in ("下午", "傍晚", "pm"):
        found = hour + 12 if 1 <= hour <= 11 else hour if 12 <= hour <= 23 else -1
    elif part in ("晚上", "晚", "夜里"):
        found = hour + 12 if 5 <= hour <= 11 else hour if 17 <= hour <= 23 else -1
    elif part == "中午":
        found = hour + 12 if 1 <= hour <= 2 else hour if 11 <= hour <= 14 else -1
    elif part in ("凌晨", "清晨"):
        found = hour if 0 <= hour <= 7 else -1
    else:
        found = hour if 0 <= hour <= 11 else -1
    if found < 0:
        raise Malformed("which_half", f"分不清“{text[:20]}”是几点，请按 24 小时写，如 2026-11-22 15:20。")
    return found


__all__ = ["from_serial", "is_no_day", "read_day", "read_moment"]
