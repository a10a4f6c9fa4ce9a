"""Which tests could notice a change where nobody has watched them: by what their files import, near or far."""

from __future__ import annotations

import ast
import functools
from collections import deque
from pathlib import Path

from scripts.mutants.places import Place

_MOST = 75  # tests that are tried
_AT_ONCE = 8  # tests of one file before those of files that are one step farther
_FAR = 9
_SHORTEST = 4  # letters of a name that says something


class Guessed:
    """The tests of a room that nobody has watched yet."""

    def __init__(self, tests: str, every: list[str]) -> None:
        self._every = [test for test in every if test.startswith(f"{tests}/")]

    def chosen(self, root: Path, place: Place) -> list[str]:
        """The nearest tests: first those whose files import the module, then those that import what imports it, and so on."""
        return self._near(root, place)[:_MOST]

    def few(self, root: Path, place: Place, number: int) -> list[str]:
        """Not more than twice so many of those whose file imports the module, or what imports it: half of them will miss."""
        near = [test for test in self._every if _distance(root, test.split("::")[0], place.file) <= 1]
        return Guessed.of(near)._near(root, place)[: 2 * number]

    @classmethod
    def of(cls, tests: list[str]) -> Guessed:
        """These tests, of whatever room."""
        made = cls("", [])
        made._every = tests
        return made

    def _near(self, root: Path, place: Place) -> list[str]:
        count: dict[str, int] = {}
        far: dict[str, int] = {}
        for test in self._every:
            file = test.split("::")[0]
            far[test] = _distance(root, file, place.file) + count.get(file, 0) // _AT_ONCE
            count[file] = count.get(file, 0) + 1
        return sorted(self._every, key=far.__getitem__)

    def seconds(self, tests: list[str]) -> float:
        """How long tests may take."""
        return float(len(tests))

    def warming(self) -> list[str]:
        """None is known."""
        return []


@functools.cache
def _distance(root: Path, test: str, file: Path) -> int:
    """How many imports lie between a file of tests and a module: 0 for its own, less for one that is called like it."""
    far = _importing(root, _module(root, file))
    own = min((far.get(name, _FAR) for name in _imported(root / test)), default=_FAR)
    rooms = [
        folder / "conftest.py" for folder in (root / test).parents if folder.is_relative_to(root / "tests")
    ]
    given = min(
        (far.get(name, _FAR) for room in rooms if room.exists() for name in _imported(room)), default=_FAR
    )
    where = root / test
    called = where.stem.removeprefix("test_")
    alike = file.stem in called or (len(called) >= _SHORTEST and called in file.stem)
    beside = where.parent.name == file.parent.name
    return min(own, given + 1) - 2 * alike - beside


@functools.cache
def _importing(root: Path, module: str) -> dict[str, int]:
    """How far every module of models/ is from one: 0 itself, 1 what imports it …"""
    users: dict[str, set[str]] = {}
    for file in (root / "models").rglob("*.py"):
        for name in _imported(file):
            users.setdefault(name, set()).add(_module(root, file))
    far, waiting = {module: 0}, deque([module])
    while waiting:
        here = waiting.popleft()
        for user in users.get(here, ()):
            if user not in far:
                far[user] = far[here] + 1
                waiting.append(user)
    return far


def _module(root: Path, file: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def _imported(file: Path) -> frozenset[str]:
    """What a file imports, each by its whole name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
    return frozenset(names)
