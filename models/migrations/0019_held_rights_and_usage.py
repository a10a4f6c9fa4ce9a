"""What a job was begun under (X09), how often something was done (limits by sense), accidents of a burst (G02)."""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)
from playhouse.migrate import migrate

_ADDED = (("accident", "burst_id"), ("job", "rights"))


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on MySQL too."""

    field_type = "DATETIME"

    def get_modifiers(self):
        return None

    def ddl_datatype(self, ctx):
        return SQL("DATETIME" if isinstance(self.model._meta.database, SqliteDatabase) else "DATETIME(6)")


def up(migrator, db):
    """Jobs that are there kept nothing of it: their files are given out no more."""

    class Usage(Model):
        id = BigAutoField()
        key = CharField(max_length=120, unique=True)
        since = Moment(index=True)
        count = IntegerField()

        class Meta:
            database = db
            table_name = "usage_count"

    db.create_tables([Usage], safe=False)
    migrate(
        migrator.add_column("job", "rights", TextField(null=True)),
        migrator.add_column("accident", "burst_id", BigIntegerField(null=True, index=True)),
    )


def down(migrator, db):
    """Forget it. On SQLite in place, as in 0006."""
    db.execute_sql("DROP TABLE usage_count")
    if not isinstance(db, SqliteDatabase):
        migrate(*(migrator.drop_column(table, name) for table, name in _ADDED))
        return
    db.execute_sql('DROP INDEX IF EXISTS "accident_burst_id"')
    for table, name in _ADDED:
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
