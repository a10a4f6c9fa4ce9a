"""Whether the tests notice a rule that is wrong: one comparison turned or one condition negated at a time.

    python -m scripts.mutants [--number 35] [--seed N] [--within models/tasks]      (make mutants ARGS="--number 10")

A random lot of places in `models/` (not migrations, not the demo) is changed in a copy of the checkout, each by itself.
Then those tests of its chapter run that run the function; where none of them notices, those few of other chapters and of
the doors that run it and least of all else, until the first that fails (said as "elsewhere"; it must pass again without
the change). At least nine of ten must be noticed; those that live are printed with their place.
`--seed` repeats a lot, `--within` may name one file (with `--number 0` for all of its places). Bounded: by a number, and
no mutant begins after `--minutes`.

The first run watches all these tests (`var/mutants/`, a quarter of an hour), later ones those that changed since.
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
from pathlib import Path
from random import Random

import click

from scripts.mutants.chapters import Chapter, elsewhere, read_outside, tests_of
from scripts.mutants.places import Place, places_of, rules
from scripts.mutants.running import run

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = _ROOT / "var" / "mutants"
_REACH = 0.9
_START = 90.0  # seconds that a run may take beside its tests
_SLOWER = 5  # times as long as when they were watched
_FEW = 5  # tests of each other room
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
    """The tests of each room, watched when they are first asked for."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self._outside = read_outside(copy)
        self._chapters: dict[str, Chapter] = {}

    def of(self, tests: str) -> Chapter:
        """One room."""
        if tests not in self._chapters:
            self._chapters[tests] = Chapter.watched(self.copy, tests, self._outside, _KEPT)
        return self._chapters[tests]

    def noticed(self, place: Place) -> str:
        """How the change is noticed, empty if not. Too slow counts: somebody would see it stand still."""
        own = tests_of(self.copy, place.file)
        chapter = self.of(own)
        if how := self._runs(place, tests := chapter.chosen(self.copy, place), chapter.seconds(tests)):
            return how
        rooms = [self.of(room) for room in elsewhere(self.copy, own)]
        others = [test for room in rooms for test in room.few(self.copy, place, _FEW)]
        how = self._runs(place, others, sum(room.seconds(room.few(self.copy, place, _FEW)) for room in rooms))
        if how == "died":
            output = (self.copy / "output.txt").read_text(encoding="utf-8", errors="replace")
            first = next(
                (test for test in others if f"FAILED {test}" in output or f"ERROR {test}" in output), ""
            )
            return "elsewhere" if first and run(self.copy, [first], seconds=_START) in _PASSED else ""
        return how

    def _runs(self, place: Place, tests: list[str], watched: float) -> str:
        """Turn the place, run tests that took so many seconds when they were watched, and turn it back."""
        if not tests:
            return ""
        target = place.file
        whole, was = target.read_bytes(), target.stat()
        chosen = self.copy / "chosen.txt"
        chosen.write_text("\n".join(tests), encoding="utf-8")
        files = list(dict.fromkeys(test.split("::")[0] for test in tests))
        target.write_text(place.turned(whole.decode()), encoding="utf-8")
        try:
            answer = run(self.copy, files, seconds=_START + _SLOWER * watched, MUTANTS_CHOSEN=str(chosen))
        except subprocess.TimeoutExpired:
            return "hung"
        finally:
            target.write_bytes(whole)
            os.utime(target, ns=(was.st_atime_ns, was.st_mtime_ns))  # what was compiled of it is good again
        return "" if answer in _PASSED else "died"


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
@click.option("--minutes", default=45.0, show_default=True, help="No mutant begins after this.")
def main(number: int, seed: int | None, within: str, minutes: float) -> None:
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
            for place, how, seconds in _tried(copy, lot, end):
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


def _tried(copy: Path, lot: list[Place], end: float) -> Iterator[tuple[Place, str, float]]:
    """Each place of the lot, how it was noticed, and the seconds that took; none begins after `end`."""
    rooms = Rooms(copy)
    for place in lot:
        if time.monotonic() > end:
            return
        rooms.of(tests_of(copy, place.file))
        began = time.monotonic()
        how = rooms.noticed(place)
        yield place, how, time.monotonic() - began


def _said(copy: Path, place: Place) -> str:
    return f"{place.file.relative_to(copy)}:{place.line}  {place.before[:90]}  →  {place.after[:90]}"


if __name__ == "__main__":
    main()
