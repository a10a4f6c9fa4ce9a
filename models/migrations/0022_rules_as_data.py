"""Rules of regulations as data: every version of them, and who compared which part with the text (X06)."""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateField,
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
        return SQL("DATETIME" if isinstance(self.model._meta.database, SqliteDatabase) else "DATETIME(6)")


def up(migrator, db):
    """Empty: what the program brings is installed at its start."""
    db.create_tables(_models(db), safe=False)


def down(migrator, db):
    """The program's own rules hold again."""
    db.drop_tables(list(reversed(_models(db))), safe=False)


def _models(db):
    options = (
        []
        if isinstance(db, SqliteDatabase)
        else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]
    )

    class Base(Model):
        id = BigAutoField()
        version = IntegerField()
        created_at = Moment()
        updated_at = Moment()

        class Meta:
            database = db
            legacy_table_names = False
            table_settings = options

    class RuleVersion(Base):
        book = CharField(max_length=40)
        number = SmallIntegerField()
        valid_from = DateField()
        content = TextField()
        digest = FixedCharField(max_length=64)
        own = TextField()
        origin = CharField(max_length=16)
        file_digest = CharField(max_length=64, null=True)
        note = CharField(max_length=300, null=True)
        made_by = CharField(max_length=60, null=True)
        made_by_account_id = BigIntegerField(null=True)
        withdrawn_at = Moment(null=True)

        class Meta:
            table_name = "rule_version"
            indexes = ((("book", "number"), True),)

    class RuleCheck(Base):
        book = CharField(max_length=40)
        part = CharField(max_length=40)
        digest = FixedCharField(max_length=64)
        seen = CharField(max_length=200)
        checked_by = CharField(max_length=60)
        checked_by_account_id = BigIntegerField(null=True)
        checked_at = Moment()
        withdrawn_at = Moment(null=True)

        class Meta:
            table_name = "rule_check"
            indexes = ((("book", "part", "digest"), False),)

    return [RuleVersion, RuleCheck]
