"""Copies of standards remember by name what their unit did not want, not only in which version."""

from peewee import TextField

from models.migrations.steps import AddColumn, apply, take_back

STEPS = (AddColumn("library_copy", "refused", TextField(null=True)),)


def up(migrator, db):
    """What was declined as a whole stays so: it is said by its version alone."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was declined by name is offered again."""
    db.execute_sql("UPDATE library_copy SET declined = NULL WHERE refused IS NOT NULL")
    take_back(migrator, db, STEPS)
