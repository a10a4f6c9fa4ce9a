"""A plugin of pytest: notes which functions of models/ each test runs, or runs only the tests that were chosen.

Told by the environment: MUTANTS_NOTE, the file to write the notes to; MUTANTS_CHOSEN, a file with one test a line, in
the order in which they shall run. Before each test it notes, what functions remember (`functools.cache`, `prepared`) is
forgotten, so that every test that stands on a function is seen to run it. What runs before the first test, while a fixture of
several tests is made, or while something is laid for later tests (`tests/support/laying.py`), is noted under `shared`.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

SHARED = "shared"


def name_of(file: str | Path, function: str) -> str:
    """How a function is noted: file below the root, and its name as Python calls it."""
    return f"{file}:{function}"


class Notes:
    """Notes which functions run."""

    def __init__(self, root: Path) -> None:
        self._below = f"{root / 'models'}{os.sep}"
        self._root = len(f"{root}{os.sep}")
        self.tests: dict[str, dict[str, Any]] = {}
        self.failed: set[str] = set()
        self.shared: set[CodeType] = set()
        self._now = self.shared
        self._remembering: list[Any] = []
        self._lay: CodeType | None = None
        self._laying = False

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Called by Python at each call."""
        code = frame.f_code
        self._now.add(code)
        if self._laying:
            self.shared.add(code)
        elif code is self._lay:
            self._laying = True
            return self._laid
        return None

    def _laid(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "return":
            self._laying = False
        return self._laid

    def names(self, codes: set[CodeType]) -> list[str]:
        """The functions of models/ among what ran."""
        return sorted(
            name_of(code.co_filename[self._root :], code.co_qualname)
            for code in codes
            if code.co_filename.startswith(self._below)
        )

    def pytest_collection_finish(self) -> None:
        """The tests are loaded, and with them what they lay and what functions remember."""
        laying = sys.modules.get("tests.support.prepared_rows")
        self._lay = laying.lay.__code__ if laying else None
        kinds = (type(functools.cache(len)), FunctionType)
        self._remembering = [
            thing
            for thing in gc.get_objects()
            if type(thing) in kinds
            and hasattr(thing, "cache_clear")
            and str(thing.__module__).startswith("models.")
        ]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """One test with its fixtures."""
        for thing in self._remembering:
            thing.cache_clear()
        ran: set[CodeType] = set()
        self._now, began = ran, time.monotonic()
        try:
            return (yield)
        finally:
            self._now = self.shared
            self.tests[item.nodeid] = {
                "seconds": round(time.monotonic() - began, 2),
                "functions": self.names(ran),
            }

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test that fails although nothing was changed tells nothing."""
        if report.failed:
            self.failed.add(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
        """A fixture: what one of several tests runs, all of these stand on."""
        if fixturedef.scope == "function":
            return (yield)
        before, self._now = self._now, set()
        try:
            return (yield)
        finally:
            self.shared |= self._now
            before |= self._now
            self._now = before


def pytest_configure(config: pytest.Config) -> None:
    """Begin to note."""
    if path := os.environ.get("MUTANTS_NOTE"):
        notes = Notes(config.rootpath)
        config.pluginmanager.register(notes)
        threading.settrace(notes.trace)
        sys.settrace(notes.trace)

        def written() -> None:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
            tests = {test: note for test, note in notes.tests.items() if test not in notes.failed}
            whole = {"tests": tests, SHARED: notes.names(notes.shared), "failed": sorted(notes.failed)}
            Path(path).write_text(json.dumps(whole), encoding="utf-8")

        config.add_cleanup(written)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the chosen tests, in their order."""
    if path := os.environ.get("MUTANTS_CHOSEN"):
        order = {
            test: place for place, test in enumerate(Path(path).read_text(encoding="utf-8").splitlines())
        }
        items[:] = sorted(
            (item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid]
        )
