"""Accidents of special equipment, when the leader was told and what was really reported when (G02); criteria with articles.

What authorities owed each other is no duty of the unit: those rows stay as they are, of another kind, and hang on nobody.
"""

from peewee import (
    SQL,
    BigAutoField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    Model,
    SmallIntegerField,
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
    ("accident", "situations"), ("accident", "leader_told_at"), ("accident", "special_level"),
    ("accident", "basis"), ("accident", "rules_version"),
    ("accident_duty", "kind"), ("accident_duty", "code"), ("accident_duty", "basis"),
    ("accident_duty", "rules_version"), ("accident_duty", "starts_at"), ("accident_duty", "way"),
    ("accident_duty", "entered_at"),
    ("major_criterion", "article"), ("major_criterion", "confirmed"), ("major_criterion", "checked_by"),
    ("operator_code", "checked_by"),
)  # fmt: skip


def up(migrator, db):
    """See above. Of a duty that was done before it is known when it was entered, and that was then."""

    class Equipment(Model):
        id = BigAutoField()

        class Meta:
            database = db
            table_name = "equipment"

    equipment = ForeignKeyField(Equipment, field=Equipment.id, null=True, on_delete="SET NULL", backref="+")
    migrate(
        migrator.add_column("accident", "equipment_id", equipment),
        migrator.add_column("accident", "situations", CharField(max_length=255, null=True)),
        migrator.add_column("accident", "leader_told_at", _moment(db, null=True)),
        migrator.add_column("accident", "special_level", CharField(max_length=40, null=True)),
        migrator.add_column("accident", "basis", CharField(max_length=300, null=True)),
        migrator.add_column("accident", "rules_version", SmallIntegerField(null=True)),
        migrator.add_column("accident_duty", "kind", CharField(max_length=10, default="unit")),
        migrator.add_column("accident_duty", "code", CharField(max_length=20, default="")),
        migrator.add_column("accident_duty", "basis", CharField(max_length=300, null=True)),
        migrator.add_column("accident_duty", "rules_version", SmallIntegerField(null=True)),
        migrator.add_column("accident_duty", "starts_at", _moment(db, null=True)),
        migrator.add_column("accident_duty", "way", CharField(max_length=40, null=True)),
        migrator.add_column("accident_duty", "entered_at", _moment(db, null=True)),
        migrator.add_column("major_criterion", "article", CharField(max_length=60, null=True)),
        migrator.add_column("major_criterion", "confirmed", BooleanField(default=False)),
        migrator.add_column("major_criterion", "checked_by", CharField(max_length=60, null=True)),
        migrator.add_column("operator_code", "checked_by", CharField(max_length=60, null=True)),
    )
    db.execute_sql("UPDATE accident_duty SET kind = 'authority' WHERE sequence BETWEEN 2 AND 10")
    db.execute_sql("UPDATE accident_duty SET code = 'emergency' WHERE sequence = 1")
    db.execute_sql("UPDATE accident_duty SET entered_at = done_at WHERE done_at IS NOT NULL")


def down(migrator, db):
    """What was said of special equipment, of times and of articles is forgotten. On SQLite in place, as in 0006."""
    if not isinstance(db, SqliteDatabase):
        migrate(
            migrator.drop_column("accident", "equipment_id"),
            *(migrator.drop_column(table, name) for table, name in _COLUMNS),
        )
        return
    db.execute_sql('DROP INDEX IF EXISTS "accident_equipment_id"')
    for table, name in (("accident", "equipment_id"), *_COLUMNS):
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
