"""What a chapter gives to the house, and how it is found: one manifest each, `models/<chapter>/chapter.py`.

A manifest names modules and functions by text, so that reading all manifests imports none of them. What they name is
imported when somebody first asks for its kind. The order everywhere is that of the floors (`models/chapters.py`), the
lowest first; docs/chapters.md says how to add a chapter, or an entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import import_module
from threading import RLock
from typing import Any, Literal

#: A module below the chapter ("posts.ledgers"), or something in one ("posts.ledgers:POSTS"). One of a door begins with the
#: door ("bots.cards.hazards"): no chapter imports a door, but the manifest says what a door makes of the chapter.
Names = tuple[str, ...]
DOORS = ("bots", "handlers", "miniprogram_api")
#: The one place that knows all chapters. Read at the first question, as core stands below them.
_LIST = "models.chapters"
_loaded: set[str] = set()
_loading: set[str] = set()
_lock = RLock()


@dataclass(frozen=True, kw_only=True)
class Grants:
    """To whom the rights of a chapter go in the built-in roles (J04, Q05); see models/administration/roles.

    Each prefix (what stands before the dot of a right) belongs to one kind of administrator: `system`, `security` or
    `audit`, or is `everyday` work. All else are whole names of rights. A right that is named nowhere else is its unit's:
    administrators, the unit's account and safety officers have it, whoever only looks has it if it reads or exports.
    """

    system: Names = ()
    security: Names = ()
    audit: Names = ()
    everyday: Names = ()
    #: Belongs to no company (standard tables): who manages the whole group may change it, no unit.
    house: Names = ()
    #: Decides whom the program calls and whom it believes: administrators, not the account of a unit.
    set_up: Names = ()
    #: What others then go by, and what is gone for good: not for officers of a unit, nor its members.
    in_force: Names = ()
    #: The work of a unit: of all that changes something its members have this alone, and what is named for everybody.
    work: Names = ()
    #: Officers have it only with 允许审核.
    reviewing: Names = ()
    #: What 监察 looks at (Q03).
    supervised: Names = ()
    #: Every built-in role has it.
    everybody: Names = ()
    #: Who only looks may still be asked to do it.
    acting: Names = ()
    #: What 作业人员 may do about themselves.
    own: Names = ()
    #: About oneself, however far the rest of a role reaches.
    always_self: Names = ()
    #: In the whole company, however near the rest of a role reaches.
    always_company: Names = ()
    #: About oneself for members of a unit and officers of a site, who would else have it for all.
    member_self: Names = ()
    #: Prefixes whose rows know their site: 厂站安全员 has all of them but the import, for the site.
    site_prefixes: Names = ()
    #: What 厂站安全员 may do beside looking: at the site, and in the whole company.
    site: Names = ()
    site_company: Names = ()


@dataclass(frozen=True)
class StandardRows:
    """Something that every installation has: `run` (a function of the chapter) adds what is missing, and says how many."""

    name: str
    run: str


@dataclass(frozen=True, kw_only=True)
class BackgroundJob:
    """Work behind the answers. `run(limit)` does up to `batch`, outside of a transaction, and says how many it did.

    With fewer than `batch` it rests `idle` seconds. Celery keeps at a `steady` one all the time; of others it does one
    batch each `every` seconds (0: as `idle`).
    """

    name: str
    run: str
    batch: int
    idle: float
    steady: bool = False
    every: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What was kept long enough and goes: `run()`, each `minutes`.

    `within` what it runs: a writing transaction, a reading one, or none (`outside`), where it opens its own.
    """

    name: str
    run: str
    minutes: float
    within: Literal["writing", "reading", "outside"] = "writing"


