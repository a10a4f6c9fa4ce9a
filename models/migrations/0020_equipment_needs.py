"""What is known of equipment's needs and by whom it was exempted (Q02, Q13); doubts of certificates; overdue inspections.

What nobody ever ticked is no “no”: a quick-opening door that stood at 否 becomes one of which nobody has said anything.
"""

from peewee import SQL, BooleanField, CharField, DateTimeField, SqliteDatabase
from playhouse.migrate import migrate

_ADDED = (
    ("equipment", "boiler_use"),
    ("equipment", "exempt_reason"),
    ("equipment", "exempt_by"),
    ("equipment", "exempt_at"),
    ("operator_code", "boiler_use"),
    ("certificate", "settled"),
    ("company", "refuses_overdue"),
)


def _moment(db):
    """A moment in UTC, to the microsecond on MySQL too."""

    class Moment(DateTimeField):
        field_type = "DATETIME"

        def get_modifiers(self):
            return None

        def ddl_datatype(self, ctx):
            return SQL("DATETIME" if isinstance(db, SqliteDatabase) else "DATETIME(6)")

    return Moment(null=True)


def up(migrator, db):
    """Add the columns; a table that others refer to is not built anew on SQLite."""
    migrate(
        migrator.add_column("equipment", "boiler_use", CharField(max_length=40, null=True)),
        migrator.add_column("equipment", "exempt_reason", CharField(max_length=200, null=True)),
        migrator.add_column("equipment", "exempt_by", CharField(max_length=30, null=True)),
        migrator.add_column("equipment", "exempt_at", _moment(db)),
        migrator.add_column("operator_code", "boiler_use", CharField(max_length=40, null=True)),
        migrator.add_column("certificate", "settled", CharField(max_length=80, null=True)),
    )
    if isinstance(db, SqliteDatabase):
        db.execute_sql('ALTER TABLE "company" ADD COLUMN "refuses_overdue" INTEGER NOT NULL DEFAULT 0')
        db.execute_sql('ALTER TABLE "equipment" ADD COLUMN "quick_open_said" INTEGER')
        db.execute_sql('UPDATE "equipment" SET "quick_open_said" = 1 WHERE "quick_open" = 1')
        db.execute_sql('ALTER TABLE "equipment" DROP COLUMN "quick_open"')
        db.execute_sql('ALTER TABLE "equipment" RENAME COLUMN "quick_open_said" TO "quick_open"')
        return
    migrate(
        migrator.add_column("company", "refuses_overdue", BooleanField(default=False)),
        migrator.drop_not_null("equipment", "quick_open"),
    )
    db.execute_sql("UPDATE equipment SET quick_open = NULL WHERE quick_open = 0")


def down(migrator, db):
    """Forget it. On SQLite in place, as in 0006."""
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("UPDATE equipment SET quick_open = 0 WHERE quick_open IS NULL")
        migrate(
            migrator.add_not_null("equipment", "quick_open"),
            *(migrator.drop_column(table, name) for table, name in _ADDED),
        )
        return
    for table, name in _ADDED:
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
    db.execute_sql('ALTER TABLE "equipment" ADD COLUMN "quick_open_old" INTEGER NOT NULL DEFAULT 0')
    db.execute_sql('UPDATE "equipment" SET "quick_open_old" = 1 WHERE "quick_open" = 1')
    db.execute_sql('ALTER TABLE "equipment" DROP COLUMN "quick_open"')
    db.execute_sql('ALTER TABLE "equipment" RENAME COLUMN "quick_open_old" TO "quick_open"')
