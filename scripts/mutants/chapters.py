"""The tests of each chapter, and which of them run a function: found out once for a state of the code, and kept.

A module's own tests may also stand beside the chapter's: those of a door that import it (tests/bots/flow/test_ties.py).

Kept in `var/mutants/`, under a name made of all that could change it: models/, the chapter's tests, their fixtures.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.mutants.places import Place
from scripts.mutants.watching import SHARED, name_of

_FIRST = 12  # tests that run one by one before the others, which run file by file


def tests_of(root: Path, file: Path) -> str:
    """The tests of the chapter that a file belongs to, as a path below the root."""
    chapter = Path("tests", *file.relative_to(root).parts[:2])
    return str(chapter if (root / chapter).is_dir() else chapter.parent)


def run(copy: Path, tests: list[str], *, seconds: float | None = None, **told: str) -> int:
    """Run tests in a copy until the first that fails, and give pytest's answer. Raises TimeoutExpired."""
    line = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-m",
        "not slow and not browser",
        "-p",
        "no:cacheprovider",
        "-p",
        "scripts.mutants.watching",
    ]
    environment = {**os.environ, "ANBAN_TEST_DATABASE": "sqlite", "PYTHONDONTWRITEBYTECODE": "1", **told}
    with (copy / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [*line, *tests], cwd=copy, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            return process.wait(seconds)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, 9)
                process.wait()


_LOADED = """
import sys
from models.core.files.readers import process, reading_tasks
for task in reading_tasks.TASKS.values():
    task.load()
print(*(module.__file__ for name, module in sys.modules.items() if name.startswith("models.") and module.__file__))
"""
_ASKING = "models/core/files/readers/wire.py:"  # who runs this asks a reader, a process of its own that nobody watches


def read_outside(copy: Path) -> set[str]:
    """The files whose functions run in a reader too (`models/core/files/readers`), below the root."""
    line = [sys.executable, "-c", _LOADED]
    said = subprocess.run(line, cwd=copy, check=True, capture_output=True, text=True).stdout
    return {str(Path(file).relative_to(copy)) for file in said.split()}


@functools.cache
def _imported(test: Path) -> frozenset[str]:
    """What a test file imports, each by its whole name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(test.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
    return frozenset(names)


def beside(root: Path, file: Path) -> list[str]:
    """The test files outside of a module's chapter that import it; not those that drive a browser."""
    module = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    chapter = root / tests_of(root, file)
    tests = sorted(
        test
        for test in (root / "tests").rglob("test_*.py")
        if chapter not in test.parents and root / "tests" / "journeys" not in test.parents
    )
    return [str(test.relative_to(root)) for test in tests if module in _imported(test)]


class Chapter:
    """The tests of one chapter, in one state of the code; `outside` are the files that readers run."""

    def __init__(self, tests: str, outside: set[str], notes: dict[str, Any]) -> None:
        self.tests, self._outside = tests, outside
        self._ran: dict[str, set[str]] = {
            test: set(note["functions"]) for test, note in notes["tests"].items()
        }
        self._seconds: dict[str, float] = {test: note["seconds"] for test, note in notes["tests"].items()}
        self._shared = set(notes[SHARED])

    @classmethod
    def watched(cls, copy: Path, tests: str, outside: set[str], kept: Path) -> Chapter:
        """Run the chapter's tests once on the code as it is, unless that was done before.

        Raises RuntimeError if one fails: nothing could be said about mutants then.
        """
        file = kept / f"{tests.replace('/', '-')}-{_state(copy, tests)}.json"
        if not file.exists():
            kept.mkdir(parents=True, exist_ok=True)
            for old in kept.glob(f"{tests.replace('/', '-')}-*.json"):
                old.unlink()
            new = copy / "notes.json"
            if run(copy, [tests], MUTANTS_NOTE=str(new)):
                last = (copy / "output.txt").read_text(encoding="utf-8", errors="replace")[-3000:]
                raise RuntimeError(f"{tests} fails without any change:\n{last}")
            file.write_bytes(new.read_bytes())
        return cls(tests, outside, json.loads(file.read_text(encoding="utf-8")))

    def chosen(self, root: Path, place: Place) -> list[str]:
        """The tests that could notice a change, those that run least of all else first; none if none runs it.

        What runs at import, or for several tests at once, may be noticed by any.
        """
        file = str(place.file.relative_to(root))
        name = name_of(file, place.function)
        wide = not place.function or name in self._shared
        own = sorted((test for test, ran in self._ran.items() if name in ran), key=self._cost)
        if file in self._outside:
            asking = (test for test, ran in self._ran.items() if any(one.startswith(_ASKING) for one in ran))
            own += sorted(set(asking).difference(own), key=self._cost)
        first, later = own[:_FIRST], own[_FIRST:]
        files = list(dict.fromkeys(test.split("::")[0] for test in own))
        later.sort(key=lambda test: files.index(test.split("::")[0]))
        rest = [test for test in self._ran if test not in own] if wide else []
        return [*first, *later, *rest]

    def _cost(self, test: str) -> tuple[float, int]:
        return (round(self._seconds[test]), len(self._ran[test]))

    def seconds(self, tests: list[str]) -> float:
        """How long tests took, watched."""
        return sum(self._seconds[test] for test in tests)


def _state(copy: Path, tests: str) -> str:
    whole = hashlib.sha256()
    for folder in ("models", tests, "tests/support", "scripts/mutants"):
        for file in sorted((copy / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                whole.update(str(file.relative_to(copy)).encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:16]
