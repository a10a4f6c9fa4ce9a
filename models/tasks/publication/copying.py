"""An edition as the beginning of the next one, and what is different between two (B03)."""

from __future__ import annotations

from typing import Any

from models.core.files import attachments
from models.core.files.attachments import LATER, Attachment
from models.core.ledger import sub_rows
from models.core.ledger.changes.trail import changes_between
from models.core.ledger.declaration import Ledger
from models.core.security.actor import Actor
from models.tasks.approval.row_in_words import snapshot
from models.tasks.publication.records import PublishedRecord

#: What belongs to one edition alone.
_OWN = {"id", "version", "created_at", "updated_at"}


def copied(ledger: Ledger, row: PublishedRecord, **values: Any) -> Any:
    """A new draft with the content of `row`: columns, sub-rows and files. `values` are written over them.

    Raises IntegrityError where the edition beside which it stands has one already.
    """
    record = type(row)
    names = record._meta.fields.keys() - PublishedRecord._meta.fields.keys() - _OWN
    made = record(**{name: row.__data__.get(name) for name in names}, **values)
    made.save(force_insert=True)
    sub_rows.write(made, sub_rows.present(row))
    if ledger.attachments:
        attachments.copy(ledger, row.get_id(), made.get_id())
    return made


def differences(actor: Actor, ledger: Ledger, old: Any, new: Any) -> list[dict[str, Any]]:
    """What the form and the files of `new` say otherwise than `old`: {field, title, old, new}, in the order of the form."""
    before, after = (snapshot(actor, ledger, row) for row in (old, new))
    lines = changes_between(ledger, before, after)
    order = ledger.form_fields()
    lines = sorted(
        (line for line in lines if line["field"] in order), key=lambda line: order.index(line["field"])
    )
    return [*lines, *_files(ledger, old, new)]


def _files(ledger: Ledger, old: Any, new: Any) -> list[dict[str, Any]]:
    """The files that one has and the other has not, by their content."""
    if not ledger.attachments:
        return []
    before, after = (_by_content(ledger, row) for row in (old, new))
    gone = "、".join(name for key, name in before.items() if key not in after)
    come = "、".join(name for key, name in after.items() if key not in before)
    if not gone and not come:
        return []
    return [{"field": "attachments", "title": "附件", "old": gone or None, "new": come or None}]


def _by_content(ledger: Ledger, row: Any) -> dict[str, str]:
    query = Attachment.select().where(Attachment.ledger == ledger.name, Attachment.row_id == row.get_id())
    return {item.sha256: item.name for item in query.order_by(Attachment.id) if item.stage != LATER}


__all__ = ["copied", "differences"]
