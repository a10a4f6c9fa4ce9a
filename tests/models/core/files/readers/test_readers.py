"""Readers: what dies in one is a sentence, the next file finds another, and they can do nothing but read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.core.files.readers import Busy, ReadingRefused, ReadingTask, UnreadableFile, pool, reading_tasks
from models.core.files.readers.reading_tasks import MIB

PACKAGE = "tests.models.core.files.readers.hostile_reads"


def deed(name: str, **bounds: Any) -> ReadingTask:
    """A task that does something that a hostile file might make a library do."""
    given = {"seconds": 5, "memory": 128 * MIB, "output": 1 * MIB, "patience": 10.0, **bounds}
    return ReadingTask(name, "deeds", PACKAGE, name, **given)


@pytest.fixture
def perform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Runs a deed in a reader of a lane that there is only here."""
    monkeypatch.setattr(pool, "_MODULE", PACKAGE)
    lane = pool.ReaderPool("deeds", 2)
    monkeypatch.setitem(pool._lanes, "deeds", lane)

    def run(name: str, source: bytes = b"x", bounds: dict[str, Any] | None = None, **given: Any) -> list[Any]:
        return list(pool.read(deed(name, **(bounds or {})), source, **given))

    run.lane = lane  # type: ignore[attr-defined]
    yield run
    lane.close()


def test_pieces_come_as_they_were_sent(perform: Callable[..., Any]) -> None:
    assert perform("echo", b"abc" * 1000) == [{"size": 3000}, b"abc" * 1000]


def test_a_reader_is_used_again(perform: Callable[..., Any]) -> None:
    assert perform("who") == perform("who")


@pytest.mark.parametrize(
    ("name", "bounds", "why"),
    [
        ("abort", {}, "died"),
        ("crash", {}, "died"),
        ("hoard", {}, "memory"),
        ("hoard_natively", {}, "died"),
        ("spin", {"seconds": 1}, "slow"),
        ("sleep", {"seconds": 1}, "slow"),
        ("chatter", {}, "output"),
        ("break_off", {}, "failed"),
    ],
)
def test_what_dies_there_is_a_sentence_and_the_next_is_read(
    perform: Callable[..., Any], name: str, bounds: dict[str, Any], why: str
) -> None:
    before = perform("who")
    with pytest.raises(UnreadableFile) as caught:
        perform(name, bounds=bounds)
    assert (caught.value.code, caught.value.why, caught.value.status) == ("unreadable_file", why, 422)
    assert caught.value.cause and caught.value.advice
    assert perform("echo")[1] == b"x"
    assert (perform("who") == before) is (why == "failed"), "only one that says so itself lives on"


def test_what_a_task_refuses_is_told_as_it_said(perform: Callable[..., Any]) -> None:
    with pytest.raises(ReadingRefused) as caught:
        perform("refuse")
    assert caught.value.told == {"code": "no"}


def test_nothing_of_a_file_stands_in_the_log(
    perform: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UnreadableFile):
        perform("break_off", b"330102199003070019")
    told = capsys.readouterr().out
    assert "unreadable_file" in told
    assert "330102" not in told


@pytest.mark.parametrize("name", ["connect", "open_file", "write_file", "run_program"])
def test_a_reader_has_no_network_no_files_no_programs(perform: Callable[..., Any], name: str) -> None:
    assert perform(name) == ["PermissionError"]


def test_a_reader_knows_no_secret(perform: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANBAN_SECRET_KEY", "the key")
    (known,) = perform("environment")
    assert not [name for name in known if name.startswith("ANBAN")]


def test_readers_are_few_and_who_waits_too_long_is_told_when_to_come_back(
    perform: Callable[..., Any],
) -> None:
    perform("who")
    lane = perform.lane  # type: ignore[attr-defined]
    busy = [threading.Thread(target=perform, args=("nap",)) for _ in range(2)]
    for each in busy:
        each.start()
    time.sleep(0.5)
    with pytest.raises(Busy) as caught:
        perform("who", bounds={"patience": 0.1})
    assert caught.value.retry_after > 0
    for each in busy:
        each.join()
    assert len(lane.free) == 2
    assert perform("who")


def test_too_many_do_not_wait_at_all(perform: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "WAITING", 0)
    with pytest.raises(Busy):
        perform("who", bounds={"patience": 60.0})


def test_a_reader_that_was_killed_is_replaced(perform: Callable[..., Any]) -> None:
    (first,) = perform("who")
    os.kill(first, signal.SIGKILL)
    time.sleep(0.2)
    assert perform("who") != [first]


def test_one_that_had_gone_to_sleep_is_replaced_without_a_word(perform: Callable[..., Any]) -> None:
    """It ends by itself when nobody asks, also in the very moment in which somebody does."""
    (first,) = perform("tire")
    assert perform("who") != [first]


def test_who_stops_reading_ends_the_reader(perform: Callable[..., Any]) -> None:
    lane = perform.lane  # type: ignore[attr-defined]
    pieces = pool.read(deed("count", output=100 * MIB), b"x")
    assert next(pieces) == 0
    pieces.close()
    assert lane.free == []
    assert perform("who")


def test_a_forked_process_has_readers_of_its_own(perform: Callable[..., Any]) -> None:
    """Celery forks its workers: two of them at one reader would read each other's answers."""
    mine = perform("who")
    child = os.fork()
    if child == 0:
        # The lane of this test is not known to a fresh process; that it forgot its readers is enough.
        os._exit(0 if pool._lanes["files"].free == [] and "deeds" not in pool._lanes else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert perform("who") == mine


def test_readers_end_with_their_server(tmp_path: Path) -> None:
    script = (
        "from models.core.files.readers import pool\nfrom models.core.files.readers.reading_tasks import FILE\nimport os\n"
        "list(pool.read(FILE, b'%PDF-1.4 %%EOF'))\n"
        "print(pool._lanes['files'].free[0].process.pid, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    reader = Path("/proc", done.stdout.strip())
    until = time.monotonic() + 10
    while _runs(reader) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(reader)


def _runs(process: Path) -> bool:
    try:
        return ") Z " not in (process / "stat").read_text()
    except OSError:
        return False


def test_every_task_says_its_bounds() -> None:
    for task in reading_tasks.TASKS.values():
        assert 0 < task.seconds <= 60
        assert task.memory <= 640 * MIB
        assert task.lane in reading_tasks.READERS
