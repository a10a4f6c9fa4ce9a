"""Which row a request made, so that one sent twice makes one (X01)."""

from peewee import BigAutoField, BigIntegerField, FixedCharField

from models.migrations.steps import AddIndex, AddTable, Moment, apply, take_back

STEPS = (
    AddTable(
        "row_request",
        {
            "id": BigAutoField(),
            "request_key": FixedCharField(max_length=64, unique=True),
            "row_id": BigIntegerField(),
            "at": Moment(),
        },
    ),
    AddIndex("row_request", ("at",)),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
