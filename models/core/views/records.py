"""The table of sums that are kept (I01)."""

from __future__ import annotations

from peewee import BigIntegerField, BooleanField, CharField, DateField, IntegerField

from models.core.records import Base


class KeptSum(Base):
    """How many rows of one kind there are of a company, a day and up to five things (0: none); see docs/decisions/statistics.

    Several rows of the same words add up: whoever adds to a sum adds a row, so that nobody waits for anybody. What is
    `fresh` was added since the rows of its words were put together the last time.
    """

    name = CharField(max_length=40)
    company_id = BigIntegerField()
    day = DateField()
    first = BigIntegerField(default=0)
    second = BigIntegerField(default=0)
    third = BigIntegerField(default=0)
    fourth = BigIntegerField(default=0)
    fifth = BigIntegerField(default=0)
    fresh = BooleanField(default=True)
    count = IntegerField()

    class Meta:
        table_name = "kept_sum"
        indexes = (
            (("name", "company_id", "day", "first", "second", "third", "fourth", "fifth", "count"), False),
            (("fresh", "id"), False),
        )


class KeptKind(Base):
    """A kind of sums: by which `definition` (a checksum) they were counted from the rows; 0 while they were not."""

    name = CharField(max_length=40, unique=True)
    definition = BigIntegerField(default=0)

    class Meta:
        table_name = "kept_kind"
