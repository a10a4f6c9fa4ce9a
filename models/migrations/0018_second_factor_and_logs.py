"""Second factors, earlier passwords, where sessions come from, and logs that are read, sealed and kept for a time (J02, J05).

As in 0001 the models are frozen copies.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    IntegerField,
    Model,
    NodeList,
    SqliteDatabase,
    TextField,
)
from playhouse.migrate import migrate


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on MySQL too."""

    field_type = "DATETIME"

    def get_modifiers(self):
        return None

    def ddl_datatype(self, ctx):
        return SQL("DATETIME" if _is_sqlite(self.model._meta.database) else "DATETIME(6)")


class Key(BigAutoField):
    """A primary key whose values are never used again."""

    def ddl(self, ctx):
        plain = super().ddl(ctx)
        return NodeList((plain, SQL("AUTOINCREMENT"))) if _is_sqlite(self.model._meta.database) else plain


def _is_sqlite(db):
    return isinstance(db, SqliteDatabase)


COLUMNS = {
    "account": {"password_changed_at": lambda db: _moment(db)},
    "session": {
        "company_id": lambda db: BigIntegerField(null=True),
        "address": lambda db: CharField(max_length=64, null=True),
        "proven_at": lambda db: _moment(db),
    },
    "sign_in": {"company_id": lambda db: BigIntegerField(null=True)},
    "change_log": {"address": lambda db: CharField(max_length=64, null=True)},
}
INDEXES = (
    ("sign_in", ("company_id", "id")),
    ("change_log", ("account_id", "id")),
)
HOMES = "UPDATE {table} SET company_id = (SELECT a.company_id FROM account a WHERE a.id = {table}.account_id)"


def _moment(db):
    field = Moment(null=True)

    class Carrier(Model):
        class Meta:
            database = db

    field.model = Carrier
    return field


def up(migrator, db):
    """Sessions and sign-ins that are there belong to the company of their account."""
    db.create_tables(_models(db), safe=False)
    for table, columns in COLUMNS.items():
        migrate(*(migrator.add_column(table, name, make(db)) for name, make in columns.items()))
    for table in ("session", "sign_in"):
        db.execute_sql(HOMES.format(table=table))
    migrate(*(migrator.add_index(table, columns) for table, columns in INDEXES))


def down(migrator, db):
    """Forget them. On SQLite in place, as in 0006."""
    migrate(*(migrator.drop_index(table, "_".join((table, *columns))) for table, columns in INDEXES))
    for table, columns in COLUMNS.items():
        for name in columns:
            if _is_sqlite(db):
                db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
            else:
                migrate(migrator.drop_column(table, name))
    db.drop_tables(_models(db), safe=False)


def _models(db):
    options = [] if _is_sqlite(db) else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]

    class Base(Model):
        id = BigAutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_settings = options

    return [*_logs(Base), *_factors(Base)]


def _logs(Base):  # noqa: N803
    class Access(Base):
        id = Key()
        at = Moment()
        company_id = BigIntegerField(null=True)
        account_id = BigIntegerField(null=True)
        account_name = CharField(max_length=60)
        door = CharField(max_length=16)
        address = CharField(max_length=64, null=True)
        action = CharField(max_length=16)
        subject = CharField(max_length=120, null=True)
        table = CharField(max_length=40, null=True)
        row_id = BigIntegerField(null=True)
        times = IntegerField()

        class Meta:
            table_name = "access_log"
            indexes = ((("account_id", "id"), False), (("company_id", "id"), False), (("at",), False))

    class Seal(Base):
        log = CharField(max_length=40)
        number = BigIntegerField()
        first_id = BigIntegerField()
        last_id = BigIntegerField()
        lines = BigIntegerField()
        content = CharField(max_length=64)
        digest = CharField(max_length=64)
        sealed_at = Moment()
        swept_at = Moment(null=True)

        class Meta:
            table_name = "log_seal"
            indexes = ((("log", "number"), True),)

    return Access, Seal


def _factors(Base):  # noqa: N803
    class SecondFactor(Base):
        account_id = BigIntegerField(unique=True)
        secret = TextField(null=True)
        pending = TextField(null=True)
        confirmed_at = Moment(null=True)
        last_step = BigIntegerField()
        failures = IntegerField()
        locked_until = Moment(null=True)

        class Meta:
            table_name = "second_factor"

    class RecoveryCode(Base):
        account_id = BigIntegerField(index=True)
        code_hash = CharField(max_length=64, unique=True)
        used_at = Moment(null=True)

        class Meta:
            table_name = "recovery_code"

    class HalfSession(Base):
        token_hash = CharField(max_length=64, unique=True)
        account_id = BigIntegerField(index=True)
        door = CharField(max_length=16)
        step = CharField(max_length=16)
        device = CharField(max_length=120, null=True)
        address = CharField(max_length=64, null=True)
        opening = TextField(null=True)
        expires_at = Moment(index=True)
        used_at = Moment(null=True)

        class Meta:
            table_name = "half_session"

    class OldPassword(Base):
        account_id = BigIntegerField(index=True)
        password_hash = CharField(max_length=160)
        replaced_at = Moment()

        class Meta:
            table_name = "old_password"

    return SecondFactor, RecoveryCode, HalfSession, OldPassword
