"""A chat identity is tied to an account by proof (I4), a ticket to the browser that set out for it (I6).

Of the rows from before nobody knows whether an officer typed the right user id, and that one has been used proves the
use, not the user: all of them stay as they are and count for nothing until their holder, or the address book, proves
them. Tickets that are under way are good for nothing; they would have been for a minute.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
)
from playhouse.migrate import migrate


def _moment(db, **options):
    class Moment(DateTimeField):
        field_type = "DATETIME"

        def get_modifiers(self):
            return None

        def ddl_datatype(self, ctx):
            return SQL("DATETIME" if isinstance(db, SqliteDatabase) else "DATETIME(6)")

    return Moment(**options)


_COLUMNS = (
    ("chat_member", "account_id"), ("chat_member", "how"), ("chat_member", "tied_at"), ("session", "origin"),
    ("sign_in_ticket", "secret_hash"), ("sign_in_ticket", "unit_id"),
)  # fmt: skip


def up(migrator, db):
    """See above."""
    db.create_tables(_models(db), safe=False)
    migrate(
        migrator.add_column("chat_member", "account_id", BigIntegerField(null=True, index=True)),
        migrator.add_column("chat_member", "how", CharField(max_length=40, default="before")),
        migrator.add_column("chat_member", "tied_at", _moment(db, null=True)),
        migrator.add_column("session", "origin", CharField(max_length=40, null=True)),
        migrator.add_column("sign_in_ticket", "secret_hash", CharField(max_length=64, null=True)),
        migrator.add_column("sign_in_ticket", "unit_id", BigIntegerField(null=True)),
    )


def down(migrator, db):
    """Who tied what is forgotten; the rows stay. On SQLite in place, as in 0006."""
    db.drop_tables(list(reversed(_models(db))), safe=False)
    if not isinstance(db, SqliteDatabase):
        migrate(*(migrator.drop_column(table, column) for table, column in _COLUMNS))
        return
    db.execute_sql('DROP INDEX IF EXISTS "chat_member_account_id"')
    for table, column in _COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


def _models(db):
    options = (
        []
        if isinstance(db, SqliteDatabase)
        else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]
    )

    class Base(Model):
        id = BigAutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_settings = options

    class Company(Base):
        class Meta:
            table_name = "company"

    class Person(Base):
        class Meta:
            table_name = "person"

    class WecomApp(Base):
        class Meta:
            table_name = "wecom_app"

    class TieOffer(Base):
        kind = CharField(max_length=10)
        secret_hash = CharField(max_length=64, unique=True)
        app_id = BigIntegerField(null=True)
        user_id = CharField(max_length=64, null=True)
        account_id = BigIntegerField(null=True, index=True)
        unit_id = BigIntegerField(null=True)
        session_id = BigIntegerField(null=True)
        expires_at = _moment(db, index=True)
        used_at = _moment(db, null=True)

        class Meta:
            table_name = "tie_offer"

    def to(model):
        return ForeignKeyField(model, backref="+", on_delete="CASCADE")

    class BookMatch(Base):
        version = IntegerField()
        created_at = _moment(db)
        updated_at = _moment(db)
        company = to(Company)
        person = to(Person)
        app = to(WecomApp)
        account_id = BigIntegerField()
        user_id = CharField(max_length=64)
        name = CharField(max_length=60, null=True)
        verdict = CharField(max_length=40)
        read_at = _moment(db)

        class Meta:
            table_name = "book_match"
            indexes = ((("app", "user_id"), False),)

    return [TieOffer, BookMatch]
