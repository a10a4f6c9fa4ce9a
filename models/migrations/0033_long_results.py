"""Results of jobs, and what is filled into a task, may be long: a server's TEXT ends at 64 KiB, and refuses the row.

SQLite knows no such end.
"""

from peewee import SqliteDatabase

_LONG = (("job", "result"), ("job", "error"), ("task", "values"), ("errand", "values"))


def up(migrator, db):
    """What is there fits."""
    _make(db, "MEDIUMTEXT")


def down(migrator, db):
    """A result that is longer goes: it says what was found, and nothing stands on it. What people filled in stays long."""
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("UPDATE `job` SET `result` = NULL WHERE LENGTH(`result`) > 65535")
        db.execute_sql("UPDATE `job` SET `error` = NULL WHERE LENGTH(`error`) > 65535")
    _make(db, "TEXT")


def _make(db, kind):
    if isinstance(db, SqliteDatabase):
        return
    for table, column in _LONG:
        if kind == "TEXT" and table != "job" and _has_long(db, table, column):
            continue
        db.execute_sql(f"ALTER TABLE `{table}` MODIFY `{column}` {kind} NULL")


def _has_long(db, table, column):
    return db.execute_sql(f"SELECT 1 FROM `{table}` WHERE LENGTH(`{column}`) > 65535 LIMIT 1").fetchone()
