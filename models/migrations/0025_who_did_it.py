"""A hazard says who really judged it, put it right and reviewed it, whoever was named for that (E09)."""

from peewee import BigAutoField, ForeignKeyField, Model, SqliteDatabase
from playhouse.migrate import migrate

#: The column, and the outcomes of the built-in flow by which it is known of hazards that are there.
_COLUMNS = {
    "judged_by_id": ("hazard", "source"),
    "rectified_by_id": ("submit",),
    "reviewed_by_id": ("pass",),
}


def up(migrator, db):
    """Who did what is in the tasks; of flows that people drew, whose outcomes have other names, nothing is guessed."""

    class Person(Model):
        id = BigAutoField()

        class Meta:
            database = db
            table_name = "person"

    for name, outcomes in _COLUMNS.items():
        column = ForeignKeyField(Person, field=Person.id, backref="+", on_delete="RESTRICT", null=True)
        migrate(migrator.add_column("hazard", name, column))
        listed = ", ".join(f"'{each}'" for each in outcomes)
        db.execute_sql(
            f"UPDATE hazard SET {name} = (SELECT done_by_id FROM task WHERE id = (SELECT MAX(id) FROM task"
            f" WHERE subject_kind = 'hazard' AND subject_id = hazard.id AND state = 'done' AND outcome IN ({listed})))"
        )


def down(migrator, db):
    """Forget them. On SQLite in place, as in 0006."""
    for name in _COLUMNS:
        if not isinstance(db, SqliteDatabase):
            migrate(migrator.drop_column("hazard", name))
            continue
        db.execute_sql(f'DROP INDEX IF EXISTS "hazard_{name}"')
        db.execute_sql(f'ALTER TABLE "hazard" DROP COLUMN "{name}"')
