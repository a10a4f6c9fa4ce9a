"""The words in which a ledger is declared: columns, filters, derived values, actions, rules, imports. Data only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.core.errors import AnbanError
from models.core.fields import Choice, Described
from models.core.security.actor import Actor

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
    One that is not `shown` is for filters and pick lists alone. `column` holds the id of the row of `to` where that is
    kept without a foreign key: it is filtered by then as a reference is, unless there is a `where`; statistics group by it.
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
    shown: bool = True
    column: Any = None

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
    pressed by whoever has the right, on the whole group's rows too. `why_not(record)` gives the refusal of a row that is
    not as `when` asks, where more can be said than that its state has changed.
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
    why_not: Callable[[Any], AnbanError | None] = lambda record: None


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
class Plain:
    """A ready-made rule (`plain_create`, `plain_edit`, `plain_delete`): it does its one thing to the row, and nothing else.

    `alone`: it writes nothing beside the row either, so an import may write many of them in one statement.
    """

    rule: Callable[..., Any]
    alone: bool = True

    def __call__(self, *given: Any) -> Any:
        return self.rule(*given)


def is_alone(rule: Callable[..., Any] | None) -> bool:
    """Whether the rule is a ready-made one that writes the row and nothing beside it."""
    return isinstance(rule, Plain) and rule.alone


@dataclass(frozen=True)
class Rules:
    """The functions that change a ledger's rows; a ledger without one offers no such change.

    `create(actor, values) -> Record` (or Made), `edit(actor, record, values) -> Record`, `delete(actor, record)`.
    `when` maps a field to the values for which changing and deleting is offered, as with an action: a row that was
    approved keeps its files too. Who changes or deletes one all the same is refused: by the rule, if it has words of its own,
    or else by the engine.
    Values are clean already (see Ledger.fields) and reference values are ids that the actor may see.
    `takes` is said, also where it is empty, of a `delete` that deletes the row and the rows that these columns of other tables
    (by what people call them) have for it, and does nothing else: then a removal can be undone. Of `plain_delete` and what
    stands in sub-rows that is known.
    """

    create: Callable[[Actor, Values], Any] | None = None  # see `made_by`
    edit: Callable[[Actor, Any, Values], Any] | None = None
    delete: Callable[[Actor, Any], None] | None = None
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    takes: Mapping[str, Any] | None = None

    @property
    def taken_along(self) -> Mapping[str, Any] | None:
        """The columns of the rows that go with a row, by what people call these; None where a removal can't be undone."""
        if self.takes is not None:
            return self.takes
        return {} if isinstance(self.delete, Plain) else None


def made_by(given: Any) -> Made:
    """What the rule that makes a row gave."""
    return given if isinstance(given, Made) else Made(given)
