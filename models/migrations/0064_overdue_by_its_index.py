"""Hazards whose deadline is over are summed up from an index alone."""

from models.migrations.steps import AddIndex, DropIndex, apply, take_back

STEPS = (
    AddIndex("hazard", ("company_id", "state", "due_at", "reported_at", "site_id", "level", "origin")),
    DropIndex("hazard", ("company_id", "state", "due_at")),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """The index is shorter again."""
    take_back(migrator, db, STEPS)
