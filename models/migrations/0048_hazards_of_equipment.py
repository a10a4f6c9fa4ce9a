"""Hazards are found by the equipment at which they were seen (E09): an index."""

from models.migrations.steps import AddIndex, apply, take_back

STEPS = (AddIndex("hazard", ("equipment_id", "id")),)


def up(migrator, db):
    """Make it."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """Drop it."""
    take_back(migrator, db, STEPS)
