"""What lies between the schema that the migrations make and the one that the records ask for, as steps in source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import Model

from models.core.db.schema import Index, Reference, Schema, Table, TableColumn
from models.migrations.columns import Source, call, column_of_field, column_of_table


@dataclass
class Differences:
    """The steps, in an order in which each finds what it needs, and what nobody but a human can write."""

    steps: list[Source] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.steps or self.by_hand)


def differences(made: Schema, asked: Schema, records: Mapping[str, type[Model]]) -> Differences:
    """The steps from the tables that are `made` to those that are `asked` for by the `records`, which are told by table."""
    return _Comparison(made, asked, records).run()


class _Comparison:
    def __init__(self, made: Schema, asked: Schema, records: Mapping[str, type[Model]]) -> None:
        self.made, self.asked, self.records = made, asked, records
        self.found = Differences()
        self.common = sorted(set(made) & set(asked))

    def run(self) -> Differences:
        steps = self.found.steps
        steps += [self._table("AddTable", asked) for asked in _by_references(self.asked, set(self.made))]
        for name in self.common:
            steps += self._new_columns(name)
            steps += self._changed_columns(name)
        for name in self.common:
            steps += self._indexes("AddIndex", self.asked[name], self.made[name])
            steps += self._indexes("DropIndex", self.made[name], self.asked[name])
        for name in self.common:
            steps += self._old_columns(name)
        gone = list(_by_references(self.made, set(self.asked)))
        steps += [self._table("DropTable", table) for table in reversed(gone)]
        return self.found

    def _field(self, table: str, column: str) -> Any:
        record = self.records.get(table)
        return None if record is None else record._meta.columns.get(column)

    def _column(self, table: Table, column: TableColumn) -> Source:
        """A column as source: of a record by its field, else as far as the engine tells it."""
        known = self._field(table.name, column.name)
        index = _own_index(table, column.name)
        return column_of_field(known) if known is not None else column_of_table(table, column, index)

    def _table(self, step: str, table: Table) -> Source:
        columns = [(f'"{name}"', self._column(table, column)) for name, column in table.columns.items()]
        own = {_own_index(table, name) for name in table.columns}
        rest = sorted((index for index in table.indexes if index not in own), key=repr)
        options = {"indexes": tuple(_index(index) for index in rest)} if rest else {}
        return call(step, f'"{table.name}"', dict(columns), **options)

    def _new_columns(self, name: str) -> Iterator[Source]:
        made, asked = self.made[name], self.asked[name]
        for column in asked.columns.values():
            if column.name not in made.columns:
                source = self._column(asked, column)
                fill = {} if column.null else {"fill": _fill(self._field(name, column.name))}
                yield call("AddColumn", f'"{name}"', f'"{column.name}"', source, **fill)

    def _old_columns(self, name: str) -> Iterator[Source]:
        made, asked = self.made[name], self.asked[name]
        for column in made.columns.values():
            if column.name not in asked.columns:
                source = column_of_table(made, column, _own_index(made, column.name))
                fill = {} if column.null else {"fill": "..."}
                yield call("DropColumn", f'"{name}"', f'"{column.name}"', source, **fill)

    def _changed_columns(self, name: str) -> Iterator[Source]:
        made, asked = self.made[name], self.asked[name]
        for column in asked.columns.values():
            before = made.columns.get(column.name)
            if before is None:
                continue
            if made.references.get(column.name) != asked.references.get(column.name):
                self.found.by_hand.append(
                    f"{name}.{column.name} points at {_said(asked, column)}, and at {_said(made, column)} before"
                )
            elif before != column:
                fill = (
                    {"fill": _fill(self._field(name, column.name))} if before.null and not column.null else {}
                )
                old = column_of_table(made, before, None)
                new = column_of_field(self._field(name, column.name), indexed=False)
                yield call("ChangeColumn", f'"{name}"', f'"{column.name}"', old, new, **fill)

    def _indexes(self, step: str, table: Table, other: Table) -> Iterator[Source]:
        """Indexes of `table` that the other one lacks, without those that come or go with their column."""
        for index in sorted(set(table.indexes) - set(other.indexes), key=repr):
            alone = index.columns[0] if len(index.columns) == 1 else None
            if alone is not None and alone not in other.columns:
                continue
            unique = {"unique": "True"} if index.unique else {}
            yield call(step, f'"{table.name}"', _columns(index), **unique)


def _own_index(table: Table, column: str) -> Index | None:
    """The index of this column alone that its field asks for: a unique one before a plain one."""
    for unique in (True, False):
        index = Index((column,), unique)
        if index in table.indexes:
            return index
    return None


def _columns(index: Index) -> tuple[Source, ...]:
    return tuple(f'"{column}"' for column in index.columns)


def _index(index: Index) -> tuple[Source, ...]:
    return (_columns(index), str(index.unique))


def _said(table: Table, column: TableColumn) -> str:
    to: Reference | None = table.references.get(column.name)
    return "no table" if to is None else f"{to.table} ({to.on_delete})"


def _fill(known: Any) -> Source:
    """What rows that are there get in a new column: what the record begins with, where that is one plain value."""
    default = None if known is None else known.default
    if isinstance(default, bool | int | str):
        return repr(default) if not isinstance(default, str) else '"' + default.replace('"', '\\"') + '"'
    return "..."


def _by_references(tables: Schema, without: set[str]) -> Iterator[Table]:
    """Those of the tables that are not among `without`, each after the ones it points at."""
    waiting = {name: table for name, table in sorted(tables.items()) if name not in without}
    while waiting:
        free = [
            name
            for name, table in waiting.items()
            if not {to.table for to in table.references.values()} & (set(waiting) - {name})
        ]
        for name in free or list(waiting)[:1]:  # tables that point at each other: as they come
            yield waiting.pop(name)


def slug(name: str) -> str:
    """The part of a migration's file name behind its number. Raises ValueError for one that says nothing."""
    made = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if not made:
        raise ValueError("name the migration in English: what changes, as in “meeting photos”")
    return made
