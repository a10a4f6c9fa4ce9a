"""The words in which a view beside a ledger is declared (I01). Data only: the machinery stands beside it.

Whatever a view counts, it counts by filters of its ledger. So each number leads to exactly its rows, which are the list
with these filters, and nobody sees a number whose rows they may not see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from models.core.chapters import load
from models.core.ledger import Derived, Filter, Ledger, ledger_named
from models.core.records import Record
from models.core.security.actor import Actor

#: Groups and days of a statistic at most: what is beyond is cut, and the answer says so.
MAX_GROUPS = 1100
MAX_DAYS = 1096
MAX_DRAWN = 3  # colours of a chart that are told apart, on screen and paper
_COLUMNS_OF_KEPT = 5
_OF_TIME = ("date_range", "moment_range")
#: What a statistic counts where nobody chose a period: what lately happened, in the last twelve months, or all there is
#: (which ends some day: AHEAD).
Period = Literal["recent", "year", "all", "ahead"]
RECENT: Period = "recent"
YEAR: Period = "year"
AHEAD: Period = "ahead"
_OF_GROUPS = ("choice", "reference", "flag")


@dataclass(frozen=True)
class Measure:
    """A number of rows: those that `filters` of the ledger leave, beside what the user filters by."""

    name: str
    title: str
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sum(Measure):
    """The sum of a column of numbers over the rows that `filters` leave: 积分, 万元."""

    column: str = ""


@dataclass(frozen=True)
class Rate:
    """How much of the measure `whole` the measure `part` is, in per cent; nothing where there is no whole."""

    name: str
    title: str
    part: str
    whole: str


@dataclass(frozen=True)
class KeptPart:
    """A column of sums that is no column of the record: `number()` is the expression of a row's whole number (0: nothing).

    `answers` says which of these numbers the values of a filter of the ledger leave, by the filter's name; `looks_at` are the
    columns of the record that the number depends on.
    """

    name: str
    looks_at: tuple[str, ...]
    number: Callable[[], Any]
    answers: Mapping[str, Callable[[Sequence[str]], Sequence[int]]]


@dataclass(frozen=True)
class ByTime:
    """What time alone makes of rows: those of `where()` count as `number` at `part`, though they are kept there as 0."""

    part: str
    number: int
    where: Callable[[], Any]


@dataclass(frozen=True)
class Kept:
    """Sums of a record's rows that are kept by company, day and up to five columns (NULL counts as 0).

    `day` is a day, or a moment whose local day counts; `parts` are references, flags and choices by name, or a `KeptPart`. With
    `months` whole months are summed up too, so that a year costs twelve rows where it would cost 365.

    Where rows change, the record names `Changes` of all its sums as its watcher. Statements by hand that add some pass it by:
    who runs one calls `kept_sums.add` in the same transaction. With `later` they need not: that is a column of the record which
    is empty (NULL) until a job has added the row to these sums, and rows where it is are counted beside the sums. So sums with
    nearly as many words as there are rows cost whoever writes the rows nothing.
    """

    name: str
    record: type[Record]
    day: str
    parts: tuple[str | KeptPart, ...]
    months: bool = False
    by_time: ByTime | None = None
    later: str = ""

    def __post_init__(self) -> None:
        if len(self.parts) > _COLUMNS_OF_KEPT:
            raise ValueError(f"sums of {self.name} are kept by more than {_COLUMNS_OF_KEPT} columns")


@dataclass(frozen=True, kw_only=True)
class View:
    """What stands beside a ledger, under the ledger's rights. Registers itself by `name`."""

    name: str
    title: str
    ledger: Ledger
    system: str = "I01"

    def __post_init__(self) -> None:
        if self.name in _views and _views[self.name].ledger is not self.ledger:
            raise ValueError(f"view {self.name} is declared twice")
        _views[self.name] = self

    def filter_named(self, name: str) -> Filter:
        """The ledger's filter called `name`. Raises LookupError if there is none."""
        found = next((item for item in self.ledger.filters if item.field == name), None)
        if found is None:
            raise LookupError(f"view {self.name}: the ledger {self.ledger.name} has no filter {name}")
        return found


