"""What an accident's site needs, and reports by people whose identity nobody has checked (G02)."""

from peewee import BooleanField, CharField, SqliteDatabase
from playhouse.migrate import migrate

_COLUMNS = {
    "needs": lambda: CharField(max_length=200, null=True),
    "unverified": lambda: BooleanField(default=False),
    "narrow": lambda: BooleanField(default=False),
    "caller_name": lambda: CharField(max_length=30, null=True),
    "caller_phone": lambda: CharField(max_length=20, null=True),
}


def up(migrator, db):
    """Accidents that are there were reported by people of the unit, and told to everybody."""
    migrate(*[migrator.add_column("accident", name, field()) for name, field in _COLUMNS.items()])


def down(migrator, db):
    """Forget them. On SQLite in place, as in 0006."""
    for name in _COLUMNS:
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f'ALTER TABLE "accident" DROP COLUMN "{name}"')
        else:
            migrate(migrator.drop_column("accident", name))
