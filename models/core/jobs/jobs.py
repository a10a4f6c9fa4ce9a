"""Work that takes longer than a request: imports, exports, label sheets (X09).

A job runs on a few threads of the process that took it, each with connections of its own. How far it is
stands in the memory of that process and, on a database server, twice a second in the table, so that any
process can tell. A job whose process died is told as failed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import structlog
from peewee import BigIntegerField, CharField, IntegerField, SmallIntegerField

from models.core import clock
from models.core.db.connection import after_commit, in_transaction, is_sqlite
from models.core.errors import AnbanError, NotFound, StorageFull, TooMany, Unopened
from models.core.fields import Facts, LongFacts, Moment, moment_text
from models.core.files import disk, stored
from models.core.files.keeping import FILE_KEEP_HOURS
from models.core.jobs import access, failures
from models.core.ledger.declaration import Ledger
from models.core.logs.access import note_read
from models.core.records import Base
from models.core.security.actor import Actor
from models.core.security.crypto import Undecipherable
from models.core.security.identifiers import hide_ids

log = structlog.get_logger("jobs")

THREADS = 2
MAX_OPEN = 5
DEAD_AFTER = timedelta(seconds=60)
KEEP_ROWS = timedelta(days=30)
_WRITE_EVERY = 0.5
_ALIVE_EVERY = 15.0
OPEN = ("waiting", "running")
T = TypeVar("T")


class Job(Base):
    """One piece of work. `upload` is the sheet that an import reads, `file` what the work made."""

    account_id = BigIntegerField(null=True)
    company_id = BigIntegerField(null=True)
    kind = CharField(max_length=20)
    ledger = CharField(max_length=40, null=True)
    title = CharField(max_length=120)
    state = CharField(max_length=10, default="waiting")
    done = IntegerField(default=0)
    total = IntegerField(null=True)
    created_at = Moment("创建时间", required=True, default=clock.now)
    started_at = Moment("开始时间")
    finished_at = Moment("完成时间")
    alive_at = Moment("最近活动", required=True, default=clock.now)
    result = LongFacts("结果")
    error = LongFacts("错误")
    upload = CharField(max_length=64, null=True)
    upload_name = CharField(max_length=120, null=True)
    used = SmallIntegerField(default=0)
    file = CharField(max_length=64, null=True)
    file_name = CharField(max_length=120, null=True)
    file_mime = CharField(max_length=100, null=True)
    file_size = BigIntegerField(null=True)
    rights = Facts("权限")

    class Meta:
        table_name = "job"
        indexes = ((("account_id", "id"), False), (("finished_at",), False))


class Stopped(Exception):
    """The process is going down; the work in it is given up."""


class JobHandle:
    """What the work of a job tells: how far it is, and the file that it makes."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.done = 0
        self.total: int | None = None
        self.told: tuple[int, int | None] = (0, None)
        self.file: tuple[str, str, str] | None = None
        self.finished = threading.Event()

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far the work is; costs next to nothing. Raises Stopped when the process goes down."""
        if _workers.stopping:
            raise Stopped
        self.done = done
        if total is not None:
            self.total = total

    def new_file(self, name: str, mime: str, suffix: str = "") -> BinaryIO:
        """The job's file to write to and to close, which people download as `name`. It lies encrypted."""
        kept = stored.new_name(suffix)
        self.file = (kept, name, mime)
        return stored.writer(stored.JOBS, kept)

    def keep(self, name: str, mime: str, content: bytes) -> None:
        """Make `content` the job's file."""
        disk.require_room(len(content))
        with self.new_file(name, mime, Path(name).suffix[:8]) as file:
            file.write(content)


Work = Callable[[JobHandle], dict[str, Any] | None]


