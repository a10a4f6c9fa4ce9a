"""Boards: tiles that say how things stand now, each with the filters of its rows (I02).

A board is declared as its tiles. What a tile counts it counts by filters of a ledger, under that ledger's right, so it
leads to exactly its rows, and nobody sees a number whose rows they may not see. What no filter can say (people, days
without an accident) is a `Figure`. The page, the phone and the picture for cards read the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from peewee import Value, fn

from models.core import clock
from models.core.chapters import load
from models.core.ledger import Ledger
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.query import EMPTY, ListQuery
from models.core.ledger.reading.references import attach
from models.core.security.actor import Actor
from models.core.security.rights import SCOPE_TITLES, Scope
from models.core.views.declaration import Statistic
from models.core.views.statistic import AskedStatistic, statistic

Tone = Literal["bad", "warn", "good", "plain"]
Filters = Mapping[str, Any]
#: Filters, or what gives them where they change with the day.
Given = Filters | Callable[[], Filters]
_ROWS, _BARS = 6, 31


@dataclass(frozen=True)
class Place:
    """What a board is looked at for: a unit (None: all that one reads), and a site in it (None: all of it)."""

    company: int | None = None
    site: int | None = None


@dataclass(frozen=True)
class TileNumber:
    """A number that is shown: `value` None is not known, `of` is what it should be, `leads` (ledger, filters) its rows.

    Without `title` it is the tile's own. `text` stands below it, or instead of it where it is not known.
    """

    title: str
    value: int | None
    unit: str = ""
    of: int | None = None
    tone: Tone = "plain"
    text: str = ""
    leads: tuple[str, Filters] | None = None


@dataclass(frozen=True)
class Bar:
    """A bar of a small chart; `late` is the part of it that is not as it should be."""

    label: str
    value: int
    late: int = 0
    tone: str = "plain"
    leads: tuple[str, Filters] | None = None


@dataclass(frozen=True)
class Line:
    """A row that is named; `leads` is its ledger, `row` its id."""

    label: str
    note: str
    tone: str
    leads: str
    row: int


@dataclass(frozen=True)
class ShownTile:
    """A tile as it stands. `whole` is False where the place could not narrow it, `scope` says whose rows were counted."""

    name: str
    title: str
    kind: str
    help: str = ""
    scope: str = ""
    numbers: Sequence[TileNumber] = ()
    bars: Sequence[Bar] = ()
    rows: Sequence[Line] = ()
    by_site: bool = True


@dataclass(frozen=True, kw_only=True)
class Tile:
    """What all tiles have. `ledger` is that under whose right it stands, `right` a further one that it takes."""

    name: str
    title: str
    ledger: Ledger
    help: str = ""
    right: str = ""

    def offered_to(self, actor: Actor) -> bool:
        """Whether the tile is for the actor."""
        return actor.may(self.ledger.rights["read"]) and (not self.right or actor.may(self.right))

    def show(self, actor: Actor, place: Place) -> ShownTile:
        """The tile as it stands."""
        raise NotImplementedError


@dataclass(frozen=True)
class TileCount:
    """One number of a tile: how many rows of its ledger `filters` leave; `of`: out of how many. It is of `tone` unless 0."""

    title: str
    filters: Given
    tone: Tone = "plain"
    of: Given | None = None
    unit: str = ""
    #: Whether `of` should be reached: then it is good, and of `tone` while it is not.
    full: bool = False


@dataclass(frozen=True, kw_only=True)
class NumberTile(Tile):
    """One or two numbers of rows."""

    counts: tuple[TileCount, ...]

    def show(self, actor: Actor, place: Place) -> ShownTile:
        """The numbers."""
        numbers = [_number(actor, self.ledger, count, place) for count in self.counts]
        return _shown(self, actor, place, "numbers", numbers=numbers)


@dataclass(frozen=True, kw_only=True)
class SplitTile(Tile):
    """How many rows each choice of the column `by` has; of these how many are late, by the filters `late`."""

    by: str
    filters: Given
    late: Given
    late_title: str
    blank: str = "未填"

    def show(self, actor: Actor, place: Place) -> ShownTile:
        """A bar for each choice that has rows, the worst first, as the choices are declared."""
        asked, late = _at(self.ledger, self.filters, place), _at(self.ledger, self.late, place)
        counts, behind = self._counted(actor, asked), self._counted(actor, late)
        choices = self.ledger.record._meta.fields[self.by].options
        bars = [
            Bar(
                choice.title, counts.get(choice.value, 0), behind.get(choice.value, 0), choice.tone,
                (self.ledger.name, {**asked, self.by: [choice.value]}),
            )
            for choice in choices
            if counts.get(choice.value)
        ]  # fmt: skip
        blank = counts.get(None, 0)
        if blank:
            leads = (self.ledger.name, {**asked, self.by: [EMPTY]})
            bars.append(Bar(self.blank, blank, behind.get(None, 0), leads=leads))
        total, overdue = sum(counts.values()), sum(behind.values())
        unit = self.ledger.measure
        numbers = [
            TileNumber("", total, unit, leads=(self.ledger.name, asked)),
            TileNumber(
                self.late_title,
                overdue,
                unit,
                tone="bad" if overdue else "plain",
                leads=(self.ledger.name, late),
            ),
        ]
        return _shown(self, actor, place, "split", numbers=numbers, bars=bars)

    def _counted(self, actor: Actor, filters: Filters) -> dict[str | None, int]:
        selection = _selection(actor, self.ledger, filters)
        column = self.ledger.record._meta.fields[self.by]
        return {row[0]: int(row[1]) for row in selection.summed([fn.COUNT(Value(1))], column, _BARS)}


@dataclass(frozen=True, kw_only=True)
class ChartTile(Tile):
    """The last days of a statistic; a measure named `late` is the late part of each bar."""

    of: Statistic
    days: int = 14
    late: str = ""

    def show(self, actor: Actor, place: Place) -> ShownTile:
        """A bar for each day."""
        today = clock.today()
        span = {"from": (today - timedelta(days=self.days - 1)).isoformat(), "to": today.isoformat()}
        filters = {**_at(self.ledger, {}, place), self.of.time: span}
        found = statistic(actor, self.of, AskedStatistic(self.of.time, "day", filters=filters))
        names = [each.name for each in self.of.measures]
        behind = names.index(self.late) if self.late else None
        bars = [
            Bar(
                group.label[5:], int(group.numbers[0] or 0), 0 if behind is None else int(group.numbers[behind] or 0),
                leads=(self.ledger.name, {**found.base, **group.filters}),
            )
            for group in found.groups
        ]  # fmt: skip
        return _shown(self, actor, place, "chart", bars=bars)


@dataclass(frozen=True, kw_only=True)
class ListTile(Tile):
    """The first rows that `filters` leave, with the columns that say more about each."""

    filters: Given
    sort: str = ""
    note: Callable[[Any], str] = lambda row: ""
    tone: Tone = "plain"

    def show(self, actor: Actor, place: Place) -> ShownTile:
        """Some rows by name, and how many there are."""
        asked = _at(self.ledger, self.filters, place)
        selection = _selection(actor, self.ledger, asked, self.sort)
        records = selection.fetch(None, _ROWS)
        attach(self.ledger.record, records)
        rows = [
            Line(self.ledger.label(row), self.note(row), self.tone, self.ledger.name, row.get_id())
            for row in records
        ]
        count = len(rows) if len(rows) < _ROWS else _total(selection)
        leads = (self.ledger.name, asked)
        numbers = [
            TileNumber("", count, self.ledger.measure, tone=self.tone if count else "plain", leads=leads)
        ]
        return _shown(self, actor, place, "list", numbers=numbers, rows=rows)


@dataclass(frozen=True, kw_only=True)
class FigureTile(Tile):
    """Numbers that no filter says: `figure(actor, place)` works them out, under the ledger's right."""

    figure: Callable[[Actor, Place], Sequence[TileNumber]]

    def show(self, actor: Actor, place: Place) -> ShownTile:
        """The numbers."""
        return _shown(self, actor, place, "numbers", numbers=self.figure(actor, place))


