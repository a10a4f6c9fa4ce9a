"""Which unit had its card of the morning."""

from peewee import BigAutoField, BigIntegerField, DateField

from models.migrations.steps import AddTable, Moment, apply, take_back

STEPS = (
    AddTable(
        "board_card",
        {
            "id": BigAutoField(),
            "company_id": BigIntegerField(),
            "day": DateField(),
            "sent_at": Moment(),
        },
        indexes=((("company_id", "day"), True), (("sent_at",), False)),
    ),
)


def up(migrator, db):
    """Nothing was there."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
