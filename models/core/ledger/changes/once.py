"""A row that is sent twice is made once: a phone's answer is lost on the way, and the phone sends again (X01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from peewee import BigIntegerField, FixedCharField, IntegrityError

from models.core import clock, numbering
from models.core.db.connection import database
from models.core.fields import Moment
from models.core.ledger.changes import editing
from models.core.ledger.declaration import Ledger
from models.core.records import Base
from models.core.security.actor import Actor

_KEEP = timedelta(days=30)


class RowRequest(Base):
    """Which row a request made; `request_key` as `numbering.request_key` has it, of the ledger and the caller's key."""

    request_key = FixedCharField(max_length=64, unique=True)
    row_id = BigIntegerField()
    at: Any = Moment("时间", required=True, default=clock.now)

    class Meta:
        table_name = "row_request"
        indexes = ((("at",), False),)


def create(actor: Actor, ledger: Ledger, values: Any, *, key: str) -> dict[str, Any]:
    """Make a row as `editing.create` does; the same `key` of the same account gives the row that it made, as it is now.

    Raises what that does; NotFound where the row was deleted since.
    """
    wanted = numbering.request_key(actor.account_id, f"{ledger.name}:{key}")
    assert wanted is not None
    there = numbering.by_request_key(RowRequest, wanted)
    if there is None:
        try:
            with database.atomic():
                made = RowRequest.create(request_key=wanted, row_id=0)
        except IntegrityError:  # the same request again, while it was being answered
            there = numbering.by_request_key(RowRequest, wanted)
            if there is None:
                raise
    if there is not None:
        return editing.get(actor, ledger, there.row_id)
    row = editing.create(actor, ledger, values)
    RowRequest.update(row_id=int(row["id"])).where(RowRequest.id == made.id).execute()
    return row


def sweep() -> int:
    """Forget what nobody sends again; gives how many."""
    gone: int = RowRequest.delete().where(RowRequest.at < clock.now() - _KEEP).execute()
    return gone


__all__ = ["RowRequest", "create", "sweep"]
