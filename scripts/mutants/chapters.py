"""The tests of each chapter, and which of them run a function: watched once, kept, and watched again where it changed.

A rule's tests may also stand elsewhere: with the chapter it was made for, or at a door (tests/bots/flow/test_ties.py).

Kept in `var/mutants/` with what each part was then. A changed file of tests is watched again, and so are those that ran a
function of models/ that changed; all, when what all of them stand on is another (fixtures, data, a function that several
tests share).
"""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.mutants.places import Place
from scripts.mutants.running import run
from scripts.mutants.watching import SHARED, name_of

_QUICK = 3.0  # seconds
_OPENED = "models/core/db/connection.py:open_database"
_MOST = 150  # tests that are tried
_DOORS = ("bots", "miniprogram_api", "handlers", "server")
_UNSEEN = ("migrations", "demo")  # their subjects are no rules either


def tests_of(root: Path, file: Path) -> str:
    """The tests of the chapter that a file belongs to, as a path below the root."""
    chapter = Path("tests", *file.relative_to(root).parts[:2])
    return str(chapter if (root / chapter).is_dir() else chapter.parent)


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


def elsewhere(root: Path, own: str) -> list[str]:
    """The other rooms whose tests run rules too: of other chapters, and of the doors. Not those that drive a browser."""
    chapters = [
        room for room in (root / "tests" / "models").iterdir() if room.is_dir() and room.name[0] not in "._"
    ]
    rooms = [*sorted(chapters), *(root / "tests" / door for door in _DOORS)]
    return [
        name for room in rooms if room.name not in _UNSEEN and (name := str(room.relative_to(root))) != own
    ]


class Chapter:
    """The tests of one chapter, in one state of the code; `outside` are the files that readers run."""

    def __init__(self, tests: str, outside: set[str], notes: dict[str, Any]) -> None:
        self.tests, self._outside = tests, outside
        self._ran: dict[str, set[str]] = {
            test: set(note["functions"]) for test, note in notes["tests"].items()
        }
        self._seconds: dict[str, float] = {test: note["seconds"] for test, note in notes["tests"].items()}
        self._shared = set(notes[SHARED])
        self._seen = {*self._ran, *notes.get("failed", ())}

    @staticmethod
    def is_known(tests: str, kept: Path) -> bool:
        """Whether the tests of a room were watched at some time."""
        return (kept / f"{tests.replace('/', '-')}.json").exists()

    @classmethod
    def remembered(cls, tests: str, outside: set[str], kept: Path) -> Chapter:
        """What was seen when the room was watched, whatever has changed since."""
        return cls(tests, outside, json.loads((kept / f"{tests.replace('/', '-')}.json").read_text("utf-8")))

    @classmethod
    def watched(cls, copy: Path, tests: str, outside: set[str], kept: Path) -> Chapter:
        """Run the chapter's tests once on the code as it is, unless that was done before.

        A test that fails then says nothing about mutants: it is left out. Raises RuntimeError if none could run.
        """
        file = kept / f"{tests.replace('/', '-')}.json"
        now = _parts(copy, tests)
        before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        stale = _stale(before, now, tests) if before else [tests]
        if not before or before["parts"] != now:
            new = _watch(copy, stale) if stale else {"tests": {}, SHARED: []}
            if before and stale != [tests]:
                again = {*stale, *(part for part in before["parts"] if part not in now)}
                old = {
                    test: note for test, note in before["tests"].items() if test.split("::")[0] not in again
                }
                failed = {test for test in before.get("failed", ()) if test.split("::")[0] not in again}
                new = {
                    "tests": {**old, **new["tests"]},
                    SHARED: sorted({*before[SHARED], *new[SHARED]}),
                    "failed": sorted({*failed, *new.get("failed", ())}),
                }
            kept.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({**new, "parts": now}), encoding="utf-8")
        return cls(tests, outside, json.loads(file.read_text(encoding="utf-8")))

    def chosen(self, root: Path, place: Place) -> list[str]:
        """The tests that could notice a change, those that run least of all else first; none if none runs it.

        What runs outside of any test (at import, for several tests at once) may be noticed by any. Of more than some
        hundred the others would only say the same: what none of these notices counts as alive.
        """
        file = str(place.file.relative_to(root))
        name = name_of(file, place.function)
        own = sorted((test for test, ran in self._ran.items() if name in ran), key=self._cost)
        if file in self._outside:
            asking = (test for test, ran in self._ran.items() if any(one.startswith(_ASKING) for one in ran))
            own += sorted(set(asking).difference(own), key=self._cost)
        if not own and (not place.function or name in self._shared):
            own = sorted(self._ran, key=self._cost)
        return own[:_MOST]

    def few(self, root: Path, place: Place, number: int) -> list[str]:
        """Not more than so many of the tests that run a function that has its own tests elsewhere, as in `chosen`."""
        name = name_of(str(place.file.relative_to(root)), place.function)
        return sorted((test for test, ran in self._ran.items() if name in ran), key=self._cost)[:number]

    def unseen(self, every: list[str]) -> list[str]:
        """Those of the room's tests that nobody has watched."""
        return [test for test in every if test.startswith(f"{self.tests}/") and test not in self._seen]

    def warming(self) -> list[str]:
        """A quick test that needs a database, as far as one is known; none that starts processes or threads."""
        laid = [
            test for test, ran in self._ran.items()
            if self._seconds[test] < _QUICK and _OPENED in ran and not any(one.startswith(_ASKING) for one in ran)
        ]  # fmt: skip
        return sorted(laid, key=self._cost)[-1:]

    def _cost(self, test: str) -> tuple[float, int]:
        return (round(self._seconds[test]), len(self._ran[test]))

    def seconds(self, tests: list[str]) -> float:
        """How long tests took, watched."""
        return sum(self._seconds[test] for test in tests)


