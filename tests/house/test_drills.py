"""The drills stay runnable: each once, with a handful of people, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def run(drill: str, *options: str) -> str:
    """What the drill prints; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.drills.{drill}", *options],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
    return done.stdout


def test_everything_is_killed_once_and_nobody_is_missed() -> None:
    said = run(
        "kills", "--kills", "1", "--people", "30", "--groups", "2", "--wait", "0", "--every", "6", "--no-faults",
        "--rest", "1", "2",
    )  # fmt: skip
    assert "proven" in said
    for part in ("web-0", "work-0", "redis", "mariadb"):
        assert f"1  kills of {part}" in said


def test_everybody_acknowledges_by_callbacks() -> None:
    said = run("acknowledge", "--people", "200", "--seconds", "5")
    assert "200 answers in the database" in said


def test_a_report_reaches_the_platform() -> None:
    said = run("flash_report", "--people", "300", "--groups", "3", "--rounds", "1")
    assert "300 people, 3 groups" in said


def test_an_announcement_is_measured() -> None:
    assert "added by the news" in run("announcing", "--pairs", "10")