@dataclass(frozen=True)
class Planting:
    """A part of the demo, planted at every start where it is not there yet: `run()`, safe to run again.

    One that sets chat up takes the address of the `sandbox`.
    """

    title: str
    run: str
    sandbox: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing that messages, tasks and followers are about: what it is called and where it is kept and shown.

    `phone` is its page in the phone client, which takes `?id=`; without one the ledger's own pages show it. Of a thing
    with a live `board`, `answers` are answers to messages about it that are news to others at once (the answer → the
    kind of news), and `heard_with` is the kind of which whoever answers has plainly heard too.
    """

    name: str
    title: str
    ledger: str = ""
    phone: str = ""
    tasks: bool = False  # flows serve it
    board: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    heard_with: str = ""


@dataclass(frozen=True)
class PointReason:
    """Something for which a company may give points (A12): one more kind of rule, under `name`, in words `title`.

    `kind` is what the points are for, a `Kind` of some chapter: they lead there. Given and taken back by
    models/objectives/points/entries.py.
    """

    name: str
    title: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page or part of the console that is no ledger, by the `name` that the console has it under, for who has `right`.

    `place`: in the "menu" below its ledger (above all ledgers where it belongs to none), a "row"'s own page, the "form"
    that makes a row, a part of the "detail" of a row, or one "above" the list.
    """

    name: str
    title: str
    place: Literal["menu", "row", "form", "detail", "above"]
    ledger: str = ""
    right: str = ""


