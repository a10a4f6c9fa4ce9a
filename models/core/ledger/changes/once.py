"""A row that is sent twice is made once: a phone's answer is lost on the way, and the phone sends again (X01)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from peewee import BigIntegerField, FixedCharField, IntegrityError

from models.core import clock, numbering
from models.core.db.connection import database
from models.core.errors import NotFound
from models.core.fields import Moment
from models.core.files import attachments
from models.core.files.content_check import Examined
from models.core.ledger.changes import editing
from models.core.ledger.declaration import Ledger
from models.core.records import Base
from models.core.security.actor import Actor

_KEEP = timedelta(days=30)


class RowRequest(Base):
    """Which row (of a ledger, or of the files of one) a request made; `request_key` as `numbering.request_key` has it, of
    the ledger and the caller's key."""

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

    def make() -> dict[str, Any]:
        return editing.create(actor, ledger, values)

    return _once(actor, f"{ledger.name}:{key}", make, lambda made: editing.get(actor, ledger, made))


def attach(
    actor: Actor, ledger: Ledger, row_id: int, name: str, file: bytes | Examined, *, key: str
) -> dict[str, Any]:
    """Attach a file to a row as `attachments.add` does; the same `key` of the same account gives what it attached.

    Raises what that does; NotFound where the file was taken away since.
    """

    def make() -> dict[str, Any]:
        return attachments.add(actor, ledger, row_id, name, file)

    def there(made: int) -> dict[str, Any]:
        found = [one for one in attachments.list_of(actor, ledger, row_id) if one["id"] == str(made)]
        if not found:
            raise NotFound("没有这个附件", cause="它可能已被删除", advice="请刷新后再试")
        return found[0]

    return _once(actor, f"{ledger.name}/{row_id}:{key}", make, there)


def _once(
    actor: Actor, key: str, make: Callable[[], dict[str, Any]], again: Callable[[int], dict[str, Any]]
) -> dict[str, Any]:
    """What `make` gives, or `again` of the id that it gave before under the same key."""
    wanted = numbering.request_key(actor.account_id, key)
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
        return again(there.row_id)
    row = make()
    RowRequest.update(row_id=int(row["id"])).where(RowRequest.id == made.id).execute()
    return row


def sweep() -> int:
    """Forget what nobody sends again; gives how many."""
    gone: int = RowRequest.delete().where(RowRequest.at < clock.now() - _KEEP).execute()
    return gone


__all__ = ["RowRequest", "attach", "create", "sweep"]