@dataclass(frozen=True, kw_only=True)
class Statistic(View):
    """Numbers of rows by one filter of the ledger after the other.

    `time` is the filter of days by which the period is chosen, and may be grouped by too; `by` others, the first of which
    is shown at first (`by_time`: time is). `chart`: bar or line, of the measures (or rates) named in `drawn` (all unless
    named). `period` is what is counted until somebody chooses one: the last days (RECENT), of rare
    things the last twelve months (YEAR), or "all" there is, as of things that stand in a register; AHEAD too, and by time
    the coming twelve months are shown. `kept` are sums that answer instead of counting wherever they can. `ranked`: groups
    carry their place by the first measure, equal ones the same. `note(actor, first day, last day, by)` is said beside its
    sentence, if anything. A text is grouped by only where `words` says what such texts (codes) are called, by the filter's name.
    """

    time: str
    measures: tuple[Measure | Rate, ...]
    by: tuple[str, ...]
    by_time: bool = True
    period: Period = RECENT
    chart: str = "bar"
    drawn: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    ranked: bool = False
    note: Callable[[Actor, date, date, str], str] = lambda actor, first, last, by: ""
    words: Mapping[str, Callable[[Actor], Mapping[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        for each in self.counted:
            if isinstance(each, Sum) and getattr(self.ledger.record, each.column, None) is None:
                raise LookupError(f"view {self.name}: there is no column {each.column} to be summed up")
        for name in (self.time, *self.by, *(one for each in self.counted for one in each.filters)):
            self.filter_named(name)
        names = [each.name for each in self.measures]
        rates = [one for each in self.rates for one in (each.part, each.whole)]
        if len(self.shown) > MAX_DRAWN:
            raise LookupError(
                f"view {self.name}: a chart has colours for {MAX_DRAWN} measures, name those in `drawn`"
            )
        unknown = {*self.drawn, *rates} - set(names)
        if unknown or len(set(names)) < len(names):
            raise LookupError(f"view {self.name}: its measures are {names}, it names {sorted(unknown)}")
        for name in (self.time, *self.by):
            more = ("text",) if name in self.words else ()
            kinds: tuple[str, ...] = _OF_TIME if name == self.time else (*_OF_GROUPS, *more)
            if self.column_of(name) is None or self.filter_named(name).kind not in kinds:
                raise LookupError(f"view {self.name}: nothing is stored that {name} could be grouped by")

    @property
    def counted(self) -> list[Measure]:
        """The measures that are counted."""
        return [each for each in self.measures if isinstance(each, Measure)]

    @property
    def rates(self) -> list[Rate]:
        """The measures that follow from others."""
        return [each for each in self.measures if isinstance(each, Rate)]

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the measures that a chart shows."""
        return self.drawn or tuple(each.name for each in self.counted)

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of all filters that it can be grouped by, the first first."""
        return (self.time, *self.by) if self.by_time else (*self.by, self.time)

    def column_of(self, name: str) -> Any:
        """The column that holds what the filter `name` asks for, or None."""
        derived: Derived | None = self.ledger.derived_named(name)
        return derived.column if derived is not None else self.ledger.record._meta.fields.get(name)

    def titles_of(self, name: str) -> dict[str, str]:
        """What the values of a choice are called."""
        derived: Derived | None = self.ledger.derived_named(name)
        choices = derived.choices if derived is not None else self.ledger.record._meta.fields[name].options
        return {choice.value: choice.title for choice in choices}


@dataclass(frozen=True)
class Head:
    """A column of a matrix; `note` stands small beside its title."""

    value: str
    title: str
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """Something in a cell of a matrix. `row` is the one of the view's ledger that a press opens; without one, the list with
    `filters`; without both it can't be pressed.
    """

    text: str
    tone: str = "plain"
    tip: str = ""
    row: int | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Matrix(View):
    """Rows of the ledger `rows` against columns, for one company at a time, whose cells tell of rows of the view's ledger.

    It takes the right to read all of the company's rows of the view's ledger, and shows the rows that the right to read
    theirs reaches. `of_company(company, where)` is the condition of its rows, `columns(company)` gives the columns and
    `cells(company, rows, where)` what stands in them, by row id and column. The page filters by the ledger of the rows, or
    with `filters_cells` by the view's own: `where` are these conditions. `adds` names the fields of a new row of the view's
    ledger that an empty cell's row and column fill, where one can be added there.
    """

    rows: Ledger
    of_company: Callable[[int, Sequence[Any]], Any]
    columns: Callable[[int], Sequence[Head]]
    cells: Callable[[int, Sequence[Any], Sequence[Any]], Mapping[tuple[int, str], Sequence[Cell]]]
    note: Callable[[int, Sequence[Any]], Mapping[int, str]] = lambda company, rows: {}
    sort: str = ""
    filters_cells: bool = False
    adds: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        unknown = [name for name in self.adds or () if name not in self.ledger.form_fields()]
        if unknown:
            raise LookupError(f"view {self.name}: the form of {self.ledger.name} does not ask for {unknown}")

    @property
    def filtered(self) -> Ledger:
        """The ledger by whose filters it is asked."""
        return self.ledger if self.filters_cells else self.rows


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """What is missing from a day of a calendar: rows of `ledger` that `filters` leave and that had nothing on that day.

    `absent` is the ledger's filter of days that leaves them; `along` says which filters of the calendar narrow them, by
    the ledger's name for it, and `own` which one names the very rows. With any other filter nothing is called missing.
    `title` says what is so on a day with some, `none` what is so on all days without any, `mark` what those are.
    """

    title: str
    none: str
    mark: str
    ledger: Ledger
    filters: Mapping[str, Any]
    absent: str
    along: Mapping[str, str] = field(default_factory=dict)
    own: str = ""


@dataclass(frozen=True, kw_only=True)
class Calendar(View):
    """A month of a statistic, day by day, and what is missing from each day (Q10). `unit` is what the first measure counts."""

    of: Statistic
    unit: str
    gaps: Gaps | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.gaps is None:
            return
        known = {each.field for each in self.gaps.ledger.filters}
        named = {*self.gaps.filters, self.gaps.absent, *self.gaps.along.values()}
        for name in (*self.gaps.along, *([self.gaps.own] if self.gaps.own else [])):
            self.filter_named(name)
        if named - known:
            raise LookupError(
                f"view {self.name}: {self.gaps.ledger.name} has no filters {sorted(named - known)}"
            )


@dataclass(frozen=True)
class Hanging:
    """What hangs on the nodes of a tree and is counted there: the rows of `ledger` (by name, as it may stand on a higher
    floor) that `filters` leave.

    `inside` is its filter that leaves what hangs on a node or below it, made by `branches.inside`: so a branch's number is that
    of its list. It is called as the ledger unless it has a `title`.
    """

    ledger: str
    inside: str
    filters: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""

    def of(self) -> tuple[Ledger, Any]:
        """The ledger, and the column by which its rows hang on nodes. Raises LookupError where there is none."""
        ledger = ledger_named(self.ledger)
        derived = None if ledger is None else ledger.derived_named(self.inside)
        if ledger is None or derived is None or derived.column is None or derived.where is None:
            raise LookupError(f"{self.ledger} has no filter {self.inside} of a tree")
        return ledger, derived.column


@dataclass(frozen=True, kw_only=True)
class Tree(View):
    """The rows of a ledger as the tree that their reference `parent` to the same record makes of them.

    A node is called by its column `called`; `badge` is a choice that stands beside it, `second` are columns that are told in
    small. Nodes beside each other stand by the columns `order`. `counts` are told of each branch, and lead to its rows.
    """

    parent: str = "parent"
    called: str = "name"
    order: tuple[str, ...] = ()
    badge: str = ""
    second: tuple[str, ...] = ()
    counts: tuple[Hanging, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        fields = self.ledger.record._meta.fields
        if getattr(fields.get(self.parent), "rel_model", None) is not self.ledger.record:
            raise LookupError(f"view {self.name}: {self.parent} leads to no row of {self.ledger.name}")
        used = (self.called, *self.order, *([self.badge] if self.badge else []), *self.second)
        unknown = [name for name in used if name not in fields]
        if unknown:
            raise LookupError(f"view {self.name} names unknown columns {unknown}")


_views: dict[str, View] = {}


def all_views() -> list[View]:
    """Every view of all chapters, in order of floors."""
    load("views")
    return list(_views.values())


def view_named(name: str) -> View | None:
    """The view called `name`, if there is one."""
    return next((view for view in all_views() if view.name == name), None)


def views_of(ledger: Ledger) -> list[View]:
    """The views that stand beside a ledger."""
    return [view for view in all_views() if view.ledger is ledger]
