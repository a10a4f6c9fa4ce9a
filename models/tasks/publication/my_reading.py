"""What somebody has to read, as the phone shows it (B02)."""

from __future__ import annotations

from typing import Any

from models.core.errors import NotFound
from models.core.fields import moment_text
from models.core.files import attachments
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.reading.rows import row_json
from models.core.ledger.sub_rows import in_words
from models.core.security.actor import Actor
from models.tasks.publication import reading
from models.tasks.publication.copying import differences
from models.tasks.publication.shown import lines_that_differ, words


def listed(actor: Actor) -> dict[str, Any]:
    """{items, unread}: what the actor has to read, unread first."""
    found = [_head(ledger, row, state) for ledger, row, state in reading.to_read(actor)]
    return {"items": found, "unread": sum(1 for each in found if each["state"] == "unread")}


def one(actor: Actor, ledger: str, row_id: int) -> dict[str, Any]:
    """An edition with all that there is to read. Raises NotFound, Forbidden."""
    declared = _published(ledger)
    row = declared.record.find(actor, declared.rights["read"], row_id)
    told = reading.of_row(actor, declared, row_id)
    files = attachments.list_of(actor, declared, row_id) if declared.attachments else []
    return {
        **_head(declared, row, told["mine"] or ""),
        "may_mark": told["may_mark"],
        "changes": _changes(actor, declared, row),
        **_said(actor, declared, row),
        "files": [{name: file[name] for name in ("id", "name", "size", "mime")} for file in files],
    }


def mark(actor: Actor, ledger: str, row_id: int) -> dict[str, Any]:
    """The actor says that they have read it; gives `one` as it is then."""
    reading.mark(actor, _published(ledger), row_id)
    return one(actor, ledger, row_id)


def file_of(actor: Actor, ledger: str, row_id: int, file_id: int) -> tuple[str, str, str]:
    """Name, mime type and kept name of a file of it. Raises NotFound."""
    return attachments.locate(actor, _published(ledger), row_id, file_id)


def _published(name: str) -> Ledger:
    found = ledger_named(name)
    if found is None or found.published is None or not found.published.is_read:
        raise NotFound("没有这份文件", advice="请回到列表重新打开")
    return found


def _head(ledger: Ledger, row: Any, state: str) -> dict[str, Any]:
    return {
        "ledger": ledger.name, "id": str(row.get_id()), "title": ledger.label(row), "noun": ledger.noun,
        "edition": row.edition, "why": row.why or "", "in_force_at": moment_text(row.in_force_at or row.created_at),
        "state": state,
    }  # fmt: skip


def _changes(actor: Actor, ledger: Ledger, row: Any) -> list[dict[str, str]]:
    """What it says otherwise than the edition that it replaced, in words: {title, old, new}; none of a first one."""
    old = None if row.replaces is None else ledger.record.get_or_none(ledger.record.id == row.replaces)
    if old is None:
        return []
    lines = differences(actor, ledger, old, row)
    told = [(line["title"], *lines_that_differ(words(line["old"]), words(line["new"]))) for line in lines]
    return [{"title": title, "old": before, "new": after} for title, before, after in told]


def _said(actor: Actor, ledger: Ledger, row: Any) -> dict[str, list[dict[str, str]]]:
    """{texts, facts}: what the form says, in words; `texts` are what is written at length, and so what is to be read.

    Without what is about the reading itself, what stands above it, and what is empty or a plain no.
    """
    publication = reading.publication_of(ledger)
    values = row_json(actor, ledger, [row], detail=True)[0]["values"]
    said: dict[str, list[dict[str, str]]] = {"texts": [], "facts": []}
    for name in ledger.form_fields():
        if name in (publication.asked_to_read, publication.concerned) or values.get(name) in (
            None,
            "",
            [],
            False,
        ):
            continue
        field = ledger.field_named(name)
        text = in_words(field, values[name])
        if text and text != ledger.label(row):
            said["texts" if field.kind == "longtext" else "facts"].append(
                {"title": field.title, "text": text}
            )
    return said


__all__ = ["file_of", "listed", "mark", "one"]
