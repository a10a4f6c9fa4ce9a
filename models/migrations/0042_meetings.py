"""Safety meetings (A06), with the tables of their people and decisions.

As in 0001 the models are frozen copies.
"""

from peewee import (
    SQL,
    BigAutoField,
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    SqliteDatabase,
    TextField,
)

TABLES = ["meeting", "meeting_attended", "meeting_absent", "meeting_decisions"]


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


def up(migrator, db):
    """Make all tables, in the order of their references."""
    made = _models(db)
    for name in TABLES:
        db.create_tables([made[name]], safe=False)


def down(migrator, db):
    """Drop all tables with everything in them."""
    made = _models(db)
    for name in reversed(TABLES):
        db.drop_tables([made[name]], safe=False)


def _to(model, **options):
    return ForeignKeyField(model, backref="+", **({"on_delete": "RESTRICT"} | options))


def _models(db):
    options = [] if _is_sqlite(db) else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]

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

    class Meeting(Base):
        id = Key()
        version = IntegerField()
        created_at = Moment()
        updated_at = Moment()
        company = _to(Company)
        site = _to(Company, null=True)
        name = CharField(max_length=80)
        kind = CharField(max_length=40)
        topic = TextField(null=True)
        held_at = Moment()
        place = CharField(max_length=80, null=True)
        department = _to(Company, null=True)
        chair = _to(Person)
        minutes = TextField(null=True)

        class Meta:
            table_name = "meeting"
            indexes = ((("company", "held_at"), False),)

    class Attended(Base):
        row = _to(Meeting, on_delete="CASCADE")
        item = _to(Person)

        class Meta:
            table_name = "meeting_attended"
            indexes = ((("row", "item"), True),)

    class Absent(Base):
        row = _to(Meeting, on_delete="CASCADE")
        item = _to(Person)

        class Meta:
            table_name = "meeting_absent"
            indexes = ((("row", "item"), True),)

    class Decision(Base):
        row = _to(Meeting, on_delete="CASCADE")
        place = IntegerField()
        what = CharField(max_length=200)
        who = _to(Person, null=True)
        until = DateField(null=True)

        class Meta:
            table_name = "meeting_decisions"
            indexes = ((("row", "place"), True),)

    return {model._meta.table_name: model for model in (Meeting, Attended, Absent, Decision)}
