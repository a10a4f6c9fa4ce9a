"""Documents say what their file is called, so that files that come later find them."""

from peewee import CharField

from models.migrations.steps import AddColumn, apply, take_back

STEPS = (AddColumn("document", "file_name", CharField(max_length=120, null=True)),)


def up(migrator, db):
    """Documents that are there have their files."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """The names go; files stay."""
    take_back(migrator, db, STEPS)
