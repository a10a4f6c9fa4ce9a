"""The trail of every record: who changed what, when, through which door (J05)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from peewee import BigIntegerField, CharField

from models.core import clock
from models.core.db.writes import insert_numbered, insert_rows
from models.core.events import listeners
from models.core.fields import Described, DrawnSignature, Facts, Link, Moment, PersonalId, Secret, Text
from models.core.logs.log_line import LogLine
from models.core.logs.origin import address
from models.core.records import Record
from models.core.security.actor import Actor
from models.core.security.identifiers import hide_ids

Names = dict[tuple[type[Any], Any], str]
_noted: ContextVar[set[tuple[str, int]] | None] = ContextVar("noted", default=None)
_part_of: ContextVar[str] = ContextVar("part_of", default="")
#: The field of the line by which a change says of which bulk act it was a part; it is no field of the row.
BULK = "~bulk"
#: What is no change of a row that was there: nobody is to hear of it.
_UNHEARD = ("created", "revealed")
#: The JSON schema of what a change says: the fields, what stood in them and what came, as people read them.
CHANGED_FIELDS: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {
            "field": {"type": ["string", "null"]},
            "title": {"type": "string"},
            "old": {"type": ["string", "number", "boolean", "null"]},
            "new": {"type": ["string", "number", "boolean", "null"]},
        },
        "required": ["title"],
    },
}


class Change(LogLine):
    """One change of one row. `changes` is a list of {field, title, old, new} as people read them."""

    table = CharField(max_length=40)
    row_id = BigIntegerField()
    company_id = BigIntegerField(null=True)
    account_id = BigIntegerField(null=True)
    account_name = Text("谁", max=60, required=True)
    door = CharField(max_length=16)
    address = Text("网络地址", max=64)
    action = CharField(max_length=40)
    changes = Facts("明细", holds=CHANGED_FIELDS)
    at = Moment("时间", required=True, default=clock.now)

    class Meta:
        table_name = "change_log"
        indexes = (
            (("table", "row_id", "id"), False),
            (("company_id", "at"), False),
            (("account_id", "id"), False),
        )


def readable(record: type[Record], name: str, value: Any, names: Names | None = None) -> Any:
    """A field's value as the trail shows it: choices by their words, personal numbers masked.

    `names` remembers what referenced rows are called, for whoever asks many times.
    """
    field = record._meta.fields[name]
    if value is None or value == "":
        return None
    if isinstance(field, PersonalId):
        return field.plain(value)
    if isinstance(field, Secret):
        return "已设置"
    if not isinstance(field, Described):
        return "…"
    if field.kind in ("place", "signature"):
        return field.words(value)
    if isinstance(value, str):
        value = hide_ids(value)
    titles = {choice["value"]: choice["title"] for choice in field.describe().get("choices", [])}
    if isinstance(value, (list, tuple)) and titles:
        return "、".join(titles.get(item, str(item)) for item in value)
    if field.kind == "flag":
        return "是" if value else "否"
    if isinstance(field, Link):
        known = {} if names is None else names
        key = (field.rel_model, value)
        if key not in known:
            target = field.rel_model.get_or_none(field.rel_model.id == value)
            known[key] = str(getattr(target, "name", None) or value)
        return known[key]
    plain = field.plain(value)
    if isinstance(plain, float) and plain.is_integer():
        return int(plain)  # 12 万元, as one writes it, and not 12.0
    return titles.get(plain, plain) if isinstance(plain, str) else plain


def changed_to(record: type[Record], name: str, before: Any, value: Any, names: Names | None = None) -> Any:
    """The new value as the trail shows it; of a secret it only says that it is another one, and of a signature."""
    if isinstance(record._meta.fields[name], (Secret, DrawnSignature)) and before and value:
        return "已重签" if isinstance(record._meta.fields[name], DrawnSignature) else "已更换"
    return readable(record, name, value, names)


def note(
    actor: Actor,
    record: Record,
    action: str,
    changes: list[dict[str, Any]] | None = None,
    *,
    heard: bool = True,
) -> None:
    """Write a line into the record's trail, in the running transaction. With `heard` its followers are told (H04)."""
    watched = _noted.get()
    if watched is not None:
        watched.add((record._meta.table_name, record.get_id()))
    write([line_of(actor, record, action, changes or [])], heard=heard)


def line_of(actor: Actor, record: Record, action: str, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of one line; inside of `part_of` it says of what it was a part."""
    if _part_of.get():
        changes = [*changes, {"field": BULK, "title": "批量操作", "old": None, "new": _part_of.get()}]
    return {
        "table": record._meta.table_name, "row_id": record.get_id(), "company_id": record.scope_value("company"),
        "account_id": actor.account_id, "account_name": actor.name[:60], "door": actor.door, "action": action,
        "changes": changes, "address": address(),
    }  # fmt: skip


def write(lines: Sequence[dict[str, Any]], *, heard: bool = True) -> None:
    """Write lines in one statement. Every change of a row passes here; who is to hear of it is asked in the end."""
    told = [line for line in lines if heard and line["action"] not in _UNHEARD]
    unheard = [line for line in lines if not heard or line["action"] in _UNHEARD]
    insert_rows(Change, unheard)
    listeners.touched((line["table"], line["row_id"], line["company_id"]) for line in lines)
    if told:
        ids = insert_numbered(Change, told)
        listeners.noted(
            [(line["table"], line["row_id"], line_id) for line, line_id in zip(told, ids, strict=True)]
        )


def differences(
    record: type[Record], old: dict[str, Any], new: dict[str, Any], names: Names | None = None
) -> list[dict[str, Any]]:
    """The lines of a change: every field of `new` whose value is another than in `old`."""
    lines = []
    for name, value in new.items():
        before = old.get(name)
        if before == value or (before in (None, "", []) and value in (None, "", [])):
            continue
        lines.append(
            {
                "field": name,
                "title": getattr(record._meta.fields[name], "title", name),
                "old": readable(record, name, before, names),
                "new": changed_to(record, name, before, value, names),
            }
        )
    return lines


@contextmanager
def watching() -> Iterator[set[tuple[str, int]]]:
    """The (table, row id) that get a line inside of the block.

    Whoever calls a rule notes what it did, unless the rule has done so itself.
    """
    noted: set[tuple[str, int]] = set()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


@contextmanager
def part_of(words: str) -> Iterator[None]:
    """Lines that are written inside of the block say that they were a part of this."""
    token = _part_of.set(words)
    try:
        yield
    finally:
        _part_of.reset(token)
