"""Grid, hazards, hazard sources, extensions (E01, E02, E07, E09, X06).

As in 0001 the models are frozen copies.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    DecimalField,
    FixedCharField,
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    SmallIntegerField,
    SqliteDatabase,
    TextField,
)
from playhouse.migrate import migrate

TABLES = ["grid_node", "grid_template", "major_criterion", "hazard_source", "hazard", "extension"]


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
        migrator.add_column(
            "equipment", "grid_id", _to(made["grid_node"], null=True, field=made["grid_node"].id)
        )
    )


def down(migrator, db):
    """Drop all tables with everything in them."""
    _drop_column(migrator, db, "equipment", "grid_id", index="equipment_grid_id")
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

    class GridNode(Record):
        company = _to(Company)
        parent = _to("self", null=True)
        level = CharField(max_length=40)
        name = CharField(max_length=60)
        code = CharField(max_length=40, null=True)
        path = CharField(max_length=255, index=True)
        owner = _to(Person, null=True)
        site = _to(Company, null=True)
        lng = DecimalField(max_digits=16, decimal_places=6, null=True)
        lat = DecimalField(max_digits=16, decimal_places=6, null=True)
        label_code = FixedCharField(max_length=10, unique=True)
        sequence = IntegerField()
        enabled = BooleanField()
        note = TextField(null=True)

        class Meta:
            table_name = "grid_node"
            indexes = (
                (("parent", "name"), True),
                (("company", "level"), False),
            )

    class GridTemplate(Record):
        parent = _to("self", null=True)
        level = CharField(max_length=40)
        name = CharField(max_length=60)
        code = CharField(max_length=40, unique=True)
        path = CharField(max_length=255, index=True)
        owner_role = CharField(max_length=40, null=True)
        sequence = IntegerField()

        class Meta:
            table_name = "grid_template"

    class MajorCriterion(Record):
        code = CharField(max_length=20, unique=True)
        industry = CharField(max_length=40)
        title = CharField(max_length=200)
        source = CharField(max_length=100, null=True)
        enabled = BooleanField()
        sequence = IntegerField()

        class Meta:
            table_name = "major_criterion"

    class HazardSource(Record):
        company = _to(Company)
        site = _to(Company, null=True)
        grid = _to(GridNode, null=True)
        name = CharField(max_length=100)
        description = TextField(null=True)
        risk = CharField(max_length=40, null=True)
        state = CharField(max_length=40)

        class Meta:
            table_name = "hazard_source"
            indexes = ((("company", "state"), False),)

    class Hazard(Record):
        company = _to(Company)
        site = _to(Company, null=True)
        number = CharField(max_length=30, null=True, unique=True)
        origin = CharField(max_length=40)
        what = CharField(max_length=200, null=True)
        grid = _to(GridNode, null=True)
        place = CharField(max_length=120, null=True)
        lng = DecimalField(max_digits=16, decimal_places=6, null=True)
        lat = DecimalField(max_digits=16, decimal_places=6, null=True)
        equipment_id = BigIntegerField(null=True)
        level = CharField(max_length=40, null=True)
        category = CharField(max_length=40, null=True)
        criterion = _to(MajorCriterion, null=True)
        source = _to(HazardSource, null=True)
        state = CharField(max_length=40)
        reporter = _to(Person, null=True)
        reporter_account_id = BigIntegerField(null=True)
        found_at = Moment()
        reported_at = Moment()
        door = CharField(max_length=16)
        late = BooleanField()
        reason = CharField(max_length=300, null=True)
        measures = TextField(null=True)
        rectifier = _to(Person, null=True)
        reviewer = _to(Person, null=True)
        due_at = Moment(null=True)
        duty_note = CharField(max_length=300, null=True)
        funds = CharField(max_length=300, null=True)
        funds_wan = DecimalField(max_digits=16, decimal_places=2, null=True)
        plan_note = CharField(max_length=300, null=True)
        result = TextField(null=True)
        rectified_at = Moment(null=True)
        review_note = CharField(max_length=300, null=True)
        closed_at = Moment(null=True)
        duplicate_of_id = BigIntegerField(null=True)
        extensions = SmallIntegerField()
        request_key = FixedCharField(max_length=64, null=True, unique=True)

        class Meta:
            table_name = "hazard"
            indexes = (
                (("company", "state", "id"), False),
                (("company", "due_at"), False),
                (("grid", "state"), False),
                (("reporter", "id"), False),
                (("company", "reported_at"), False),
            )

    class Extension(Record):
        company = _to(Company)
        hazard = _to(Hazard)
        grid = _to(GridNode, null=True)
        level = CharField(max_length=40, null=True)
        asker = _to(Person, null=True)
        due_at_before = Moment()
        due_at = Moment()
        reason = CharField(max_length=300)
        state = CharField(max_length=40)
        asked_key = CharField(max_length=40, null=True, unique=True)

        class Meta:
            table_name = "extension"
            indexes = ((("hazard", "id"), False),)

    made = [GridNode, GridTemplate, MajorCriterion, HazardSource, Hazard, Extension]
    return {model._meta.table_name: model for model in made}
