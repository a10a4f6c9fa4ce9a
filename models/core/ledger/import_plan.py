"""The words in which an import from Excel is declared. Data only: the machinery stands in models/core/excel/imports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.core.fields import Described
from models.core.ledger.parts import ResultFile, Values
from models.core.security.actor import Actor


@dataclass(frozen=True)
class Left:
    """What an import leaves to be done: which rows its follow-up is for (maybe none), and a sentence."""

    ids: tuple[int, ...]
    message: str


@dataclass(frozen=True)
class FollowUp:
    """A file that the result of an import offers: what had to wait until the rows were there.

    `left(actor, rows, options)` says what is left to be done after the import of these clean rows, None for nothing;
    it changes nothing. `lines(actor, records)` does it for some of the rows that still are as `when` says (as an action
    has it), in a transaction of their own, and gives lines for the file, which `file(lines)` makes. `again` says what
    doing it once more means.
    """

    name: str
    title: str
    right: str
    left: Callable[[Actor, list[Values], Values], Left | None]
    lines: Callable[[Actor, list[Any]], list[Any]]
    file: Callable[[list[Any]], ResultFile]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    again: str = ""


@dataclass(frozen=True)
class Remark:
    """What whoever imports a right row should know of it; one that is `left_out` is not changed unless that is chosen."""

    text: str
    left_out: bool = False


@dataclass(frozen=True)
class ImportPlan:
    """How an Excel sheet becomes rows. `columns` are field names in the template's order.

    `key` names the fields that find the row that is there already (update instead of create; empty: always
    create). `lookup` finds references by what people write: field → (actor) -> (text) -> id or raises Malformed. What is
    there is read once, before the first text: a sheet may name 50,000. Without one a reference is found by its label.
    `check(actor, rows)` sees all clean rows at once and gives further errors as {row index: {field: Malformed}}.
    `save(actor, rows)` writes them and gives (created, updated); of thousands, `prepare(actor, rows, batch)` reads only,
    and adds to the batch. `reads`: more tables that it looks at.
    `aliases`: what people's own sheets call a column, the most telling first.

    `sheet_only` are columns that tell the sheet's reader something and are no value of a row, by name: `check` and `save` see
    them, the ledger's own rules don't. Stored `Lines` among the columns stand on a sheet of their own, whose rows say by
    `line_key`, one of the `sheet_only` columns (the rows' own number on the first sheet), to which of its rows they belong.

    `options` are chosen for the whole sheet before it is written, as the questions of an action are; `check`, `save` and
    `prepare` of a plan that has some take what was chosen as one more argument, by name, without what was left out (a dry
    run: nothing). `asks(rows)` says whether these rows make them worth asking, `concerned(actor, rows)` which of them.
    `remarks(actor, rows)` says of right rows what whoever imports them should know, by index.

    Taking an import back: `holds(actor, records)` says what hangs on rows that it made, by id (None: whatever row points
    at one), `undo(actor, record)` takes back what it did beside the row's own values, and `touched(actor, began)` gives the
    ids of rows to which it did such.
    """

    columns: tuple[str, ...]
    file_name: str
    key: tuple[str, ...] = ()
    samples: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    lookup: Mapping[str, Callable[[Actor], Callable[[str], int]]] = field(default_factory=dict)
    check: Callable[..., Mapping[int, Mapping[str, Any]]] | None = None
    save: Callable[..., tuple[int, int]] | None = None
    prepare: Callable[..., tuple[int, int]] | None = None
    reads: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: tuple[tuple[str, Described], ...] = ()
    asks: Callable[[list[Values]], bool] = lambda rows: True
    concerned: Callable[[Actor, list[Values]], Collection[str]] | None = None
    remarks: Callable[[Actor, list[Values]], Mapping[int, Remark]] | None = None
    holds: Callable[[Actor, Sequence[Any]], Mapping[int, str]] | None = None
    touched: Callable[[Actor, datetime], Collection[int]] = lambda actor, began: ()
    undo: Callable[[Actor, Any], None] | None = None
    follow: FollowUp | None = None
    sheet_only: tuple[tuple[str, Described], ...] = ()
    line_key: str = ""

    def chosen(self, options: Values) -> tuple[Values, ...]:
        """What `check`, `save` and `prepare` take beside the rows."""
        return (options,) if self.options else ()
