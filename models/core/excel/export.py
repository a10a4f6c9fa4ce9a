"""A ledger into Excel (X09): as the list is filtered and sorted, streamed, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.db.peewee_parts import row_of
from models.core.errors import Invalid
from models.core.excel import SheetWriter
from models.core.excel.imports.share import Progress
from models.core.excel.ledger_columns import export_column, line_columns, lines_of, plan_of
from models.core.fields import Described, Lines, Link, Picks
from models.core.files.mime import XLSX
from models.core.jobs import jobs
from models.core.ledger.declaration import Derived, Ledger
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import ListQuery, search
from models.core.ledger.reading.references import attach, label_of, load_rows
from models.core.ledger.reading.rows import shown_names
from models.core.ledger.sub_rows import in_words, lines_in_words
from models.core.logs.access import note_read
from models.core.security.actor import Actor

CHUNK = 2000
_COUNT_CAP = 5_000_000
Convert = Callable[[Any], Any]


def start_export(
    actor: Actor, ledger: Ledger, q: Any, filters: Any, sort: Any, columns: Any
) -> dict[str, Any]:
    """Begin to write the rows that a list would show into a workbook; gives the job.

    No `columns` means those that the list shows at first. Raises Invalid for a wrong query or column.
    """
    actor.require(ledger.rights["export"])
    query = ListQuery.parse(ledger, q=q, filters=filters, sort=sort)
    search(actor, ledger, query.q)
    names = checked_columns(ledger, columns)
    note_read(actor, None, ledger.title, action="exported")
    work = partial(_job, actor, ledger, query, names)
    rights = (ledger.rights["export"], ledger.rights["read"])
    return jobs.start(actor, "export", ledger, f"导出{ledger.title}", work, rights=rights)


def _job(
    actor: Actor, ledger: Ledger, query: ListQuery, names: list[str], handle: jobs.JobHandle
) -> dict[str, Any]:
    name = f"{ledger.title} {clock.local(clock.now()):%Y-%m-%d %H%M}.xlsx"
    with handle.new_file(name, XLSX, ".xlsx") as file:
        return {"rows": export(actor, ledger, query, names, file, handle.progress)}


def checked_columns(ledger: Ledger, columns: Any) -> list[str]:
    """The columns to write. Raises Invalid for one that the ledger does not show."""
    if columns in (None, []):
        return [column.field for column in ledger.columns if column.shown]
    fields = ledger.record._meta.fields
    shown = {*shown_names(ledger), *shown_names(ledger, detail=True)}
    known = {name for name in shown if getattr(fields.get(name), "kind", "") != "secret"}
    if not isinstance(columns, (list, tuple)) or not all(isinstance(name, str) for name in columns):
        raise Invalid(fields={"columns": "请选择要导出的列"})
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise Invalid(fields={"columns": f"没有“{unknown[0][:20]}”这一列"})
    return list(dict.fromkeys(columns))


def export(
    actor: Actor,
    ledger: Ledger,
    query: ListQuery,
    columns: Sequence[str],
    target: Path | BinaryIO,
    progress: Progress,
) -> int:
    """Write the workbook to `target`; gives the number of rows.

    What the actor sees counts, not only what the actor may export. Chunks are read one by one, each in a
    transaction of its own, so nobody waits for a long export.
    """
    selection = in_transaction(_selection, actor, ledger, query, write=False)
    total = in_transaction(selection.count, _COUNT_CAP, write=False)
    progress(0, total)
    source = _Rows(actor, ledger, selection, list(columns))
    beside = [name for name in lines_of(ledger) if name in columns]
    heads = [export_column(ledger, name) for name in (plan_of(ledger).line_key, *columns)] if beside else []
    heads = heads or [export_column(ledger, name) for name in columns]
    with SheetWriter(target, heads, title=ledger.title) as writer:
        lines = LineSheets(actor, ledger, beside, writer)
        for rows in source.chunks():
            writer.write(lines.numbered(rows, source.records) if beside else rows)
            progress(writer.written, max(total, writer.written))
    return writer.written


def _selection(actor: Actor, ledger: Ledger, query: ListQuery) -> Selection:
    rights = [ledger.rights["export"], ledger.rights["read"]]
    for right in rights:
        actor.require(right)
    narrower, wider = sorted(rights, key=lambda right: actor.rights[right])
    selection = Selection(actor, ledger, query, narrower, also=wider)
    selection.require_sortable()
    return selection


class LineSheets:
    """The stored lines of an export, on sheets of their own, as an import reads them: each with the number of its row."""

    def __init__(self, actor: Actor, ledger: Ledger, names: Sequence[str], writer: SheetWriter) -> None:
        self.actor = actor
        self.derived = [item for item in ledger.derived if item.name in names]
        self.boxes = {item.name: item.field.parts for item in self.derived if isinstance(item.field, Lines)}
        self.sheets = {
            item.name: writer.beside(line_columns(ledger, actor, item.name), item.title)
            for item in self.derived
        }
        self.count = 0

    def numbered(self, rows: list[list[Any]], records: Sequence[Any]) -> list[list[Any]]:
        """The rows of a chunk, each with its number before it; the lines of its `records` are written."""
        first = self.count + 1
        self.count += len(rows)
        for item in self.derived:
            loaded = in_transaction(item.load, self.actor, records, write=False)
            boxes = self.boxes[item.name]
            self.sheets[item.name].write(
                [str(first + at), *(_box(part, line.get(name)) for name, part in boxes.items())]
                for at, record in enumerate(records)
                for line in loaded.get(record.get_id(), ())
            )
        return [[str(first + at), *row] for at, row in enumerate(rows)]


def _box(part: Described, value: Any) -> Any:
    """The JSON value of a box of a line as a cell."""
    if value is not None and part.kind == "date":
        return date.fromisoformat(value)
    if value is not None and part.kind == "moment":
        return datetime.fromisoformat(value)
    if part.kind in ("integer", "number", "flag"):
        return value
    return in_words(part, value) or None


class _Rows:
    """The rows of a selection as sheets take them, a chunk at a time.

    Columns of the record are read as plain tuples. Only where a derived value is asked for are records made
    of them, as its `load` needs some.
    """

    def __init__(self, actor: Actor, ledger: Ledger, selection: Selection, names: list[str]) -> None:
        self.actor = actor
        self.ledger = ledger
        self.selection = selection
        self.names = names
        self.labels: dict[type[Any], dict[int, str]] = {}
        self.derived: dict[str, Derived] = {item.name: item for item in ledger.derived if item.name in names}
        fields = ledger.record._meta.fields
        self.columns = [fields[name] for name in names if name not in self.derived]
        self.converts: list[Convert | None] = [_converter(column) for column in self.columns]
        self.records: list[Any] = []  # of the chunk that was given last, where there are derived values
        self.links = [(i, column) for i, column in enumerate(self.columns) if isinstance(column, Link)]

    def chunks(self) -> Iterator[list[list[Any]]]:
        sort, key = self.selection.sort, self.selection.key
        columns = self.ledger.record._meta.sorted_fields if self.derived else self.columns
        make = self._with_derived if self.derived else self._plain
        rows = self.selection.stream(CHUNK, sort, key, *columns)
        while chunk := list(islice(rows, CHUNK)):
            yield in_transaction(make, chunk, write=False)

    def _plain(self, rows: list[tuple[Any, ...]]) -> list[list[Any]]:
        return self._converted([list(row[2:]) for row in rows])

    def _converted(self, rows: list[list[Any]]) -> list[list[Any]]:
        for place, link in self.links:
            labels = self._labels(link, {row[place] for row in rows} - {None})
            for row in rows:
                row[place] = labels.get(row[place])
        for place, convert in enumerate(self.converts):
            if convert is not None:
                for row in rows:
                    if row[place] is not None:
                        row[place] = convert(row[place])
        return rows

    def _labels(self, link: Link, ids: set[int]) -> dict[int, str]:
        known = self.labels.setdefault(link.rel_model, {})
        missing = ids - known.keys()
        if missing:
            loaded = load_rows(link.rel_model, missing)
            attach(link.rel_model, list(loaded.values()))
            known.update((row_id, label_of(row, link.to)) for row_id, row in loaded.items())
        return known

    def _with_derived(self, rows: list[tuple[Any, ...]]) -> list[list[Any]]:
        records = self.records = self._records(rows)
        attach(self.ledger.record, records)
        plain = self._converted([[record.__data__[c.name] for c in self.columns] for record in records])
        columns = dict(zip((c.name for c in self.columns), zip(*plain, strict=True), strict=False))
        for name, item in self.derived.items():
            loaded = item.load(self.actor, records)
            columns[name] = tuple(_told(item, loaded.get(record.get_id())) for record in records)
        return [list(row) for row in zip(*(columns[name] for name in self.names), strict=True)]

    def _records(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        """Records of tuples of all columns; Peewee's own way of making them costs as much as the sheet."""
        record = self.ledger.record
        names = [column.name for column in record._meta.sorted_fields]
        return [row_of(record, dict(zip(names, row[2:], strict=True))) for row in rows]


