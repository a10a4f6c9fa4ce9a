"""An import taken back as a whole, while nothing hangs on it (Q05).

What it made and what it changed lies encrypted beside the uploads, as long as they do. Everything is looked at before the
first row goes: one that was changed since, or that something hangs on, keeps the import as it is. Then some rows at a
time go, so that nobody waits for all of them; new ones are deleted by the ledger's own rule, changed ones are what they
were.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from peewee import ForeignKeyField

from models.core.db.connection import in_transaction, is_sqlite
from models.core.errors import AnbanError, Conflict
from models.core.excel.ledger_columns import plan_of
from models.core.files import stored
from models.core.files.attachments import Attachment
from models.core.files.keeping import FILE_KEEP_HOURS
from models.core.history import Change
from models.core.jobs import jobs
from models.core.ledger.changes.form_values import as_it_stood
from models.core.ledger.changes.trail import tell_of_many, watch
from models.core.ledger.declaration import Ledger, Values
from models.core.ledger.reading.references import load_rows
from models.core.ledger.reading.rows import may_write
from models.core.ledger.sub_rows import present
from models.core.records import Record
from models.core.security.actor import Actor

_PART = 20
_CHUNK = 400


class Written(list[Values]):
    """The clean rows that an import wrote; `before` is what stood in those that were there, by id."""

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[int, Values] = {}


@dataclass
class Trace:
    """What one import did: rows that it made, and rows that it changed, each with its version since and what it was."""

    made: dict[int, int] = field(default_factory=dict)
    changed: dict[int, tuple[int, Values]] = field(default_factory=dict)


def remember(actor: Actor, ledger: Ledger, job_id: int, began: datetime, written: Written) -> None:
    """Keep what the import did that began then, where it can be taken back."""
    if ledger.rules.delete is None or actor.account_id is None:
        return
    trace = in_transaction(_trace, actor, ledger, began, written, write=False)
    if not trace.made and not trace.changed:
        return
    content = {
        "made": [[row_id, version] for row_id, version in trace.made.items()],
        "changed": [[row_id, version, values] for row_id, (version, values) in trace.changed.items()],
        "began": began.isoformat(),
    }
    with stored.writer(stored.IMPORTS, _name(job_id)) as file:
        file.write(orjson.dumps(content))


def _trace(actor: Actor, ledger: Ledger, began: datetime, written: Written) -> Trace:
    record = ledger.record
    lines = Change.select(Change.row_id, Change.action).where(
        Change.account_id == actor.account_id, Change.door == "import", Change.at >= began,
        Change.table == record._meta.table_name,
    )  # fmt: skip
    actions = dict(lines.order_by(Change.id.desc()).tuples())  # the first line of a row wins: it was made
    for row_id in plan_of(ledger).touched(actor, began):
        actions.setdefault(row_id, "edited")
    rows = load_rows(record, actions)
    found = Trace()
    for row_id, action in actions.items():
        row = rows.get(row_id)
        if row is None:
            continue
        if action == "created":
            found.made[row_id] = row.version
            continue
        before = written.before.get(row_id, {})
        fields = {name: ledger.field_named(name) for name in before}
        now = {**row.__data__, **(present(row, list(before)) if record.sub_rows else {})}
        values = {
            name: fields[name].plain(value)
            for name, value in before.items()
            if now.get(name) != value and not fields[name].create_only
        }
        found.changed[row_id] = row.version, values
    return found


def start_undo(actor: Actor, ledger: Ledger, job_id: int) -> dict[str, Any]:
    """Begin to take the actor's own import back; gives the job, whose result says how many rows were.

    Raises NotFound for another's import, Conflict `import_expired` when it is too long ago or was taken back already, and
    `import_in_use` where something hangs on it.
    """
    actor.require(ledger.rights["import"])
    job = jobs.record_of(actor, job_id, kind="import_commit", ledger=ledger.name)
    if not stored.exists(stored.IMPORTS, _name(job.id)):
        hours = FILE_KEEP_HOURS.of(None)
        raise Conflict(
            "不能撤回这次导入", code="import_expired", cause=f"导入之后 {hours} 小时内可以撤回，而且只能撤回一次",
            advice="请在列表里修改或删除",
        )  # fmt: skip
    trace = _read(job.id)
    in_transaction(_require_free, actor, ledger, trace, write=False)
    work = partial(_work, actor, ledger, job.id, trace)
    return jobs.start(
        actor, "action", ledger, f"撤回{ledger.title}导入", work, rights=(ledger.rights["import"],)
    )


def _name(job_id: int) -> str:
    return f"import-{job_id}-undo.json"


def _read(job_id: int) -> Trace:
    content = orjson.loads(stored.read(stored.IMPORTS, _name(job_id)))
    return Trace(
        dict(content["made"]), {row_id: (version, values) for row_id, version, values in content["changed"]}
    )


def _require_free(actor: Actor, ledger: Ledger, trace: Trace) -> None:
    """Raise Conflict `import_in_use` at the first row that was changed since or that something hangs on."""
    rows = load_rows(ledger.record, [*trace.made, *trace.changed])
    for row_id, version in {**trace.made, **{key: one[0] for key, one in trace.changed.items()}}.items():
        row = rows.get(row_id)
        if row is None:
            continue  # deleted since: there is nothing to take back
        if row.version != version:
            raise _in_use(ledger, row, "导入之后又被修改过")
        if not may_write(actor, ledger.rights["import"], row):
            raise _in_use(ledger, row, "已不归您管")
    made = [rows[row_id] for row_id in trace.made if row_id in rows]
    held = plan_of(ledger).holds
    told: Mapping[int, str] = {} if held is None else held(actor, made)
    told = {
        **_with_files(ledger, made),
        **_held_by_rows(ledger, made, Record if held is None else None),
        **told,
    }
    for row in made:
        if row.get_id() in told:
            raise _in_use(ledger, row, told[row.get_id()])


def _with_files(ledger: Ledger, made: Sequence[Any]) -> dict[int, str]:
    """Rows to which somebody has attached a file since: it would go, too, or lie there without its row."""
    ids = [row.get_id() for row in made]
    found: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        rows = Attachment.select(Attachment.row_id).where(
            Attachment.ledger == ledger.name, Attachment.row_id.in_(ids[start : start + _CHUNK])
        )
        found |= {row_id: "已经上传了附件" for (row_id,) in rows.tuples()}
    return found


def _in_use(ledger: Ledger, row: Any, why: str) -> Conflict:
    return Conflict(
        "不能撤回这次导入",
        code="import_in_use",
        cause=f"“{ledger.label(row)}”{why}",
        advice="请在列表里单独修改或删除",
    )


def _held_by_rows(ledger: Ledger, made: Sequence[Any], kind: type[Any] | None) -> dict[int, str]:
    """Rows that a row of another table of this kind points at, or what is kept beside one (`People`, `Lines`)."""
    ids = [row.get_id() for row in made]
    found: dict[int, str] = {}
    for link, model in ledger.record._meta.backrefs.items():
        beside = getattr(model, "sub_rows_of", None) is not None and link.on_delete == "RESTRICT"
        held = beside or (kind is not None and issubclass(model, kind))
        if not isinstance(link, ForeignKeyField) or not held:
            continue
        for start in range(0, len(ids), _CHUNK):
            rows = model.select(link).where(link.in_(ids[start : start + _CHUNK])).distinct().tuples()
            found |= {row_id: "已经有别的记录用到它" for (row_id,) in rows}
    return found


def _work(actor: Actor, ledger: Ledger, job_id: int, trace: Trace, handle: jobs.JobHandle) -> dict[str, Any]:
    total, done = len(trace.made) + len(trace.changed), 0
    parts = [
        *_parts(sorted(trace.changed), changed=True),
        *_parts(sorted(trace.made, reverse=True), changed=False),
    ]
    try:
        for ids, changed in parts:
            began = time.monotonic()
            in_transaction(_part, actor, ledger, trace, ids, changed)
            done += len(ids)
            handle.progress(done, total)
            if is_sqlite():  # one writer: whoever clocks in has their turn between the parts
                time.sleep(time.monotonic() - began)
    except AnbanError as error:
        if not done:
            raise
        return {
            "message": f"撤回了 {done} {ledger.measure}，其余 {total - done} {ledger.measure}没有撤回：{error.cause}"
        }
    stored.drop(stored.IMPORTS, _name(job_id))
    return {
        "message": f"已撤回：删除 {len(trace.made)} {ledger.measure}，改回 {len(trace.changed)} {ledger.measure}。"
    }


def _parts(ids: Sequence[int], *, changed: bool) -> Iterator[tuple[Sequence[int], bool]]:
    for start in range(0, len(ids), _PART):
        yield ids[start : start + _PART], changed


def _part(actor: Actor, ledger: Ledger, trace: Trace, ids: Sequence[int], changed: bool) -> None:
    rows = load_rows(ledger.record, ids)
    plan, rules = plan_of(ledger), ledger.rules
    for row_id in ids:
        row = rows.get(row_id)
        if row is None:
            continue
        version, values = trace.changed[row_id] if changed else (trace.made[row_id], {})
        if row.version != version:
            raise _in_use(ledger, row, "导入之后又被修改过")
        if not changed:
            assert rules.delete is not None  # remember() asked
            with watch(actor, ledger, [row]) as watched:
                rules.delete(actor, row)
                watched.note_deleted(row)
            continue
        if plan.undo is not None:
            plan.undo(actor, row)
        if values and rules.edit is not None:
            clean = as_it_stood(ledger, values)
            with watch(actor, ledger, [row]) as watched:
                watched.note([rules.edit(actor, row, clean)], "edited")
    tell_of_many(ledger, [row.scope_value("company") for row in rows.values()])


__all__ = ["Written", "remember", "start_undo"]
