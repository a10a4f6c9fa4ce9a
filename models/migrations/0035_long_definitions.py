"""Flows, rules and forms of results may be long: a server's TEXT ends at 64 KiB, and refuses the row.

SQLite knows no such end.
"""

from peewee import SqliteDatabase

#: Table, column, and whether it must be there.
_LONG = (
    ("flow", "draft", "NULL"),
    ("flow_version", "definition", "NOT NULL"),
    ("rule_version", "content", "NOT NULL"),
    ("given_task", "form", "NULL"),
)


def up(migrator, db):
    """What is there fits."""
    if not isinstance(db, SqliteDatabase):
        for table, column, null in _LONG:
            db.execute_sql(f"ALTER TABLE `{table}` MODIFY `{column}` MEDIUMTEXT {null}")


def down(migrator, db):
    """Columns with something that is longer stay as they are: a running case goes by its flow, an accident by its rules."""
    if isinstance(db, SqliteDatabase):
        return
    for table, column, null in _LONG:
        longer = f"SELECT 1 FROM `{table}` WHERE LENGTH(`{column}`) > 65535 LIMIT 1"
        if db.execute_sql(longer).fetchone() is None:
            db.execute_sql(f"ALTER TABLE `{table}` MODIFY `{column}` TEXT {null}")
