"""The table of saved views (X21)."""

from __future__ import annotations

from typing import Any

from peewee import BigIntegerField, BooleanField, CharField

from models.core import clock
from models.core.fields import LongFacts, Moment
from models.core.records import Base
from models.core.security.rights import declare

SHARE_VIEWS = declare("lists.share", "把台账视图共享给本公司", "批量操作")


class SavedView(Base):
    """A view of a ledger's list. `company_id` is 0 for who works for none.

    `question` is {q, filters, sort, columns, titles}: titles are what its fields were called when it was saved. The `standard`
    one opens by itself: of one's own views for oneself, of shared ones for everybody who has none.
    """

    account_id = BigIntegerField()
    account_name = CharField(max_length=60)
    company_id = BigIntegerField(default=0)
    ledger = CharField(max_length=40)
    name = CharField(max_length=40)
    shared = BooleanField(default=False)
    standard = BooleanField(default=False)
    question = LongFacts("条件")
    updated_at: Any = Moment("修改时间", required=True, default=clock.now)

    class Meta:
        table_name = "saved_view"
        indexes = (
            (("company_id", "account_id", "ledger", "name"), True),
            (("company_id", "ledger", "shared"), False),
        )
