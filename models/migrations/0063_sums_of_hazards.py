"""Sums of hazards."""

from peewee import BigAutoField, BigIntegerField, CharField

from models.migrations.steps import AddColumn, AddIndex, AddTable, DropIndex, apply, take_back

STEPS = (
    AddTable(
        "kept_kind",
        {
            "id": BigAutoField(),
            "name": CharField(max_length=40, unique=True),
            "definition": BigIntegerField(),
        },
    ),
    AddColumn("kept_sum", "fourth", BigIntegerField(), fill=0),
    AddColumn("kept_sum", "fifth", BigIntegerField(), fill=0),
    AddIndex("hazard", ("company_id", "state", "due_at")),
    AddIndex(
        "kept_sum",
        ("name", "company_id", "day", "first", "second", "third", "fourth", "fifth", "count"),
    ),
    DropIndex("kept_sum", ("name", "company_id", "day", "first", "second", "third", "count")),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
