"""What jobs leave behind goes after its time: files, what was said of single rows, the rows of the jobs themselves."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.files import stored
from models.core.files.keeping import FILE_KEEP_HOURS
from models.core.jobs.file_names import errors_name, kept_name
from models.core.jobs.jobs import KEEP_ROWS, Job

_KEEP_SCRATCH = 6 * 3600.0  # seconds; the longest job is done long before


def sweep() -> int:
    """Delete files that were kept long enough, and rows a month old; gives how many files. Run it hourly."""
    now = clock.now()
    files = in_transaction(_expire, now - timedelta(hours=FILE_KEEP_HOURS.of(None)), now - KEEP_ROWS)
    for kind, name in files:
        stored.drop(kind, name)
        if kind == stored.IMPORTS:
            stored.drop(kind, kept_name(name))
    # What no row names any more was left by a process that died.
    limit = time.time() - max(FILE_KEEP_HOURS.of(None), 1) * 3600 * 2
    left = sum(stored.sweep(kind, limit, set()) for kind in (stored.JOBS, stored.IMPORTS))
    return len(files) + left + stored.sweep(stored.SCRATCH, time.time() - _KEEP_SCRATCH, set())


def _expire(before: datetime, gone: datetime) -> list[tuple[str, str]]:
    old = list(
        Job.select().where(Job.created_at < before, Job.file.is_null(False) | Job.upload.is_null(False))
    )
    files = [(stored.JOBS, job.file) for job in old if job.file]
    for job in old:
        if job.upload:
            files += [(stored.IMPORTS, job.upload), (stored.IMPORTS, errors_name(job.upload))]
    if old:
        Job.update(file=None, upload=None).where(Job.id.in_([job.id for job in old])).execute()
    _forget_people(before)
    Job.delete().where(Job.created_at < gone).execute()
    return files


def _forget_people(before: datetime) -> None:
    """What dry runs said of single rows goes with the sheet; how many there were stays."""
    told = Job.select(Job.id, Job.result).where(
        Job.kind == "import_check", Job.created_at < before, Job.result.is_null(False)
    )
    for job in told:
        told_of = ("errors", "remarks", "notes")
        if any(job.result.get(name) for name in told_of) or job.result.get("preview", {}).get("rows"):
            kept = {**job.result, **{key: [] for key in told_of}, "preview": {"columns": [], "rows": []}}
            Job.update(result=kept).where(Job.id == job.id).execute()
