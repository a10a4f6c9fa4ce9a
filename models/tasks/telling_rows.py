"""Who follows a row of a ledger hears that it was changed or deleted, by whom, and what (H04, J05).

The relay asks this; who writes asks nothing. What is said is what the trail says to a reader, and less: of words that
somebody typed, and of records with ID numbers or secrets, only which fields they are.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core.errors import AnbanError
from models.core.fields import Link, PersonalId, Secret
from models.core.history import Change
from models.core.ledger.declaration import Ledger, ledger_named
from models.core.outbox import Outbox
from models.messages.news import teller
from models.messages.records import LOW
from models.messages.telling import Telling
from models.messages.ways import CARD
from models.tasks.persons import actor_of
from models.tasks.records import Follow

#: Kinds of fields whose values are told; of others only the title.
_PLAIN = ("choice", "choices", "flag", "date", "moment", "number", "integer")
_MOST = 6
_JUST_NOW = timedelta(minutes=1)
_DONE = {"edited": "已修改", "deleted": "已删除"}


@teller("row.changed")
def changed(row: Outbox) -> Telling | None:
    """To who follows the row and may read it still, but who did it: small news, which may come with others."""
    given: Any = row.payload
    ledger = ledger_named(given["of"])
    follows = [] if ledger is None else _follows(ledger.name, row.subject_id)
    if ledger is None or not follows:
        return None
    record = ledger.record.get_or_none(ledger.record._meta.primary_key == row.subject_id)
    persons = [item.person_id for item in follows if _hears(item.person_id, ledger, record, given["by"])]
    if not persons:
        return None
    line = _line(ledger, row, given["by"])
    name = (ledger.label(record) if record is not None else follows[0].title) or ""
    title, text = f"【{_done(ledger, record, line)}】{ledger.noun}：{name}"[:120], _text(ledger, line)
    kind, subject_id = ("nudge", row.id) if record is None else (ledger.name, row.subject_id)
    card = {
        "kind": kind,
        "subject_id": subject_id,
        "version": 1,
        "title": title,
        "lead": text,
        "tone": "plain",
    }
    return Telling(
        company_id=row.company_id or follows[0].company_id, kind=row.kind, subject_kind=kind,
        subject_id=subject_id or 0, title=title, text=text, card=card, urgency=LOW, persons=persons, ways=(CARD,),
        bundle=True, read=ledger.rights["read"],
    )  # fmt: skip


def _follows(name: str, row_id: int | None) -> list[Follow]:
    query = Follow.select().where(Follow.subject_kind == name, Follow.subject_id == row_id)
    return list(query.order_by(Follow.id))


def _hears(person_id: int, ledger: Ledger, record: Any, by: int | None) -> bool:
    """Whether the person may read the row (one that is gone: rows of the ledger), and has not changed it themselves."""
    try:
        actor = actor_of(person_id)
    except AnbanError:
        return False
    right = ledger.rights["read"]
    return actor.account_id != by and (actor.may(right) if record is None else actor.may(right, record))


def _line(ledger: Ledger, row: Outbox, by: int | None) -> Change | None:
    """The trail's line of this change: the newest of the row by then, written in the same transaction."""
    query = Change.select().where(
        Change.table == ledger.record._meta.table_name, Change.row_id == row.subject_id,
        Change.account_id.is_null() if by is None else Change.account_id == by, Change.action != "revealed",
        Change.at <= row.created_at, Change.at > row.created_at - _JUST_NOW,
    )  # fmt: skip
    found: Change | None = query.order_by(Change.id.desc()).first()
    return found


def _done(ledger: Ledger, record: Any, line: Change | None) -> str:
    if record is None:
        return _DONE["deleted"]
    action = None if line is None else ledger.action_named(line.action)
    return f"已{action.title}" if action is not None else _DONE["edited"]


def _text(ledger: Ledger, line: Change | None) -> str:
    """Who, and what: `名称`, `使用状态：在用 → 停用`."""
    if line is None:
        return "内容有变化"
    told: list[str] = (
        [] if line.action == "deleted" else [_field(ledger, item) for item in line.changes or ()]
    )
    more = [f"等 {len(told)} 项"] if len(told) > _MOST else []
    return "\n".join([f"操作人：{line.account_name}", *told[:_MOST], *more])


def _field(ledger: Ledger, item: dict[str, Any]) -> str:
    fields = ledger.record._meta.fields
    private = any(isinstance(field, (PersonalId, Secret)) for field in fields.values())
    field = fields.get(item["field"])
    if private or not (isinstance(field, Link) or getattr(field, "kind", "") in _PLAIN):
        return f"{item['title']}：有变化"
    return f"{item['title']}：{_word(item['old'])} → {_word(item['new'])}"


def _word(value: Any) -> str:
    return "空" if value in (None, "", []) else str(value)[:40]
