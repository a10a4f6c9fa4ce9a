"""Long-running work and its files (X09), files attached to rows.

As in 0001 the models are frozen copies.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    FixedCharField,
    IntegerField,
    Model,
    SmallIntegerField,
    SqliteDatabase,
    TextField,
)


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on MySQL too."""

    field_type = "DATETIME"

    def get_modifiers(self):
        return None

    def ddl_datatype(self, ctx):
        return SQL("DATETIME" if _is_sqlite(self.model._meta.database) else "DATETIME(6)")


def _is_sqlite(db):
    return isinstance(db, SqliteDatabase)


def up(migrator, db):
    """Make both tables."""
    db.create_tables(_models(db), safe=False)


def down(migrator, db):
    """Drop both tables with everything in them."""
    db.drop_tables(_models(db), safe=False)


def _models(db):
    options = [] if _is_sqlite(db) else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]

    class Base(Model):
        id = BigAutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_settings = options

    class Job(Base):
        account_id = BigIntegerField(null=True)
        company_id = BigIntegerField(null=True)
        kind = CharField(max_length=20)
        ledger = CharField(max_length=40, null=True)
        title = CharField(max_length=120)
        state = CharField(max_length=10)
        done = IntegerField()
        total = IntegerField(null=True)
        created_at = Moment()
        started_at = Moment(null=True)
        finished_at = Moment(null=True)
        alive_at = Moment()
        result = TextField(null=True)
        error = TextField(null=True)
        upload = CharField(max_length=64, null=True)
        upload_name = CharField(max_length=120, null=True)
        used = SmallIntegerField()
        file = CharField(max_length=64, null=True)
        file_name = CharField(max_length=120, null=True)
        file_mime = CharField(max_length=100, null=True)
        file_size = BigIntegerField(null=True)

        class Meta:
            table_name = "job"
            indexes = ((("account_id", "id"), False), (("finished_at",), False))

    class Attachment(Base):
        ledger = CharField(max_length=40)
        row_id = BigIntegerField()
        company_id = BigIntegerField(null=True)
        name = CharField(max_length=120)
        size = BigIntegerField()
        mime = CharField(max_length=100)
        sha256 = FixedCharField(max_length=64)
        path = CharField(max_length=80)
        account_id = BigIntegerField(null=True)
        account_name = CharField(max_length=60)
        at = Moment()

        class Meta:
            table_name = "attachment"
            indexes = ((("ledger", "row_id", "id"), False), (("path",), False))

    return [Job, Attachment]