def _watch(copy: Path, tests: list[str]) -> dict[str, Any]:
    """Which functions each of these tests runs, all in one process. Raises RuntimeError if they could not run."""
    new = copy / f"notes-{tests[0].replace('/', '-')}.json"
    new.unlink(missing_ok=True)
    output = f"{new.stem}.txt"
    run(copy, tests, output=output, MUTANTS_NOTE=str(new))
    notes: dict[str, Any] = json.loads(new.read_text(encoding="utf-8")) if new.exists() else {}
    if not notes.get("tests"):
        last = (copy / output).read_text(encoding="utf-8", errors="replace")[-3000:]
        raise RuntimeError(f"{', '.join(tests)} can't be run:\n{last}")
    return notes


def _stale(before: dict[str, Any], now: dict[str, str], tests: str) -> list[str]:
    """The files of tests to watch again: those that changed, and those that ran a function that changed."""
    parts: dict[str, str] = before["parts"]
    changed = {part for part in {*parts, *now} if parts.get(part) != now.get(part)}
    own = {part for part in changed if part.startswith(f"{tests}/") and Path(part).name.startswith("test_")}
    rules = {part for part in changed if ":" in part}

    def ran(names: list[str]) -> bool:
        return any(_part(name, parts) in rules for name in names)

    shared = [
        name for name in before[SHARED] if not _part(name, parts).endswith(":")
    ]  # what is loaded is no reason
    if changed - own - rules or ran(shared):
        return [tests]
    again = {test.split("::")[0] for test, note in before["tests"].items() if ran(note["functions"])}
    return sorted(file for file in own | again if file in now)


def _part(name: str, parts: dict[str, str]) -> str:
    """The part of a file that a function stands in: the outermost function, or what is outside of any."""
    outermost = name.split(".<locals>")[0]
    return outermost if outermost in parts else f"{name.split(':')[0]}:"


def _parts(copy: Path, tests: str) -> dict[str, str]:
    """What stands in each part that could change what the tests run: functions of models/, other files as wholes."""
    found: dict[str, bytes] = {}
    for folder in ("models", tests, "tests/support"):
        for file in sorted((copy / folder).rglob("*")):
            name = str(file.relative_to(copy))
            if file.is_file() and "__pycache__" not in file.parts:
                rule = folder == "models" and file.suffix == ".py"
                found |= (
                    _functions(name, file.read_text(encoding="utf-8")) if rule else {name: file.read_bytes()}
                )
    for name in ("tests/conftest.py", "scripts/mutants/watching.py"):
        found[name] = (copy / name).read_bytes()
    return {name: hashlib.sha256(text).hexdigest()[:16] for name, text in found.items()}


def _functions(file: str, source: str) -> dict[str, bytes]:
    """The text of each outermost function of a file by its name as Python calls it, and of all the rest."""
    found: dict[str, bytes] = {}
    rest = source.splitlines()

    def look(body: list[ast.stmt], within: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                look(node.body, f"{within}{node.name}.")
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
                lines = slice(first, node.end_lineno)
                name = name_of(file, f"{within}{node.name}")
                found[name] = found.get(name, b"") + "\n".join(source.splitlines()[lines]).encode()
                rest[lines] = [""] * (int(node.end_lineno or 0) - first)

    look(ast.parse(source).body, "")
    return {**found, name_of(file, ""): "\n".join(filter(str.strip, rest)).encode()}
