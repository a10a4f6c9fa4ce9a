"""Who has not read what is in force is asked once more, by whoever keeps it: at most once a day (B02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from models.core import clock, history
from models.core.errors import Conflict
from models.core.events.outbox import announce_rows
from models.core.history import Change
from models.core.security.actor import Actor
from models.tasks.publication.reading import TO_READ, concerned, must_be_read
from models.tasks.publication.records import EditionRead

if TYPE_CHECKING:
    from models.tasks.publication.publication import Publication

ACT = "remind_readers"
_PAUSE = timedelta(hours=20)  # the next morning is a new day, whenever yesterday's was


def remind(publication: Publication, actor: Actor, rows: Sequence[Any], values: dict[str, Any]) -> str:
    """Tell the people of the actor's companies who have not read an edition; gives how many.

    Raises Conflict where nobody has to read it, all have, or they were told within the day.
    """
    row = rows[0]
    if not must_be_read(publication, row):
        raise _nothing("这一版没有要求阅读", "请在修订时勾选“要求阅读”")
    companies = [one for one in actor.whole_companies(publication.edit) if _concerns(row, one)]
    unread = {company: _unread(publication, row, company) for company in companies}
    count = sum(unread.values())
    if not count:
        raise _nothing("该读的人都读过了", "不用再提醒")
    if _lately(row, actor):
        raise _nothing("今天已经提醒过", "请明天再提醒，或者当面催一下")
    news = (
        (company, row.get_id(), {"ledger": publication.ledger, "again": True}) for company in companies if unread[company]
    )  # fmt: skip
    announce_rows(TO_READ, news)
    told = [{"field": "readers", "title": "提醒未读的人", "old": None, "new": f"{count} 人"}]
    history.note(actor, row, ACT, told)
    return f"已提醒 {count} 个还没有读的人"


def _concerns(row: Any, company: int) -> bool:
    own = row.scope_value("company")
    return own is None or own == company


def _unread(publication: Publication, row: Any, company: int) -> int:
    read = EditionRead.select(EditionRead.person_id).where(
        EditionRead.ledger == publication.ledger, EditionRead.row_id == row.get_id()
    )
    done = {one.person_id for one in read}
    return sum(1 for person in concerned(publication, row, [company]) if person.id not in done)


def _lately(row: Any, actor: Actor) -> bool:
    """Whether whoever works for the same company has reminded within the day."""
    return bool(
        Change.select()
        .where(
            Change.table == row._meta.table_name,
            Change.row_id == row.get_id(),
            Change.action == ACT,
            Change.account_id == actor.account_id,
            Change.at > clock.now() - _PAUSE,
        )
        .exists()
    )


def _nothing(cause: str, advice: str) -> Conflict:
    return Conflict("没有提醒", code="nobody_to_remind", cause=cause, advice=advice)


__all__ = ["ACT", "remind"]