def _converter(column: Described) -> Convert | None:
    """How a column's Python value becomes a cell; None where it is one already."""
    if isinstance(column, Picks):
        titles = _titles(column)
        return lambda value: "、".join(titles.get(item, item) for item in value)
    if column.kind == "choice":
        titles = _titles(column)
        return lambda value: titles.get(value, value)
    if column.kind in ("personal_id", "text", "longtext"):
        return column.plain
    if column.kind in ("place", "signature"):
        return column.words
    if column.kind == "facts":
        return _facts
    return None


def _titles(column: Described) -> dict[str, str]:
    return {choice["value"]: choice["title"] for choice in column.describe()["choices"]}


def _told(item: Derived, value: Any) -> Any:
    """A derived JSON value as a cell."""
    if value is None or item.kind in ("text", "integer", "number", "flag"):
        return value
    if item.kind == "moment":
        return datetime.fromisoformat(value)
    if item.kind == "date":
        return date.fromisoformat(value)
    if item.kind in ("choice", "choices"):
        titles = {choice.value: choice.title for choice in item.choices}
        items = value if isinstance(value, list) else [value]
        return "、".join(titles.get(part, str(part)) for part in items)
    if isinstance(value, dict) and "label" in value:
        return value["label"]
    if isinstance(item.field, Lines):
        return lines_in_words(item.field, value) or None
    if isinstance(value, list):
        return "、".join(
            str(part.get("label", part)) if isinstance(part, dict) else str(part) for part in value
        )
    return _facts(value)


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return "；".join(f"{name}：{part}" for name, part in value.items())
    return value if isinstance(value, str) else str(value)