class _Workers:
    """The threads of this process and what runs on them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.live: dict[int, JobHandle] = {}
        self.stopping = False
        self._pool: ThreadPoolExecutor | None = None
        self._reporter: threading.Thread | None = None

    def take(self, handle: JobHandle, work: Work) -> None:
        with self.lock:
            self.live[handle.job_id] = handle
            if self._pool is None:
                self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="job")
            if not is_sqlite() and (self._reporter is None or not self._reporter.is_alive()):
                self._reporter = threading.Thread(target=self._report, name="job-report", daemon=True)
                self._reporter.start()
            self._pool.submit(_run, handle, work)

    def leave(self, handle: JobHandle) -> None:
        with self.lock:
            self.live.pop(handle.job_id, None)
        handle.finished.set()

    def stop(self) -> None:
        self.stopping = True
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)
        for handle in list(self.live.values()):
            self.leave(handle)
        self.stopping = False

    def _report(self) -> None:
        """Write the progress of what runs here, for other processes; ends when nothing does."""
        alive = time.monotonic()
        while True:
            time.sleep(_WRITE_EVERY)
            with self.lock:
                handles = list(self.live.values())
                if not handles:
                    self._reporter = None
                    return
            beat = time.monotonic() - alive >= _ALIVE_EVERY
            if beat:
                alive = time.monotonic()
            try:
                in_transaction(_write_progress, handles, beat)
            except Exception as error:
                log.warning("job_progress_not_written", **failures.fault(error))


_workers = _Workers()


def _write_progress(handles: list[JobHandle], beat: bool) -> None:
    for handle in handles:
        now = (handle.done, handle.total)
        if beat or now != handle.told:
            Job.update(done=now[0], total=now[1], alive_at=clock.now()).where(
                Job.id == handle.job_id, Job.state.in_(OPEN)
            ).execute()
            handle.told = now


def start(
    actor: Actor,
    kind: str,
    ledger: Ledger | None,
    title: str,
    work: Work,
    *,
    rights: Iterable[str] = (),
    upload: str | None = None,
    upload_name: str | None = None,
) -> dict[str, Any]:
    """Begin `work` once the running transaction is committed, and give the job as JSON.

    `work(handle)` gives the result (JSON) or None. It has no transaction of its own: it opens what it needs
    with `in_transaction`. `rights` are those that it is done under: who loses one of them sees neither job nor file.
    Raises TooMany for who has five jobs open already.
    """
    kept = access.held(actor, rights)
    return in_transaction(_start, actor, kind, ledger, title, work, kept, upload, upload_name)


def _start(
    actor: Actor,
    kind: str,
    ledger: Ledger | None,
    title: str,
    work: Work,
    rights: access.Held,
    upload: str | None,
    upload_name: str | None,
) -> dict[str, Any]:
    if sum(_state(job) in OPEN for job in _mine(actor, Job.state.in_(OPEN)).limit(MAX_OPEN)) >= MAX_OPEN:
        raise TooMany(
            "任务太多",
            retry_after=10,
            code="too_many_jobs",
            cause=f"您有 {MAX_OPEN} 个任务还没有做完",
            advice="请等它们完成后再试",
        )
    access.count_one(actor)
    job = Job.create(
        account_id=actor.account_id,
        company_id=actor.company_id,
        kind=kind,
        ledger=ledger.name if ledger is not None else None,
        title=hide_ids(title)[:120],
        rights=rights,
        upload=upload,
        upload_name=hide_ids(upload_name)[:120] if upload_name else None,
    )
    handle = JobHandle(job.id)
    after_commit(lambda: _workers.take(handle, work))
    return job_json(job)


def _run(handle: JobHandle, work: Work) -> None:
    try:
        patiently(_mark, handle.job_id, {"state": "running", "started_at": clock.now()})
        result = work(handle)
        patiently(_mark, handle.job_id, _outcome(handle, result))
    except Stopped:
        _fail(handle, failures.interrupted())
    except AnbanError as error:
        _fail(handle, error)
    except Undecipherable:
        _fail(handle, Unopened())
    except Exception as error:
        if disk.is_full(error):
            _fail(handle, StorageFull())
            return
        log.error("job_failed", job=handle.job_id, **failures.fault(error))
        _fail(handle, failures.broken())
    finally:
        _workers.leave(handle)


def patiently(rule: Callable[..., T], *args: Any) -> T:
    """`rule` in a transaction of its own, asked again while the database is away or has no room (job_ends)."""
    return failures.patiently(partial(rule, *args), lambda: _workers.stopping)


def _outcome(handle: JobHandle, result: dict[str, Any] | None) -> dict[str, Any]:
    whole = handle.done if handle.total is None else handle.total
    made: dict[str, Any] = {"state": "done", "done": whole, "total": handle.total, "result": result}
    if handle.file is not None:
        kept, name, mime = handle.file
        size = stored.size_of(stored.JOBS, kept)
        made |= {"file": kept, "file_name": name[:120], "file_mime": mime, "file_size": size}
    return made | {"finished_at": clock.now()}


def _fail(handle: JobHandle, error: AnbanError) -> None:
    if handle.file is not None:
        stored.drop(stored.JOBS, handle.file[0])
    try:
        ended = {"done": handle.done, "total": handle.total, "finished_at": clock.now()}
        patiently(_mark, handle.job_id, {"state": "failed", "error": error.as_json(), **ended})
    except Exception as fault:
        log.error("job_failure_not_written", job=handle.job_id, **failures.fault(fault))


def _mark(job_id: int, values: dict[str, Any]) -> None:
    Job.update(alive_at=clock.now(), **values).where(Job.id == job_id).execute()


def _mine(actor: Actor, *conditions: Any) -> Any:
    return Job.select().where(Job.account_id == actor.account_id, *conditions).order_by(Job.id.desc())


def _is_given_out(actor: Actor, job: Job) -> bool:
    """Whether the actor works for the unit that the job was for, and holds what it was begun under."""
    return job.company_id == actor.company_id and access.still_held(actor, job.rights)


def _state(job: Job) -> str:
    """The state of the job by now: one that nobody works on any more has failed."""
    if job.state in OPEN and job.id not in _workers.live and clock.now() - job.alive_at > DEAD_AFTER:
        return "failed"
    return str(job.state)


def mine(actor: Actor) -> list[dict[str, Any]]:
    """The actor's newest jobs, at most 30."""
    if actor.account_id is None:
        return []
    rows = _mine(actor, Job.created_at > clock.now() - KEEP_ROWS).limit(30)
    return [job_json(job) for job in rows if _is_given_out(actor, job)]


