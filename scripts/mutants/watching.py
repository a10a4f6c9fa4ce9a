"""A plugin of pytest: notes which functions of models/ each test runs, or runs only the tests that were chosen.

Told by the environment: MUTANTS_NOTE, the file to write the notes to; MUTANTS_CHOSEN, a file with one test a line, in
the order in which they shall run. Before each test it notes, what functions remember (`functools.cache`, `prepared`) is
forgotten, so that every test that stands on a function is seen to run it. What runs before the first test, while a fixture of
several tests is made, or while something is laid for later tests (`tests/support/laying.py`), is noted under `shared`.
"""

from __future__ import annotations

import cProfile
import functools
import gc
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

SHARED = "shared"


def name_of(file: str | Path, function: str) -> str:
    """How a function is noted: file below the root, and its name as Python calls it."""
    return f"{file}:{function}"


class _Calls:
    """Which functions of models/ ran since it was last asked, in every thread; Python's own profiler counts them."""

    def __init__(self, root: Path) -> None:
        self._below, self._root = f"{root / 'models'}{os.sep}", len(f"{root}{os.sep}")
        self._main = _profile()
        self._others: list[tuple[threading.Thread, cProfile.Profile, dict[str, int]]] = []

    def begin(self) -> None:
        """From now on."""
        threading.setprofile(self._began)
        self._main.enable()

    def _began(self, frame: FrameType, event: str, argument: Any) -> None:
        """Called by Python in each new thread, at its first call."""
        profile = _profile()
        self._others.append((threading.current_thread(), profile, {}))
        profile.enable()

    def taken(self) -> set[str]:
        """What ran, as `name_of`, and begin anew."""
        self._main.disable()
        ran = set(self._counted(self._main))
        self._main.clear()
        for thread, profile, before in list(self._others):
            counted = self._counted(profile)  # a thread that runs can't be cleared
            ran |= {name for name, times in counted.items() if times != before.get(name)}
            before.update(counted)
            if not thread.is_alive():
                self._others = [each for each in self._others if each[1] is not profile]
        self._main.enable()
        return ran

    def end(self) -> None:
        """No longer."""
        threading.setprofile(None)  # type: ignore[arg-type]
        self._main.disable()

    def _counted(self, profile: cProfile.Profile) -> dict[str, int]:
        counted: dict[str, int] = {}
        collects = gc.isenabled()
        gc.disable()  # so that no other thread goes on meanwhile
        try:
            entries = profile.getstats()
        finally:
            if collects:
                gc.enable()
        for entry in entries:
            if isinstance(entry.code, CodeType) and entry.code.co_filename.startswith(self._below):
                name = name_of(entry.code.co_filename[self._root :], entry.code.co_qualname)
                counted[name] = counted.get(name, 0) + entry.callcount
        return counted


def _profile() -> cProfile.Profile:
    return cProfile.Profile(builtins=False, subcalls=False)


class Notes:
    """Notes which functions run."""

    def __init__(self, root: Path) -> None:
        self.calls = _Calls(root)
        self.tests: dict[str, dict[str, Any]] = {}
        self.failed: set[str] = set()
        self.shared: set[str] = set()
        self._now: set[str] = set()
        self._remembering: list[Any] = []

    def _for_several(self, made: Callable[..., Any], *arguments: Any) -> Any:
        """Do what several tests stand on, and note it for all of them."""
        self._now |= self.calls.taken()
        try:
            return made(*arguments)
        finally:
            ran = self.calls.taken()
            self.shared |= ran
            self._now |= ran

    def pytest_collection_finish(self) -> None:
        """The tests are loaded, and with them what they lay and what functions remember."""
        if laying := sys.modules.get("tests.support.prepared_rows"):
            lay = laying.lay
            real = FunctionType(lay.__code__, lay.__globals__)
            lay.__globals__["_noted"] = functools.partial(self._for_several, real)
            lay.__code__ = _instead_of_lay.__code__
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
        self.shared |= self.calls.taken()
        self._now, began = set(), time.monotonic()
        try:
            return (yield)
        finally:
            self.tests[item.nodeid] = {
                "seconds": round(time.monotonic() - began, 2),
                "functions": sorted(self._now | self.calls.taken()),
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
        self._now |= self.calls.taken()
        try:
            return (yield)
        finally:
            ran = self.calls.taken()
            self.shared |= ran
            self._now |= ran


def _instead_of_lay(name: str, make: Callable[[], object]) -> None:
    _noted(name, make)  # type: ignore[name-defined]  # noqa: F821  (it stands among the names of the other's module)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to note."""
    if path := os.environ.get("MUTANTS_NOTE"):
        notes = Notes(config.rootpath)
        config.pluginmanager.register(notes)
        notes.calls.begin()

        def written() -> None:
            notes.shared |= notes.calls.taken()
            notes.calls.end()
            tests = {test: note for test, note in notes.tests.items() if test not in notes.failed}
            whole = {"tests": tests, SHARED: sorted(notes.shared), "failed": sorted(notes.failed)}
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
