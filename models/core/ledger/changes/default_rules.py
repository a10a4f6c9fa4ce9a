"""Ready-made rules for ledgers that need no others: make, change and delete a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from peewee import IntegrityError

from models.core.errors import Conflict
from models.core.fields import Link
from models.core.ledger import sub_rows
from models.core.ledger.declaration import Values
from models.core.ledger.parts import Plain
from models.core.ledger.reading.references import ledger_of, links_of, load_rows
from models.core.records import Record
from models.core.security.actor import Actor


def plain_create(record: type[Record]) -> Callable[[Actor, Values], Any]:
    """A rule that makes a row of the values.

    Where the form does not ask for the company, it is that of what the row points at, or else the actor's.
    """

    def create(actor: Actor, values: Values) -> Any:
        columns, beside = sub_rows.split(record, values)
        made = record(**columns)
        name = record.company_field
        if name is not None and made.__data__.get(name) is None and not record._meta.fields[name].null:
            setattr(made, name, _company_pointed_at(record, columns) or actor.company_id)
        made.save(force_insert=True)
        sub_rows.write(made, beside)
        return made

    return Plain(create, alone=not record.sub_rows)


def _company_pointed_at(record: type[Record], values: Values) -> int | None:
    for name, link in links_of(record).items():
        if values.get(name) is None or not issubclass(link.rel_model, Record):
            continue
        company = load_rows(link.rel_model, [values[name]])[values[name]].scope_value("company")
        if company is not None:
            found: int = company
            return found
    return None


def plain_edit(record: type[Record]) -> Callable[[Actor, Any, Values], Any]:
    """A rule that writes the values into the row, unless it was changed since it was read."""

    def edit(actor: Actor, row: Any, values: Values) -> Any:
        if not values:
            return row
        columns, beside = sub_rows.split(record, values)
        changed = row.change(**columns)
        sub_rows.write(changed, beside)
        return changed

    return Plain(edit, alone=not record.sub_rows)


def plain_delete(record: type[Record], *also: Any) -> Callable[[Actor, Any], None]:
    """A rule that deletes the row, unless something points at it.

    `also` are columns without a foreign key that hold ids of such rows (`ClockIn.equipment_id`). Raises
    Conflict `still_used` that says in numbers what hangs on the row.
    """

    def delete(actor: Actor, row: Any) -> None:
        if any(column.model.select().where(column == row.get_id()).exists() for column in also):
            raise still_used(row, *also)
        try:
            record.delete().where(record._meta.primary_key == row.get_id()).execute()
        except IntegrityError:
            raise still_used(row, *also) from None

    return Plain(delete)


def still_used(row: Any, *also: Any) -> Conflict:
    """The refusal to delete `row`, with how many rows of which ledger point at it."""
    counts: dict[type[Any], int] = {}
    pointing = [
        link
        for link, model in type(row)._meta.backrefs.items()
        # What several tables have in common (a record with kinds of its own) has no table itself.
        if isinstance(link, Link) and link.on_delete == "RESTRICT" and not model.__subclasses__()
    ]
    for model, columns in _by_record((*pointing, *also)).items():
        number = _count(model, columns, row.get_id())
        if number:
            counts[model] = number
    words = []
    for model, number in counts.items():
        ledger = ledger_of(model)
        words.append(ledger.counted(number) if ledger else f"{number} 条其他记录")
    ledger = ledger_of(type(row))
    label = f"“{ledger.label(row)}”" if ledger else "这条记录"
    return Conflict(
        f"{label}还在使用，不能删除",
        code="still_used",
        cause=f"还有 {'、'.join(words)}引用它" if words else "还有其他记录引用它",
        advice="请先处理这些记录，或者改为停用",
        details={"used_by": [{"noun": _noun(model), "count": number} for model, number in counts.items()]},
    )


def _by_record(columns: Sequence[Any]) -> dict[type[Any], list[Any]]:
    """The columns by whose rows they are about: what is kept beside a row (`People`, `Lines`) is about that row."""
    found: dict[type[Any], list[Any]] = {}
    for column in columns:
        found.setdefault(getattr(column.model, "sub_rows_of", None) or column.model, []).append(column)
    return found


def _count(model: type[Any], columns: Sequence[Any], row_id: int) -> int:
    """How many rows of `model` point there; one that does so several times, or beside itself, counts once."""
    told = [
        column == row_id
        if column.model is model
        else model._meta.primary_key.in_(column.model.select(column.model.row).where(column == row_id))
        for column in columns
    ]
    return int(model.select().where(reduce(or_, told)).count())


def _noun(model: type[Any]) -> str:
    ledger = ledger_of(model)
    return ledger.noun if ledger else "其他记录"
