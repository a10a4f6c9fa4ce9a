"""Suggestions with those that were adopted, and safety activities with their people."""

from peewee import BigAutoField, BigIntegerField, BooleanField, CharField, IntegerField, TextField

from models.migrations.steps import AddTable, Key, Moment, Reference, apply, take_back

STEPS = (
    AddTable(
        "activity",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company"),
            "site_id": Reference("company", null=True),
            "name": CharField(max_length=80),
            "kind": CharField(max_length=40),
            "purpose": TextField(null=True),
            "held_at": Moment(),
            "place": CharField(max_length=80, null=True),
            "earns": BooleanField(),
            "record": TextField(null=True),
            "summary": TextField(null=True),
            "note": TextField(null=True),
        },
        indexes=((("company_id", "held_at"), False),),
    ),
    AddTable(
        "adopted_suggestion",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company"),
            "site_id": Reference("company", null=True),
            "suggestion_id": BigIntegerField(unique=True),
            "number": CharField(max_length=30, null=True),
            "who": CharField(max_length=60, null=True),
            "kind": CharField(max_length=40, null=True),
            "what": TextField(),
            "level": CharField(max_length=40, null=True),
            "reply": TextField(null=True),
            "carrier_id": Reference("person", null=True),
            "due_at": Moment(null=True),
            "result": TextField(null=True),
            "adopted_at": Moment(),
        },
        indexes=((("company_id", "adopted_at"), False),),
    ),
    AddTable(
        "suggestion",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company"),
            "site_id": Reference("company", null=True),
            "number": CharField(max_length=30, null=True, unique=True),
            "person_id": Reference("person"),
            "hidden": BooleanField(),
            "kind": CharField(max_length=40),
            "what": TextField(),
            "gain": TextField(null=True),
            "state": CharField(max_length=40),
            "level": CharField(max_length=40, null=True),
            "reply": TextField(null=True),
            "decided_by_id": Reference("person", null=True),
            "decided_at": Moment(null=True),
            "carrier_id": Reference("person", null=True),
            "due_at": Moment(null=True),
            "result": TextField(null=True),
            "extra_points": IntegerField(null=True),
        },
        indexes=((("company_id", "created_at"), False), (("company_id", "state"), False)),
    ),
    AddTable(
        "activity_people",
        {
            "id": BigAutoField(),
            "row_id": Reference("activity", on_delete="CASCADE"),
            "item_id": Reference("person"),
        },
        indexes=((("row_id", "item_id"), True),),
    ),
)


def up(migrator, db):
    """New tables."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """They go."""
    take_back(migrator, db, STEPS)
