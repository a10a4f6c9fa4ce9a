"""Whether the tests notice a rule that is wrong: one comparison turned or one condition negated at a time.

    python -m scripts.mutants [--number 35] [--seed N] [--within models/tasks]      (make mutants ARGS="--number 10")

A random lot of places in `models/` (not migrations, not the demo) is changed in a copy of the checkout, each by itself.
Then those tests of its chapter run that run the function; where none of them notices, those few of other chapters and of
the doors that run it and least of all else, until the first that fails (said as "elsewhere"; it must pass again without
the change). At least nine of ten must be noticed; those that live are printed with their place.
`--seed` repeats a lot, `--within` may name one file (with `--number 0` for all of its places). Bounded: by a number, and
no mutant begins after `--minutes`.

The first run watches all these tests (`var/mutants/`, two rooms at a time, some ten minutes), later ones those that
changed since; with `--guess` none is watched, and what nobody has watched is taken by what its file imports.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

import click

from scripts.mutants.chapters import Chapter, elsewhere, read_outside, tests_of
from scripts.mutants.guessing import Guessed
from scripts.mutants.places import Place, places_of, rules
from scripts.mutants.running import run
from scripts.mutants.session import Session

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = _ROOT / "var" / "mutants"
_REACH = 0.9
_START = 90.0  # seconds that a run may take beside its tests
_SLOWER = 5  # times as long as when they were watched
_BUSY = 4  # times as long again, where the tests stand still without a change too
_ANEW = 30  # tests that are tried in a process that loads everything anew
_FEW, _MANY = 5, 25  # tests of each other room, and where the own one has none at all
_BESIDE = 2  # rooms that are watched at one time
_PASSED = (0, 5)  # what pytest answers then; 5 is that there was nothing to run
_PARTS = (
    "models",
    "handlers",
    "miniprogram_api",
    "bots",
    "server",
    "scripts",
    "tests",
    "docs",
    "pyproject.toml",
    "README.md",
    "setup.py",
)


def _copied(where: Path) -> None:
    for part in _PARTS:
        source = _ROOT / part
        if source.is_dir():
            shutil.copytree(source, where / part, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy2(source, where / part)
    (where / "static").symlink_to(_ROOT / "static")
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "models", "handlers", "miniprogram_api", "bots", "server"],
        cwd=where, check=True,
    )  # fmt: skip


class Rooms:
    """The tests of each room, watched when they are first asked for, and a session that runs them."""

    def __init__(self, copy: Path, *, guess: bool = False) -> None:
        self.copy, self._guess = copy, guess
        self._outside = read_outside(copy)
        self._chapters: dict[str, Chapter | Guessed] = {}
        self._session: Session | None = None

    def of(self, tests: str) -> Chapter | Guessed:
        """One room."""
        if tests not in self._chapters:
            known = Chapter.is_known(tests, _KEPT)
            if not self._guess:
                self._chapters[tests] = Chapter.watched(self.copy, tests, self._outside, _KEPT)
            elif known:
                self._chapters[tests] = Chapter.remembered(tests, self._outside, _KEPT)
            else:
                self._chapters[tests] = Guessed(tests, self.session().every)
        return self._chapters[tests]

    def watch(self) -> None:
        """Watch the tests of all rooms that changed, two rooms beside each other; those that take longest first."""
        rooms = [room for room in elsewhere(self.copy, "") if (self.copy / room).is_dir()]
        rooms.sort(
            key=lambda room: -sum(file.stat().st_size for file in (self.copy / room).rglob("test_*.py"))
        )
        with ThreadPoolExecutor(_BESIDE) as beside:
            list(beside.map(self.of, rooms))

    def session(self) -> Session:
        """The process that has all tests loaded."""
        if self._session is None:
            rooms = [room for room in elsewhere(self.copy, "") if (self.copy / room).is_dir()]
            known = [room for room in rooms if not self._guess or Chapter.is_known(room, _KEPT)]
            chapters = [room for room in known if room.startswith("tests/models/")]
            warm = [test for room in chapters for test in self.of(room).warming()]
            self._session = Session(self.copy, rooms, warm)
        return self._session

    def close(self) -> None:
        """End that process."""
        if self._session is not None:
            self._session.close()

    def noticed(self, place: Place) -> str:
        """How the change is noticed, empty if not. Too slow counts: somebody would see it stand still."""
        own = tests_of(self.copy, place.file)
        chapter = self.of(own)
        every = self.session().every  # loaded and warm before anything is turned
        tests = chapter.chosen(self.copy, place)
        seconds = chapter.seconds(tests)
        if isinstance(chapter, Chapter) and (new := chapter.unseen(every)):  # came since they were watched
            guessed = Guessed(own, new)
            came = guessed.few(self.copy, place, _ANEW) if tests else guessed.chosen(self.copy, place)
            tests, seconds = [*came, *tests], seconds + guessed.seconds(came)
        if how := self._tried(place, tests, seconds):
            return how
        rooms = sorted(
            (self.of(room) for room in elsewhere(self.copy, own)), key=lambda room: isinstance(room, Guessed)
        )
        number = _FEW if tests else _MANY
        few = [(room, room.few(self.copy, place, number)) for room in rooms]
        others = [test for _, tests in few for test in tests]
        how = self._tried(place, others, sum(room.seconds(tests) for room, tests in few))
        return "elsewhere" if how == "died" else how

    def _tried(self, place: Place, tests: list[str], watched: float) -> str:
        """Turn the place, run tests that took so many seconds when they were watched, and turn it back."""
        source, left = place.file.read_text(encoding="utf-8"), tests
        limit = most = _START + _SLOWER * watched
        while left:
            with _turned(place, source):
                answer = self.session().tried(place, source, left, limit)
            if answer.hung:
                if not self.session().tried(None, "", left, limit).hung:
                    return "hung"
                if (
                    limit > most
                ):  # what starts threads or processes may stand still in a fork of a process with all loaded
                    return self._anew(place, source, left[:_ANEW], watched)
                limit *= _BUSY
            elif not answer.failed:
                return self._anew(place, source, left[:_ANEW], watched) if answer.late else ""
            elif not self.session().tried(None, "", [answer.failed], _START).failed:
                return "died"
            else:  # it fails by itself, and tells nothing
                left = [test for test in left if test != answer.failed]
        return ""

    def _anew(self, place: Place, source: str, tests: list[str], watched: float) -> str:
        """The same in a process that loads everything, the changed file too."""
        with _turned(place, source):
            answer = self._alone(tests, watched)
        if answer is None:  # and not without the change, or nobody knows: then it counts as alive
            return "" if self._alone(tests, watched) is None else "hung"
        return "" if answer in _PASSED else "died"

    def _alone(self, tests: list[str], watched: float) -> int | None:
        """What pytest answers to tests in a process of their own; None if they do not end."""
        chosen = self.copy / "chosen.txt"
        chosen.write_text("\n".join(tests), encoding="utf-8")
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        try:
            return run(self.copy, files, seconds=_START + _SLOWER * watched, MUTANTS_CHOSEN=str(chosen))
        except subprocess.TimeoutExpired:
            return None


@contextmanager
def _turned(place: Place, source: str) -> Iterator[None]:
    """The place is turned in its file meanwhile, for processes that load it."""
    was = place.file.stat()
    place.file.write_text(place.turned(source), encoding="utf-8")
    try:
        yield
    finally:
        place.file.write_text(source, encoding="utf-8")
        os.utime(place.file, ns=(was.st_atime_ns, was.st_mtime_ns))  # what was compiled of it is good again


def _lot(copy: Path, within: str, number: int, seed: int) -> list[Place]:
    every = [place for file in rules(copy, within) for place in places_of(file)]
    lot = Random(seed).sample(every, min(number or len(every), len(every)))
    click.echo(f"{len(lot)} of {len(every)} places, seed {seed}")
    return lot


@click.command(help=__doc__)
@click.option("--number", default=35, show_default=True, help="How many to try; 0 for all.")
@click.option("--seed", type=int, help="Repeat a lot.")
@click.option(
    "--within", default="models", show_default=True, help="Only below this folder, or in this file."
)
@click.option(
    "--guess",
    is_flag=True,
    help="Watch nothing now: go by what was seen before, else by what test files import.",
)
@click.option("--minutes", default=45.0, show_default=True, help="No mutant begins after this.")
def main(number: int, seed: int | None, within: str, guess: bool, minutes: float) -> None:
    """Try a lot, and end with 1 if fewer than nine of ten are noticed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that the copy goes too
    end = time.monotonic() + 60 * minutes
    seed = secrets.randbelow(2**32) if seed is None else seed
    tried, alive, far = 0, [], 0
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        copy = Path(folder).resolve()
        _copied(copy)  # whoever works on the tree meanwhile disturbs nothing
        lot = _lot(copy, within, number, seed)
        try:
            for place, how, seconds in _tried(copy, lot, end, guess):
                tried += 1
                alive += [] if how else [place]
                far += how == "elsewhere"
                click.echo(f"{tried:3} {how or 'ALIVE'} {seconds:5.1f} s  {_said(copy, place)}")
        except RuntimeError as fault:
            raise click.ClickException(str(fault)) from None
        for place in alive:
            click.echo(f"alive: {_said(copy, place)}")
    dead = tried - len(alive)
    cut = f" (of {len(lot)}: the time is up)" if tried < len(lot) else ""
    click.echo(
        f"{dead} of {tried} died{cut}, {dead / max(1, tried):.0%} ({far} elsewhere); --seed {seed} repeats the lot"
    )
    sys.exit(0 if tried and dead >= _REACH * tried else 1)


def _tried(copy: Path, lot: list[Place], end: float, guess: bool) -> Iterator[tuple[Place, str, float]]:
    """Each place of the lot, how it was noticed, and the seconds that took; none begins after `end`."""
    rooms = Rooms(copy, guess=guess)
    try:
        if not guess:
            rooms.watch()
        for place in lot:
            if time.monotonic() > end:
                return
            rooms.of(tests_of(copy, place.file))
            began = time.monotonic()
            how = rooms.noticed(place)
            yield place, how, time.monotonic() - began
    finally:
        rooms.close()


def _said(copy: Path, place: Place) -> str:
    return f"{place.file.relative_to(copy)}:{place.line}  {place.before[:90]}  →  {place.after[:90]}"


if __name__ == "__main__":
    main()
