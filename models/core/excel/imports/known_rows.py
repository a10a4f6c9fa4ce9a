"""Which rows of a sheet are there already, and which stand in it twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.core.db.peewee_parts import indexes_of
from models.core.errors import Malformed
from models.core.excel.ledger_columns import plan_of
from models.core.fields import Link, LongText, PersonalId, Text
from models.core.ledger.declaration import Ledger
from models.core.ledger.reading.references import load_rows
from models.core.ledger.reading.rows import fits
from models.core.security import crypto
from models.core.text.folding import fold

if TYPE_CHECKING:
    from models.core.excel.imports.check import CheckedLine

_CHUNK = 400
Key = tuple[Any, ...]


@dataclass(frozen=True)
class KnownRow:
    """The row that a line is about, or why that can't be told; `name` is the value to look at."""

    name: str
    record: Any = None
    error: Malformed | None = None


def find_known(ledger: Ledger, lines: Sequence[CheckedLine]) -> Iterator[tuple[CheckedLine, KnownRow]]:
    """The lines whose rows are there already: those that the plan's key finds, and those that it does not
    find but that would take a unique key from another row."""
    key = plan_of(ledger).key
    if key:
        yield from _matched(ledger, key, lines)
    for names in _unique_keys(ledger):
        if set(names) - {ledger.record.company_field} != set(key) - {ledger.record.company_field}:
            yield from _taken(ledger, names, lines)


def _matched(
    ledger: Ledger, key: tuple[str, ...], lines: Sequence[CheckedLine]
) -> Iterator[tuple[CheckedLine, KnownRow]]:
    found = _rows_with(ledger, key, lines)
    records = load_rows(ledger.record, [ids[0] for ids in found.values() if len(ids) == 1])
    name = _told_at(ledger, key)
    for line in lines:
        ids = found.get(_key_of(ledger, key, line) or ())
        if ids and len(ids) > 1:
            yield (
                line,
                KnownRow(
                    name, error=Malformed("ambiguous", f"系统里有 {len(ids)} 条相同的，请先在列表中处理")
                ),
            )
        elif ids and _is_closed(ledger, records[ids[0]]):
            yield (
                line,
                KnownRow(
                    name, error=Malformed("wrong_state", "系统里的这一条现在不能修改，请从表里删去这一行")
                ),
            )
        elif ids:
            yield line, KnownRow(name, records[ids[0]])


def _is_closed(ledger: Ledger, record: Any) -> bool:
    """Whether the row is in a state in which the ledger's rules change none."""
    asked = ledger.rules.when
    return (
        bool(asked) and asked.keys() <= ledger.record._meta.fields.keys() and not fits(ledger.rules, record)
    )


def _taken(
    ledger: Ledger, names: tuple[str, ...], lines: Sequence[CheckedLine]
) -> Iterator[tuple[CheckedLine, KnownRow]]:
    found = _rows_with(ledger, names, lines)
    name = _told_at(ledger, names)
    for line in lines:
        ids = found.get(_key_of(ledger, names, line) or ())
        if ids and (line.there is None or line.there.get_id() not in ids):
            message = f"系统里已经有这个{ledger.title_of(name)}，请核对"
            yield line, KnownRow(name, error=Malformed("already_there", message))


def same_in_sheet(
    ledger: Ledger, lines: Sequence[CheckedLine]
) -> Iterator[tuple[CheckedLine, str, Malformed]]:
    """Lines that repeat a key of an earlier line."""
    keys = dict.fromkeys([*([plan_of(ledger).key] if plan_of(ledger).key else []), *_unique_keys(ledger)])
    for names in keys:
        first: dict[Key, int] = {}
        name = _told_at(ledger, names)
        for line in lines:
            key = _key_of(ledger, names, line)
            if key is None:
                continue
            if key in first:
                message = f"与第 {first[key]} 行重复，请只留一行"
                yield line, name, Malformed("twice_in_sheet", message)
            else:
                first[key] = line.row.number


