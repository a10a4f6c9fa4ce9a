"""What an import leaves to be done, offered with its result: a file that is made on demand (Q05).

Which rows it is for lies encrypted beside the uploads, as long as they do, and with the job of the import. What is
shown of it in the database is a sentence.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import orjson

from models.core.db.connection import in_transaction, is_sqlite
from models.core.errors import Conflict, NotFound, StorageFull
from models.core.excel.ledger_columns import plan_of
from models.core.files import stored
from models.core.files.keeping import FILE_KEEP_HOURS
from models.core.jobs import jobs
from models.core.ledger.changes.trail import tell_of_many
from models.core.ledger.declaration import Ledger, Values
from models.core.ledger.import_plan import FollowUp
from models.core.ledger.reading.references import load_rows
from models.core.ledger.reading.rows import fits, may_write
from models.core.logs.access import note_read
from models.core.security.actor import Actor

_PART = 20  # rows in a transaction: nobody waits for all of them


def leave(actor: Actor, ledger: Ledger, job_id: int, rows: list[Values], options: Values) -> Values | None:
    """What is left after the import of `rows` by this job, as `left` of its result; None for nothing."""
    follow = plan_of(ledger).follow
    left = None if follow is None else in_transaction(follow.left, actor, rows, options, write=False)
    if follow is None or left is None:
        return None
    told: Values = {"message": left.message, "count": len(left.ids), "offer": None}
    if not left.ids or not actor.may(follow.right):
        return told
    try:
        kept = stored.keep(stored.IMPORTS, orjson.dumps(left.ids), ".json")
    except StorageFull as full:  # the rows are in: what is left can be done from the list too
        return told | {"message": f"{left.message}{full.cause}，请腾出空间后在列表里办理。"}
    jobs.patiently(_remember, job_id, kept)
    return told | {"offer": {"name": follow.name, "title": follow.title, "again": follow.again}}


def _remember(job_id: int, kept: str) -> None:
    jobs.Job.update(upload=kept).where(jobs.Job.id == job_id).execute()


def start_follow(actor: Actor, ledger: Ledger, job_id: int) -> dict[str, Any]:
    """Begin to do what the actor's own import left, and give the job, which makes a file.

    Raises NotFound for another's import, Conflict `import_expired` when it is too long ago, and `nothing_left` where
    no row is as the follow-up asks any more.
    """
    follow = _follow_of(ledger)
    actor.require(follow.right)
    job = jobs.record_of(actor, job_id, kind="import_commit", ledger=ledger.name)
    if job.state != "done" or not stored.exists(stored.IMPORTS, job.upload):
        hours = FILE_KEEP_HOURS.of(None)
        raise Conflict(
            f"不能{follow.title}", code="import_expired", cause=f"导入之后只保留 {hours} 小时", advice="请在列表里选人办理"
        )  # fmt: skip
    ids = [int(row_id) for row_id in orjson.loads(stored.read(stored.IMPORTS, job.upload))]
    if not any(_still(actor, ledger, follow, part) for part in _parts(ids)):
        raise Conflict(
            f"不用{follow.title}了", code="nothing_left", cause="这次导入的都已办好，或者不归您管了", advice="请刷新列表"
        )  # fmt: skip
    note_read(actor, None, f"{ledger.title} {follow.title} {len(ids)} {ledger.measure}", action="exported")
    work = partial(_work, actor, ledger, follow, ids)
    rights = (follow.right, ledger.rights["import"], ledger.rights["read"])
    return jobs.start(actor, "action", ledger, follow.title, work, rights=rights)


def _follow_of(ledger: Ledger) -> FollowUp:
    follow = plan_of(ledger).follow
    if follow is None:
        raise NotFound("没有这个操作", cause=f"{ledger.title}不提供这个操作", advice="请刷新页面后再试")
    return follow


def _work(actor: Actor, ledger: Ledger, follow: FollowUp, ids: list[int], handle: jobs.JobHandle) -> None:
    lines: list[Any] = []
    for place, part in enumerate(_parts(ids)):
        handle.progress(place * _PART, len(ids))
        began = time.monotonic()
        lines += in_transaction(_part, actor, ledger, follow, part)
        if is_sqlite():  # one writer: whoever clocks in has their turn between the parts
            time.sleep(time.monotonic() - began)
    handle.progress(len(ids), len(ids))
    made = follow.file(lines)
    handle.keep(made.name, made.mime, made.content)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start_at in range(0, len(ids), _PART):
        yield ids[start_at : start_at + _PART]


def _part(actor: Actor, ledger: Ledger, follow: FollowUp, ids: Sequence[int]) -> list[Any]:
    records = _still(actor, ledger, follow, ids)
    lines = follow.lines(actor, records) if records else []
    tell_of_many(ledger, [record.scope_value("company") for record in records])
    return lines


def _still(actor: Actor, ledger: Ledger, follow: FollowUp, ids: Sequence[int]) -> list[Any]:
    """The rows that are there, within the actor's reach, and as the follow-up asks."""
    loaded = load_rows(ledger.record, ids)
    seen = [
        row
        for row in (loaded[row_id] for row_id in ids if row_id in loaded)
        if actor.may(ledger.rights["read"], row) and may_write(actor, follow.right, row)
    ]
    derived = {
        item.name: item.load(actor, seen) for item in ledger.derived if seen and item.name in follow.when
    }
    return [row for row in seen if fits(follow, row, derived)]
