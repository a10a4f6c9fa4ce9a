"""Many files at once: each goes to the row that names it, so that a list can be imported first and its files follow (B02)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from peewee import fn

from models.core.errors import Forbidden, NotFound
from models.core.files import attachments
from models.core.files.attachments import Attachment
from models.core.files.content_check import Examined
from models.core.ledger.declaration import Ledger
from models.core.security.actor import Actor

_BRACKETS = re.compile(r"^[《“\"]|[》”\"]$")
#: A name that more rows than this have says too little.
MOST = 20


def spellings(name: str) -> list[str]:
    """How a row may call a file: whole, without its ending, and without the brackets of a title; in small letters."""
    whole = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1].strip().lower()
    stem = whole.rsplit(".", 1)[0].strip() if "." in whole else whole
    return list(dict.fromkeys(word for word in (whole, stem, _BRACKETS.sub("", stem)) if word))


def rows_named(actor: Actor, ledger: Ledger, name: str) -> list[Any]:
    """The rows that the actor may change and that call this file theirs; else those of its name that have no file yet."""
    assert ledger.files_by is not None
    record: Any = ledger.record
    words = spellings(name)
    fields = record._meta.fields
    said = actor.see(record.select(), record, ledger.rights["edit"])
    if ledger.published is not None:
        said = said.where(ledger.published.living())
    found = list(said.where(fn.LOWER(fields[ledger.files_by]).in_(words)).limit(MOST + 1))
    if not found and "name" in fields:
        bare = ~fn.EXISTS(
            Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == record.id)
        )
        found = list(said.where(fn.LOWER(fields["name"]).in_(words), bare).limit(MOST + 1))
    return [row for row in found if _may_attach(actor, ledger, row)]


def _may_attach(actor: Actor, ledger: Ledger, row: Any) -> bool:
    try:
        attachments.may_add(actor, ledger, row.get_id())
    except (Forbidden, NotFound):
        return False
    return True


def match(actor: Actor, ledger: Ledger, name: str, file: Examined) -> dict[str, Any]:
    """Attach a file to every row that names it; gives {rows: [{id, label}], message}. A row that has it keeps the one.

    Nothing is kept of a file that nobody names. Raises as `attachments.add`.
    """
    actor.require(ledger.rights["edit"])
    rows = rows_named(actor, ledger, name)
    if not rows:
        return {"rows": [], "message": f"没有{ledger.noun}用这个文件名，也没有同名、还缺文件的"}
    if len(rows) > MOST:
        return {"rows": [], "message": f"用这个文件名的{ledger.noun}超过 {MOST} {ledger.measure}，请改个名字"}
    fresh = [row for row in rows if not _has(ledger, row, file.sha256)]
    for row in fresh:
        attachments.add(actor, ledger, row.get_id(), name, file)
    told = [{"id": str(row.get_id()), "label": ledger.label(row)} for row in rows]
    return {"rows": told, "message": "已配上" if fresh else "早已上传过，没有重复"}


def _has(ledger: Ledger, row: Any, sha256: str) -> bool:
    there = Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == row.get_id())
    return bool(there.where(Attachment.sha256 == sha256).exists())


def lacking(ledger: Ledger, wanted: Iterable[str]) -> Any:
    """The condition of rows whose files stand so: `there`, `waited` (named, none came), `none`."""
    record: Any = ledger.record
    said = record._meta.fields[ledger.files_by]
    attached = fn.EXISTS(
        Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == record.id)
    )
    named = said.is_null(False) & (said != "")
    told = {"there": attached, "waited": ~attached & named, "none": ~attached & ~named}
    condition = record.id.is_null()
    for value in wanted:
        condition |= told.get(value, record.id.is_null())
    return condition


def states(ledger: Ledger, rows: Iterable[Any]) -> dict[int, str]:
    """How the files of rows stand, by id, as `lacking` says it."""
    assert ledger.files_by is not None
    ids = [row.get_id() for row in rows]
    there = Attachment.select(Attachment.row_id).where(
        Attachment.ledger == ledger.name, Attachment.row_id.in_(ids or [0])
    )
    has = {row_id for (row_id,) in there.distinct().tuples()}
    return {
        row.get_id(): "there"
        if row.get_id() in has
        else "waited"
        if row.__data__.get(ledger.files_by)
        else "none"
        for row in rows
    }


__all__ = ["MOST", "lacking", "match", "rows_named", "spellings", "states"]
