"""What a rulebook is: its parts, its seed, and what its rows are made into (X06)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import orjson

from models.core.chapters import load
from models.core.errors import Malformed
from models.core.fields import Described, Lines

if TYPE_CHECKING:
    from models.core.rulebook.in_force import InForce

T = TypeVar("T")
Content = dict[str, dict[str, Any]]
Rows = Mapping[str, list[dict[str, Any]]]
BASIS, ARTICLE = 200, 120  # characters
_books: dict[str, Rulebook[Any]] = {}


class Unfit(Exception):
    """Rules that can't be used: at which part, in a sentence."""

    def __init__(self, part: str, sentence: str) -> None:
        self.part, self.sentence = part, sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class RulebookPart:
    """Rows of one kind that stand on one regulation. `fields` are the boxes of a row, by name."""

    name: str
    title: str
    fields: Mapping[str, Described]
    help: str = ""
    line: str = "行"
    most: int = 60
    least: int = 1

    @cached_property
    def lines(self) -> Lines:
        """The rows as a column, which cleans them."""
        return Lines(self.title, dict(self.fields), most=self.most, line=self.line)


@dataclass(frozen=True, eq=False)
class Rulebook(Generic[T]):
    """A set of rules that belong together and have versions together.

    `package` and `file` say where the seed lies; a file of the same name in the data folder is taken as a version of its
    own. `parse` makes the rows (cleaned, by part) what code computes with, and raises Unfit where they contradict
    each other.
    """

    name: str
    title: str
    summary: str
    package: str
    file: str
    parts: tuple[RulebookPart, ...]
    parse: Callable[[Rows], T]
    _by_name: dict[str, RulebookPart] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {part.name: part for part in self.parts})
        if self.name in _books:
            raise ValueError(f"rulebook {self.name} is declared twice")
        _books[self.name] = self

    def part(self, name: str) -> RulebookPart:
        """A part by its name. Raises KeyError."""
        return self._by_name[name]

    @cached_property
    def seed(self) -> Content:
        """The content that comes with the program."""
        text = resources.files(self.package).joinpath("data", self.file).read_text(encoding="utf-8")
        return self.cleaned(json.loads(text)["parts"])

    def cleaned(self, given: Any, base: Content | None = None) -> Content:
        """`given` as content: the parts that it says, the rest as in `base`. Raises Unfit at the first fault."""
        if not isinstance(given, dict):
            raise Unfit("", "内容的格式不对，应是各部分的名称和内容")
        strange = [name for name in given if name not in self._by_name]
        if strange:
            raise Unfit(str(strange[0]), f"没有“{strange[0]}”这一部分")
        content: Content = {}
        for part in self.parts:
            if part.name in given:
                content[part.name] = _cleaned(part, given[part.name], (base or {}).get(part.name))
            elif base is None:
                raise Unfit(part.name, f"缺少“{part.title}”")
            else:
                content[part.name] = base[part.name]
        return content

    def rules_of(self, content: Content) -> T:
        """What code computes with. Raises Unfit."""
        rows = {}
        for part in self.parts:
            try:
                rows[part.name] = part.lines.clean(content[part.name]["rows"])
            except (Malformed, KeyError, TypeError) as error:
                raise Unfit(part.name, f"“{part.title}”读不懂：{error}") from error
        return self.parse(rows)

    def in_force(self, day: date | None = None) -> InForce[T]:
        """The version in force on a day (today), and what it says."""
        from models.core.rulebook.in_force import in_force

        return in_force(self, day)

    def rules(self, day: date | None = None) -> T:
        """The rules in force on a day (today)."""
        return self.in_force(day).rules


def _cleaned(part: RulebookPart, given: Any, base: dict[str, Any] | None) -> dict[str, Any]:
    if not isinstance(given, dict) or given.keys() - {"basis", "article", "rows"}:
        raise Unfit(part.name, f"“{part.title}”的格式不对，应有依据、条款和各行")
    said = {**(base or {}), **given}
    kept: dict[str, Any] = {}
    for name, most in (("basis", BASIS), ("article", ARTICLE)):
        text = said.get(name) or ""
        if not isinstance(text, str) or len(text) > most:
            raise Unfit(
                part.name,
                f"“{part.title}”的{'依据' if name == 'basis' else '条款'}要填文字，最多 {most} 个字",
            )
        kept[name] = " ".join(text.split())
    try:
        rows = part.lines.clean(said.get("rows"))
    except Malformed as error:
        raise Unfit(part.name, f"“{part.title}”：{error.message}") from None
    if len(rows) < part.least:
        raise Unfit(part.name, f"“{part.title}”至少要有 {part.least} {part.line}")
    return {**kept, "rows": part.lines.plain(rows)}


def digest_of(value: Any) -> str:
    """What tells one content from another: the same for the same, however its keys are ordered."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def all_rulebooks() -> list[Rulebook[Any]]:
    """Every rulebook of all chapters, in the order of declaration."""
    load("rulebooks")
    return list(_books.values())


def rulebook_named(name: str) -> Rulebook[Any] | None:
    """The rulebook of a name, or None."""
    load("rulebooks")
    return _books.get(name)