@dataclass(frozen=True, kw_only=True)
class Board:
    """Tiles that say how things stand. Registers itself by `name`; `system` is where it stands in the list of systems."""

    name: str
    title: str
    tiles: tuple[Tile, ...]
    system: str = "I02"
    #: The tiles of its picture and its card, the most important first.
    card: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [tile.name for tile in self.tiles]
        if len(set(names)) < len(names) or set(self.card) - set(names):
            raise LookupError(f"board {self.name}: its tiles are {names}, its card names {self.card}")
        _boards[self.name] = self


@dataclass(frozen=True)
class FoundBoard:
    """A board as it stood at a moment, for a place."""

    board: Board
    at: datetime
    place: Place
    tiles: Sequence[ShownTile]


_boards: dict[str, Board] = {}


def all_boards() -> list[Board]:
    """Every board of all chapters, in order of floors."""
    load("views")
    return list(_boards.values())


def show_board(actor: Actor, board: Board, place: Place) -> FoundBoard:
    """The board as far as the actor's rights reach: a tile whose ledger they may not read is not there."""
    tiles = [tile.show(actor, place) for tile in board.tiles if tile.offered_to(actor)]
    return FoundBoard(board, clock.now(), place, tiles)


def narrowed_to(ledger: Ledger, filters: Filters, place: Place) -> dict[str, Any]:
    """The filters, and those of the place as far as the ledger has them."""
    known = {each.field for each in ledger.filters}
    made = dict(filters)
    if place.company is not None and "company" in known:
        made["company"] = [str(place.company)]
    if place.site is not None and "site" in known:
        made["site"] = [str(place.site)]
    return made


