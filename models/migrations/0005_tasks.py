"""Flows, running cases, tasks, proxies (H01 to H07, X05); cards that follow what they show.

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
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    SmallIntegerField,
    SqliteDatabase,
    TextField,
)
from playhouse.migrate import migrate

TABLES = [
    "flow",
    "flow_version",
    "flow_case",
    "case_step",
    "task",
    "case_event",
    "follow",
    "proxy",
    "given_task",
    "errand",
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
    migrate(
        migrator.add_column("attachment", "stage", CharField(max_length=20, null=True)),
        migrator.add_column("sending", "wanted_version", SmallIntegerField(default=0, index=True)),
    )


def down(migrator, db):
    """Drop all tables with everything in them."""
    _drop_column(migrator, db, "sending", "wanted_version", index="sending_wanted_version")
    _drop_column(migrator, db, "attachment", "stage")
    made = _models(db)
    for name in reversed(TABLES):
        db.drop_tables([made[name]], safe=False)


def _drop_column(migrator, db, table, column, *, index=None):
    """On SQLite in place: building the table anew would take along what hangs on its rows."""
    if not _is_sqlite(db):
        migrate(migrator.drop_column(table, column))
        return
    if index:
        db.execute_sql(f'DROP INDEX IF EXISTS "{index}"')
    db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')


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

    class Flow(Record):
        company = _to(Company, null=True)
        kind = CharField(max_length=40)
        name = CharField(max_length=60)
        enabled = BooleanField()
        code = CharField(max_length=40, null=True, unique=True)
        published = SmallIntegerField(null=True)
        draft = TextField(null=True)

        class Meta:
            table_name = "flow"
            indexes = ((("kind", "company"), False),)

    class FlowVersion(Base):
        flow = _to(Flow)
        number = SmallIntegerField()
        definition = TextField()
        published_at = Moment()
        published_by = CharField(max_length=60)

        class Meta:
            table_name = "flow_version"
            indexes = ((("flow", "number"), True),)

    class Case(Record):
        company = _to(Company)
        site = _to(Company, null=True)
        flow_version = _to(FlowVersion)
        kind = CharField(max_length=40)
        subject_id = BigIntegerField()
        title = CharField(max_length=160)
        number = CharField(max_length=40, null=True)
        state = CharField(max_length=40)
        starter = _to(Person, null=True)
        starter_account_id = BigIntegerField(null=True)
        starter_name = CharField(max_length=60, null=True)
        started_at = Moment()
        ended_at = Moment(null=True)
        outcome = CharField(max_length=60, null=True)
        running_key = CharField(max_length=80, null=True, unique=True)

        class Meta:
            table_name = "flow_case"
            indexes = (
                (("company", "state", "id"), False),
                (("starter", "state", "id"), False),
                (("kind", "subject_id", "id"), False),
            )

    class CaseStep(Base):
        case = _to(Case)
        key = CharField(max_length=40)
        visit = SmallIntegerField()
        position = SmallIntegerField()
        title = CharField(max_length=60)
        kind = CharField(max_length=12)
        rule = CharField(max_length=12)
        state = CharField(max_length=12)
        outcome = CharField(max_length=40, null=True)
        lift = SmallIntegerField()
        stranded = BooleanField()
        added = TextField(null=True)
        subject_state = CharField(max_length=40, null=True)
        opened_at = Moment()
        due_at = Moment(null=True)
        next_nudge_at = Moment(null=True)
        nudges = SmallIntegerField()
        closed_at = Moment(null=True)
        version = SmallIntegerField()

        class Meta:
            table_name = "case_step"
            indexes = (
                (("case", "key", "visit"), True),
                (("state", "next_nudge_at"), False),
                (("state", "stranded"), False),
            )

    class Task(Record):
        company = _to(Company)
        person = _to(Person)
        kind = CharField(max_length=40)
        step = _to(CaseStep, null=True)
        subject_kind = CharField(max_length=40)
        subject_id = BigIntegerField()
        title = CharField(max_length=160)
        text = TextField(null=True)
        state = CharField(max_length=40)
        place = SmallIntegerField()
        opened_at = Moment()
        due_at = Moment(null=True)
        rank_at = Moment()
        done_at = Moment(null=True)
        done_by = _to(Person, null=True)
        outcome = CharField(max_length=40, null=True)
        outcome_title = CharField(max_length=40, null=True)
        comment = TextField(null=True)
        values = TextField(null=True)
        way = CharField(max_length=40, null=True)
        door = CharField(max_length=16, null=True)
        handed_from_id = BigIntegerField(null=True)
        urged_at = Moment(null=True)
        once_key = CharField(max_length=80, null=True, unique=True)

        class Meta:
            table_name = "task"
            indexes = (
                (("person", "state", "rank_at", "id"), False),
                (("person", "state", "done_at", "id"), False),
                (("company", "state", "rank_at", "id"), False),
                (("step", "state"), False),
                (("subject_kind", "subject_id", "id"), False),
            )

    class CaseEvent(Base):
        company_id = BigIntegerField()
        case_id = BigIntegerField(null=True)
        step_id = BigIntegerField(null=True)
        task_id = BigIntegerField(null=True)
        subject_kind = CharField(max_length=40)
        subject_id = BigIntegerField()
        act = CharField(max_length=30)
        title = CharField(max_length=60)
        person_id = BigIntegerField(null=True)
        account_id = BigIntegerField(null=True)
        name = CharField(max_length=60)
        for_name = CharField(max_length=60, null=True)
        comment = TextField(null=True)
        detail = TextField(null=True)
        door = CharField(max_length=16)
        at = Moment()

        class Meta:
            table_name = "case_event"
            indexes = (
                (("case_id", "id"), False),
                (("subject_kind", "subject_id", "id"), False),
                (("company_id", "id"), False),
            )

    class Follow(Record):
        company = _to(Company)
        person = _to(Person)
        subject_kind = CharField(max_length=40)
        subject_id = BigIntegerField()
        title = CharField(max_length=160, null=True)

        class Meta:
            table_name = "follow"
            indexes = (
                (("person", "subject_kind", "subject_id"), True),
                (("subject_kind", "subject_id"), False),
            )

    class Proxy(Record):
        company = _to(Company)
        person = _to(Person)
        proxy = _to(Person)
        starts_on = DateField()
        ends_on = DateField()
        reason = CharField(max_length=100, null=True)
        ended_at = Moment(null=True)

        class Meta:
            table_name = "proxy"
            indexes = (
                (("proxy", "ends_on"), False),
                (("person", "ends_on"), False),
            )

    class GivenTask(Record):
        company = _to(Company)
        number = CharField(max_length=30, null=True, unique=True)
        title = CharField(max_length=100)
        text = TextField(null=True)
        giver = _to(Person, null=True)
        due_at = Moment(null=True)
        form = TextField(null=True)
        needs_review = BooleanField()
        state = CharField(max_length=40)

        class Meta:
            table_name = "given_task"
            indexes = (
                (("company", "state", "id"), False),
                (("giver", "id"), False),
            )

    class Errand(Record):
        company = _to(Company)
        given = _to(GivenTask)
        person = _to(Person)
        giver = _to(Person, null=True)
        due_at = Moment(null=True)
        needs_review = BooleanField()
        state = CharField(max_length=40)
        result = TextField(null=True)
        values = TextField(null=True)

        class Meta:
            table_name = "errand"
            indexes = (
                (("given", "person"), True),
                (("person", "state"), False),
            )

    made = [Flow, FlowVersion, Case, CaseStep, Task, CaseEvent, Follow, Proxy, GivenTask, Errand]
    return {model._meta.table_name: model for model in made}
