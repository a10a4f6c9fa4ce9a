"""An accident happened at a place of the grid (G02, E01)."""

from peewee import BigAutoField, ForeignKeyField, Model, SqliteDatabase
from playhouse.migrate import migrate


def up(migrator, db):
    """Accidents that are there were reported without one."""

    class GridNode(Model):
        id = BigAutoField()

        class Meta:
            database = db
            table_name = "grid_node"

    place = ForeignKeyField(GridNode, field=GridNode.id, backref="+", on_delete="RESTRICT", null=True)
    migrate(migrator.add_column("accident", "grid_id", place))


def down(migrator, db):
    """Forget the places. On SQLite in place, as in 0006."""
    if not isinstance(db, SqliteDatabase):
        migrate(migrator.drop_column("accident", "grid_id"))
        return
    db.execute_sql('DROP INDEX IF EXISTS "accident_grid_id"')
    db.execute_sql('ALTER TABLE "accident" DROP COLUMN "grid_id"')
