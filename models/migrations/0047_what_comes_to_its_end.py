"""What comes to its end."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    DateField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from models.migrations.steps import AddTable, Key, Moment, Reference, apply, take_back

STEPS = (
    AddTable(
        "expiry_round",
        {
            "id": BigAutoField(),
            "company_id": BigIntegerField(unique=True),
            "day": DateField(),
        },
    ),
    AddTable(
        "expiry_told",
        {
            "id": BigAutoField(),
            "company_id": BigIntegerField(),
            "ledger": CharField(max_length=40),
            "row_id": BigIntegerField(),
            "until": DateField(),
            "days": SmallIntegerField(),
            "told_on": DateField(),
        },
        indexes=((("company_id", "told_on"), False), (("ledger", "row_id", "until", "days"), True)),
    ),
    AddTable(
        "qualification",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company"),
            "kind": CharField(max_length=40),
            "name": CharField(max_length=60),
            "level": CharField(max_length=20, null=True),
            "number": CharField(max_length=60, null=True),
            "issuer": CharField(max_length=60, null=True),
            "issued_on": DateField(null=True),
            "valid_until": DateField(),
            "state": CharField(max_length=40),
            "keeper_id": Reference("person", null=True),
            "note": TextField(null=True),
        },
        indexes=((("company_id", "kind"), False), (("company_id", "valid_until"), False)),
    ),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
