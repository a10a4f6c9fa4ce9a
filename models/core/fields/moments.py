"""Columns of days and moments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from peewee import SQL, DateField, DateTimeField

from models.core import clock
from models.core.errors import Malformed
from models.core.fields.base import Described
from models.core.fields.dates import read_day


def parse_day(value: Any, *, until: bool = False) -> date:
    """A day from a date, or from a text as people write it (`dates.read_day`). Raises Malformed."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise Malformed("not_a_day", "日期请写成 2026-11-22 的样子")
    return read_day(value, until=until)


class Day(Described, DateField):
    """A day. Something is good `until` then: in a sheet a month alone (有效期至 2029年6月) says its last day."""

    kind = "date"

    def __init__(self, title: str, *, until: bool = False, **options: Any) -> None:
        self.until = until
        super().__init__(title, **options)

    def clean(self, value: Any) -> date | None:
        return None if value in (None, "") else parse_day(value, until=self.until)

    def plain(self, value: Any) -> Any:
        return None if value is None else value.isoformat()


class Moment(Described, DateTimeField):
    """A moment: aware UTC in Python, naive UTC with microseconds in the database, with offset in JSON."""

    kind = "moment"
    field_type = "DATETIME"

    def get_modifiers(self) -> Any:
        return None

    def ddl_datatype(self, ctx: Any) -> Any:
        from models.core.db.connection import is_sqlite

        return SQL("DATETIME" if is_sqlite() else "DATETIME(6)")

    def clean(self, value: Any) -> datetime | None:
        return None if value in (None, "") else parse_moment(value)

    def db_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            if value.tzinfo is not None:
                value = value.astimezone(UTC).replace(tzinfo=None)
            return value.strftime("%Y-%m-%d %H:%M:%S.%f")
        return super().db_value(value)

    def python_value(self, value: Any) -> Any:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value

    def plain(self, value: Any) -> Any:
        return moment_text(value)


def moment_text(value: datetime | None) -> str | None:
    """A moment as JSON has it: local time with offset, to the second."""
    return None if value is None else clock.local(value).isoformat(timespec="seconds")


def parse_moment(value: Any) -> datetime:
    """An aware moment from ISO 8601 with offset. Raises Malformed."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if isinstance(value, str) and len(value) <= 40:
        try:
            moment = datetime.fromisoformat(value.strip())
            if moment.tzinfo is not None and 1970 <= moment.year <= 2200:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Malformed("not_a_moment", "时间请写成 2026-11-22T08:02:11+08:00 的样子（带时区）")
