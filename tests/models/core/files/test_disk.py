"""A full disk: what the database says of it becomes words, nothing is half there, and all goes on by itself (X10, L08)."""

from __future__ import annotations

import contextlib
import errno
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from peewee import Database, InternalError, OperationalError

from models.core.config import Config, config, configure
from models.core.db.connection import (
    close_database,
    database,
    in_transaction,
    is_sqlite,
    migrate,
    open_database,
    says_full,
)
from models.core.errors import StorageFull, Unavailable
from models.core.events.outbox import Outbox
from models.core.files import disk as files_disk
from models.core.files import stored
from models.core.jobs import jobs
from models.core.security.actor import Actor

ME = Actor(account_id=7, name="我", company_id=1)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes for the data."""
    place, before = tmp_path / "disk", config()
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
    configure(Config(data_dir=place, disk_reserve_mb=0))
    yield place
    jobs.stop()
    close_database()
    configure(before)
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def small(disk: Path) -> Path:
    """An embedded database on it."""
    open_database(f"sqlite:///{disk}/anban.db")
    migrate()
    # What the migrations wrote leaves room in the log: without it, only what is small would go in on a full disk.
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return disk


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\1" * size):
                    pass
    return ballast


def news(size: int = 30_000) -> None:
    """A transaction of two rows, of which the second is large."""
    Outbox.create(kind="first")
    Outbox.create(kind="second", payload={"text": "x" * size})


def until_full() -> None:
    """What the write-ahead log has room for in itself goes in, whole."""
    for _ in range(100):
        in_transaction(news)


@pytest.mark.one_engine
def test_the_embedded_database_on_a_full_disk(small: Path) -> None:
    in_transaction(news)
    ballast = fill(small)
    for _ in range(3):
        with pytest.raises(StorageFull):
            until_full()
    kept = in_transaction(Outbox.select().count, write=False)
    kinds = in_transaction(lambda: [row.kind for row in Outbox.select()], write=False)
    assert kinds.count("first") == kinds.count("second"), "nothing is half there"
    assert files_disk.state() == "disk_full"
    ballast.unlink()
    assert files_disk.state() == "ok"
    in_transaction(news)
    assert in_transaction(Outbox.select().count, write=False) == kept + 2


@pytest.mark.one_engine
def test_files_on_a_full_disk(disk: Path) -> None:
    ballast = fill(disk)
    with pytest.raises(StorageFull):
        stored.keep(stored.FILES, b"x" * 100_000, ".jpg")
    assert list(stored.folder(stored.FILES).iterdir()) == []
    ballast.unlink()
    name = stored.keep(stored.FILES, b"x" * 100_000, ".jpg")
    assert stored.read(stored.FILES, name) == b"x" * 100_000
    assert stored.path_of(stored.FILES, name).stat().st_mode & 0o777 == 0o600


@pytest.mark.one_engine
def test_a_file_that_is_there_stays_as_it_was(disk: Path) -> None:
    files_disk.write_file(disk / "kept", b"old")
    ballast = fill(disk)
    with pytest.raises(StorageFull):
        files_disk.write_file(disk / "kept", b"n" * 100_000)
    assert (disk / "kept").read_bytes() == b"old"
    assert {path.name for path in disk.iterdir()} == {"kept", "ballast"}
    ballast.unlink()


@pytest.mark.one_engine
def test_a_job_waits_for_room_to_say_what_became_of_it(small: Path) -> None:
    full, ballast = threading.Event(), []

    def work(handle: jobs.JobHandle) -> dict[str, Any]:
        ballast.append(fill(small))
        with contextlib.suppress(StorageFull):
            until_full()
        full.set()
        handle.keep("表.xlsx", "x/y", b"x" * 500_000)
        return {}

    job = jobs.start(ME, "export", None, "导出", work)
    assert full.wait(20)
    running = jobs.Job.get_by_id(int(job["id"]))
    assert running.state == "running"
    ballast[0].unlink()
    jobs.wait(job["id"], 30)
    told = jobs.find(ME, job["id"])
    # Either it met the full disk, or there was room again when it came to its file: never a file half there.
    assert (told["state"], (told["error"] or {}).get("code")) in (("failed", "disk_full"), ("done", None))
    sizes = [stored.size_of(stored.JOBS, path.name) for path in stored.folder(stored.JOBS).iterdir()]
    assert sizes == ([500_000] if told["state"] == "done" else [])


def test_files_leave_the_database_its_reserve(tmp_path: Path) -> None:
    before = config()
    configure(replace(before, data_dir=tmp_path, disk_reserve_mb=1_000_000))
    try:
        with pytest.raises(StorageFull) as caught:
            stored.keep(stored.FILES, b"x")
        assert caught.value.retry_after > 0
        assert "磁盘" in caught.value.message and "管理员" in caught.value.message
    finally:
        configure(before)


def test_how_it_is(database: Database, tmp_path: Path) -> None:
    before = config()
    configure(replace(before, data_dir=tmp_path, disk_reserve_mb=0))
    try:
        assert [files_disk.state(), files_disk.state()] == ["ok", "ok"]
        assert files_disk.Probe.select().count() == 1
        configure(replace(before, data_dir=tmp_path, disk_reserve_mb=1_000_000))
        assert files_disk.state() == "disk_full"
    finally:
        configure(before)


@pytest.mark.one_engine
def test_each_look_writes_that_it_could(database: Database, tmp_path: Path, clock: Any) -> None:
    before = config()
    configure(replace(before, data_dir=tmp_path, disk_reserve_mb=0))
    try:
        for _ in range(2):
            clock.forward(minutes=1)
            assert files_disk.state() == "ok"
            assert [row.at for row in files_disk.Probe.select()] == [clock()]
    finally:
        configure(before)


def _mysql(number: int, text: str, kind: type[Exception] = OperationalError) -> Exception:
    cause = Exception(text)
    cause.errno = number  # type: ignore[attr-defined]
    error = kind(number, text)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (_mysql(1021, "Disk full (/tmp/x); waiting for someone to free some space"), True),
        (_mysql(1114, "The table 'clock_in' is full"), True),
        (_mysql(1030, "Got error 28 \"No space left on device\" from storage engine InnoDB", InternalError), True),
        (_mysql(3, "Error writing file '/tmp/x' (Errcode: 28 \"No space left on device\")"), True),
        (_mysql(1026, "Error writing file 'x' (errno: 28 - No space left on device)"), True),
        (_mysql(1213, "Deadlock found when trying to get lock"), False),
        (_mysql(1064, "You have an error in your SQL syntax near 'error 280'"), False),
        (_mysql(2013, "Lost connection to server during query"), False),
        (ValueError("28"), False),
    ],
)  # fmt: skip
def test_what_a_server_says(error: Exception, full: bool) -> None:
    assert says_full(error) is full


def _of(cause: BaseException, *, told: bool) -> Exception:
    """An error of ours that came of another one: raised from it, or while it was handled."""
    error = ValueError("could not be kept")
    error.__cause__, error.__context__ = (cause if told else None), cause
    return error


@pytest.mark.parametrize(
    ("number", "full"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EACCES, False)]
)
def test_a_full_disk_is_known_through_whatever_was_raised_over_it(number: int, full: bool) -> None:
    error: Exception = OSError(number, "write")
    for told in (True, False):
        assert files_disk.is_full(error) is full
        error = _of(error, told=told)
        assert files_disk.is_full(error) is full
    assert files_disk.is_full(_of(_mysql(1114, "The table 'outbox' is full"), told=True))
    assert not files_disk.is_full(ValueError("28"))


@pytest.mark.one_engine
def test_what_leaves_just_the_reserve_has_room(disk: Path) -> None:
    configure(replace(config(), disk_reserve_mb=2))
    room = files_disk.free_bytes() - 2 * 1024 * 1024
    files_disk.require_room(room)
    with pytest.raises(StorageFull):
        files_disk.require_room(room + 1)


def test_it_is_a_kind_of_being_away(database: Database) -> None:
    """So the relay's leases run out and workers rest, as for a database that is away."""

    def refuse() -> None:
        raise _mysql(1114, "The table 'outbox' is full")

    with pytest.raises(Unavailable) as caught:
        in_transaction(refuse)
    assert (type(caught.value), caught.value.code) == (StorageFull, "disk_full")
    assert is_sqlite() or in_transaction(Outbox.select().count, write=False) == 0
