"""How an edition comes, takes effect, and goes: each rule in the running transaction, its row locked (B02, B03)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from peewee import IntegrityError

from models.core import clock, history
from models.core.db.connection import database
from models.core.errors import Conflict
from models.core.events.outbox import announce
from models.core.security.actor import Actor
from models.tasks.approval.approval import locked, never_sent
from models.tasks.engine.start import start
from models.tasks.publication import reading
from models.tasks.publication.copying import copied
from models.tasks.publication.records import EDITABLE, IN_FORCE, OPEN, PublishedRecord

if TYPE_CHECKING:
    from models.tasks.publication.publication import Publication

#: News: an edition takes effect, or one was withdrawn.
ENFORCED, ENDED = "edition.in_force", "edition.withdrawn"
Values = dict[str, Any]


def revisions_of(record: type[PublishedRecord], rows: Sequence[Any]) -> Mapping[int, Any]:
    """The editions to come beside `rows`, by the ids of these."""
    ids = [row.get_id() for row in rows if row.standing == IN_FORCE]
    query = record.select().where(record.replaces.in_(ids or [0]), record.standing.in_(OPEN))
    return {row.replaces: row for row in query}


# While it is a draft.


def edit_draft(
    publication: Publication,
    edit: Callable[[Actor, Any, Values], Any],
    actor: Actor,
    row: Any,
    values: Values,
) -> Any:
    """Change a draft, by the ledger's own rule. Raises Conflict `not_editable`."""
    row = _draft(publication, row, "修改")
    return edit(actor, row, values)


def delete_draft(
    publication: Publication, delete: Callable[[Actor, Any], None], actor: Actor, row: Any
) -> None:
    """Delete a draft that was never sent off. Raises Conflict `not_editable`, `has_cases`."""
    row = _draft(publication, row, "删除")
    never_sent(publication.kind, row, _label(publication, row), advice="不再需要时，点“放弃”")
    delete(actor, row)


def submit(publication: Publication, actor: Actor, row: Any) -> Any:
    """Send a draft off to be approved. Raises Conflict for one that is under way, and whatever `check` does."""
    row = _draft(publication, row, "提交")
    publication.check(row)
    row.move("submit", actor)
    start(actor, publication.kind, row)
    return locked(publication.record, row.get_id())


def drop(publication: Publication, actor: Actor, row: Any) -> Any:
    """Give a draft up; the edition in force may then be revised anew."""
    row = _draft(publication, row, "放弃")
    return row.move("drop", actor, replaces=None, ended_at=clock.now())


def _draft(publication: Publication, row: Any, doing: str) -> Any:
    row = locked(publication.record, row.get_id())
    if row.standing not in EDITABLE:
        words = publication.record.standing.title_of(row.standing)
        advice = "要修改请先撤回审批" if row.standing == "asked" else "要修改请点“修订”，另起一版"
        raise Conflict(
            f"“{_label(publication, row)}”现在不能{doing}", code="not_editable", cause=f"它{words}", advice=advice,
            details={"state": row.standing},
        )  # fmt: skip
    return row


# Beside the one in force.


def revise(publication: Publication, actor: Actor, row: Any, why: str) -> Any:
    """Begin the next edition beside the one in force; gives the draft.

    Raises Conflict `being_revised` where somebody has done so, `wrong_state` for one that is not in force.
    """
    record = publication.record
    row = locked(record, row.get_id())
    _require_in_force(publication, row, "修订")
    _require_no_revision(publication, row, "修订")
    beside = {
        "replaces": row.get_id(), "series": row.series_id, "edition": row.edition + 1, "why": why,
    }  # fmt: skip
    try:
        with database.atomic():
            made = copied(publication.declared, row, **beside)
    except IntegrityError:
        raise _being_revised(publication, row, "修订") from None
    line = {"field": "why", "title": "修订原因", "old": None, "new": why}
    history.note(actor, made, "created", [line])
    history.note(actor, row, "revise", [line])
    return made


def take_effect(publication: Publication, actor: Actor, row: Any) -> None:
    """An approved edition takes effect now, or waits for its day."""
    day: date | None = row.__data__.get(publication.valid_from) if publication.valid_from else None
    if day is None or day <= clock.today():
        enforce(publication, actor, row, "enforce")


