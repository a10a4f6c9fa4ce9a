"""What posts ask: kinds of certificates, types of training and courses, hazard factors, and the three by post."""

from peewee import BooleanField, CharField, DecimalField, IntegerField, TextField

from models.migrations.steps import AddTable, Key, Moment, Reference, apply, take_back

STEPS = (
    AddTable(
        "certificate_type",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "name": CharField(max_length=40),
            "family": CharField(max_length=40),
            "code": CharField(max_length=20, null=True),
            "validity_years": IntegerField(null=True),
            "note": CharField(max_length=120, null=True),
            "sample": BooleanField(),
            "sequence": IntegerField(),
        },
        indexes=((("company_id", "name"), True), (("company_id", "sequence"), False)),
    ),
    AddTable(
        "hazard_factor",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "name": CharField(max_length=40),
            "category": CharField(max_length=40),
            "places": CharField(max_length=120, null=True),
            "sample": BooleanField(),
            "sequence": IntegerField(),
        },
        indexes=((("company_id", "name"), True), (("company_id", "sequence"), False)),
    ),
    AddTable(
        "training_type",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "name": CharField(max_length=40),
            "note": CharField(max_length=120, null=True),
            "sequence": IntegerField(),
        },
        indexes=((("company_id", "name"), True), (("company_id", "sequence"), False)),
    ),
    AddTable(
        "course",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "code": CharField(max_length=20, null=True),
            "name": CharField(max_length=60),
            "type_id": Reference("training_type"),
            "mode": CharField(max_length=40),
            "hours": DecimalField(max_digits=16, decimal_places=1),
            "period": CharField(max_length=40),
            "valid_months": IntegerField(null=True),
            "pass_score": IntegerField(null=True),
            "outline": TextField(null=True),
            "basis": CharField(max_length=120, null=True),
            "sample": BooleanField(),
            "enabled": BooleanField(),
        },
        indexes=((("company_id", "name"), True), (("type_id", "enabled"), False)),
    ),
    AddTable(
        "post_certificate",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "post_id": Reference("post"),
            "type_id": Reference("certificate_type"),
            "limits": CharField(max_length=60, null=True),
            "must": BooleanField(),
            "note": CharField(max_length=120, null=True),
            "sample": BooleanField(),
        },
        indexes=((("company_id", "post_id", "type_id"), True),),
    ),
    AddTable(
        "post_factor",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "post_id": Reference("post"),
            "factor_id": Reference("hazard_factor"),
            "detail": CharField(max_length=80, null=True),
            "sample": BooleanField(),
        },
        indexes=((("company_id", "post_id", "factor_id"), True),),
    ),
    AddTable(
        "post_training",
        {
            "id": Key(),
            "version": IntegerField(),
            "created_at": Moment(),
            "updated_at": Moment(),
            "company_id": Reference("company", null=True),
            "post_id": Reference("post"),
            "type_id": Reference("training_type"),
            "mode": CharField(max_length=40, null=True),
            "hours": DecimalField(max_digits=16, decimal_places=1),
            "period": CharField(max_length=40),
            "note": CharField(max_length=120, null=True),
            "sample": BooleanField(),
        },
        indexes=((("company_id", "post_id", "type_id"), True),),
    ),
)


def up(migrator, db):
    """Rows that are there keep what they have."""
    apply(migrator, db, STEPS)


def down(migrator, db):
    """What was added goes."""
    take_back(migrator, db, STEPS)
