"""Views of a list that were saved under a name: one's own, or shared with the company (X21)."""

from peewee import BigAutoField, BigIntegerField, BooleanField, CharField

from models.migrations.steps import AddTable, LongText, Moment, apply, take_back

STEPS = (
    AddTable(
        "saved_view",
        {
            "id": BigAutoField(),
            "account_id": BigIntegerField(),
            "account_name": CharField(max_length=60),
            "company_id": BigIntegerField(),
            "ledger": CharField(max_length=40),
            "name": CharField(max_length=40),
            "shared": BooleanField(),
            "standard": BooleanField(),
            "question": LongText(null=True),
            "updated_at": Moment(),
        },
        indexes=(
            (("company_id", "account_id", "ledger", "name"), True),
            (("company_id", "ledger", "shared"), False),
        ),
    ),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
