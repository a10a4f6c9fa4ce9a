"""`sending.live_until` where 0030 ran before it had that column: data of a program of 2026-11-29 (L01)."""

from peewee import SQL, DateTimeField, SqliteDatabase
from playhouse.migrate import migrate


def up(migrator, db):
    """Add what is missing; on all other data there is nothing to do."""
    if any(column.name == "live_until" for column in db.get_columns("sending")):
        return

    class Moment(DateTimeField):
        def ddl_datatype(self, ctx):
            return SQL("DATETIME" if isinstance(db, SqliteDatabase) else "DATETIME(6)")

    migrate(migrator.add_column("sending", "live_until", Moment(null=True, index=True)))


def down(migrator, db):
    """The column is 0030's, which takes it away."""
