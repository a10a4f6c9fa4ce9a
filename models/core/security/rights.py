"""The names of everything that somebody may do, and how far (J04).

A right is declared once, where its rule lives; a route or rule that names an undeclared one fails at import.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from models.core.chapters import load


class Scope(IntEnum):
    """How far a right reaches, each including the ones before it."""

    SELF = 1
    DEPARTMENT = 2
    SITE = 3
    COMPANY = 4
    GROUP = 5

    @property
    def key(self) -> str:
        """The name on the wire and in the database."""
        return self.name.lower()


SCOPE_TITLES = {
    Scope.SELF: "本人",
    Scope.DEPARTMENT: "本部门",
    Scope.SITE: "本厂站",
    Scope.COMPANY: "本公司",
    Scope.GROUP: "全集团",
}


@dataclass(frozen=True)
class Right:
    """One thing that somebody may do, `equipment.edit`, with the words of the role editor."""

    name: str
    title: str
    group: str


_rights: dict[str, Right] = {}


def declare(name: str, title: str, group: str) -> str:
    """Make a right known and give its name back."""
    known = _rights.get(name)
    if known and known != Right(name, title, group):
        raise ValueError(f"right {name} is declared twice")
    _rights[name] = Right(name, title, group)
    return name


def known(name: str) -> str:
    """`name`, if it is a declared right. Raises LookupError otherwise (at import of whoever asks)."""
    if name not in _rights:
        raise LookupError(f"no right is called {name!r}")
    return name


def right(name: str) -> Right:
    """The declaration of a right."""
    return _rights[known(name)]


def all_rights() -> list[Right]:
    """Every right of all chapters, in the order of declaration."""
    load("records")
    return list(_rights.values())
