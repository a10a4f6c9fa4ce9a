"""Forged callbacks have a line of their own (L01); what is still permitted of cards is found without a scan (L01).

As in 0001 the columns are frozen copies.
"""

from peewee import SQL, CharField, DateTimeField, IntegerField, SqliteDatabase
from playhouse.migrate import migrate

COLUMNS = ("forged", "forged_at", "forged_why")
UNSPENT = ("user_id", "spent_at", "expires_at")


def _moment(db):
    class Moment(DateTimeField):
        """A moment in UTC, to the microsecond on MySQL too."""

        field_type = "DATETIME"

        def get_modifiers(self):
            return None

        def ddl_datatype(self, ctx):
            return SQL("DATETIME" if isinstance(db, SqliteDatabase) else "DATETIME(6)")

    return Moment(null=True)


def up(migrator, db):
    """Add the columns and the index."""
    migrate(
        migrator.add_column("wecom_app", "forged", IntegerField(default=0)),
        migrator.add_column("wecom_app", "forged_at", _moment(db)),
        migrator.add_column("wecom_app", "forged_why", CharField(max_length=60, null=True)),
        migrator.add_index("response_code", UNSPENT, False),
    )


def down(migrator, db):
    """Drop them."""
    migrate(migrator.drop_index("response_code", "response_code_user_id_spent_at_expires_at"))
    for column in COLUMNS:
        _drop_column(migrator, db, "wecom_app", column)


def _drop_column(migrator, db, table, column):
    """On SQLite in place: building the table anew would take along what hangs on its rows."""
    if isinstance(db, SqliteDatabase):
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
    else:
        migrate(migrator.drop_column(table, column))
