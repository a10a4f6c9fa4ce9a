"""What an act does to one row, by the ledger's own rules, and what it takes to bring that back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from models.core.db.connection import in_savepoint
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.files.attachments import forget
from models.core.ledger.bulk.records import ACT, DELETE, EDIT, MADE, REFUSED, BulkRow, seal
from models.core.ledger.bulk.snapshots import not_whole, set_aside, snapshot
from models.core.ledger.changes.actions import act, require_fit
from models.core.ledger.changes.editing import change_row, remove_row, to_delete, to_edit
from models.core.ledger.declaration import Ledger
from models.core.ledger.sub_rows import present
from models.core.security.actor import Actor
from models.core.security.identifiers import hide_ids

#: What a rule may say of a row. All else (no room on the disk, the database is away) is no answer about the row.
REFUSALS = (Invalid, Forbidden, NotFound, Conflict)


def do(
    actor: Actor, ledger: Ledger, kind: str, action: str | None, row: BulkRow, values: Any
) -> dict[str, Any]:
    """Do the act to one row, in a savepoint of its own; gives what is to be kept of it: the columns of its BulkRow."""
    return _outcome(ledger, row.row_id, partial(_WORK[kind], actor, ledger, row, values, action))


def would_begin(actor: Actor, ledger: Ledger, action: str, row_id: int) -> dict[str, Any]:
    """As `do`, of an action that is not done: whether the row is as it asks."""
    return _outcome(ledger, row_id, partial(_begins, actor, ledger, action, row_id))


def _outcome(ledger: Ledger, row_id: int, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"state": MADE, "code": None, "reason": None, **in_savepoint(work)}
    except REFUSALS as error:
        there = ledger.record.get_or_none(ledger.record._meta.primary_key == row_id)
        seen = there is not None and not isinstance(error, NotFound)
        return {"state": REFUSED, "label": _label(ledger, there) if seen else None, **words_of(error)}


def _begins(actor: Actor, ledger: Ledger, action: str, row_id: int) -> dict[str, Any]:
    require_fit(actor, ledger, action, row_id)
    return {"label": None}


def words_of(error: AnbanError) -> dict[str, str]:
    """Why a row was refused: a code, and the sentence by which refusals are counted together."""
    why = error.cause or "；".join(dict.fromkeys(error.fields.values())) or error.title
    return {"code": error.code[:40], "reason": hide_ids(why)[:250]}


def _label(ledger: Ledger, record: Any) -> str:
    return hide_ids(ledger.label(record))[:120]


def _edit(actor: Actor, ledger: Ledger, row: BulkRow, values: Any, action: str | None) -> dict[str, Any]:
    record = to_edit(actor, ledger, row.row_id)
    before = _present(ledger, record, list(values))
    label = _label(ledger, record)
    changed = change_row(actor, ledger, record, values)
    after = _present(ledger, changed, list(values))
    kept = {name: value for name, value in before.items() if after[name] != value}
    return {"label": label, "version": changed.version, "before": seal(kept)}


def _present(ledger: Ledger, record: Any, names: list[str]) -> dict[str, Any]:
    """What stands in these fields, as a form sends it."""
    beside = present(record, names)
    return {
        name: ledger.field_named(name).plain(beside[name] if name in beside else record.__data__[name])
        for name in names
    }


def _delete(actor: Actor, ledger: Ledger, row: BulkRow, values: Any, action: str | None) -> dict[str, Any]:
    record = to_delete(actor, ledger, row.row_id)
    label, why_not = _label(ledger, record), not_whole(ledger, record)
    if why_not:
        remove_row(actor, ledger, record, forget)
        return {"label": label, "reason": why_not, "before": None}
    kept = seal(snapshot(ledger, record))
    remove_row(actor, ledger, record, lambda of, row_id: set_aside(of, row_id, row.id))
    return {"label": label, "version": record.version, "before": kept}


def _act(actor: Actor, ledger: Ledger, row: BulkRow, values: Any, action: str | None) -> dict[str, Any]:
    act(actor, ledger, action or "", [str(row.row_id)], values)
    return {"label": None}


_WORK = {EDIT: _edit, DELETE: _delete, ACT: _act}

__all__ = ["REFUSALS", "do", "words_of"]
