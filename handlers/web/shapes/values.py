"""The smallest parts of answers."""

from __future__ import annotations

from pydantic import BaseModel
from typing_extensions import TypeAliasType

#: What a field that is not known here can hold, as JSON: a form that somebody designed, a flow that is being drawn.
Value = TypeAliasType(
    "Value", "str | int | float | bool | list[Value] | dict[str, Value] | None"
)  # not pydantic's JsonValue: that one says nothing in a schema
#: What a small fact is told with.
Scalar = str | int | float | bool | None


class Named(BaseModel):
    """Somebody or something, and what it is called."""

    id: str
    name: str


class Referred(BaseModel):
    """A row that a field points at, and what it is called."""

    id: str
    label: str


class ValueTitle(BaseModel):
    """A value, and what people read for it."""

    value: str
    title: str


class Message(BaseModel):
    """A sentence for who did it."""

    message: str


class CellError(BaseModel):
    """What is wrong at a cell of a sheet; row 0 is the sheet itself."""

    row: int
    column: str
    cell: str
    code: str
    message: str
    value: str
