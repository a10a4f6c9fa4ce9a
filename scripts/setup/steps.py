"""Running the commands that make up a step, quietly unless they fail."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.setup.stamps import STAMPS


class Stop(Exception):
    """The step cannot go on; the text tells a person what to do."""


def say(text: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(text, file=sys.stderr, flush=True)


def together(*steps: Callable[[], None]) -> None:
    """Do steps of which none needs another beside each other: one waits for the network while another builds.

    All are done to their end; then the first one's Stop is raised, if one has failed.
    """
    with ThreadPoolExecutor(len(steps)) as pool:
        begun = [pool.submit(step) for step in steps]
    for each in begun:
        each.result()


def run(
    what: str,
    command: Sequence[str],
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    hint: str = "",
) -> None:
    """Run one command in `folder` with its output in .make/<what>.log.

    Raises Stop with the end of that output, and with `hint`, when it fails.
    """
    STAMPS.mkdir(exist_ok=True)
    log = STAMPS / f"{what.replace(' ', '-')}.log"
    begin = time.monotonic()
    say(f"  {what} …")
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(settings or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        raise Stop(f"{what} failed ({' '.join(command)}):\n{tail}\n{hint}".rstrip())
    say(f"  {what}: done in {time.monotonic() - begin:.0f} s")
