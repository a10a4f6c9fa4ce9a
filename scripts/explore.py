"""Property tests and state machines with other examples, round after round, until one fails or the time is up.

    python -m scripts.explore [--minutes 30] [--seed N] [TESTS…]      (make explore ARGS="--minutes 5 tests/models/tasks")

The suite itself (`make test`) tries the same examples each time, so that it says the same on every machine. Each round
here has a seed, printed before it begins; `--seed` runs that one round again. Ends with 1 at the first round that fails.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import click

_ROOT = Path(__file__).resolve().parent.parent


def random_tests(within: tuple[str, ...]) -> list[str]:
    """The test files that draw their examples."""
    places = [_ROOT / place for place in within or ("tests",)]
    files = [
        file
        for place in places
        for file in ([place] if place.is_file() else sorted(place.rglob("test_*.py")))
    ]
    return [
        str(file.relative_to(_ROOT)) for file in files if "hypothesis" in file.read_text(encoding="utf-8")
    ]


@click.command(help=__doc__)
@click.option("--minutes", default=30.0, show_default=True, help="No round begins after this.")
@click.option("--seed", type=int, help="Run the round with this seed, and no other.")
@click.argument("tests", nargs=-1)
def main(minutes: float, seed: int | None, tests: tuple[str, ...]) -> None:
    """Run rounds."""
    files = random_tests(tests)
    if not files:
        raise click.UsageError("none of these tests draws its examples")
    end = time.monotonic() + 60 * minutes
    rounds = 0
    while seed is not None or rounds == 0 or time.monotonic() < end:
        number = secrets.randbelow(2**32) if seed is None else seed
        rounds += 1
        click.echo(f"== round {rounds}: seed {number}, {len(files)} files")
        line = [sys.executable, "-m", "pytest", "-q", "-x", f"--hypothesis-seed={number}", *files]
        if subprocess.run(line, cwd=_ROOT, env={**os.environ, "ANBAN_EXPLORE": "1"}, check=False).returncode:
            click.echo(f"failed: make explore ARGS='--seed {number} {' '.join(tests)}' repeats it")
            sys.exit(1)
        if seed is not None:
            break
    click.echo(f"{rounds} rounds, nothing found")


if __name__ == "__main__":
    main()
