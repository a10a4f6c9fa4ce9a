"""Making, reading, changing and deleting the rows of any ledger, by its rules and with a trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from peewee import IntegrityError

from models.core.errors import Conflict, Invalid, NotFound
from models.core.fields import PersonalId
from models.core.files.attachments import forget
from models.core.ledger.changes.actions import act, act_as_job
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit, still_used
from models.core.ledger.changes.form_values import clean_form
from models.core.ledger.changes.trail import history_json, note_revealed, tell, watch
from models.core.ledger.changes.unique_keys import refusal
from models.core.ledger.declaration import Ledger, made_by
from models.core.ledger.reading.options import options
from models.core.ledger.reading.rows import fits, may_write, row_json
from models.core.records import changed_meanwhile
from models.core.security.actor import Actor, missing_right

__all__ = [
    "act",
    "act_as_job",
    "change_row",
    "create",
    "delete",
    "edit",
    "get",
    "history",
    "options",
    "plain_create",
    "plain_delete",
    "plain_edit",
    "remove_row",
    "require_open",
    "still_used",
    "to_delete",
    "to_edit",
]


def create(actor: Actor, ledger: Ledger, values: Any) -> dict[str, Any]:
    """Make a row of the form's values and give it as Row, with `once` where there is something to tell this once.

    Raises Invalid with a sentence at every wrong field (also where a unique key is taken), Forbidden.
    """
    right = _right(ledger, "create", ledger.rules.create)
    actor.require(right)
    clean = clean_form(actor, ledger, values, right=right)
    assert ledger.rules.create is not None
    with watch(actor, ledger) as watched:
        try:
            made = made_by(ledger.rules.create(actor, clean))
        except IntegrityError as error:
            raise refusal(ledger, error, clean) from None
        record = _again(ledger, made.row)
        require_write(actor, right, record)
        watched.note([record], "created")
    tell(ledger, [record])
    return _row(actor, ledger, record) | ({"once": made.once} if made.once else {})


def get(actor: Actor, ledger: Ledger, row_id: int) -> dict[str, Any]:
    """The row with all its fields. Raises NotFound for one that the actor may not see.

    Who may see ID numbers whole sees them here, and the trail says so: call it in a writing transaction.
    """
    record = ledger.record.find(actor, ledger.rights["read"], row_id)
    reveal = False
    for field in ledger.record._meta.sorted_fields:
        if (
            isinstance(field, PersonalId)
            and record.__data__.get(field.name)
            and actor.may(field.reveal, record)
        ):
            reveal = True
            note_revealed(actor, record, field, ledger.label(record))
    return row_json(actor, ledger, [record], detail=True, reveal=reveal)[0]


def edit(actor: Actor, ledger: Ledger, row_id: int, version: Any, values: Any) -> dict[str, Any]:
    """Change a row that the caller knows in `version`, and give it as Row.

    Raises Conflict `changed_meanwhile` with `details.row` (as it is now) if it has another version, and else
    as `create` does.
    """
    record = to_edit(actor, ledger, row_id)
    if isinstance(version, bool) or not isinstance(version, int):
        raise Invalid(fields={"version": "这里要填打开时的版本号"})
    if version != record.version:
        raise _changed(actor, ledger, record)
    return _row(actor, ledger, change_row(actor, ledger, record, values))


def to_edit(actor: Actor, ledger: Ledger, row_id: int) -> Any:
    """The row, if the actor may change it. Raises NotFound, Forbidden."""
    return _find_for(actor, ledger, row_id, _right(ledger, "edit", ledger.rules.edit))


def change_row(actor: Actor, ledger: Ledger, record: Any, values: Any) -> Any:
    """Change a row that `to_edit` gave, by the form's values, and give it as it is then. Raises as `edit` does."""
    right = _right(ledger, "edit", ledger.rules.edit)
    version = record.version
    clean = clean_form(actor, ledger, values, right=right, record=record)
    assert ledger.rules.edit is not None
    open_ = _is_open(actor, ledger, record)
    with watch(actor, ledger, [record]) as watched:
        try:
            made = ledger.rules.edit(actor, record, clean)
        except IntegrityError as error:
            raise refusal(ledger, error, clean) from None
        except Conflict as error:
            if error.code == "changed_meanwhile":
                raise _changed(actor, ledger, _again(ledger, record)) from None
            raise
        if not open_:  # the rule has had its say, in its own words, if it has any
            raise _wrong_state(ledger, record, "修改")
        record = _again(ledger, made)
        require_write(actor, right, record)
        if record.version != version or watched.changed(record):
            watched.note([record], "edited")
            tell(ledger, [record])
    return record


