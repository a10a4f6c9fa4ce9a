"""A row as it is kept while its removal can be undone: its columns, what stands beside it, its attachments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from peewee import ForeignKeyField, IntegrityError

from models.core.db.writes import insert_rows
from models.core.errors import Conflict
from models.core.fields.unreadable import Unreadable
from models.core.files.attachments import Attachment
from models.core.ledger.declaration import Ledger
from models.core.ledger.reading.references import ledger_of

#: Under this name the attachments of a removed row lie, by the id of its BulkRow: no ledger has it, so nobody finds them.
REMOVED = "~removed"


def columns_beside(ledger: Ledger) -> Iterator[tuple[str, Any]]:
    """What goes with a row and comes back with it: columns that name it, by what people call their rows."""
    for sub in ledger.record.sub_rows.values():
        yield sub.field.title, sub.table.row
    yield from (ledger.rules.taken_along or {}).items()


def not_whole(ledger: Ledger, row: Any) -> str:
    """Why this one can't be brought back as it was; empty where it can: nothing else hangs on it that would be lost."""
    if ledger.rules.taken_along is None:
        return "它的删除另有规则，会连带别的变化"
    if any(isinstance(value, Unreadable) for value in row.__data__.values()):
        return "它有一项内容读不出来"
    known = {column for _, column in columns_beside(ledger)}
    for link, model in ledger.record._meta.backrefs.items():
        lost = isinstance(link, ForeignKeyField) and link.on_delete in ("CASCADE", "SET NULL")
        if not lost or link in known or model.__subclasses__():
            continue
        if model.select().where(link == row.get_id()).exists():
            found = ledger_of(model)
            return f"还有{found.noun if found else '别的记录'}连着它，会断开"
    return ""


def snapshot(ledger: Ledger, row: Any) -> dict[str, Any]:
    """The row and what stands beside it, as JSON. Take it before the row goes."""
    beside = [
        [
            column.model._meta.table_name,
            [_plain(each) for each in column.model.select().where(column == row.get_id())],
        ]
        for _, column in columns_beside(ledger)
    ]
    return {"row": _plain(row), "beside": beside}


def restore(ledger: Ledger, kept: dict[str, Any]) -> Any:
    """Put a removed row back under its old id, with what stood beside it; its version is one higher.

    Raises Conflict `taken` where its number or name was given to another one meanwhile, `reference_gone` where what it
    points at is gone.
    """
    record = ledger.record
    values = _values(kept["row"])
    values["version"] += 1
    tables = {column.model._meta.table_name: column.model for _, column in columns_beside(ledger)}
    try:
        insert_rows(record, [values])
        for name, rows in kept["beside"]:
            if name in tables:
                for each in rows:
                    insert_rows(tables[name], [_values(each)])
    except IntegrityError as error:
        raise _refused(error) from None
    return record.get_by_id(values[record._meta.primary_key.name])


def _refused(error: IntegrityError) -> Conflict:
    if "FOREIGN KEY" in str(error).upper():
        return Conflict(
            "不能恢复",
            code="reference_gone",
            cause="它引用的内容已经被删除",
            advice="请先恢复那一条，或重新登记",
        )
    return Conflict(
        "不能恢复", code="taken", cause="同样的内容之后又登记了一条", advice="请在现在这一条上修改，不用恢复"
    )


def set_aside(ledger: Ledger, row_id: int, bulk_row: int) -> None:
    """Keep the attachments of a row that goes, out of everybody's reach."""
    Attachment.update(ledger=REMOVED, row_id=bulk_row).where(
        Attachment.ledger == ledger.name, Attachment.row_id == row_id
    ).execute()


def give_back(ledger: Ledger, row_id: int, bulk_row: int) -> None:
    """The attachments of a row that came back are its own again."""
    Attachment.update(ledger=ledger.name, row_id=row_id).where(
        Attachment.ledger == REMOVED, Attachment.row_id == bulk_row
    ).execute()


def _plain(row: Any) -> dict[str, list[Any]]:
    return {name: _tagged(value) for name, value in row.__data__.items()}


def _tagged(value: Any) -> list[Any]:
    if isinstance(value, datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    return ["number", str(value)] if isinstance(value, Decimal) else ["json", value]


def _values(kept: dict[str, list[Any]]) -> dict[str, Any]:
    made: dict[str, Callable[[str], Any]] = {
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "number": Decimal,
    }
    return {name: made[tag](value) if tag in made else value for name, (tag, value) in kept.items()}


__all__ = ["REMOVED", "columns_beside", "give_back", "not_whole", "restore", "set_aside", "snapshot"]
