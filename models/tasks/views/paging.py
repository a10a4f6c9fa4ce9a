"""Lists of tasks that page by key along an index, over several people or companies at once (H01–H06).

An index gives the order of one person's tasks; of several at once it gives none. So each has a stream of its own, and
a page is merged from the heads of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import ModelSelect

from models.core.db.connection import is_sqlite
from models.core.errors import Invalid
from models.core.row_ids import parse_id

Place = tuple[Any, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stream:
    """Rows of one person (or company) in one state. `query` selects (sort column, id) and nothing else.

    `index` is what MariaDB must be told to walk, where it may think that another one is shorter.
    """

    query: ModelSelect
    sort: Any
    falling: bool = False
    index: str = ""


@dataclass(frozen=True)
class PageOfIds:
    """The ids of a page in order, and the cursor of the next one."""

    ids: list[int]
    next: str | None


def walk(streams: Sequence[Stream], cursor: str | None, limit: int) -> PageOfIds:
    """A page of all streams together. Raises Invalid for a cursor that is none."""
    if not streams:
        return PageOfIds([], None)
    moments = streams[0].sort.field_type == "DATETIME"
    anchor = _unpack(cursor, moments)
    found: set[Place] = set()
    for stream in streams:
        found.update(_read(stream, anchor, limit + 1))
    places = sorted(found, reverse=streams[0].falling)
    shown = places[:limit]
    more = len(places) > limit
    return PageOfIds([row_id for _, row_id in shown], _pack(shown[-1], moments) if more else None)


def _read(stream: Stream, anchor: Place | None, limit: int) -> list[Place]:
    model = stream.query.model
    key, sort = model._meta.primary_key, stream.sort
    query = stream.query
    if anchor is not None:
        value, row_id = anchor
        beyond = key < row_id if stream.falling else key > row_id
        if sort is not key:
            # The first part alone bounds the range in the index; MariaDB does not see it in the second.
            near = sort <= value if stream.falling else sort >= value
            strict = sort < value if stream.falling else sort > value
            beyond = near & (strict | beyond)
        query = query.where(beyond)
    order = [sort] if sort is key else [sort, key]
    query = query.order_by(*[item.desc() if stream.falling else item.asc() for item in order]).limit(limit)
    if stream.index and not is_sqlite():
        sql, values = query.sql()
        table = f"`{model._meta.table_name}` AS `t1`"
        query = model.raw(sql.replace(table, f"{table} FORCE INDEX (`{stream.index}`)", 1), *values)
    return [(row[0], row[-1]) for row in query.tuples()]


def _pack(place: Place, moments: bool) -> str:
    value, row_id = place
    number = (value - _EPOCH) // timedelta(microseconds=1) if moments else value
    return f"{number}.{row_id}"


def _unpack(cursor: str | None, moments: bool) -> Place | None:
    if not cursor:
        return None
    value, _, last = cursor.partition(".")
    if not (
        value.lstrip("-").isascii()
        and value.lstrip("-").isdigit()
        and parse_id(last) is not None
        and len(cursor) < 40
    ):
        raise bad_cursor()
    try:
        moment = _EPOCH + timedelta(microseconds=int(value)) if moments else int(value)
        return moment, int(last)
    except OverflowError:
        raise bad_cursor() from None


def bad_cursor() -> Invalid:
    """The refusal of a place in a list that is none."""
    return Invalid(
        "翻页位置无效", code="bad_cursor", advice="请从第一页重新查看", fields={"cursor": "翻页位置无效"}
    )