def _at(ledger: Ledger, given: Given, place: Place) -> dict[str, Any]:
    return narrowed_to(ledger, given() if callable(given) else given, place)


def rows_at(actor: Actor, ledger: Ledger, filters: Filters, place: Place) -> Selection:
    """The rows of a ledger that the filters leave at the place, as far as the actor reads it."""
    return _selection(actor, ledger, narrowed_to(ledger, filters, place))


def _selection(actor: Actor, ledger: Ledger, filters: Filters, sort: str = "") -> Selection:
    query = ListQuery.parse(ledger, filters=dict(filters), sort=sort)
    return Selection(actor, ledger, query, ledger.rights["read"])


def _total(selection: Selection) -> int:
    rows = selection.summed([fn.COUNT(Value(1))], Value(1), 1)
    return int(rows[0][1]) if rows else 0


def _number(actor: Actor, ledger: Ledger, count: TileCount, place: Place) -> TileNumber:
    asked = _at(ledger, count.filters, place)
    value = _total(_selection(actor, ledger, asked))
    of = None if count.of is None else _total(_selection(actor, ledger, _at(ledger, count.of, place)))
    burns = value < of if count.full and of is not None else bool(value)
    tone: Tone = count.tone if burns else ("good" if count.full and of else "plain")
    return TileNumber(count.title, value, count.unit or ledger.measure, of, tone, leads=(ledger.name, asked))


def _shown(tile: Tile, actor: Actor, place: Place, kind: str, **parts: Any) -> ShownTile:
    scope = actor.rights[tile.ledger.rights["read"]]
    known = {each.field for each in tile.ledger.filters}
    by_site = place.site is None or "site" in known
    cut = "" if scope >= Scope.COMPANY else f"只算{SCOPE_TITLES[scope]}的"
    return ShownTile(tile.name, tile.title, kind, tile.help, cut, by_site=by_site, **parts)
