"""Sums that are kept (I01), and at which site and what kind of equipment each clock-in was."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    IntegerField,
    Model,
    SqliteDatabase,
)
from playhouse.migrate import migrate

_FILL = (
    "UPDATE clock_in SET site_id = (SELECT e.site_id FROM equipment e WHERE e.id = clock_in.equipment_id),"
    " type_id = (SELECT e.type_id FROM equipment e WHERE e.id = clock_in.equipment_id)"
)
_SUM = (
    "INSERT INTO kept_sum (name, company_id, day, first, second, third, fresh, count)"
    " SELECT 'clock-ins', company_id, day, COALESCE(site_id, 0), COALESCE(type_id, 0), late, 0, COUNT(*)"
    " FROM clock_in GROUP BY company_id, day, COALESCE(site_id, 0), COALESCE(type_id, 0), late"
)


def up(migrator, db):
    """What old clock-ins do not say is taken from their equipment as it is now; all are summed up once."""
    for name in ("site_id", "type_id"):
        migrate(migrator.add_column("clock_in", name, BigIntegerField(null=True)))
    db.execute_sql(_FILL)
    _table(db).create_table()
    db.execute_sql(_SUM)


def down(migrator, db):
    """Nothing of it. On SQLite in place, as in 0006."""
    _table(db).drop_table()
    for name in ("type_id", "site_id"):
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f'ALTER TABLE "clock_in" DROP COLUMN "{name}"')
        else:
            migrate(migrator.drop_column("clock_in", name))


def _table(db):
    class KeptSum(Model):
        id = BigAutoField()
        name = CharField(max_length=40)
        company_id = BigIntegerField()
        day = DateField()
        first = BigIntegerField(default=0)
        second = BigIntegerField(default=0)
        third = BigIntegerField(default=0)
        fresh = BooleanField(default=True)
        count = IntegerField()

        class Meta:
            database = db
            table_name = "kept_sum"
            indexes = (
                (("name", "company_id", "day", "first", "second", "third", "count"), False),
                (("fresh", "id"), False),
            )

    return KeptSum


__all__ = ["down", "up"]
