"""What the engine writes into the trail and says to the rest of the house, and how the trail is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from models.core import clock, history
from models.core.errors import Invalid
from models.core.events import outbox
from models.core.fields import Described, Lines, Link, moment_text
from models.core.ledger.changes.trail_words import act_title
from models.core.ledger.declaration import Derived, Ledger
from models.core.ledger.reading.references import label_of
from models.core.ledger.sub_rows import lines_in_words
from models.core.logs.access import note_read
from models.core.records import Record
from models.core.row_ids import parse_id
from models.core.security.actor import Actor

PAGE = 50
_SEEN_FOR = timedelta(minutes=10)
_SILENT = ("created_at", "updated_at")
Snapshot = dict[int, dict[str, Any]]
Names = dict[tuple[type[Any], int], str]


class Watch:
    """Rows before a rule, to be compared with what they are after it."""

    def __init__(
        self, actor: Actor, ledger: Ledger, records: Sequence[Any], noted: set[tuple[str, int]]
    ) -> None:
        self.actor = actor
        self.ledger = ledger
        self.noted = noted
        self.before = self._snapshot(records)

    def _snapshot(self, records: Sequence[Any]) -> Snapshot:
        shots = {record.get_id(): dict(record.__data__) for record in records}
        for item in written(self.ledger):
            loaded = item.load(self.actor, records) if records else {}
            for row_id, shot in shots.items():
                shot[item.name] = loaded.get(row_id)
        return shots

    def note(self, records: Sequence[Any], action: str, *, heard: bool = True) -> None:
        """Write a line for each of `records` (as they are now), unless the rule has done so itself."""
        after = self._snapshot(records)
        for record in records:
            row_id = record.get_id()
            if (record._meta.table_name, row_id) not in self.noted:
                changes = changes_between(self.ledger, self.before.get(row_id, {}), after[row_id])
                history.note(self.actor, record, action, changes, heard=heard)

    def changed(self, record: Any) -> bool:
        """Whether the row is another than before, in what the trail tells."""
        row_id = record.get_id()
        return bool(changes_between(self.ledger, self.before[row_id], self._snapshot([record])[row_id]))

    def note_deleted(self, record: Record) -> None:
        """Write what a deleted row was."""
        if (record._meta.table_name, record.get_id()) not in self.noted:
            gone = dict.fromkeys(self.before[record.get_id()])
            changes = changes_between(self.ledger, self.before[record.get_id()], gone)
            history.note(self.actor, record, "deleted", changes)


@contextmanager
def watch(actor: Actor, ledger: Ledger, records: Sequence[Any] = ()) -> Iterator[Watch]:
    """Look at `records` while a rule changes them."""
    with history.watching() as noted:
        watched = Watch(actor, ledger, records, noted)
        yield watched


def changes_between(
    ledger: Ledger, old: dict[str, Any], new: dict[str, Any], names: Names | None = None
) -> list[dict[str, Any]]:
    """The lines of a change, for columns that have a title and for derived values that a form writes.

    `names` remembers what referenced rows are called, for whoever asks many times.
    """
    names = {} if names is None else names
    lines = []
    for name, value in new.items():
        field = ledger.record._meta.fields.get(name)
        if not isinstance(field, Described) or name in _SILENT or _same(old.get(name), value):
            continue
        before = _readable(ledger.record, name, field, old.get(name), names)
        after = _readable(ledger.record, name, field, value, names)
        if field.kind in ("secret", "signature"):
            after = history.changed_to(ledger.record, name, old.get(name), value)
        lines.append({"field": name, "title": field.title, "old": before, "new": after})
    for item in written(ledger):
        if item.name in new:
            before, after = _words(item, old.get(item.name)), _words(item, new[item.name])
            if before != after:
                lines.append({"field": item.name, "title": item.title, "old": before, "new": after})
    return lines


def _same(before: Any, value: Any) -> bool:
    return bool(before == value) or (before in (None, "", []) and value in (None, "", []))


def _changed(line: dict[str, Any]) -> bool:
    return not _same(line.get("old"), line.get("new"))


def _readable(record: type[Record], name: str, field: Described, value: Any, names: Names) -> Any:
    if value is None or not isinstance(field, Link):
        return history.readable(record, name, value)
    key = (field.rel_model, value)
    if key not in names:
        found = field.rel_model.get_or_none(field.rel_model._meta.primary_key == value)
        names[key] = str(value) if found is None else label_of(found, field.to)
    return names[key]


def written(ledger: Ledger) -> list[Derived]:
    """The derived values that a form writes and that a trail may show."""
    return [item for item in ledger.derived if item.write and item.kind != "secret"]


def _words(item: Derived, value: Any) -> Any:
    if value in (None, "", []):
        return None
    if isinstance(item.field, Lines) and isinstance(value, list):
        return lines_in_words(item.field, value)
    titles = {choice.value: choice.title for choice in item.choices}
    if isinstance(value, dict):
        return value.get("label", value)
    if isinstance(value, list):
        return "、".join(str(_words(item, part)) if not _is_grant(part) else _grant(part) for part in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return titles.get(value, value) if isinstance(value, str) else value


def _is_grant(part: Any) -> bool:
    return isinstance(part, dict) and "right" in part and "scope" in part


def _grant(part: dict[str, Any]) -> str:
    return f"{part['right']}（{part['scope']}）"


def note_revealed(actor: Actor, record: Record, field: Any, called: str) -> None:
    """Write that the actor saw a whole ID number; once in ten minutes, as a detail loads itself anew.

    In the row's trail, and in the log of looks, where the row is `called` so.
    """
    note_read(actor, record, f"{called} {field.title}", action="revealed")
    change = history.Change
    lately = change.select().where(
        change.table == record._meta.table_name,
        change.row_id == record.get_id(),
        change.action == "revealed",
        change.account_id == actor.account_id,
        change.at > clock.now() - _SEEN_FOR,
    )
    if not lately.exists():
        line = {"field": field.name, "title": field.title, "old": None, "new": None}
        history.note(actor, record, "revealed", [line])


def tell(ledger: Ledger, records: Sequence[Any]) -> None:
    """Announce that rows changed, where lists show changes without being reloaded; all in one statement."""
    if ledger.live:
        outbox.announce_all(("ledger.changed", record, {"ledger": ledger.name}) for record in records)


def tell_of_many(ledger: Ledger, companies: Iterable[int | None]) -> None:
    """As `tell`, for so many rows that one piece of news for each company is better: open lists load themselves anew."""
    if ledger.live:
        for company in set(companies):
            outbox.Outbox.insert(
                kind="ledger.changed", company_id=company, subject_id=0, payload={"ledger": ledger.name}
            ).execute()


def history_json(record: Record, cursor: str) -> dict[str, Any]:
    """A page of the row's trail, newest first. Raises Invalid for a wrong cursor."""
    before = parse_id(cursor)
    if cursor and before is None:
        raise Invalid("翻页位置已失效", code="bad_cursor", fields={"cursor": "翻页位置已失效"})
    change = history.Change
    query = change.select().where(change.table == record._meta.table_name, change.row_id == record.get_id())
    if before is not None:
        query = query.where(change.id < before)
    lines = list(query.order_by(change.id.desc()).limit(PAGE + 1))
    items = [
        {
            "at": moment_text(line.at),
            "by": None
            if line.account_id is None
            else {"id": str(line.account_id), "name": line.account_name},
            "door": line.door,
            "action": line.action,
            "title": act_title(line.table, line.action),
            "changes": [each for each in line.changes or [] if line.action == "revealed" or _changed(each)],
        }
        for line in lines[:PAGE]
    ]
    return {"items": items, "next": str(lines[PAGE - 1].id) if len(lines) > PAGE else None}
