"""The ways in which a flow may name people: one finder for each `by` (H07). A chapter may add its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.core.chapters import load
from models.core.security.actor import Actor
from models.tasks.subjects import Served

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """What a finder may look at: the subject (a row or typed values), whose it is, and what has been done so far.

    `wide`: people are only told, so that who looks after the whole group may be of any company.
    """

    served: Served
    subject: Any
    company_id: int
    starter_id: int | None
    doers: Mapping[str, int] = field(default_factory=dict)  # step key → who did it last
    holders: Sequence[int] = ()
    wide: bool = False
    #: Who did the work that a step judges, by all their files: never asked to do it (models/tasks/people/separation_of_duties.py).
    worked: Callable[[Any], Collection[int]] = lambda plan: ()


#: Person ids; of a finder that rises, lines of them, each from the nearest up.
Find = Callable[[Rule, Scene], Sequence[Any]]


Offers = Callable[[Actor], Mapping[str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True)
class Finder:
    """One `by`. `needs` are the keys of its rule beside `by` and `when`; the checker asks for them.

    A finder that `rises` gives lines: of each, the first who is there is chosen, or from so many places above on. A place
    of the line may be None: nobody is set there now, and the places above it keep their number when somebody is.
    `offers(actor)` gives what a need may be, as (value, title) by the need's name, where that is a choice.
    """

    by: str
    title: str
    find: Find
    needs: tuple[str, ...] = ()
    rises: bool = False
    offers: Offers | None = None


_finders: dict[str, Finder] = {}


def finder(
    by: str, title: str, *, needs: tuple[str, ...] = (), rises: bool = False, offers: Offers | None = None
) -> Callable[[Find], Find]:
    """Register a function as the finder of a `by`."""

    def register(function: Find) -> Find:
        known = _finders.get(by)
        if known is not None and known.find.__module__ != function.__module__:
            raise ValueError(f"two finders for {by}")
        _finders[by] = Finder(by, title, function, needs, rises, offers)
        return function

    return register


def all_finders() -> dict[str, Finder]:
    """Every finder, by its `by`."""
    load("finders")
    return dict(_finders)


def finder_of(by: str) -> Finder | None:
    """The finder of a `by`, None if there is none."""
    load("finders")
    return _finders.get(by)
