"""Settings per company: every value that anybody set, from which day, and who did it (J08)."""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    IntegerField,
    Model,
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
    """Empty: defaults hold until somebody sets something."""
    db.create_tables([_model(db)], safe=False)


def down(migrator, db):
    """The defaults hold again."""
    db.drop_tables([_model(db)], safe=False)


def _model(db):
    options = (
        []
        if isinstance(db, SqliteDatabase)
        else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]
    )

    class SettingChange(Model):
        id = BigAutoField()
        version = IntegerField()
        created_at = Moment()
        updated_at = Moment()
        name = CharField(max_length=60)
        company_id = BigIntegerField(null=True)
        place = BigIntegerField()
        number = IntegerField()
        value = TextField()
        inherits = BooleanField()
        valid_from = DateField()
        before = CharField(max_length=300)
        after = CharField(max_length=300)
        note = CharField(max_length=300, null=True)
        made_by = CharField(max_length=60)
        made_by_account_id = BigIntegerField(null=True)
        withdrawn_at = Moment(null=True)
        withdrawn_by = CharField(max_length=60, null=True)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "setting_change"
            table_settings = options
            indexes = ((("name", "place", "number"), True),)

    return SettingChange