def delete(actor: Actor, ledger: Ledger, row_id: int) -> None:
    """Delete a row. Raises Conflict with what hangs on it, in numbers."""
    remove_row(actor, ledger, to_delete(actor, ledger, row_id))


def to_delete(actor: Actor, ledger: Ledger, row_id: int) -> Any:
    """The row, if the actor may delete it. Raises NotFound, Forbidden."""
    return _find_for(actor, ledger, row_id, _right(ledger, "delete", ledger.rules.delete))


def remove_row(
    actor: Actor, ledger: Ledger, record: Any, files_of: Callable[[Ledger, int], Any] = forget
) -> None:
    """Delete a row that `to_delete` gave; what becomes of its attachments `files_of` says. Raises as `delete` does."""
    assert ledger.rules.delete is not None
    if ledger.is_closed(record):
        raise Conflict(
            f"不能删除“{ledger.label(record)}”",
            code="kept",
            cause="它已经办结，记录和附件要留存",
            advice="写错了的，请另外登记一条更正",
        )
    open_ = _is_open(actor, ledger, record)
    with watch(actor, ledger, [record]) as watched:
        try:
            ledger.rules.delete(actor, record)
        except IntegrityError:
            raise still_used(record) from None
        if not open_:
            raise _wrong_state(ledger, record, "删除")
        watched.note_deleted(record)
    if ledger.attachments:
        files_of(ledger, record.get_id())
    tell(ledger, [record])


def history(actor: Actor, ledger: Ledger, row_id: int, cursor: str = "") -> dict[str, Any]:
    """The row's trail, newest first, 50 at a time: `{"items", "next"}`."""
    return history_json(ledger.record.find(actor, ledger.rights["read"], row_id), cursor)


def require_write(actor: Actor, right: str, record: Any) -> None:
    """Raise Forbidden or NotFound unless the actor may change the row by `right`."""
    actor.require(right, record)
    if not may_write(actor, right, record):
        raise missing_right(right, actor, reach=actor.rights[right])


def require_open(actor: Actor, ledger: Ledger, record: Any, what: str) -> None:
    """Raise Conflict `wrong_state` where nobody does `what` to the row any more, as it or what it hangs on stands now."""
    if not _is_open(actor, ledger, record):
        raise _wrong_state(ledger, record, what)


def _is_open(actor: Actor, ledger: Ledger, record: Any) -> bool:
    """Whether the row is as the `when` of the ledger's rules asks: else nobody changes or deletes it."""
    asked = ledger.rules.when
    return fits(
        ledger.rules,
        record,
        {item.name: item.load(actor, [record]) for item in ledger.derived if item.name in asked},
    )


def _wrong_state(ledger: Ledger, record: Any, what: str) -> Conflict:
    return Conflict(
        f"“{ledger.label(record)}”现在不能{what}",
        code="wrong_state",
        cause="它的状态已经变化",
        advice="请刷新后按现在的状态处理",
        details={"id": str(record.get_id())},
    )


def _find_for(actor: Actor, ledger: Ledger, row_id: int, right: str) -> Any:
    record = ledger.record.find(actor, ledger.rights["read"], row_id, write=right)
    require_write(actor, right, record)
    return record


def _right(ledger: Ledger, name: str, rule: Any) -> str:
    """The ledger's right for `name`; raises NotFound where the ledger does not offer it."""
    if rule is None or name not in ledger.rights:
        raise NotFound("没有这个操作", cause=f"{ledger.title}不提供这个操作", advice="请刷新页面后再试")
    return ledger.rights[name]


def _again(ledger: Ledger, record: Any) -> Any:
    """The row as it is in the database now."""
    found = ledger.record.get_or_none(ledger.record._meta.primary_key == record.get_id())
    if found is None:
        raise NotFound()
    return found


def _row(actor: Actor, ledger: Ledger, record: Any) -> dict[str, Any]:
    return row_json(actor, ledger, [record], detail=True)[0]


def _changed(actor: Actor, ledger: Ledger, record: Any) -> Conflict:
    error = changed_meanwhile()
    error.details = {"row": _row(actor, ledger, record)}
    return error
