"""Fields that hold several rows: people, rows of other records, lines. Declared in a record, kept in tables of their own.

    class Meeting(Record):
        attended = People("参加人员", Person)
        decisions = Lines("决定", {"what": Text("内容", required=True), "who": Link("负责人", Person, to="persons")})

makes the tables `meeting_attended` and `meeting_decisions`; `Meeting.attended` is the `SubRows` that says which. What is
done with them (lists, forms, filters, sheets) stands in `models.core.ledger.sub_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peewee import ForeignKeyField, IntegerField, ModelBase

from models.core.fields.choices import Link, References
from models.core.fields.encoded import PersonalId, Secret
from models.core.fields.lines import Lines


class Many(References):
    """Any number of rows of `model`, picked from the ledger `to`; `only` narrows what is offered, as with a `Link`."""

    def __init__(
        self,
        title: str,
        model: Any,
        *,
        to: str,
        only: tuple[str, str] | None = None,
        most: int = 1000,
        **options: Any,
    ) -> None:
        self.model_of_items, self.only = model, only
        super().__init__(title, to, most=most, **options)

    def describe(self) -> dict[str, Any]:
        return {"to": self.to, "max": self.most}


class People(Many):
    """Any number of people, of whom a form also takes whole departments, posts, or everybody at once."""

    def __init__(self, title: str, model: Any, *, to: str = "persons", **options: Any) -> None:
        super().__init__(title, model, to=to, **options)

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "grouped": True}


@dataclass(frozen=True)
class SubRows:
    """What a record keeps beside its columns under `name`: the field as it was declared, and the table of its rows.

    Each row of `table` has `row` (whose it is) and either `item` (what was picked) or `place` and the boxes of the line.
    """

    record: Any
    name: str
    field: Many | Lines
    table: Any

    @property
    def links(self) -> dict[str, Link]:
        """The references that its rows make, by column."""
        fields = self.table._meta.fields
        return {name: fields[name] for name in self.parts if isinstance(fields[name], Link)}

    @property
    def parts(self) -> tuple[str, ...]:
        """The columns that hold what was filled in."""
        return tuple(self.field.parts) if isinstance(self.field, Lines) else ("item",)

    def owned_by(self, ids: Any) -> Any:
        """Its rows that belong to these rows of the record, in order."""
        order = self.table.place if isinstance(self.field, Lines) else self.table.id
        return self.table.select().where(self.table.row.in_(ids)).order_by(self.table.row, order)


class WithSubRows(ModelBase):
    """The type of all tables: takes `Many`, `People` and `Lines` out of the columns, and makes their tables."""

    def __new__(cls, name: str, bases: tuple[Any, ...], attrs: dict[str, Any]) -> Any:
        """The table's class, with its `sub_rows` by name."""
        declared = {key: value for key, value in attrs.items() if isinstance(value, (Many, Lines))}
        kept = {key: value for key, value in attrs.items() if key not in declared}
        made = super().__new__(cls, name, bases, kept)
        if declared:
            made.sub_rows = {key: _sub_rows(made, key, field) for key, field in declared.items()}
            for key, sub in made.sub_rows.items():
                setattr(made, key, sub)
        return made


def _sub_rows(record: Any, name: str, field: Many | Lines) -> SubRows:
    field.name = name
    columns: dict[str, Any] = {"row": ForeignKeyField(record, on_delete="CASCADE", backref="+")}
    if isinstance(field, Lines):
        columns |= {"place": IntegerField(), **dict(_boxes(record, name, field))}
        unique = (("row", "place"), True)
    else:
        columns["item"] = Link(field.title, field.model_of_items, to=field.to, only=field.only, required=True)
        unique = (("row", "item"), True)
    meta = type("Meta", (), {"table_name": f"{record._meta.table_name}_{name}", "indexes": (unique,)})
    called = f"{record.__name__}{name.title().replace('_', '')}"
    base = next(each for each in reversed(record.__mro__) if type(each) is WithSubRows)
    doc = f"Rows of {record.__name__}.{name}."
    named = {"Meta": meta, "__module__": record.__module__, "__qualname__": called, "__doc__": doc}
    table = WithSubRows(called, (base,), {**columns, **named, "sub_rows_of": record})
    return SubRows(record, name, field, table)


def _boxes(record: Any, name: str, field: Lines) -> Iterator[tuple[str, Any]]:
    """The boxes of a line as columns. Raises ValueError for what can't be one."""
    for part, column in field.parts.items():
        if part in ("id", "row", "place", "item") or isinstance(
            column, (PersonalId, Secret, References, Lines)
        ):
            raise ValueError(f"{record.__name__}.{name} can't keep {part} in its lines")
        yield part, column


__all__ = ["Many", "People", "SubRows", "WithSubRows"]
