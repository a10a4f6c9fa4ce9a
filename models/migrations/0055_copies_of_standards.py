"""Which rows are copies of a standard, and which a group offers to its companies as such."""

from peewee import BigAutoField, BigIntegerField, CharField, TextField

from models.migrations.steps import AddTable, Moment, apply, take_back

STEPS = (
    AddTable(
        "library_copy",
        {
            "id": BigAutoField(),
            "ledger": CharField(max_length=40),
            "row_id": BigIntegerField(),
            "company_id": BigIntegerField(null=True),
            "source": CharField(max_length=100),
            "name": CharField(max_length=120),
            "digest": CharField(max_length=16),
            "content": TextField(),
            "children": TextField(),
            "declined": CharField(max_length=16, null=True),
            "taken_at": Moment(),
        },
        indexes=((("ledger", "row_id"), True), (("ledger", "source"), False)),
    ),
    AddTable(
        "library_offer",
        {
            "id": BigAutoField(),
            "ledger": CharField(max_length=40),
            "row_id": BigIntegerField(),
            "group_id": BigIntegerField(),
            "offered_at": Moment(),
        },
        indexes=((("ledger", "row_id"), True), (("group_id", "ledger"), False)),
    ),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