def _unique_keys(ledger: Ledger) -> Iterable[tuple[str, ...]]:
    """The record's unique keys, by the names of the values in them; those that a sheet can't fill are left out."""
    fields = ledger.record._meta.fields
    hidden = {field.hashed_as: field.name for field in fields.values() if isinstance(field, PersonalId)}
    columns = set(plan_of(ledger).columns) | {ledger.record.company_field}
    for index in indexes_of(ledger.record):
        names = tuple(hidden.get(field.name, field.name) for field in index.columns)
        if index.unique and set(names) <= columns:
            yield names


def _told_at(ledger: Ledger, names: tuple[str, ...]) -> str:
    """The value at which a person can tell the key: what is written rather than picked."""
    fields = ledger.record._meta.fields
    written = [name for name in names if not isinstance(fields[name], Link)]
    return next(iter([*written, *names]))


def _key_of(ledger: Ledger, names: tuple[str, ...], line: CheckedLine) -> Key | None:
    """The line's key as it is compared, with its company in front; None if a part is missing or wrong."""
    parts: list[Any] = [line.company]
    for name in names:
        if name == ledger.record.company_field:
            continue
        value = line.values.get(name)
        if value is None and line.there is not None and name not in line.wrong:
            value = line.there.__data__.get(name)
        if value is None or name in line.wrong:
            return None
        parts.append(_compared(ledger.record._meta.fields[name], value))
    return tuple(parts) if _is_owned(ledger, names) else (None, *parts[1:])


def _is_owned(ledger: Ledger, names: tuple[str, ...]) -> bool:
    """Whether the key counts within a company: a plan's key always, another if the company is part of it."""
    owner = ledger.record.company_field
    return owner is not None and (owner in names or names == plan_of(ledger).key)


def _compared(field: Any, value: Any) -> Any:
    if isinstance(field, PersonalId):
        return crypto.hash_id_number(value)
    # The servers compare texts without regard to case, and so must we; people compare without regard to spelling.
    return fold(value) if isinstance(value, str) else value


def _rows_with(ledger: Ledger, names: tuple[str, ...], lines: Sequence[CheckedLine]) -> dict[Key, list[int]]:
    """The ids of rows that have the lines' keys, by key."""
    fields = ledger.record._meta.fields
    owner = ledger.record.company_field
    owned = _is_owned(ledger, names)
    shown = [name for name in names if name != owner]
    columns = [fields[fields[n].hashed_as] if isinstance(fields[n], PersonalId) else fields[n] for n in shown]
    wanted = {key for line in lines if (key := _key_of(ledger, names, line)) is not None}
    if not wanted or not shown:
        return {}
    at = shown.index(_told_at(ledger, tuple(shown)))  # fewer rows have the same text than the same reference
    values = sorted(
        {_sent(line, shown[at], fields) for line in lines if line.values.get(shown[at]) is not None}
    )
    company = [fields[owner]] if owned and owner else []
    query = ledger.record.select(ledger.record._meta.primary_key, *company, *columns)
    if company:
        query = query.where(company[0].in_(sorted({key[0] for key in wanted if key[0] is not None}) or [0]))
    if ledger.published is not None:
        query = query.where(ledger.published.living())
    found: dict[Key, list[int]] = {}
    for start in range(0, len(values), _CHUNK):
        for row in query.where(columns[at].in_(values[start : start + _CHUNK])).tuples():
            _note(found, wanted, row, bool(company))
    if wanted - found.keys() and isinstance(fields[shown[at]], (Text, LongText)):
        # In another spelling: one pass over what there is, as no index knows the folded form.
        there = {row_id for ids in found.values() for row_id in ids}
        for row in query.tuples().iterator():
            if row[0] not in there:
                _note(found, wanted, row, bool(company))
    return found


def _note(found: dict[Key, list[int]], wanted: set[Key], row: tuple[Any, ...], owned: bool) -> None:
    rest = [fold(part) if isinstance(part, str) else part for part in row[2 if owned else 1 :]]
    key = (row[1] if owned else None, *rest)
    if key in wanted:
        found.setdefault(key, []).append(row[0])


def _sent(line: CheckedLine, name: str, fields: Any) -> Any:
    value = line.values[name]
    return crypto.hash_id_number(value) if isinstance(fields[name], PersonalId) else value
