"""Columns and steps as source code: of a record's field, or of what an engine tells about a table that is there."""

from __future__ import annotations

import re
from typing import Any

from models.core.db.schema import Index, Table, TableColumn
from models.core.fields import LongFacts, Moment
from models.core.records import Base, Record

#: A piece of source: a finished text, a call, a tuple, a dictionary.
Source = Any
_WIDTH = 110


class Call:
    """`name(argument, …, option=value)`."""

    def __init__(self, name: str, arguments: list[tuple[str, Source]]) -> None:
        self.name, self.arguments = name, arguments


def call(name: str, *arguments: Source, **options: Source) -> Call:
    """A call as source."""
    return Call(name, [("", one) for one in arguments] + [(f"{key}=", one) for key, one in options.items()])


def names_in(source: Source) -> set[str]:
    """The names that a piece of source calls: what a file with it imports."""
    if isinstance(source, Call):
        return {source.name}.union(*(names_in(value) for _, value in source.arguments))
    if isinstance(source, tuple):
        return set().union(*(names_in(one) for one in source))
    return set().union(*(names_in(one) for one in source.values())) if isinstance(source, dict) else set()


def written(source: Source, indent: int = 0, before: str = "", after: str = "") -> str:
    """The text, formatted as the house's formatter leaves it; `before` and `after` stand on the same line."""
    line = _one_line(source)
    if indent + len(before) + len(line) + len(after) <= _WIDTH and not isinstance(source, dict):
        return f"{' ' * indent}{before}{line}{after}"
    if isinstance(source, str):
        return f"{' ' * indent}{before}{line}{after}"
    opening, closing, parts = _parts(source)
    inner = [written(value, indent + 4, label, ",") for label, value in parts]
    return "\n".join([f"{' ' * indent}{before}{opening}", *inner, f"{' ' * indent}{closing}{after}"])


def _one_line(source: Source) -> str:
    if isinstance(source, str):
        return source
    opening, closing, parts = _parts(source)
    inner = ", ".join(label + _one_line(value) for label, value in parts)
    comma = "," if isinstance(source, tuple) and len(source) == 1 else ""
    return f"{opening}{inner}{comma}{closing}"


def _parts(source: Source) -> tuple[str, str, list[tuple[str, Source]]]:
    if isinstance(source, Call):
        return f"{source.name}(", ")", source.arguments
    if isinstance(source, dict):
        return "{", "}", [(f"{key}: ", value) for key, value in source.items()]
    return "(", ")", [("", one) for one in source]


def column_of_field(field: Any, *, indexed: bool = True) -> Source:
    """The frozen column of a record's field. `indexed`: with its own index.

    Raises ValueError for a field of a kind that no frozen column is known for.
    """
    options: dict[str, Source] = {}
    kind = _kind_of(field)
    arguments: list[Source] = []
    if kind in ("CharField", "FixedCharField"):
        options["max_length"] = str(field.max_length)
    elif kind == "DecimalField":
        options |= {"max_digits": str(field.max_digits), "decimal_places": str(field.decimal_places)}
    elif kind == "Reference":
        arguments.append(f'"{field.rel_model._meta.table_name}"')
        if field.on_delete != "RESTRICT":
            options["on_delete"] = f'"{field.on_delete}"' if field.on_delete else "None"
    if field.null:
        options["null"] = "True"
    if indexed and field.unique:
        options["unique"] = "True"
    elif indexed and field.index and kind != "Reference":
        options["index"] = "True"
    if kind == "Reference" and indexed and not (field.index or field.unique):
        options["index"] = "False"
    return call(kind, *arguments, **options)


def _kind_of(field: Any) -> str:
    if field.primary_key:
        return (
            "Key" if issubclass(field.model, Record) or not issubclass(field.model, Base) else "BigAutoField"
        )
    for ours, kind in ((Moment, "Moment"), (LongFacts, "LongText")):
        if isinstance(field, ours):
            return kind
    peewees = next(kind for kind in type(field).__mro__ if kind.__module__ == "peewee")
    own = next(kind for kind in type(field).__mro__ if "ddl_datatype" in vars(kind))
    if own.__module__ != "peewee" or field.collation or field.constraints:
        raise ValueError(
            f"{field.model.__name__}.{field.name}: no column of models/migrations/steps.py makes the type of"
            f" {type(field).__name__}; add one there and name it in models/migrations/columns.py"
        )
    return "Reference" if peewees.__name__ == "ForeignKeyField" else peewees.__name__


_KINDS = (
    (r"varchar\((\d+)\)", "CharField", ("max_length",)),
    (r"char\((\d+)\)", "FixedCharField", ("max_length",)),
    (r"decimal\((\d+), ?(\d+)\)", "DecimalField", ("max_digits", "decimal_places")),
    (r"datetime(?:\(6\))?", "Moment", ()),
    (r"date", "DateField", ()),
    (r"(?:medium|long)text", "LongText", ()),
    (r"text", "TextField", ()),
    (r"tinyint\(1\)", "BooleanField", ()),
    (r"smallint(?:\(\d+\))?", "SmallIntegerField", ()),
    (r"int(?:\(\d+\))?", "IntegerField", ()),
    (r"bigint(?:\(\d+\))?|integer", "BigIntegerField", ()),  # of all whole numbers SQLite says INTEGER
    (r"double|float|real", "DoubleField", ()),
)


def column_of_table(table: Table, column: TableColumn, index: Index | None) -> Source:
    """The frozen column of one that is in a database. Raises ValueError for a type that the house does not use."""
    null = {"null": "True"} if column.null else {}
    indexed = {} if index is None else {"unique" if index.unique else "index": "True"}
    if column.key:
        return call("Key")
    if column.name in table.references:
        to = table.references[column.name]
        kept = {} if to.on_delete == "RESTRICT" else {"on_delete": f'"{to.on_delete}"'}
        unique = {"unique": "True"} if index is not None and index.unique else {}
        return call("Reference", f'"{to.table}"', **kept, **null, **unique)
    for pattern, kind, names in _KINDS:
        if found := re.fullmatch(pattern, column.kind, re.IGNORECASE):
            return call(kind, **dict(zip(names, found.groups(), strict=True)), **null, **indexed)
    raise ValueError(f"{table.name}.{column.name}: no column is known for the type {column.kind}")
