"""A call to a platform keeps its card until the answer is known, so that a repeat is the very same (L01)."""

from peewee import SqliteDatabase, TextField
from playhouse.migrate import migrate


def up(migrator, db):
    """Calls that are under way keep none: their repeat is composed anew, as it was."""
    migrate(migrator.add_column("sending", "card", TextField(null=True)))


def down(migrator, db):
    """Forget the cards. On SQLite in place, as in 0006."""
    if isinstance(db, SqliteDatabase):
        db.execute_sql('ALTER TABLE "sending" DROP COLUMN "card"')
    else:
        migrate(migrator.drop_column("sending", "card"))
