"""A row of every ledger for one company, made from what its fields say of themselves: nothing to add for a new ledger."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import BlobField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from models.core import clock
from models.core.errors import Malformed
from models.core.fields import (
    Day,
    Described,
    DrawnSignature,
    Facts,
    GeoPoint,
    Integer,
    Json,
    LongText,
    Moment,
    Number,
    PersonalId,
    Phone,
    Pick,
    Picks,
    Secret,
    SortKey,
    Spot,
    Strokes,
    SubRows,
    Text,
)
from models.core.ledger import Ledger, all_ledgers
from models.core.records import Record
from models.organization.records import Company

Rows = dict[type[Record], Record]


class CannotMake(AssertionError):
    """A ledger of which no row can be made from its fields."""


class RowMaker:
    """Makes rows of one company, with `word` in every text. `there` are rows that it uses as they are, `codes` the values
    of columns that hold words of the machinery (`flow_case.kind`)."""

    def __init__(
        self,
        unit: Company,
        site: Company,
        word: str,
        there: dict[type[Any], Any],
        codes: Mapping[str, Any] | None = None,
    ) -> None:
        self.unit = unit
        self.site = site
        self.word = word
        self.there: dict[type[Any], Any] = dict(there)
        self.codes = codes or {}
        self._under_way: list[type[Any]] = []

    def rows(self, ledgers: Iterable[Ledger] | None = None) -> Rows:
        """A row of every ledger's record, by the record; what belongs to no company is made and left out. Raises CannotMake."""
        made = {ledger.record: self.row(ledger.record) for ledger in ledgers or all_ledgers()}
        return {record: row for record, row in made.items() if not _is_standard(record)}

    def row(self, record: type[Any]) -> Any:
        """The row of this record; made when it is asked for the first time, after what it points at. Raises CannotMake."""
        if record not in self.there:
            self._under_way.append(record)
            try:
                self.there[record] = self._made(record)
            finally:
                self._under_way.pop()
        return self.there[record]

    def _made(self, record: type[Any]) -> Any:
        there = record.select().first() if _is_standard(record) else None
        if there is not None:
            return there
        values = {}
        for name, field in record._meta.fields.items():
            if field is record._meta.primary_key and field.auto_increment:
                continue
            code = self.codes.get(f"{record._meta.table_name}.{name}")
            value = self._value(record, name, field) if code is None else code
            if isinstance(code, type):  # the id of a row of that record
                value = self.row(code).get_id()
            if value is not None:
                values[name] = value
        try:
            made = record(**values)
            made.save(force_insert=True)
            for sub in getattr(record, "sub_rows", {}).values():
                self._add(sub, made)
        except Exception as error:
            raise CannotMake(f"no row of {record.__name__} can be made of {values}: {error}") from error
        return record.get_by_id(made.get_id())

    def _add(self, sub: SubRows, row: Any) -> None:
        """One row of what is kept beside `row`: somebody who was picked, or a line."""
        values = {name: self._value(sub.table, name, sub.table._meta.fields[name]) for name in sub.parts}
        if "place" in sub.table._meta.fields:
            values["place"] = 1
        sub.table.create(row=row, **{name: value for name, value in values.items() if value is not None})

    def _value(self, record: type[Any], name: str, field: Any) -> Any:
        if isinstance(field, ForeignKeyField):
            return self._target(record, name, field)
        if name == getattr(record, "company_field", None):
            return self.unit.id  # a log keeps ids alone
        if field.unique and isinstance(field, IntegerField):
            return 1 + secrets.randbelow(10**9)  # the id of what the row is of, kept as a number
        if isinstance(field, (Text, LongText)):
            return self._text(field, owned=not _is_standard(record))
        if isinstance(field, Described):
            return _described(field)
        if field.default is not None or isinstance(field, SortKey):
            return None
        return self._plain(field)

    def _target(self, record: type[Any], name: str, field: Any) -> Any:
        model = field.rel_model
        only = getattr(field, "only", None)
        if model is Company:
            kind = only[1] if only else "company"
            if name == getattr(record, "company_field", None) or kind == "company":
                return self.unit.id
            return self.site.id if kind == "site" else None
        if model in self._under_way:
            if field.null:
                return None
            raise CannotMake(
                f"{record.__name__}.{name} needs a {model.__name__}, which needs a {record.__name__}"
            )
        return self.row(model).get_id()

    def _text(self, field: Any, *, owned: bool) -> str:
        word = self.word if owned else "通用"
        wanted = f"{word}{field.title}{secrets.token_hex(4) if field.unique else ''}"[: field.max]
        for text in (wanted, "1", "A1", "2026", "a@example.com", "#112233", "https://a.example.cn/"):
            try:
                if field.clean(text):
                    return text
            except Malformed:
                continue
        raise CannotMake(f"no text is right for {field.title}")

    def _plain(self, field: Any) -> Any:
        if field.null and not isinstance(field, CharField):
            return None
        if isinstance(field, (CharField, TextField)) and not isinstance(field, Json):
            return f"{self.word}{secrets.token_hex(16)}"[: getattr(field, "max_length", None) or 60]
        if isinstance(field, BooleanField):
            return False
        if isinstance(field, Json):
            return {}
        if isinstance(field, IntegerField):
            return 1
        return b"" if isinstance(field, BlobField) else None


def _is_standard(record: type[Any]) -> bool:
    """Whether rows of the record are everybody's, and belong to no company."""
    return issubclass(record, Record) and record.company_field is None


def _described(field: Any) -> Any:
    """A right value for a field that takes no text of its own."""
    if field.default is not None:
        return None
    if isinstance(field, Pick):
        return field.options[0].value
    if isinstance(field, Picks):
        return [field.options[0].value] if field.options and field.required else None
    if isinstance(field, (Integer, Number)):
        return max(field.min, 1)
    if isinstance(field, Day):
        return clock.today()
    if isinstance(field, Moment):
        return clock.now()
    if isinstance(field, PersonalId):
        return "330302197812314564" if field.required else None
    if isinstance(field, Phone):
        return "13811112222" if field.required else None
    if isinstance(field, Secret):
        return "s"
    if isinstance(field, GeoPoint):
        return Spot(121.55, 29.87, 12)
    if isinstance(field, DrawnSignature):
        return Strokes((((20, 20), (300, 200)),))
    return {} if isinstance(field, Facts) and not field.null else None
