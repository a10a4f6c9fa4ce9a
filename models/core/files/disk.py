"""Room on the disk: whether there is any, what an error of the database or of a file says of it (X10, L08).

Nothing is written half where the disk is full, so whoever asks again later finds all as it was. Clock-ins are taken as
long as they can be; files, which are large and many, are refused while there is less room than the installation keeps
in reserve for them (`Config.disk_reserve_mb`).
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from peewee import BigIntegerField

from models.core import clock
from models.core.config import config
from models.core.db.connection import database, in_transaction, says_full, when_idle
from models.core.errors import StorageFull
from models.core.fields import Moment
from models.core.records import Base

T = TypeVar("T")
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Probe(Base):
    """One row that is written to see whether the database can write. Nothing else reads it."""

    number = BigIntegerField(unique=True)
    at = Moment("时间", required=True, default=clock.now)

    class Meta:
        table_name = "write_probe"


def is_full(error: BaseException) -> bool:
    """Whether a file or the database could not be written for want of room."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) and at.errno in _FULL:
            return True
        at = at.__cause__ or at.__context__
    return says_full(error)


def require_room(size: int) -> None:
    """Raise StorageFull if a file of `size` bytes would not leave the reserve."""
    if free_bytes() - size < reserve_bytes():
        raise StorageFull


def reserve_bytes() -> int:
    """How much is kept for the database."""
    return config().disk_reserve_mb * 1024 * 1024


def free_bytes() -> int:
    """What is free where the data lies."""
    folder = config().data_dir
    return shutil.disk_usage(folder if folder.exists() else folder.parent).free


def refused_if_full(work: Callable[[], T]) -> T:
    """What `work` gives; where it fails for want of room it raises StorageFull instead of the system's error."""
    try:
        return work()
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull from error


def write_file(target: Path, content: bytes) -> None:
    """Write a file for its owner alone, whole or not at all: aside, to the disk, then under its name.

    Raises StorageFull.
    """
    scratch = target.with_suffix(target.suffix + ".part")

    def write() -> None:
        with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(target)
        sync_folder(target.parent)

    try:
        refused_if_full(write)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk: a file of which the name is lost is lost."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def state() -> str:
    """`ok`, or `disk_full` where there is less room than the reserve or the database can't write.

    Writes one row, durably. Raises what the database raises if it can't be reached.
    """
    in_transaction(lambda: database.execute_sql("SELECT 1").fetchone(), write=False)
    try:
        if free_bytes() < reserve_bytes():
            return "disk_full"
        # Where somebody writes into the embedded database at this moment, it can.
        when_idle(_write)
    except StorageFull:
        return "disk_full"
    return "ok"


def _write() -> None:
    if not Probe.update(at=clock.now()).where(Probe.number == 1).execute():
        Probe.insert(number=1, at=clock.now()).on_conflict_ignore().execute()


__all__ = [
    "Probe", "free_bytes", "is_full", "refused_if_full", "require_room", "state",
    "sync_folder", "write_file",
]  # fmt: skip
