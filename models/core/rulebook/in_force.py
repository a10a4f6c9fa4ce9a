"""Which version of a rulebook is in force, and what it says; a version that can't be read leaves the one before (X06)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import structlog

from models.core import clock
from models.core.db.connection import database, in_transaction
from models.core.db.short_cache import ShortCache
from models.core.rulebook.declaration import Unfit, digest_of
from models.core.rulebook.records import RuleCheck, RuleVersion

if TYPE_CHECKING:
    from models.core.rulebook.declaration import Content, Rulebook

T = TypeVar("T")
log = structlog.get_logger("rules")


class VersionHead(NamedTuple):
    """A version without its content."""

    id: int
    number: int
    valid_from: date
    digest: str


class Mark(NamedTuple):
    """Who compared a part with which text, and when."""

    by: str
    at: datetime
    seen: str


@dataclass(frozen=True)
class KnownVersions:
    """What the database says of all rulebooks; the versions of a book that hold later or were made later first."""

    heads: dict[str, list[VersionHead]] = field(default_factory=dict)
    marks: dict[tuple[str, str, str], Mark] = field(default_factory=dict)


@dataclass(frozen=True)
class InForce(Generic[T]):
    """A version of a rulebook. `version` 0 is the program's own before the database knows of any."""

    book: Rulebook[T]
    version: int
    valid_from: date | None
    content: Content
    rules: T
    marks: dict[tuple[str, str, str], Mark]

    def mark(self, part: str) -> Mark | None:
        """Who compared the part as it is here with the text of the regulation; None: 待核对."""
        return self.marks.get((self.book.name, part, digest_of(self.content[part])))

    def basis(self, part: str) -> str:
        """Basis and article of a part in one line, with 待核对 where nobody has seen the text."""
        said = self.content[part]
        line = f"{said['basis']} {said['article']}".strip()
        return line if not line or self.mark(part) else f"{line}（待核对）"


def _read() -> KnownVersions:
    heads: dict[str, list[VersionHead]] = {}
    versions = RuleVersion.select(
        RuleVersion.book, RuleVersion.id, RuleVersion.number, RuleVersion.valid_from, RuleVersion.digest
    ).where(RuleVersion.withdrawn_at.is_null())
    for book, *head in versions.tuples():
        heads.setdefault(book, []).append(VersionHead(*head))
    for listed in heads.values():
        listed.sort(key=lambda head: (head.valid_from, head.number), reverse=True)
    marks = {
        (row.book, row.part, row.digest): Mark(row.checked_by, row.checked_at, row.seen)
        for row in RuleCheck.select().where(RuleCheck.withdrawn_at.is_null()).order_by(RuleCheck.id)
    }
    return KnownVersions(heads, marks)


_known = ShortCache(_read, KnownVersions)


def forget() -> None:
    """Ask the database at the next reading."""
    _known.forget()


def known() -> KnownVersions:
    """What the database says, at most two seconds old. Without a database there is nothing but the seeds."""
    return _known.get()


def in_force(book: Rulebook[T], day: date | None = None) -> InForce[T]:
    """The newest version that holds on the day and can be read; where there is none, the program's own.

    A day before the first version has that one: it says what the program said before anybody kept versions.
    """
    wanted, found = day or clock.today(), known()
    heads = found.heads.get(book.name, [])
    for head in [head for head in heads if head.valid_from <= wanted] or heads[-1:]:
        read = _content(book, head.id, head.digest)
        if not isinstance(read, str):
            return InForce(book, head.number, head.valid_from, *read, found.marks)
    return InForce(book, 0, None, *_seed(book), found.marks)


def _content(book: Rulebook[Any], version_id: int, digest: str) -> tuple[Content, Any] | str:
    """The content of a version and its rules, or what is wrong with it."""
    try:
        return _parsed(book, version_id, digest)
    except Unfit as error:
        log.error("rules_unreadable", book=book.name, row=version_id, part=error.part)
        return error.sentence


@lru_cache(maxsize=64)  # of what can be read: what can't may be mended
def _parsed(book: Rulebook[Any], version_id: int, digest: str) -> tuple[Content, Any]:
    content = _load(version_id).content
    if digest_of(content) != digest:
        raise Unfit("", "内容和保存时不一样")
    cleaned = book.cleaned(content)
    return cleaned, book.rules_of(cleaned)


def _load(version_id: int) -> RuleVersion:
    def load() -> RuleVersion:
        return RuleVersion.get_by_id(version_id)

    return load() if not database.is_closed() else in_transaction(load, write=False)


@lru_cache(maxsize=64)
def _seed(book: Rulebook[Any]) -> tuple[Content, Any]:
    return book.seed, book.rules_of(book.seed)


def unreadable(book: Rulebook[Any]) -> list[tuple[int, str]]:
    """The stored versions that can't be read, and why."""
    reads = ((head.number, _content(book, head.id, head.digest)) for head in known().heads.get(book.name, ()))
    return [(number, read) for number, read in reads if isinstance(read, str)]


def content_of(book: Rulebook[T], number: int) -> InForce[T] | None:
    """A version by its number, withdrawn or not, as it was; None if it is not there or can't be read."""
    if number == 0:
        return InForce(book, 0, None, *_seed(book), known().marks)
    row = RuleVersion.get_or_none(RuleVersion.book == book.name, RuleVersion.number == number)
    read = None if row is None else _content(book, row.id, row.digest)
    if row is None or read is None or isinstance(read, str):
        return None
    return InForce(book, row.number, row.valid_from, *read, known().marks)
