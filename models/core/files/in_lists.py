"""The first photos of rows, for lists that show them (`Ledger(pictures=True)`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.files.attachments import Attachment
from models.core.files.mime import PICTURES as MIMES
from models.core.ledger.parts import Derived
from models.core.security.actor import Actor

_MOST = 3


def first_pictures(ledger: str) -> Derived:
    """The value `pictures` of a ledger: the ids of the first photos of each row."""

    def load(actor: Actor, rows: Sequence[Any]) -> dict[int, Any]:
        query = Attachment.select(Attachment.id, Attachment.row_id).where(
            Attachment.ledger == ledger, Attachment.row_id.in_([row.get_id() for row in rows] or [0]),
            Attachment.mime.in_(MIMES),
        )  # fmt: skip
        found: dict[int, list[str]] = {row.get_id(): [] for row in rows}
        for item in query.order_by(Attachment.id):
            if len(found[item.row_id]) < _MOST:
                found[item.row_id].append(str(item.id))
        return found

    return Derived("pictures", "照片", "pictures", load=load)


__all__ = ["first_pictures"]
