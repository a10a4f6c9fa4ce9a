"""Posts, periodic work, calendar, investment plans, points (A03, A04, A05, A07, A12).

As in 0001 the models are frozen copies.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    SqliteDatabase,
    TextField,
)

TABLES = [
    "post",
    "person_post",
    "post_work",
    "calendar_day",
    "investment_plan",
    "investment_item",
    "point_rule",
    "point",
]


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
    return ForeignKeyField(model, backref="+", on_delete="RESTRICT", **options)


def _models(db):
    options = [] if _is_sqlite(db) else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]

    class Base(Model):
        id = BigAutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_settings = options

    class Record(Base):
        id = Key()
        version = IntegerField()
        created_at = Moment()
        updated_at = Moment()

    class Company(Base):
        class Meta:
            table_name = "company"

    class Person(Base):
        class Meta:
            table_name = "person"

    class Post(Record):
        company = _to(Company, null=True)
        name = CharField(max_length=60)
        duties = TextField(null=True)
        sequence = IntegerField()

        class Meta:
            table_name = "post"
            indexes = ((("company", "name"), True),)

    class PersonPost(Record):
        company = _to(Company)
        person = _to(Person)
        post = _to(Post)

        class Meta:
            table_name = "person_post"
            indexes = ((("person", "post"), True),)

    class PostWork(Record):
        company = _to(Company)
        post = _to(Post)
        kind = CharField(max_length=40)
        name = CharField(max_length=80)
        text = TextField(null=True)
        target = CharField(max_length=80, null=True)
        period = CharField(max_length=40)
        day_of = IntegerField()
        at_hour = IntegerField()
        days_to_do = IntegerField()
        off_days = CharField(max_length=40)
        form = TextField(null=True)
        enabled = BooleanField()
        next_on = DateField(null=True)
        made_on = DateField(null=True)

        class Meta:
            table_name = "post_work"
            indexes = (
                (("company", "post"), False),
                (("enabled", "next_on"), False),
            )

    class CalendarDay(Record):
        company = _to(Company, null=True)
        day = DateField()
        kind = CharField(max_length=40)
        name = CharField(max_length=40, null=True)

        class Meta:
            table_name = "calendar_day"
            indexes = ((("company", "day"), True),)

    class InvestmentPlan(Record):
        company = _to(Company)
        site = _to(Company, null=True)
        number = CharField(max_length=30, null=True, unique=True)
        name = CharField(max_length=100)
        year = IntegerField()
        total_wan = DecimalField(max_digits=16, decimal_places=2, null=True)
        offline = BooleanField()
        maker = _to(Person, null=True)
        state = CharField(max_length=40)
        approved_at = Moment(null=True)
        note = TextField(null=True)

        class Meta:
            table_name = "investment_plan"
            indexes = (
                (("company", "year"), False),
                (("company", "state"), False),
            )

    class InvestmentItem(Record):
        company = _to(Company)
        site = _to(Company, null=True)
        plan = _to(InvestmentPlan)
        category = CharField(max_length=60)
        name = CharField(max_length=100)
        amount_wan = DecimalField(max_digits=16, decimal_places=2)
        due_month = IntegerField(null=True)
        person = _to(Person, null=True)
        note = CharField(max_length=200, null=True)

        class Meta:
            table_name = "investment_item"
            indexes = ((("plan", "id"), False),)

    class PointRule(Record):
        company = _to(Company)
        what = CharField(max_length=40)
        points = IntegerField()

        class Meta:
            table_name = "point_rule"
            indexes = ((("company", "what"), True),)

    class Point(Record):
        company = _to(Company)
        person = _to(Person)
        points = IntegerField()
        why = CharField(max_length=120)
        subject_kind = CharField(max_length=40)
        subject_id = BigIntegerField()
        at = Moment()
        once_key = CharField(max_length=80, unique=True)

        class Meta:
            table_name = "point"
            indexes = (
                (("company", "person"), False),
                (("company", "at"), False),
            )

    made = [Post, PersonPost, PostWork, CalendarDay, InvestmentPlan, InvestmentItem, PointRule, Point]
    return {model._meta.table_name: model for model in made}
