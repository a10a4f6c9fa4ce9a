"""A given task is given once for each request (H03)."""

from peewee import FixedCharField, SqliteDatabase
from playhouse.migrate import migrate


def up(migrator, db):
    """Rows that are there came without a key."""
    migrate(
        migrator.add_column(
            "given_task", "request_key", FixedCharField(max_length=64, null=True, unique=True)
        )
    )


def down(migrator, db):
    """Forget which request gave a task. On SQLite in place, as in 0006."""
    if not isinstance(db, SqliteDatabase):
        migrate(migrator.drop_column("given_task", "request_key"))
        return
    db.execute_sql('DROP INDEX IF EXISTS "given_task_request_key"')
    db.execute_sql('ALTER TABLE "given_task" DROP COLUMN "request_key"')
