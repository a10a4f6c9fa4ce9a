"""What the engine serves: a chapter declares its kind here, and the engine knows no more of it than this (H06, H07)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from models.core.chapters import all_kinds, load
from models.core.fields import Choice, Described
from models.core.ledger.pages import console_page, phone_page
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.rights import known

if TYPE_CHECKING:
    from models.tasks.records import Case, CaseStep, Task

Values = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """A photo, an attachment, and what it shows: 整改前, 整改后."""

    id: int
    name: str = ""


@dataclass(frozen=True)
class SubjectFacts:
    """What a card and a task's page show of a subject: at most four facts, a picture, where it is.

    `before_id` is a second picture, of how it was before, to be seen beside `picture_id`.
    """

    facts: tuple[tuple[str, str], ...] = ()
    picture_id: int | None = None  # an attachment
    before_id: int | None = None
    pictures: tuple[Picture, ...] = ()
    path: str = ""  # in the phone client
    place: str = ""
    tone: str = "warn"


@dataclass(frozen=True)
class Amount:
    """One line of what money is asked for."""

    name: str
    note: str
    amount: Decimal


@dataclass(frozen=True)
class Amounts:
    """What money is asked for, line by line, with the sum of all lines; `more` lines are not shown."""

    unit: str
    lines: tuple[Amount, ...]
    total: Decimal
    more: int = 0


@dataclass(frozen=True)
class Details:
    """What one must know to decide about a subject, beside what is shown of it anywhere: in full, the first things first."""

    facts: tuple[tuple[str, str], ...] = ()
    amounts: Amounts | None = None
    #: Facts for who decides and who may read the subject alone, not for whoever may look at all approvals.
    private: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Context:
    """Where in its case an effect is called: the step that was closed, and whose outcome it was."""

    case: Case
    step: CaseStep | None
    outcome: str
    doer_id: int | None  # the person who did it


Act = Callable[[Actor, Any, Values, Context], None]


@dataclass(frozen=True)
class Effect:
    """What an outcome may do beside the transition of its subject. `title` says it to who draws a flow (H07).

    `needs` are the inputs without which it makes no sense: the outcome must ask for them. `moves` are the transitions
    of the subject that it may make itself, after the outcome's own.
    """

    title: str
    run: Act
    needs: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Served:
    """A kind of subject that flows serve. `inputs(record)` are the fields that an outcome may need, by name; the record
    is None while a flow is checked. `effects` are what a flow may name beside the transitions of the record's own table.
    `starts` are the states in which a record sets out on a flow; none where it may be in any. `approved` are those in which
    one must be when its flow ends as approved. `photo_inputs` are inputs
    whose value is a list of uploaded photos, by their stage; `form_photos(record)` those of a form that the record
    itself has.
    """

    kind: str
    title: str
    record: type[Record]
    read: str
    inputs: Callable[[Any], Mapping[str, Described]] = lambda record: {}
    photo_inputs: Mapping[str, str] = field(default_factory=dict)
    form_photos: Callable[[Any], Mapping[str, str]] = lambda record: {}
    #: For which ledger such photos are uploaded (models/core/files/photos.py), before the form is sent.
    photo_ledger: str = ""
    #: Attaches uploads of the actor to the record: (actor, record, upload ids, stage). Needed where there are such inputs.
    take_photos: Callable[[Actor, Any, Sequence[int], str], Any] | None = None
    title_of: Callable[[Any], str] = str
    number_of: Callable[[Any], str] = lambda record: ""
    #: What is shown of records, in their order: of many at once, as lists show pages of them.
    shown: Callable[[Sequence[Any]], Sequence[SubjectFacts]] = lambda records: [SubjectFacts()] * len(records)
    #: What must be known of one record to decide about it, nothing cut (about.py).
    details: Callable[[Any], Details] = lambda record: Details()
    #: What became of it up to now, as one tells who asked for it: 已收到，等李方确认.
    became: Callable[[Any], str] = lambda record: ""
    effects: Mapping[str, Effect] = field(default_factory=dict)
    #: Moves of the subject that two persons make: (the work, its judgement). See models/tasks/people/separation_of_duties.py.
    two_persons: tuple[tuple[str, str], ...] = ()
    starts: tuple[str, ...] = ()
    approved: tuple[str, ...] = ()
    #: The unit whose case it is: of what belongs to no company, one must be named.
    company_of: Callable[[Any], int | None] = lambda record: record.scope_value("company")
    grid_of: Callable[[Any], int | None] = lambda record: None
    #: Where a front end shows a record, unless it is the page of its kind (`Kind` of the manifest), or of its ledger.
    phone_path: Callable[[Any], str] | None = None
    console_path: Callable[[Any], str] | None = None
    #: Rows of other records on which records of this kind hang: their ids, by the row's. Who opens one is led to these.
    hangs_on: Mapping[Any, Callable[[int], Sequence[int]]] = field(default_factory=dict)
    #: Called in the case's own transaction when it was withdrawn: the subject's transition back, if it has one.
    on_withdrawn: Act | None = None
    #: Called when a task of this kind that stands alone, without a case (A05), was done.
    on_done: Callable[[Actor, Any, Values, Task], None] | None = None

    def __post_init__(self) -> None:
        known(self.read)
        for move in (each for pair in self.two_persons for each in pair):
            assert self.record.transitions is not None, f"{self.kind} has no moves"
            self.record.transitions.named(move)

    def shown_of(self, record: Any) -> SubjectFacts:
        """What is shown of one record; nothing of one that is gone."""
        return SubjectFacts() if record is None else self.shown([record])[0]

    def path_at(self, door: str, record: Any) -> str:
        """Where the front end of a door shows a record; empty where it does not, or it is gone."""
        path, page = (self.console_path, console_page) if door == "console" else (self.phone_path, phone_page)
        if record is None:
            return ""
        return path(record) if path is not None else page(self.kind, record.get_id())

    def photos_of(self, record: Any) -> dict[str, str]:
        """The inputs of a record that are photos, and the stage that each shows."""
        return {**self.photo_inputs, **(self.form_photos(record) if record is not None else {})}

    def fields(self) -> dict[str, Described]:
        """The columns of the record that conditions and `who` by field may name."""
        columns: Any = self.record._meta.fields
        return {name: column for name, column in columns.items() if isinstance(column, Described)}


_served: dict[str, Served] = {}


def serve(served: Served) -> Served:
    """Make a kind known to the engine. Raises ValueError for one that is declared twice."""
    there = _served.get(served.kind)
    if there is not None and there.record is not served.record:
        raise ValueError(f"kind {served.kind} is served twice")
    _served[served.kind] = served
    return served


def all_served() -> list[Served]:
    """Every kind that is served, in an order that does not hang on who was imported first."""
    _load()
    return sorted(_served.values(), key=lambda served: served.kind)


def kind_choices() -> tuple[Choice, ...]:
    """Every kind that has tasks, as a choice. They are read from the manifests, which are whole whoever is imported first."""
    kinds = sorted((kind for kind in all_kinds().values() if kind.tasks), key=lambda kind: kind.name)
    return tuple(Choice(kind.name, kind.title) for kind in kinds)


def served_kind(kind: str) -> Served:
    """The declaration of a kind. Raises LookupError for one that nobody declared."""
    if kind not in _served:
        _load()
    return _served[kind]


def _load() -> None:
    """Import what declares kinds: modules that serve one, and ledgers whose rows are approved."""
    load("subjects")
    load("ledgers")
