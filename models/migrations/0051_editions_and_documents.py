"""Editions of what takes effect after approval, who has read them, and documents with their directories."""

from peewee import BigAutoField, BigIntegerField, BooleanField, CharField, DateField, IntegerField, TextField

from models.migrations.steps import AddTable, Key, Moment, Reference, apply, take_back

STEPS = (
    AddTable(
        "document_folder",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "parent_id": Reference("document_folder", null=True),
            "name": CharField(max_length=40),
            "level": CharField(max_length=40, null=True),
            "full_name": CharField(max_length=200, null=True),
            "path": CharField(max_length=160, index=True),
            "sequence": IntegerField(),
        },
        indexes=((("parent_id", "name"), False),),
    ),
    AddTable(
        "edition_read",
        {
            "id": BigAutoField(),
            "company_id": BigIntegerField(),
            "ledger": CharField(max_length=40),
            "row_id": BigIntegerField(),
            "person_id": BigIntegerField(),
            "door": CharField(max_length=16),
            "read_at": Moment(),
        },
        indexes=((("ledger", "row_id", "person_id"), True), (("person_id", "ledger"), False)),
    ),
    AddTable(
        "document",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "standing": CharField(max_length=40),
            "edition": IntegerField(),
            "series": BigIntegerField(null=True, index=True),
            "replaces": BigIntegerField(null=True, unique=True),
            "why": TextField(null=True),
            "in_force_at": Moment(null=True),
            "ended_at": Moment(null=True),
            "end_reason": TextField(null=True),
            "company_id": Reference("company", null=True),
            "folder_id": Reference("document_folder"),
            "level": CharField(max_length=40, null=True),
            "name": CharField(max_length=120),
            "number": CharField(max_length=60, null=True),
            "kind": CharField(max_length=40),
            "issuer": CharField(max_length=60, null=True),
            "issued_on": DateField(null=True),
            "valid_from": DateField(null=True),
            "review_on": DateField(null=True),
            "content": TextField(null=True),
            "must_read": BooleanField(),
            "sample": BooleanField(),
            "note": TextField(null=True),
        },
        indexes=(
            (("company_id", "standing"), False),
            (("folder_id", "standing"), False),
            (("standing", "valid_from"), False),
        ),
    ),
    AddTable(
        "document_concerned",
        {
            "id": BigAutoField(),
            "row_id": Reference("document", on_delete="CASCADE"),
            "item_id": Reference("company"),
        },
        indexes=((("row_id", "item_id"), True),),
    ),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
