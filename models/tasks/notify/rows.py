"""Who follows a row of a ledger hears that it was changed or deleted, by whom, and what (H04, J05).

Whatever wrote into the row's trail has had it announced (hearing.py). What is said is what the trail says to a reader,
and less: of words that somebody typed, of what is private, and of records with ID numbers or secrets, only which fields
they are.
"""

from __future__ import annotations

from typing import Any

from models.core.errors import AnbanError
from models.core.events.outbox import Outbox
from models.core.fields import Link, PersonalId, Secret
from models.core.history import BULK, Change
from models.core.ledger.declaration import Ledger, all_ledgers
from models.messages.channels.records import CARD
from models.messages.records import LOW
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.tasks.notify.subscriptions import follows_of
from models.tasks.people.person_actor import actor_of
from models.tasks.subjects import all_served

#: Kinds of fields whose values are told; of others only the title.
_PLAIN = ("choice", "choices", "flag", "date", "moment", "number", "integer")
_MOST = 6


@teller("row.changed")
def changed(row: Outbox) -> Telling | None:
    """To who follows the row and may read it still, but who did it: small news, which may come with others."""
    given: Any = row.payload
    ledger = next((one for one in all_ledgers() if one.record._meta.table_name == given.get("table")), None)
    if ledger is None:
        return None
    record = ledger.record.get_or_none(ledger.record._meta.primary_key == row.subject_id)
    made = getattr(record, "created_at", None)
    follows = follows_of(ledger.record._meta.table_name, row.subject_id or 0, made)
    hear = dict.fromkeys(item.person_id for item in follows)
    persons = [person for person in hear if _hears(person, ledger, record, given["by"])]
    if not persons:
        return None
    lines = list(Change.select().where(Change.id.in_(given["lines"])).order_by(Change.id))
    name = (ledger.label(record) if record is not None else follows[0].title) or ""
    title, text = f"【{_done(ledger, record, lines)}】{ledger.noun}：{name}"[:120], _text(ledger, lines)
    kind, subject_id = ("nudge", row.id) if record is None else (ledger.name, row.subject_id)
    link = _path(ledger, record)
    card = {
        "kind": kind,
        "subject_id": subject_id,
        "version": 1,
        "title": title,
        "lead": text,
        "tone": "plain",
        "path": link,
    }
    return Telling(
        company_id=row.company_id or follows[0].company_id, kind=row.kind, subject_kind=kind,
        subject_id=subject_id or 0, title=title, text=text, card=card, link=link, urgency=LOW, persons=persons, ways=(CARD,),
        bundle=True, read=ledger.rights["read"],
    )  # fmt: skip


def _path(ledger: Ledger, record: Any) -> str:
    """Where the phone client shows the row: it does so of some kinds that flows serve."""
    served = next((one for one in all_served() if one.record is ledger.record), None)
    return "" if served is None else served.path_at("phone", record)


def _hears(person_id: int, ledger: Ledger, record: Any, by: list[int | None]) -> bool:
    """Whether the person may read the row (one that is gone: rows of the ledger), and has not changed it themselves."""
    try:
        actor = actor_of(person_id)
    except AnbanError:
        return False
    right = ledger.rights["read"]
    return actor.account_id not in by and (actor.may(right) if record is None else actor.may(right, record))


def _done(ledger: Ledger, record: Any, lines: list[Change]) -> str:
    """What was done, in one word: the button's, where it was one."""
    if record is None:
        return "已删除"
    buttons = [ledger.action_named(line.action) for line in lines]
    return next((f"已{button.title}" for button in buttons if button is not None), "已修改")


def _text(ledger: Ledger, lines: list[Change]) -> str:
    """Who, and what: `名称：有变化`, `使用状态：在用 → 停用`."""
    who = "、".join(dict.fromkeys(line.account_name for line in lines))
    told = [
        _field(ledger, item)
        for line in lines
        if line.action != "deleted"
        for item in line.changes or ()
        if item["field"] != BULK
    ]
    told = list(dict.fromkeys(told))
    more = [f"等 {len(told)} 项"] if len(told) > _MOST else []
    return "\n".join([f"操作人：{who}", *told[:_MOST], *more])


def _field(ledger: Ledger, item: dict[str, Any]) -> str:
    fields = ledger.record._meta.fields
    hidden = any(isinstance(field, (PersonalId, Secret)) for field in fields.values())
    field = fields.get(item["field"])
    hidden = hidden or getattr(field, "private", False)
    if hidden or not (isinstance(field, Link) or getattr(field, "kind", "") in _PLAIN):
        return f"{item['title']}：有变化"
    return f"{item['title']}：{_word(item['old'])} → {_word(item['new'])}"


def _word(value: Any) -> str:
    return "空" if value in (None, "", []) else str(value)[:40]