def record_of(actor: Actor, job_id: int, **conditions: Any) -> Job:
    """The actor's own job, with these values. Raises NotFound, also for another's, for one of another of the actor's
    units, and for one that was begun under rights that the actor does not hold any more."""
    job = None if actor.account_id is None else _mine(actor, Job.id == job_id).first()
    if (
        job is None
        or not _is_given_out(actor, job)
        or any(getattr(job, name) != value for name, value in conditions.items())
    ):
        raise NotFound(
            "没有这个任务", cause="它可能已被清理，不是您的，或者您做它时的权限已经变了", advice="请重新开始"
        )
    return job


def find(actor: Actor, job_id: int) -> dict[str, Any]:
    """The actor's own job as JSON. Raises NotFound."""
    return job_json(record_of(actor, job_id))


def file_of(actor: Actor, job_id: int) -> tuple[str, str, str]:
    """Name, mime type and kept name (`models.core.files.stored`, JOBS) of the file that a job made.

    Raises NotFound when it is not kept any more.
    """
    job = record_of(actor, job_id)
    if not stored.exists(stored.JOBS, job.file):
        raise NotFound("文件不在了", cause=f"文件只保留 {FILE_KEEP_HOURS.of(None)} 小时", advice="请重新生成")
    note_read(actor, None, job.file_name or job.title, action="downloaded")
    return job.file_name, job.file_mime, job.file


def job_json(job: Job) -> dict[str, Any]:
    """The job as `Job` in docs/http-api.md; what runs in this process is told to the moment."""
    state = _state(job)
    handle = _workers.live.get(job.id) if state in OPEN else None
    error = job.error
    if state == "failed" and error is None:
        error = failures.interrupted().as_json()
    return {
        "id": str(job.id),
        "kind": job.kind,
        "ledger": job.ledger,
        "title": job.title,
        "state": state,
        "done": handle.done if handle is not None else job.done,
        "total": handle.total if handle is not None else job.total,
        "started_at": moment_text(job.started_at),
        "finished_at": moment_text(job.finished_at),
        "result": job.result,
        "error": error,
        "file": {"name": job.file_name, "size": job.file_size, "mime": job.file_mime} if job.file else None,
    }


def wait(job_id: int, timeout: float = 60) -> None:
    """Wait for a job of this process to end (scripts and tests). Raises TimeoutError."""
    handle = _workers.live.get(int(job_id))
    if handle is not None and not handle.finished.wait(timeout):
        raise TimeoutError(f"job {job_id} still runs")


def stop() -> None:
    """Give up what runs and wait for the threads to end; a later job starts them anew."""
    _workers.stop()


def newest_check(actor: Actor, ledger: str) -> Job | None:
    """The actor's newest dry run of a ledger's sheet that found errors in its rows and whose upload is held, if there is one."""
    checks = (Job.kind == "import_check") & (Job.ledger == ledger) & (Job.state == "done")
    for job in _mine(actor, checks, Job.upload.is_null(False)).limit(MAX_OPEN):
        told = job.result or {}
        if told.get("bad") and told.get("rows") and _is_given_out(actor, job):
            return cast(Job, job)
    return None


def works_on(actor: Actor, kind: str, ledger: str) -> bool:
    """Whether a job of this kind that the actor has begun is still open; one whose process has died is not."""
    rows = _mine(actor, Job.kind == kind, Job.ledger == ledger, Job.state.in_(OPEN))
    return any(_state(job) in OPEN for job in rows)


def is_open(job_id: int | None) -> bool:
    """Whether a job, whoever began it, is still to be done or being worked on; one whose process has died is not."""
    job = None if job_id is None else Job.get_or_none(Job.id == job_id)
    return job is not None and _state(job) in OPEN
