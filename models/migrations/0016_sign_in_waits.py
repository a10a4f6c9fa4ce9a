"""Who waits after wrong passwords: by login and source, login alone, source alone, and known device."""

from peewee import SQL, BigAutoField, CharField, DateTimeField, IntegerField, Model, SqliteDatabase

_MYSQL = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"


def up(migrator, db):
    """Nobody waits yet; a lock-out of before is over at its time."""
    db.create_tables([_table(db)], safe=False)


def down(migrator, db):
    """Forget them."""
    db.drop_tables([_table(db)], safe=False)


def _table(db):
    class Moment(DateTimeField):
        """A moment in UTC, to the microsecond on MySQL too."""

        field_type = "DATETIME"

        def get_modifiers(self):
            return None

        def ddl_datatype(self, ctx):
            return SQL("DATETIME" if isinstance(db, SqliteDatabase) else "DATETIME(6)")

    class SignInWait(Model):
        id = BigAutoField()
        login = CharField(max_length=64)
        source = CharField(max_length=60)
        failures = IntegerField(default=0)
        until = Moment(null=True)
        last_at = Moment(index=True)

        class Meta:
            database = db
            table_name = "sign_in_wait"
            indexes = ((("login", "source"), True), (("source", "last_at"), False))
            table_settings = [] if isinstance(db, SqliteDatabase) else [_MYSQL]

    return SignInWait
