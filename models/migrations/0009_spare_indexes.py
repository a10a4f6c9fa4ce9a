"""Indexes of one column that begin a longer one are dropped, where many rows are written at once (G02, H01).

A flash report to ten thousand people writes forty thousand rows, and each index is one more page to change. The
longer ones serve the foreign keys too.
"""

from playhouse.migrate import migrate

COLUMNS = (
    ("notice", "message_id"),
    ("delivery", "message_id"),
    ("delivery", "notice_id"),
    ("delivery", "sending_id"),
    ("escalation_step", "escalation_id"),
    ("response_code", "sending_id"),
    ("case_step", "case_id"),
    ("task", "step_id"),
    ("task", "person_id"),
)


def up(migrator, db):
    """Drop them."""
    migrate(*(migrator.drop_index(table, f"{table}_{column}") for table, column in COLUMNS))


def down(migrator, db):
    """Make them again."""
    migrate(*(migrator.add_index(table, (column,)) for table, column in COLUMNS))
