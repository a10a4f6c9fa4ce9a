"""The words in which a ledger is declared. Data only: the machinery stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, Any

from models.core.chapters import chapters, found_at, load, menu_groups
from models.core.fields import Choice, Described
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.rights import known

if TYPE_CHECKING:
    from models.core.ledger.expiry import Expiry

Values = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of the list. `width` in pixels; one that is not `shown` waits in the column choice."""

    field: str
    width: int = 140
    fixed: bool = False
    shown: bool = True


@dataclass(frozen=True)
class Filter:
    """A filter above the list; `kind`: choice reference flag text date_range moment_range.

    `along` names the moment whose local day the field holds: a range of days then also bounds that moment,
    which the list is sorted and indexed by.
    """

    field: str
    kind: str
    along: str = ""


@dataclass(frozen=True)
class Section:
    """A titled group of fields in the form."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Derived:
    """A value that is no column of the record: joined or worked out, for a whole page at once.

    `load(actor, records)` gives JSON values by record id. `where(values)` turns the values of a filter into a
    condition (None: can't be filtered). `write` marks one that the form may send and that the ledger's
    rules take out of the values themselves; it is then checked by `field`. One that stands `beside` a flag of the
    form is asked only while that says 是. One that `warns` is said aloud when the row was saved and it is not empty.
    """

    name: str
    title: str
    kind: str
    load: Callable[[Actor, Sequence[Any]], Mapping[int, Any]]
    where: Callable[[Sequence[str]], Any] | None = None
    choices: tuple[Choice, ...] = ()
    to: str | None = None
    field: Described | None = None
    required: bool = False
    help: str = ""
    create_only: bool = False
    beside: str = ""
    warns: bool = False

    @property
    def write(self) -> bool:
        """Whether a form may send it."""
        return self.field is not None


@dataclass(frozen=True)
class Action:
    """A button that calls a rule. `where`: row, bulk or page; `gives`: rows, message or file.

    `rule(actor, records, values)` gives what `gives` says: the changed records, a sentence, or a
    `ResultFile` (run as a job). It raises the usual errors; on rows it is all or nothing.
    `when` maps a field to the values for which the button is offered. One that `changes` nothing of the row may be
    pressed by whoever has the right, on the whole group's rows too.
    """

    name: str
    title: str
    right: str
    rule: Callable[[Actor, list[Any], Values], Any]
    where: str = "row"
    gives: str = "rows"
    tone: str = "plain"
    confirm: str = ""
    fields: tuple[tuple[str, Described], ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    once: bool = False
    changes: bool = True


@dataclass(frozen=True)
class PageNotice:
    """What whoever opens a ledger has to know of it as a whole, in a title and a sentence; stands above its list."""

    title: str
    text: str


@dataclass(frozen=True)
class FormProbe:
    """A question that a form may ask before it is saved: a button beside `field` (匹配资质).

    `rule(actor, values)` takes what is in the form so far, by field name and not yet clean, and gives a
    `ProbeFinding`. It changes nothing.
    """

    name: str
    title: str
    field: str
    right: str
    rule: Callable[[Actor, Values], ProbeFinding]


@dataclass(frozen=True)
class ProbeFinding:
    """What a probe found: a sentence, its tone, and facts that may be listed under it."""

    message: str
    tone: str = "plain"
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ResultFile:
    """A file that an action or an export made."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Made:
    """A new row, and what its maker is told this once: it is in the answer and nowhere else."""

    row: Any
    once: str = ""


@dataclass(frozen=True)
class Rules:
    """The functions that change a ledger's rows; a ledger without one offers no such change.

    `create(actor, values) -> Record` (or Made), `edit(actor, record, values) -> Record`, `delete(actor, record)`.
    `when` maps a field to the values for which changing and deleting is offered, as with an action: a row that was
    approved keeps its files too. The rules themselves still refuse.
    Values are clean already (see Ledger.fields) and reference values are ids that the actor may see.
    """

    create: Callable[[Actor, Values], Any] | None = None  # see `made_by`
    edit: Callable[[Actor, Any, Values], Any] | None = None
    delete: Callable[[Actor, Any], None] | None = None
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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

    def chosen(self, options: Values) -> tuple[Values, ...]:
        """What `check`, `save` and `prepare` take beside the rows."""
        return (options,) if self.options else ()


@dataclass(frozen=True)
class Ledger:
    """One ledger: what it is called, shows, asks for, and lets one do. Registers itself by `name`."""

    name: str
    record: type[Record]
    title: str
    group: str
    system: str
    noun: str
    empty: str
    columns: tuple[Column, ...]
    # read, create, edit, delete, import, export → right; a missing one is not offered
    rights: Mapping[str, str]
    measure: str = "条"
    edit_title: str = "编辑"  # what changing a row is called
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    search_title: str = ""
    form: tuple[Section, ...] = ()
    sort: str = "-id"
    sorts: tuple[str, ...] = ()
    derived: tuple[Derived, ...] = ()
    label: Callable[[Any], str] = lambda record: str(getattr(record, "name", record.get_id()))
    note: Callable[[Any], str] = lambda record: ""  # the second line in a pick list
    tone: Callable[[Any, Mapping[str, Any]], str] = lambda record, values: "plain"
    rules: Rules = Rules()
    actions: tuple[Action, ...] = ()
    probes: tuple[FormProbe, ...] = ()
    importing: ImportPlan | None = None
    attachments: bool = False
    # Field → values in which a row is a closed case: nobody takes its evidence away, what is added stands beside it.
    closed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # (row, attachment) → whether something was decided or told by this file while the row is still open: it stays too.
    keeps: Callable[[Any, Any], bool] = lambda record, file: False
    live: bool = False
    # Its place in its group of the menu, smallest first; equal ones by floors, then as the manifest has them.
    place: int = 0
    notices: Callable[[Actor], Sequence[PageNotice]] = lambda actor: ()
    expires: Expiry | None = None  # a date that warns before it comes

    def __post_init__(self) -> None:
        if self.expires is not None:
            self.expires.weave_into(self)
        buttons = [action.right for action in self.actions] + [probe.right for probe in self.probes]
        if self.importing is not None and self.importing.follow is not None:
            buttons.append(self.importing.follow.right)
        for name in (*self.rights.values(), *buttons):
            known(name)
        names = {*self.record._meta.fields, *(item.name for item in self.derived)}
        used = [column.field for column in self.columns] + [item.field for item in self.filters]
        used += [name for section in self.form for name in section.fields]
        used += [probe.field for probe in self.probes]
        used += list(self.importing.columns) if self.importing else []
        unknown = [name for name in used if name not in names]
        if unknown:
            raise LookupError(f"ledger {self.name} names unknown fields {unknown}")
        self._keep_secrets()
        self._keep_evidence()
        for name in (self.sort.lstrip("-"), *self.sorts):
            if self.record._meta.fields[name].null:
                raise ValueError(f"ledger {self.name} can't sort by {name}: it may be empty")
        if self.name in _ledgers and _ledgers[self.name].record is not self.record:
            raise ValueError(f"ledger {self.name} is declared twice")
        _ledgers[self.name] = self

    def _keep_evidence(self) -> None:
        """Who takes files says when a row is closed: at least in every state from which nothing leads on."""
        table = self.record.transitions
        if table is None or not self.attachments:
            return
        left = {state for item in table.items for state in item.start}
        over = {item.to for item in table.items} - left
        missing = over - set(self.closed.get(table.field, ()))
        if missing:
            raise ValueError(f"ledger {self.name} keeps no evidence in the states {sorted(missing)}")

    def is_closed(self, record: Any) -> bool:
        """Whether the row is a closed case."""
        return any(str(record.__data__.get(name)) in values for name, values in self.closed.items())

    def _keep_secrets(self) -> None:
        """A secret stands in the form alone: not in a list, a filter, a search, an order or a sheet."""
        fields = self.record._meta.fields
        told = [column.field for column in self.columns] + [item.field for item in self.filters]
        told += [*self.search, *self.sorts, self.sort.lstrip("-")]
        told += list(self.importing.columns) if self.importing else []
        shown = [name for name in told if getattr(fields.get(name), "kind", "") == "secret"]
        if shown:
            raise ValueError(f"ledger {self.name} would show the secrets {shown}")

    def derived_named(self, name: str) -> Derived | None:
        """The derived value called `name`, if there is one."""
        return next((item for item in self.derived if item.name == name), None)

    def field_named(self, name: str) -> Described:
        """What describes the value called `name`: the record's column, or the field of a derived one."""
        derived = self.derived_named(name)
        if derived is not None:
            if derived.field is None:
                raise LookupError(name)
            return derived.field
        return self.record._meta.fields[name]

    def form_fields(self) -> list[str]:
        """The names of the form's fields, in order."""
        return [name for section in self.form for name in section.fields]

    def action_named(self, name: str) -> Action | None:
        """The action called `name`, if there is one."""
        return next((action for action in self.actions if action.name == name), None)

    def probe_named(self, name: str) -> FormProbe | None:
        """The probe called `name`, if there is one."""
        return next((probe for probe in self.probes if probe.name == name), None)


def made_by(given: Any) -> Made:
    """What the rule that makes a row gave."""
    return given if isinstance(given, Made) else Made(given)


_ledgers: dict[str, Ledger] = {}


_arranged: list[bool] = []
_lock = RLock()


def all_ledgers() -> list[Ledger]:
    """Every ledger of all chapters, in the order of the menu; behind them those that no manifest names."""
    _load()
    return list(_ledgers.values())


def ledger_named(name: str) -> Ledger | None:
    """The ledger called `name`, if there is one."""
    if name not in _ledgers:
        _load()
    return _ledgers.get(name)


def _load() -> None:
    """Import all ledgers and put them in the order of the menu: by group, by their own place there, by floors."""
    if _arranged:
        return
    with _lock:
        if _arranged or not load("ledgers"):
            return  # in the middle of it some module asks
        named: list[Ledger] = [found_at(chapter, name) for chapter in chapters() for name in chapter.ledgers]
        groups = list(dict.fromkeys([*menu_groups(), *(ledger.group for ledger in named)]))
        named.sort(key=lambda ledger: (groups.index(ledger.group), ledger.place))
        ordered = {ledger.name: ledger for ledger in named}
        rest = {name: ledger for name, ledger in _ledgers.items() if name not in ordered}
        _ledgers.clear()  # who misses one meanwhile waits for the lock
        _ledgers.update(ordered | rest)
        _arranged.append(True)
