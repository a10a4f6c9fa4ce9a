"""Which unit had its card of the morning, so that it goes out once a day whoever sends it (I02)."""

from __future__ import annotations

from peewee import BigIntegerField

from models.core import clock
from models.core.fields import Day, Moment
from models.core.records import Base


class BoardCard(Base):
    """A unit's card of one day. The row is what two workers wait for each other by; its picture hangs on it."""

    company_id = BigIntegerField()
    day = Day("日期", required=True)
    sent_at = Moment("发出时间", required=True, default=clock.now)

    class Meta:
        table_name = "board_card"
        indexes = ((("company_id", "day"), True), (("sent_at",), False))