def enter(publication: Publication, actor: Actor, row: Any) -> Any:
    """Put a draft in force without an approval (a law that others made)."""
    row = _draft(publication, row, "直接生效")
    publication.check(row)
    enforce(publication, actor, row, "enter")
    return row


def enforce(publication: Publication, actor: Actor, row: Any, move: str) -> None:
    """An edition takes effect by a move, and the one that it replaces goes; who has to read it is told.

    Raises Conflict where the one that it was to replace is in force no more.
    """
    old = None if row.replaces is None else locked(publication.record, row.replaces)
    if old is not None:
        _require_in_force(publication, old, "换成新版")
        old.move("replace", actor, ended_at=clock.now())
        history.note(actor, old, "replace", [_line(publication, "standing", IN_FORCE, old.standing)])
    before = row.standing
    row.move(move, actor, in_force_at=clock.now())
    history.note(actor, row, move, [_line(publication, "standing", before, row.standing)])
    publication.on_force(actor, old, row)
    announce(ENFORCED, row, ledger=publication.ledger)
    reading.ask(publication, row)


def withdraw(publication: Publication, actor: Actor, row: Any, reason: str) -> Any:
    """Take an edition out of force for good. Raises Conflict `being_revised` while one is to come beside it."""
    row = locked(publication.record, row.get_id())
    _require_no_revision(publication, row, "废止")
    if row.standing == IN_FORCE:
        publication.check_end(row)
    # Approved and withdrawn before its day came: the one in force may be revised anew.
    beside = {} if row.standing == IN_FORCE else {"replaces": None}
    row.move("withdraw", actor, ended_at=clock.now(), end_reason=reason, **beside)
    announce(ENDED, row, ledger=publication.ledger)
    return row


def _require_in_force(publication: Publication, row: Any, doing: str) -> None:
    if row.standing != IN_FORCE:
        raise Conflict(
            f"现在不能{doing}“{_label(publication, row)}”", code="wrong_state",
            cause=f"它现在是“{publication.record.standing.title_of(row.standing)}”", advice="请刷新后按现在的状态处理",
            details={"state": row.standing},
        )  # fmt: skip


def _require_no_revision(publication: Publication, row: Any, doing: str) -> None:
    if revisions_of(publication.record, [row]):
        raise _being_revised(publication, row, doing)


def being_revised(publication: Publication, doing: str, row: Any) -> Conflict | None:
    """The refusal that names who is revising a row already; None where nobody is."""
    return _being_revised(publication, row, doing) if revisions_of(publication.record, [row]) else None


def _being_revised(publication: Publication, row: Any, doing: str) -> Conflict:
    there = revisions_of(publication.record, [row]).get(row.get_id())
    state = "" if there is None else f"（{publication.record.standing.title_of(there.standing)}）"
    who = "" if there is None else _begun_by(there)
    return Conflict(
        f"现在不能{doing}“{_label(publication, row)}”", code="being_revised",
        cause=f"{who}已经在修订它{state}" if who else f"它已经有一版在修订{state}",
        advice="请在列表里打开那一版接着改，或者先放弃那一版",
        details={} if there is None else {"id": str(there.get_id()), "by": who},
    )  # fmt: skip


def _begun_by(row: Any) -> str:
    """The name of who began a draft, as the trail has it."""
    lines = history.Change.select(history.Change.account_name).where(
        history.Change.table == row._meta.table_name, history.Change.row_id == row.get_id(),
        history.Change.action == "created",
    )  # fmt: skip
    return str(lines.order_by(history.Change.id).limit(1).scalar() or "")


def _line(publication: Publication, name: str, old: Any, new: Any) -> dict[str, Any]:
    column = publication.record._meta.fields[name]
    return {"field": name, "title": column.title, "old": column.title_of(old), "new": column.title_of(new)}


def _label(publication: Publication, row: Any) -> str:
    return publication.declared.label(row)


__all__ = [
    "ENDED", "ENFORCED", "being_revised", "delete_draft", "drop", "edit_draft", "enforce", "enter", "locked", "revise", "revisions_of",
    "submit", "take_effect", "withdraw",
]  # fmt: skip
