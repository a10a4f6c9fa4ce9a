"""The Python environment: .venv with exactly the pinned versions, and the command `anban` in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.setup.stamps import ROOT, STAMPS, Stamp, fingerprint
from scripts.setup.steps import Stop, run, say

VENV = ROOT / ".venv"
_RUN = ROOT / "requirements.txt"
_TEST = ROOT / "requirements-test.txt"
_OFFLINE = (
    "Is the package index reachable? Nothing else is needed from the network; a later run goes on from here."
)


def prepare(*, tests: bool) -> None:
    """Make .venv what the pins say; `tests` adds what tests and measuring need. Does nothing if it is so."""
    pins = _TEST if tests else _RUN
    python = _line(_version(Path(sys.executable)))
    # With the pins for tests installed those for running are there too: the second file holds the first.
    done = {
        pins_: Stamp(
            f"python-{pins_.stem}", fingerprint([pins_, ROOT / "setup.py"], python), VENV / "bin" / "anban"
        )
        for pins_ in (_RUN, _TEST)
    }
    if done[_TEST].fresh or done[pins].fresh:
        return
    say(f"Installing {pins.name} into .venv")
    for stamp in done.values():
        stamp.break_()
    _create(python)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    # Not compiled beforehand: that is a third of the work, and most of it for modules that nobody imports.
    run("pip install", [*pip, "install", "--no-compile", "-r", str(pins)], ROOT, hint=_OFFLINE)
    # In place, so that the code that runs is the code in the checkout.
    in_place = [
        "install",
        "--no-deps",
        "--no-build-isolation",
        "--config-settings",
        "editable_mode=compat",
        "-e",
        ".",
    ]
    run("pip install anban", [*pip, *in_place], ROOT)
    done[pins].set()


def _version(python: Path) -> str:
    if not python.exists():
        return ""
    code = "import sys; print(sys.version.split()[0])"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()


def _line(version: str) -> str:
    """3.11 of 3.11.7: what installed packages depend on."""
    return version.rpartition(".")[0]


def _create(python: str) -> None:
    there = _line(_version(VENV / "bin" / "python"))
    if there == python:
        return
    if VENV.exists():
        say(f".venv is of Python {there or '?'}, made anew with {python}")
        shutil.rmtree(VENV)
    run("venv", [sys.executable, "-m", "venv", str(VENV)], ROOT)


def write_pins() -> None:
    """Write both requirement files anew: the newest versions that setup.py allows, with all they pull in."""
    folder = STAMPS / "pins"
    shutil.rmtree(folder, ignore_errors=True)
    run("venv for pins", [sys.executable, "-m", "venv", str(folder)], ROOT)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    run("setuptools", [*pip, "install", "--upgrade", "setuptools<81"], ROOT)
    for file, extras, title in (
        (_RUN, "", "What Anban runs on"),
        (_TEST, "[test,bench]", "What Anban runs on, is tested and measured with"),
    ):
        run(f"resolve {file.stem}", [*pip, "install", "--no-build-isolation", "-e", f".{extras}"], ROOT)
        frozen = subprocess.run([*pip, "freeze", "--all", "--exclude", "pip"], capture_output=True, text=True)
        lines = [line for line in frozen.stdout.splitlines() if "==" in line and not line.startswith("#")]
        if frozen.returncode or not lines:
            raise Stop(f"pip freeze failed: {frozen.stderr}")
        text = f"# {title}, to the last package. Made from setup.py by `make pins`.\n"
        file.write_text(text + "\n".join(lines) + "\n")
    shutil.rmtree(folder)
