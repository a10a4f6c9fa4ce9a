"""One process of pytest that has everything loaded, and a fork of it for each change.

Loading models/, the tests and a database takes longer than most changes take to be noticed. So the process collects all
tests once, runs a few that make what a database starts with, and then forks: the child gets the turned code in the place
of the function's own and runs the chosen tests. What ran while modules were loaded, or while that database was made, can't
be turned so late: who asks is told, and loads everything anew (`running.run`).
"""

from __future__ import annotations

import cProfile
import functools
import gc
import inspect
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest

from scripts.mutants.places import Place
from scripts.mutants.running import OPTIONS, load_libraries, settle

_PASSED, _FAILED, _NOT_TURNED, _NOT_THERE = 0, 1, 3, 4


class Answer(NamedTuple):
    """What became of a change: the test that failed (empty: none), whether it stood still, whether it was turned too late."""

    failed: str = ""
    hung: bool = False
    late: bool = False


class Session:
    """The process, as who asks sees it. `warm` are the tests that it runs before the first change."""

    def __init__(self, copy: Path, rooms: Sequence[str], warm: Sequence[str]) -> None:
        load_libraries()
        context = multiprocessing.get_context("fork")
        self._copy, (self._ours, theirs) = copy, context.Pipe()
        self._process = context.Process(
            target=_serve, args=(copy, list(rooms), list(warm), theirs, self._ours)
        )
        self._process.start()
        theirs.close()
        self.every: list[str] = self._told()

    def tried(self, place: Place | None, source: str, tests: Sequence[str], seconds: float) -> Answer:
        """Run tests with a place of the file with that source turned (None: with nothing turned), for so long at most."""
        self._ours.send((place, source, list(tests), seconds))
        return Answer(*self._told())

    def _told(self) -> Any:
        try:
            return self._ours.recv()
        except EOFError:
            last = (self._copy / "session.txt").read_text(encoding="utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"the tests can't be collected:\n{last}") from None

    def close(self) -> None:
        """End the process."""
        self._ours.close()
        self._process.join(30)
        if self._process.exitcode is None:
            self._process.kill()


def _serve(copy: Path, rooms: list[str], warm: list[str], pipe: Connection, theirs: Connection) -> None:
    theirs.close()  # the fork has it too, and would wait for itself when who asks is gone
    settle(copy, "session.txt")
    sys.exit(int(pytest.main([*OPTIONS, *rooms], plugins=[_Server(copy, warm, pipe)])))


class _Server:
    """The plugin that answers instead of running all tests."""

    def __init__(self, copy: Path, warm: list[str], pipe: Connection) -> None:
        self._below, self._warm, self._pipe = f"{copy / 'models'}{os.sep}", warm, pipe
        self._failed = ""
        self._early: set[tuple[str, str, int]] = set()
        self._profile = cProfile.Profile(builtins=False, subcalls=False)
        self._profile.enable()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first that fails."""
        if report.failed:
            self._failed = self._failed or report.nodeid

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """What a test itself runs before the first change, it runs again behind each."""
        self._profile.disable()
        try:
            return (yield)
        finally:
            if not self._early:
                self._profile.enable()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer until nobody asks any more."""
        items = {item.nodeid: item for item in session.items}
        for test in self._warm:
            _run([items[test]] if test in items else [], session, lambda: False)
        self._profile.disable()
        ran = (entry.code for entry in self._profile.getstats() if isinstance(entry.code, CodeType))
        self._early = {_key(code) for code in ran if code.co_filename.startswith(self._below)}
        self._functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        for thing in gc.get_objects():
            if type(thing) is FunctionType and thing.__code__.co_filename.startswith(self._below):
                self._functions.setdefault(_key(thing.__code__), []).append(thing)
        self._remembering = list(_remembering())
        self._failed = ""
        gc.collect()
        gc.freeze()
        self._pipe.send(list(items))
        while True:
            try:
                place, source, tests, seconds = self._pipe.recv()
            except EOFError:
                return True
            pairs = list(_changed(place, source)) if place else []
            chosen = [items[test] for test in tests if test in items]
            answer = self._answer(pairs, chosen, session, seconds)
            late = place is not None and (not pairs or any(_key(old) in self._early for old, _ in pairs))
            self._pipe.send(tuple(answer._replace(late=answer.late or late)))

    def _answer(
        self,
        pairs: list[tuple[CodeType, CodeType]],
        chosen: list[pytest.Item],
        session: pytest.Session,
        seconds: float,
    ) -> Answer:
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.setsid()
            os.close(read)
            answer = _NOT_THERE
            try:
                answer = self._tested(pairs, chosen, session)
                os.write(write, self._failed.encode())
            finally:
                os._exit(answer)
        os.close(write)
        code = _waited(child, seconds)
        with os.fdopen(read, "rb") as told:
            failed = told.read().decode() if code is not None else ""
        if code in (_NOT_TURNED, _NOT_THERE):
            return Answer(late=True)
        return Answer(failed, code is None)

    def _tested(
        self, pairs: list[tuple[CodeType, CodeType]], chosen: list[pytest.Item], session: pytest.Session
    ) -> int:
        for old, new in pairs:
            functions = self._functions.get(_key(old), [])
            alike = [one for one in functions if one.__code__ == old] if len(functions) > 1 else functions
            try:
                for function in alike:
                    function.__code__ = new
            except ValueError:  # it has other names of its outer function
                return _NOT_TURNED
            if not alike and "<locals>" not in old.co_qualname:
                return _NOT_TURNED
        for thing in self._remembering:
            thing.cache_clear()
        _run(chosen, session, lambda: bool(self._failed))
        return _FAILED if self._failed else _PASSED


def _run(items: Sequence[pytest.Item], session: pytest.Session, enough: Callable[[], bool]) -> None:
    """Run tests one after the other; behind the last one only what the whole session has stays."""
    for item, following in zip(items, [*items[1:], session], strict=False):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if enough():
            return


def _waited(child: int, seconds: float) -> int | None:
    """The child's answer; None where it took longer than that, and is ended."""
    end, pause = time.monotonic() + seconds, 0.01
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.killpg(child, 9)
            os.waitpid(child, 0)
            return None
        time.sleep(pause)
        pause = min(0.2, pause * 1.5)


def _key(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _changed(place: Place, source: str) -> Iterator[tuple[CodeType, CodeType]]:
    """The code of each function that a turn makes otherwise, as it is and as it becomes; none where it is outside of any."""
    file = str(place.file)
    before = compile(source, file, "exec", dont_inherit=True)
    yield from _differing(before, compile(place.tree(source), file, "exec", dont_inherit=True))


def _differing(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    if before != after and before.co_flags & inspect.CO_OPTIMIZED:
        yield before, after
    for one, other in zip(_inner(before), _inner(after), strict=True):
        yield from _differing(one, other)


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _remembering() -> Iterator[Any]:
    """What functions of models/ remember (`functools.cache`, `prepared`)."""
    kinds = (type(functools.cache(len)), FunctionType)
    for thing in gc.get_objects():
        if (
            type(thing) in kinds
            and hasattr(thing, "cache_clear")
            and str(thing.__module__).startswith("models.")
        ):
            yield thing