@dataclass(frozen=True, kw_only=True)
class Worded:
    """Kinds of messages for which a unit may write words of its own: titles by kind, and what `{…}` may name there.

    Each place comes with what it may look like.
    """

    kinds: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter's manifest: everything that it gives to the house. `name` is its package below `models`."""

    name: str
    title: str

    # Modules of the chapter: what they declare registers itself when they are imported.
    records: Names = ("records",)  # tables and rights
    rulebooks: Names = ()
    settings: Names = ()  # what a company may set (core/settings)
    photos: Names = ()  # who may send and see photos (core/files/photos.shown_by)
    subjects: Names = ()  # kinds that flows serve (tasks/subjects.serve)
    finders: Names = ()  # ways in which a flow names people (tasks/people/finders.finder)
    tellers: Names = ()  # who is told of news (messages/tellers.teller)
    reactions: Names = ()  # what is done because of news (core/events/reactions.reaction)
    listeners: Names = ()  # who hears of lines in trails (core/events/listeners.hearer)
    hooks: Names = ()  # answers to questions of lower chapters (core/hooks.Hook)

    # Things in modules of the chapter.
    ledgers: Names = ()  # in the order of the menu, as far as chapters have a say in it (see Ledger.place)
    views: Names = ()  # statistics and matrices beside ledgers, in the order of the menu
    standards: tuple[StandardRows, ...] = ()
    jobs: tuple[BackgroundJob, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    demo: tuple[Planting, ...] = ()

    grants: Grants = Grants()
    #: Ledgers whose lists change with news, by what stands before the dot of its kind; the row's own first.
    live: Mapping[str, Names] = field(default_factory=dict)

    kinds: tuple[Kind, ...] = ()
    points: tuple[PointReason, ...] = ()  # what points are given for
    pages: tuple[Page, ...] = ()
    worded: tuple[Worded, ...] = ()
    #: What is written in trails and is neither a transition nor a button, in words (J05).
    acts: Mapping[str, str] = field(default_factory=dict)

    # What the doors make of it.
    cards: Names = ()  # composers (bots/cards)
    presses: Names = ()  # what a press on a card does (bots/pressing)
    commands: Names = ()  # what can be said in the chat (bots/commands)
    channels: Mapping[str, str] = field(default_factory=dict)  # "bots.sms.channel:SmsChannel" by its way
    console: Names = ()  # modules with `routes` of the console
    phone: Names = ()  # and of the phone


#: Which fields of a manifest name modules of `models` that register what they declare.
MODULES = (
    *(
        "records",
        "rulebooks",
        "settings",
        "photos",
        "subjects",
        "finders",
        "tellers",
        "reactions",
        "listeners",
        "hooks",
    ),
    *("ledgers", "views"),
)
#: And which those of doors.
DOOR_MODULES = ("cards", "presses", "commands", "console", "phone")


@cache
def chapters() -> tuple[Chapter, ...]:
    """All chapters, the lowest floor first."""
    found: tuple[Chapter, ...] = import_module(_LIST).CHAPTERS
    return found


@cache
def menu_groups() -> Names:
    """The groups of the menu, from top to bottom."""
    found: Names = import_module(_LIST).MENU
    return found


@cache
def all_kinds() -> Mapping[str, Kind]:
    """What messages, tasks and followers are about, by name, in order of floors."""
    return {kind.name: kind for chapter in chapters() for kind in chapter.kinds}


@cache
def all_point_reasons() -> Mapping[str, PointReason]:
    """What points are given for, by name, in order of floors."""
    return {reason.name: reason for chapter in chapters() for reason in chapter.points}


@cache
def pages_of(ledger: str) -> tuple[Page, ...]:
    """The pages and parts of the console that belong to a ledger; to none where it is empty."""
    return tuple(page for chapter in chapters() for page in chapter.pages if page.ledger == ledger)


@cache
def all_acts() -> Mapping[str, str]:
    """What acts in trails are called, as far as they are neither transitions nor buttons."""
    return {name: title for chapter in chapters() for name, title in chapter.acts.items()}


@cache
def floor_of(module: str) -> int:
    """On which floor a module stands: the place of its chapter; above all for what belongs to none."""
    parts = module.split(".")
    names = [chapter.name for chapter in chapters()]
    return (
        names.index(parts[1]) if len(parts) > 1 and parts[0] == "models" and parts[1] in names else len(names)
    )


def whole_name(chapter: Chapter, name: str) -> str:
    """What a manifest names, from the top: "models.objectives.posts.ledgers:POSTS"."""
    return name if name.partition(".")[0] in DOORS else f"models.{chapter.name}.{name}"


def module_names(part: str) -> list[str]:
    """The whole names of the modules that manifests name under `part`, in order of floors, each once."""
    named = (whole_name(chapter, name) for chapter in chapters() for name in getattr(chapter, part))
    return list(dict.fromkeys(name.partition(":")[0] for name in named))


@cache
def rank(part: str, module: str) -> int:
    """Where a module comes among those that manifests name under `part`; behind all for another one (of a test)."""
    names = module_names(part)
    return names.index(module) if module in names else len(names)


def load(part: str) -> bool:
    """Import what manifests name under `part`, once; says whether all of it is there.

    It is not where a module asks that is being imported for it. A server loads all at its start (`load_all`): two
    threads that import at once could wait for each other.
    """
    if part in _loaded:
        return True
    with _lock:
        if part in _loaded or part in _loading:
            return part in _loaded
        _loading.add(part)
        try:
            for name in module_names(part):
                import_module(name)
        finally:
            _loading.discard(part)
        _loaded.add(part)
        return True


def load_all() -> None:
    """Import whatever the chapters in `models` declare."""
    for part in MODULES:
        load(part)


def found_at(chapter: Chapter, name: str) -> Any:
    """The thing that a manifest names: "posts.ledgers:POSTS"."""
    module, _, thing = whole_name(chapter, name).partition(":")
    return getattr(import_module(module), thing)


def granted(kind: str) -> Names:
    """What all chapters say under one field of their `grants`, in order of floors."""
    return tuple(name for chapter in chapters() for name in getattr(chapter.grants, kind))


GRANTS = tuple(each.name for each in fields(Grants))

__all__ = [
    "DOORS",
    "DOOR_MODULES",
    "GRANTS",
    "MODULES",
    "BackgroundJob",
    "Chapter",
    "Grants",
    "Kind",
    "Page",
    "Planting",
    "PointReason",
    "StandardRows",
    "Sweep",
    "Worded",
    "all_acts",
    "all_kinds",
    "all_point_reasons",
    "chapters",
    "floor_of",
    "found_at",
    "granted",
    "load",
    "load_all",
    "menu_groups",
    "module_names",
    "pages_of",
    "rank",
    "whole_name",
]
