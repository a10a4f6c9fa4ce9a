"""One ledger, declared: what it is called, shows, asks for, and lets one do. The machinery stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from models.core.chapters import chapters, found_at, load, menu_groups
from models.core.fields import Described, Lines
from models.core.ledger.expiry import Expiry
from models.core.ledger.home import HomeNumber
from models.core.ledger.import_plan import ImportPlan
from models.core.ledger.library.declaration import Library
from models.core.ledger.parts import (
    Action,
    Column,
    Derived,
    Filter,
    FormProbe,
    Made,
    PageNotice,
    ProbeFinding,
    ResultFile,
    Rules,
    Section,
    Values,
    made_by,
)
from models.core.ledger.phone_face import PhoneFace
from models.core.ledger.published import Approved, Published
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.rights import known

__all__ = [
    "Action",
    "Column",
    "Derived",
    "Filter",
    "FormProbe",
    "ImportPlan",
    "Ledger",
    "Made",
    "PageNotice",
    "PhoneFace",
    "ProbeFinding",
    "ResultFile",
    "Rules",
    "Section",
    "Values",
    "all_ledgers",
    "hanging_on",
    "ledger_named",
    "made_by",
    "target_of",
]


@dataclass(frozen=True)
class Ledger:
    """One ledger: what it is called, shows, asks for, and lets one do. Registers itself by `name`.

    What its record keeps in sub-rows (`People`, `Many`, `Lines`) is derived by itself. `checks` are rules across fields: each
    takes a whole row's clean values, and gives a sentence by field where they do not fit together. `total` are number columns
    whose sums stand at the foot of the list.
    """

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
    create_title: str = ""  # what making one is called; 新增 and its noun without
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    search_title: str = ""
    form: tuple[Section, ...] = ()
    sort: str = "-id"
    sorts: tuple[str, ...] = ()
    derived: tuple[Derived, ...] = ()
    checks: tuple[Callable[[Values], Mapping[str, str]], ...] = ()
    total: tuple[str, ...] = ()
    label: Callable[[Any], str] = lambda record: str(getattr(record, "name", record.get_id()))
    note: Callable[[Any], str] = lambda record: ""  # the second line in a pick list
    tone: Callable[[Any, Mapping[str, Any]], str] = lambda record, values: "plain"
    rules: Rules = field(default_factory=Rules)
    actions: tuple[Action, ...] = ()
    probes: tuple[FormProbe, ...] = ()
    importing: ImportPlan | None = None
    attachments: bool = False
    pictures: bool = False  # the first of its photos stand in the list, as the column `pictures`
    # Field → values in which a row is a closed case: nobody takes its evidence away, what is added stands beside it.
    closed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # (row, attachment) → whether something was decided or told by this file while the row is still open: it stays too.
    keeps: Callable[[Any, Any], bool] = lambda record, file: False
    live: bool = False
    # Its place in its group of the menu, smallest first; equal ones by floors, then as the manifest has them.
    place: int = 0
    notices: Callable[[Actor], Sequence[PageNotice]] = lambda actor: ()
    expires: Expiry | None = None  # a date that warns before it comes
    phone: PhoneFace | None = None  # its face on a phone
    # References by which its rows hang on rows of other ledgers: those show them, and offer to add one. Filters all.
    related: tuple[str, ...] = ()
    home: tuple[HomeNumber, ...] = ()  # numbers of the first screen that open their rows
    published: Published | None = None  # rows take effect after approval, in editions
    approved: Approved | None = None  # rows hold once a flow has approved them
    library: Library | None = None  # rows are made of standards of the product or of the group
    files_by: str | None = (
        None  # the field that says what a row's file is called: many files at once find their rows
    )
    many: bool = True  # whether many rows may be changed or removed at once
    # Fields by which people tell rows apart, beside the name and what an import finds them by: no two get one value at once.
    told_apart_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._derive_sub_rows()
        if self.published is not None:
            self.published.weave_into(self)
        if self.approved is not None:
            self.approved.weave_into(self)
        if self.library is not None:
            self.library.weave_into(self)
        if self.expires is not None:
            self.expires.weave_into(self)
        buttons = [action.right for action in self.actions] + [probe.right for probe in self.probes]
        if self.importing is not None and self.importing.follow is not None:
            buttons.append(self.importing.follow.right)
        buttons += [number.right for number in self.home if number.right]
        for name in (*self.rights.values(), *buttons):
            known(name)
        names = {*self.record._meta.fields, *(item.name for item in self.derived)}
        names |= {name for name, _ in self.importing.sheet_only} if self.importing else set()
        used = [column.field for column in self.columns] + [item.field for item in self.filters]
        used += [name for section in self.form for name in section.fields]
        used += [probe.field for probe in self.probes]
        used += list(self.importing.columns) if self.importing else []
        used += [name for number in self.home for name in number.asked()]
        unknown = [name for name in used if name not in names]
        if unknown:
            raise LookupError(f"ledger {self.name} names unknown fields {unknown}")
        filtered = {item.field for item in self.filters if item.kind == "reference"}
        if set(self.related) - filtered:
            raise LookupError(
                f"ledger {self.name} can't be found by {sorted(set(self.related) - filtered)}: filter by it"
            )
        if self.phone is not None:
            self.phone.check(self)
        self._keep_secrets()
        self._keep_evidence()
        self._fit_lines()
        for name in (self.sort.lstrip("-"), *self.sorts):
            if self.record._meta.fields[name].null:
                raise ValueError(f"ledger {self.name} can't sort by {name}: it may be empty")
        if self.name in _ledgers and _ledgers[self.name].record is not self.record:
            raise ValueError(f"ledger {self.name} is declared twice")
        _ledgers[self.name] = self

    def counted(self, number: int) -> str:
        """So many of its rows, as a sentence says it: 3 台设备, but 1 人 and not 1 人人员."""
        return f"{number} {self.measure}{'' if self.noun.startswith(self.measure) else self.noun}"

    def _derive_sub_rows(self) -> None:
        """Add what the record keeps in tables of its own, unless the ledger derives a value of that name itself."""
        from models.core.ledger.sub_rows import derived_of  # needs ledgers itself, for the names of rows

        own = {item.name for item in self.derived}
        added = [item for item in derived_of(self.record) if item.name not in own]
        if self.pictures:
            from models.core.files.in_lists import first_pictures

            added.append(first_pictures(self.name))
        object.__setattr__(self, "derived", (*self.derived, *added))

    def _fit_lines(self) -> None:
        """Lines that are imported need a key; sums need numbers."""
        plan = self.importing
        lines = [name for name in plan.columns if isinstance(self.field_named(name), Lines)] if plan else []
        keys = {name for name, _ in plan.sheet_only if name in plan.columns} if plan else set()
        if plan is not None and lines and plan.line_key not in keys:
            raise LookupError(f"ledger {self.name} imports {lines} without a line_key")
        for name in self.total:
            if self.record._meta.fields[name].kind not in ("integer", "number"):
                raise ValueError(f"ledger {self.name} can't sum up {name}")

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
        told = dict(self.importing.sheet_only) if self.importing is not None else {}
        return told[name] if name in told else self.record._meta.fields[name]

    def title_of(self, name: str) -> str:
        """What the value called `name` is called by people."""
        derived = self.derived_named(name)
        return derived.title if derived is not None else str(getattr(self.field_named(name), "title", name))

    def form_fields(self) -> list[str]:
        """The names of the form's fields, in order."""
        return [name for section in self.form for name in section.fields]

    def action_named(self, name: str) -> Action | None:
        """The action called `name`, if there is one."""
        return next((action for action in self.actions if action.name == name), None)

    def probe_named(self, name: str) -> FormProbe | None:
        """The probe called `name`, if there is one."""
        return next((probe for probe in self.probes if probe.name == name), None)


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


def target_of(ledger: Ledger, name: str) -> str:
    """The ledger whose rows a reference of another names; empty where it names none's."""
    derived = ledger.derived_named(name)
    field: Any = derived.field if derived is not None else ledger.record._meta.fields.get(name)
    return str((derived.to if derived is not None else "") or getattr(field, "to", "") or "")


def hanging_on(ledger: Ledger) -> list[tuple[Ledger, str]]:
    """The ledgers whose rows hang on rows of this one, each with the field by which they do, in the order of the menu."""
    return [
        (other, name)
        for other in all_ledgers()
        for name in other.related
        if target_of(other, name) == ledger.name
    ]


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
