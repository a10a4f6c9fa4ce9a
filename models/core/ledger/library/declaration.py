"""`Ledger(library=Library(…))`: rows may be made of a standard, of the product or of the own group (J07).

A standard is copied by picking and pruning. The copy remembers where it came from and what stood there, and its row says
标准有更新 once the standard has moved on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.core.fields import Choice
from models.core.security.actor import Actor

if TYPE_CHECKING:
    from models.core.ledger.declaration import Ledger
    from models.core.ledger.library.records import LibraryCopy

SAME, MOVED, DECLINED, GONE, OFFERED = "same", "moved", "declined", "gone", "offered"
CHOICES = (
    Choice(SAME, "来自标准"), Choice(MOVED, "标准有更新", "warn"), Choice(DECLINED, "没有采用更新"),
    Choice(GONE, "标准已撤下"),
    Choice(OFFERED, "集团标准", "good"),
)  # fmt: skip
FIELD = "standard"
_DIGEST = 16


@dataclass(frozen=True)
class PartLine:
    """A row that comes along with a standard. `key` tells it from its neighbours, however its values change."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Standard:
    """Something that is offered: `values` as the form of its ledger takes them, `parts` by the names of `Part`.

    `key` is its name for good within its source. `group` is what it is found under; `facts` are told and not copied; `title` is what
    it is called where its values do not say so.
    """

    key: str
    values: Mapping[str, Any]
    group: str = ""
    sample: bool = False
    note: str = ""
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    parts: Mapping[str, tuple[PartLine, ...]] = field(default_factory=dict)

    @property
    def content(self) -> dict[str, Any]:
        """What of it is copied, as JSON: {values, parts: {name: {key: values}}}."""
        parts = {name: {line.key: dict(line.values) for line in lines} for name, lines in self.parts.items()}
        return {"values": dict(self.values), "parts": parts}

    @property
    def digest(self) -> str:
        """Its version: another one as soon as anything in it is another."""
        return digest_of(self.content)


def digest_of(content: Any) -> str:
    """A short name for what something says, the same on every machine."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


@dataclass(frozen=True)
class Part:
    """Rows of another ledger that come along: those that name the copy by their field `by`.

    `label` is the field that says what they are called, `shows` are those that a picker shows beside it.
    """

    name: str
    title: str
    ledger: str
    by: str
    label: str = "name"
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Library:
    """What a ledger offers as standard.

    `product` gives what comes with the program. `leaves` are fields of the form that are each unit's own (a sorting, a
    place): they are never copied. `group_title` says what standards are found under (业态, 类别). `same` are the fields by
    which a row is the same thing as a standard (`label` alone, if they are not said), and `shared` says that a row of
    everybody is as good as the unit's own: the ledger's rules take no second one.

    A ledger that has a picker of its own says so by `picked_here`, and one whose standards the group keeps in a table of
    theirs by `offers`. `bring(actor, row, key)` makes what a new line of a part stands for and gives its id, where that is
    more than a row (a branch of a tree).

    Where a row is more than its form (a flow), `make(actor, standard, unit)` makes it and `adopt(actor, row, copy, values)`
    takes an update, each by a rule of its own. `made_as` says what it is then, after the
    message of how many were made. `whose(key)` says whose what `product` gives is, where it is not the program's.
    """

    title: str
    product: Callable[[], Sequence[Standard]] = tuple
    parts: tuple[Part, ...] = ()
    label: str = "name"
    leaves: tuple[str, ...] = ()
    group_title: str = "类别"
    same: tuple[str, ...] = ()
    shared: bool = False
    picked_here: bool = True
    offers: bool = True
    bring: Callable[[Actor, Any, str], int] | None = None
    make: Callable[[Actor, Standard, int | None], Any] | None = None
    adopt: Callable[[Actor, Any, LibraryCopy, Mapping[str, Any]], Any] | None = None
    made_as: str = ""
    whose: Callable[[str], str] = lambda key: ""

    @property
    def told_by(self) -> tuple[str, ...]:
        """The fields by which a row is the same thing as a standard."""
        return self.same or (self.label,)

    def part_named(self, name: str) -> Part | None:
        """The part called `name`, if there is one."""
        return next((part for part in self.parts if part.name == name), None)

    def weave_into(self, ledger: Ledger) -> None:
        """Give a ledger the column, its filter, and the buttons by which a group offers its own."""
        from models.core.ledger.library import offering, versions  # they need ledgers themselves
        from models.core.ledger.parts import Column, Derived, Filter

        columns = list(ledger.columns)
        if not any(column.field == FIELD for column in columns):
            names = [column.field for column in columns]
            stands = [names.index(name) for name in ("beside", "my_reading") if name in names]
            at = max(stands, default=0) + 1  # how a row stands comes first
            columns.insert(at, Column(FIELD, 130))
        told = Derived(
            FIELD, "标准", "choice", load=lambda actor, rows: versions.standings(ledger, rows), choices=CHOICES,
            where=lambda values: versions.where(ledger, values),
        )  # fmt: skip
        made: dict[str, Any] = {
            "columns": tuple(columns),
            "filters": (*ledger.filters, Filter(FIELD, "choice")),
            "derived": (*ledger.derived, told),
            "actions": (*ledger.actions, *(offering.actions(ledger) if self.offers else ())),
        }
        for name, value in made.items():
            object.__setattr__(ledger, name, value)


__all__ = [
    "CHOICES", "DECLINED", "FIELD", "GONE", "MOVED", "OFFERED", "SAME", "Library", "Part", "PartLine", "Standard",
    "digest_of",
]  # fmt: skip
