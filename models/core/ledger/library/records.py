"""Which rows are copies of a standard, and which rows a group offers as such (J07)."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, CharField

from models.core import clock
from models.core.fields import Json, Moment
from models.core.records import Base
from models.core.security.rights import declare

OFFER = declare("library.offer", "把本集团的做法设为标准", "标准模板")


class LibraryCopy(Base):
    """A row that was made of a standard: of which, in which version, with what, and what was left out.

    `row_id` is the first edition's of a row that has editions. `content` is what the standard said then, `children` are
    the rows that came along ({part: {key: id}}). `refused` is what the unit did not want, by the key of the change: the
    digest of what the standard said then, or nothing for what was left out for good; `declined` is the digest of all that.
    Copies without `refused` are older: their `declined` is the version that was declined as a whole.
    """

    ledger = CharField(max_length=40)
    row_id = BigIntegerField()
    company_id = BigIntegerField(null=True)
    source = CharField(max_length=100)
    name = CharField(max_length=120)
    digest = CharField(max_length=16)
    content: Any = Json()
    children: Any = Json()
    declined = CharField(max_length=16, null=True)
    refused: Any = Json(null=True)
    taken_at: Any = Moment("引用时间", required=True, default=clock.now)

    class Meta:
        table_name = "library_copy"
        indexes = ((("ledger", "row_id"), True), (("ledger", "source"), False))


class LibraryOffer(Base):
    """A row that a group offers to its companies as standard (`group_id`: the top of its tree of units)."""

    ledger = CharField(max_length=40)
    row_id = BigIntegerField()
    group_id = BigIntegerField()
    offered_at: Any = Moment("提供时间", required=True, default=clock.now)

    class Meta:
        table_name = "library_offer"
        indexes = ((("ledger", "row_id"), True), (("group_id", "ledger"), False))


def subject_of(row: Any) -> int:
    """What all editions of a row have in common, or its id."""
    return int(getattr(row, "series_id", None) or row.get_id())


__all__ = ["OFFER", "LibraryCopy", "LibraryOffer", "subject_of"]
