"""When and where a photo was taken, as its camera wrote it, beside the upload."""

from peewee import CharField, SqliteDatabase
from playhouse.migrate import migrate


def up(migrator, db):
    """Of photos that are there the facts stay in the upload alone."""
    migrate(
        migrator.add_column("attachment", "taken_at", CharField(max_length=19, null=True)),
        migrator.add_column("attachment", "place", CharField(max_length=120, null=True)),
    )


def down(migrator, db):
    """Forget the facts. On SQLite in place, as in 0006."""
    for name in ("taken_at", "place"):
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f'ALTER TABLE "attachment" DROP COLUMN "{name}"')
        else:
            migrate(migrator.drop_column("attachment", name))
