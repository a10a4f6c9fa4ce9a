"""What was told of ends that come near, so that each reminder is told once; and which company had its round today."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, SmallIntegerField

from models.core import clock
from models.core.fields import Day
from models.core.records import Base


class ExpiryRound(Base):
    """The last day on which a company's rows were looked through. The row is what two processes wait for each other by."""

    company_id = BigIntegerField(unique=True)
    day = Day("日期", required=True)

    class Meta:
        table_name = "expiry_round"


class ExpiryTold(Base):
    """A reminder of a row was told: `days` before its end `until`, or OVER. Another end is another reminder."""

    company_id = BigIntegerField()
    ledger = CharField(max_length=40)
    row_id = BigIntegerField()
    until = Day("到期日", required=True)
    days = SmallIntegerField()
    told_on = Day("提醒日期", required=True, default=clock.today)

    class Meta:
        table_name = "expiry_told"
        indexes = ((("ledger", "row_id", "until", "days"), True), (("company_id", "told_on"), False))
