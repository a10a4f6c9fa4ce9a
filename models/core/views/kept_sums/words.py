"""By which words rows are summed up: company, day and columns, as expressions on the record. Said once, for all who ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any
from zlib import crc32

from peewee import Case, DateTimeField, Value, fn

from models.core import clock
from models.core.config import config
from models.core.fields import Pick
from models.core.views import periods
from models.core.views.declaration import Kept, KeptPart
from models.core.views.records import KeptSum

COLUMNS = ("first", "second", "third", "fourth", "fifth")
WORDS = ("company_id", "day", *COLUMNS)
_SINCE = date(2000, 1, 1)
_MONTH = "@month"


def grains(kept: Kept) -> Iterator[tuple[str, bool]]:
    """The names under which sums are kept, and whether they are those of whole months."""
    yield kept.name, False
    if kept.months:
        yield month_name(kept), True


def month_name(kept: Kept) -> str:
    """The name of the sums of whole months."""
    return kept.name + _MONTH


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return periods.end(day.replace(day=1), "month")


@cache
def code(value: str) -> int:
    """The number under which a choice is kept: it stays what it is, however choices are sorted."""
    return crc32(value.encode())


def company_of(kept: Kept) -> Any:
    """The column of the company."""
    return kept.record.scope_field("company")


def day_of(kept: Kept) -> Any:
    """The expression of a row's day where the installation is."""
    field = kept.record._meta.fields[kept.day]
    if not isinstance(field, DateTimeField):
        return field
    until = date(clock.today().year + 1, 12, 31)
    return fn.DATE(periods.shifted(field, (_SINCE, until))).converter(as_day)


def as_day(value: Any) -> date:
    """A day as either engine gives it."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def between(kept: Kept, first: date | None, last: date | None) -> list[Any]:
    """The conditions of the rows of some days, which an index on the day's column can answer."""
    field = kept.record._meta.fields[kept.day]
    if isinstance(field, DateTimeField):
        made = [] if first is None else [field >= clock.midnight(first)]
        return made if last is None else [*made, field < clock.midnight(last + timedelta(days=1))]
    made = [] if first is None else [field >= first]
    return made if last is None else [*made, field <= last]


def waiting(kept: Kept) -> Any:
    """The condition of the rows that a job is still to add to the sums."""
    return kept.record._meta.fields[kept.later].is_null()


def number_of(kept: Kept, part: str | KeptPart) -> Any:
    """The expression of a row's whole number at a part."""
    if isinstance(part, KeptPart):
        return part.number()
    field = kept.record._meta.fields[part]
    if isinstance(field, Pick):
        return Case(field, [(each.value, code(each.value)) for each in field.options], 0)
    return fn.COALESCE(field, 0).converter(int)


def numbers_of(kept: Kept) -> list[Any]:
    """The expressions of all columns of the sums; those that are not used are 0."""
    used = [number_of(kept, part) for part in kept.parts]
    return [*used, *[Value(0)] * (len(COLUMNS) - len(used))]


def place_of(kept: Kept, name: str) -> int | None:
    """Which column of the sums a column of the record or a part's filter is."""
    for place, part in enumerate(kept.parts):
        if part == name or (isinstance(part, KeptPart) and name in part.answers):
            return place
    return None


def column(place: int) -> Any:
    """A column of the sums."""
    return getattr(KeptSum, COLUMNS[place])


def definition_of(kept: Kept) -> int:
    """A checksum of how rows are summed up: with another one they have to be counted again."""
    words = [repr(config().time_zone), kept.record._meta.table_name, kept.day, str(kept.months)]
    words += [kept.later] if kept.later else []
    for part in kept.parts:
        expression, values = kept.record.select(number_of(kept, part)).sql()
        words.append(f"{expression}{values}")
    return crc32("\n".join(words).encode()) or 1
