"""What names are sorted by, kept beside them: their pinyin. A database knows no order of Chinese names of its own."""

from peewee import BigAutoField, CharField, Model, SqliteDatabase
from playhouse.migrate import migrate

#: Tables with names, whether of persons, and the columns of an index on it.
_NAMED = (
    ("person", True, ("company_id", "name_sort")),
    ("company", False, None),
    ("equipment", False, ("company_id", "name_sort")),
    ("grid_node", False, None),
)
_PART = 1000


def up(migrator, db):
    """Work it out for the names that are there."""
    from models.core.text.pinyin import sort_key

    for table, person, index in _NAMED:
        migrate(migrator.add_column(table, "name_sort", CharField(max_length=120, default="")))
        named = _table(db, table)
        last = 0
        while rows := list(
            named.select(named.id, named.name).where(named.id > last).order_by(named.id).limit(_PART).tuples()
        ):
            for row_id, name in rows:
                named.update(name_sort=sort_key(name or "", person=person)).where(
                    named.id == row_id
                ).execute()
            last = rows[-1][0]
        if index:
            migrate(migrator.add_index(table, index))


def down(migrator, db):
    """Sort by code points again. On SQLite in place, as in 0006."""
    for table, _, index in _NAMED:
        if index:
            migrate(migrator.drop_index(table, f"{table}_{'_'.join(index)}"))
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "name_sort"')
        else:
            migrate(migrator.drop_column(table, "name_sort"))


def _table(db, table):
    class Named(Model):
        id = BigAutoField()
        name = CharField()
        name_sort = CharField()

        class Meta:
            database = db
            table_name = table

    return Named


__all__ = ["down", "up"]
