"""The drills stay runnable: each once, with a handful of people, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def run(drill: str, *options: str) -> str:
    """What the drill prints; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.drills.{drill}", *options],
        cwd=ROOT, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def kills() -> Iterator[Future[str]]:
    """Everything is killed once. It waits two minutes for what a dead worker had taken, while others are drilled."""
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(
            run, "kills", "--kills", "1", "--people", "10", "--groups", "1", "--wait", "0", "--every", "6", "--no-faults",
            "--rest", "1", "2",
        )  # fmt: skip


@pytest.mark.usefixtures("kills")
def test_a_log_is_sealed_verified_and_swept() -> None:
    said = run("sealing", "--lines", "4500")
    assert "sealed: 4500" in said and "faults: 0" in said and "swept: 4500" in said


def test_floods_are_counted_by_the_cards_that_they_make() -> None:
    printed = run("by_sense", "--reports", "7", "--comments", "2", "--mentions", "3").splitlines()
    said = [line for line in printed if line.endswith("cards")]  # what the program logs may stand between
    assert "7 kept" in said[0]
    assert said[2].split()[-2:] == ["0", "cards"], "a case that is over tells nobody"


@pytest.mark.parametrize("form", [[], ["--mariadb"]], ids=["embedded", "mariadb"])
def test_the_disk_runs_full(form: list[str]) -> None:
    assert "1 times full" in run("full_disk", "--rounds", "1", *form)


@pytest.mark.parametrize("form", [[], ["--embedded"]], ids=["mariadb", "embedded"])
def test_nothing_answered_is_lost(form: list[str]) -> None:
    said = run("durable", "--kills", "1", "--people", "4", *form)
    assert "0  answered and lost" in said


def test_imports_are_measured() -> None:
    """With few rows; on a busy machine a goal in seconds would say nothing."""
    ledgers = ("persons", "equipment", "certificates", "posts")
    said = run(
        "importing", *(word for ledger in ledgers for word in ("--ledger", ledger)),
        "--rows", "50", "--writers", "2", "--readers", "1", "--goal", "60",
    )  # fmt: skip
    assert all(f"50 rows of {ledger}" in said for ledger in ledgers)


def test_everything_is_killed_once_and_nobody_is_missed(kills: Future[str]) -> None:
    said = kills.result()
    assert "proven" in said
    for part in ("web-0", "work-0", "redis", "mariadb"):
        assert f"1  kills of {part}" in said


def test_everybody_acknowledges_by_callbacks() -> None:
    said = run("acknowledge", "--people", "60", "--seconds", "3")
    assert "59 answers in the database" in said  # one reported it and is asked nothing


def test_a_report_reaches_the_platform() -> None:
    said = run("flash_report", "--people", "100", "--groups", "2", "--rounds", "1")
    assert "100 people, 2 groups" in said


def test_an_announcement_is_measured() -> None:
    assert "added by the news" in run("announcing", "--pairs", "10")


def test_a_flood_of_sign_ins_keeps_the_holder_out_by_no_means() -> None:
    said = run("sign_ins", "--seconds", "1", "--rate", "30", "--goal", "1000000")
    assert "the holder got in" in said
    assert "many logins, one address" in said
