"""A row that is written to see whether the database can write (X10).

As in 0001 the model is a frozen copy.
"""

from peewee import SQL, BigAutoField, BigIntegerField, DateTimeField, Model, SqliteDatabase


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on MySQL too."""

    field_type = "DATETIME"

    def get_modifiers(self):
        return None

    def ddl_datatype(self, ctx):
        return SQL("DATETIME" if _is_sqlite(self.model._meta.database) else "DATETIME(6)")


def _is_sqlite(db):
    return isinstance(db, SqliteDatabase)


def _table(db):
    options = [] if _is_sqlite(db) else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]

    class Probe(Model):
        id = BigAutoField()
        number = BigIntegerField(unique=True)
        at = Moment()

        class Meta:
            database = db
            table_name = "write_probe"
            table_settings = options

    return Probe


def up(migrator, db):
    """Make the table."""
    db.create_tables([_table(db)], safe=False)


def down(migrator, db):
    """Drop it."""
    db.drop_tables([_table(db)], safe=False)
