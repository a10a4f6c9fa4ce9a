"""Meetings and activities are signed, activities placed, and courses say where one learns."""

from peewee import CharField

from models.migrations.steps import AddColumn, apply, take_back

STEPS = (
    AddColumn("activity", "spot", CharField(max_length=40, null=True)),
    AddColumn("activity", "signature", CharField(max_length=80, null=True)),
    AddColumn("course", "address", CharField(max_length=300, null=True)),
    AddColumn("meeting", "signature", CharField(max_length=80, null=True)),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
