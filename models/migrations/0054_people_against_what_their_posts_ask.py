"""People against what their posts ask: certificates required of them, those they sent in, and what they were trained in."""

from peewee import BigIntegerField, CharField, DateField, DecimalField, IntegerField

from models.migrations.steps import AddTable, Key, Moment, Reference, apply, take_back

STEPS = (
    AddTable(
        "certificate_upload",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company"),
            "person_id": Reference("person"),
            "type_id": Reference("certificate_type"),
            "number": CharField(max_length=40),
            "valid_until": DateField(),
            "issued_on": DateField(null=True),
            "limits": CharField(max_length=60, null=True),
            "issuer": CharField(max_length=60, null=True),
            "state": CharField(max_length=40),
            "reason": CharField(max_length=200, null=True),
            "decided_by": CharField(max_length=60, null=True),
            "decided_at": Moment(null=True),
            "certificate_id": Reference("certificate", on_delete="SET NULL", null=True),
        },
        indexes=((("company_id", "state"), False), (("person_id", "state"), False)),
    ),
    AddTable(
        "required_certificate",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company"),
            "person_id": Reference("person", on_delete="CASCADE"),
            "type_id": Reference("certificate_type", on_delete="CASCADE"),
            "posts": CharField(max_length=200),
            "held": CharField(max_length=40),
            "code": CharField(max_length=40),
            "number": CharField(max_length=40, null=True),
            "certificate_id": BigIntegerField(null=True, index=True),
            "ends_on": DateField(),
        },
        indexes=((("company_id", "ends_on"), False), (("person_id", "type_id"), True)),
    ),
    AddTable(
        "training",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company"),
            "person_id": Reference("person"),
            "course_id": Reference("course"),
            "held_on": DateField(),
            "hours": DecimalField(max_digits=16, decimal_places=1, null=True),
            "score": DecimalField(max_digits=16, decimal_places=1, null=True),
            "result": CharField(max_length=40, null=True),
            "counts_until": DateField(null=True),
            "teacher": CharField(max_length=60, null=True),
            "note": CharField(max_length=200, null=True),
        },
        indexes=((("company_id", "held_on"), False), (("person_id", "course_id", "held_on"), True)),
    ),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
