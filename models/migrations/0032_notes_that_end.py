"""Short notes about a step (催办, 快到期, 超时) end with it, so a message may name what it ends with (L01)."""

from peewee import CharField, SqliteDatabase
from playhouse.migrate import migrate


def up(migrator, db):
    """Notes that were sent before name nothing: what they say stays as it was told."""
    migrate(
        migrator.add_column("message", "ends_with", CharField(max_length=60, null=True)),
        migrator.add_index("message", ("ends_with",)),
    )


def down(migrator, db):
    """Forget it. On SQLite in place, as in 0006."""
    migrate(migrator.drop_index("message", "message_ends_with"))
    if isinstance(db, SqliteDatabase):
        db.execute_sql('ALTER TABLE "message" DROP COLUMN "ends_with"')
    else:
        migrate(migrator.drop_column("message", "ends_with"))
