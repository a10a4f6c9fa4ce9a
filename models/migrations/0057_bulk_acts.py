"""What was done to many rows of a ledger at once, and what it takes to take it back (X21)."""

from peewee import BigAutoField, BigIntegerField, CharField, IntegerField, TextField

from models.migrations.steps import AddIndex, AddTable, LongText, Moment, apply, take_back

STEPS = (
    AddTable(
        "bulk_act",
        {
            "id": BigAutoField(),
            "account_id": BigIntegerField(null=True),
            "account_name": CharField(max_length=60),
            "company_id": BigIntegerField(null=True),
            "ledger": CharField(max_length=40),
            "kind": CharField(max_length=10),
            "action": CharField(max_length=40, null=True),
            "title": CharField(max_length=60),
            "question": TextField(),
            "state": CharField(max_length=10),
            "total": IntegerField(),
            "done": IntegerField(),
            "refused": IntegerField(),
            "job_id": BigIntegerField(null=True),
            "rights": TextField(null=True),
            "why_not": CharField(max_length=200),
            "created_at": Moment(),
            "finished_at": Moment(null=True),
            "undo_until": Moment(null=True),
            "undone_at": Moment(null=True),
            "undone_by": CharField(max_length=60, null=True),
        },
        indexes=((("account_id", "id"), False), (("company_id", "id"), False)),
    ),
    AddIndex("bulk_act", ("created_at",)),
    AddTable(
        "bulk_row",
        {
            "id": BigAutoField(),
            "act_id": BigIntegerField(),
            "row_id": BigIntegerField(),
            "state": CharField(max_length=10),
            "label": CharField(max_length=120, null=True),
            "code": CharField(max_length=40, null=True),
            "reason": CharField(max_length=250, null=True),
            "version": IntegerField(null=True),
            "before": LongText(null=True),
        },
        indexes=((("act_id", "row_id"), True), (("act_id", "state", "id"), False)),
    ),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
