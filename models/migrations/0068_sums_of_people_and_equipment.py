"""Clock-ins say whether they are in the sums of people and equipment; none is, until a job has added it."""

from peewee import BooleanField

from models.migrations.steps import AddColumn, apply, take_back

STEPS = (AddColumn("clock_in", "summed", BooleanField(null=True, index=True)),)


def up(migrator, db):
    """Clock-ins that are there wait for the job, as new ones do."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """The mark goes."""
    take_back(migrator, db, STEPS)
