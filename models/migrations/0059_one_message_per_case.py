"""What many messages are about, and which of them a newer one has replaced in somebody's list."""

from peewee import CharField

from models.migrations.steps import AddColumn, Moment, apply, take_back

STEPS = (
    AddColumn("message", "thread", CharField(max_length=60, null=True, index=True)),
    AddColumn("notice", "replaced_at", Moment(null=True)),
)


def up(migrator, db):
    """Add them."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """Take them away again."""
    take_back(migrator, db, STEPS)
