"""A delivery knows how urgent its message is, so that those due next are read off an index (L01).

Sorting all that waits was as long as the queue: thirty reports to ten thousand people are three hundred thousand rows.
"""

from peewee import SmallIntegerField, SqliteDatabase
from playhouse.migrate import migrate


def up(migrator, db):
    """The urgency of each is that of its message."""
    migrate(migrator.add_column("delivery", "urgency", SmallIntegerField(default=1)))
    db.execute_sql(
        "UPDATE delivery SET urgency = (SELECT m.urgency FROM message m WHERE m.id = delivery.message_id)"
    )
    migrate(
        migrator.add_index("delivery", ("state", "urgency", "due_at")),
        migrator.add_index("delivery", ("lease_until",)),
        migrator.drop_index("delivery", "delivery_state_due_at"),
    )


def down(migrator, db):
    """The old index again. On SQLite in place, as in 0006."""
    migrate(
        migrator.add_index("delivery", ("state", "due_at")),
        migrator.drop_index("delivery", "delivery_lease_until"),
        migrator.drop_index("delivery", "delivery_state_urgency_due_at"),
    )
    if isinstance(db, SqliteDatabase):
        db.execute_sql('ALTER TABLE "delivery" DROP COLUMN "urgency"')
    else:
        migrate(migrator.drop_column("delivery", "urgency"))
