"""The first tables: organisation, accounts, certificates, equipment, clock-ins, trail and outbox.

The models here are frozen copies: they must never follow the records in `models/`, so that this step makes
the same schema for ever. On SQLite ids of edited rows are never given out twice (AUTOINCREMENT), because a
row's trail is found by its id and must not pass on to a later row.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    FixedCharField,
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    SmallIntegerField,
    SqliteDatabase,
    TextField,
)

TABLES = [
    *("company", "role", "account", "assignment", "session", "sign_in"),
    *("person", "binding", "certificate", "operator_code", "equipment_type"),
    *("equipment", "equipment_alias", "clock_in", "change_log", "outbox"),
]


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on MySQL too."""

    field_type = "DATETIME"

    def get_modifiers(self):
        return None

    def ddl_datatype(self, ctx):
        return SQL("DATETIME" if _is_sqlite(self.model._meta.database) else "DATETIME(6)")


class Key(BigAutoField):
    """A primary key whose values are never used again."""

    def ddl(self, ctx):
        plain = super().ddl(ctx)
        return NodeList((plain, SQL("AUTOINCREMENT"))) if _is_sqlite(self.model._meta.database) else plain


def _is_sqlite(db):
    return isinstance(db, SqliteDatabase)


def up(migrator, db):
    """Make all tables, in the order of their references."""
    made = _models(db)
    for name in TABLES:
        db.create_tables([made[name]], safe=False)


def down(migrator, db):
    """Drop all tables with everything in them."""
    made = _models(db)
    for name in reversed(TABLES):
        db.drop_tables([made[name]], safe=False)


def _models(db):
    options = [] if _is_sqlite(db) else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]

    class Base(Model):
        id = BigAutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_settings = options

    class Record(Base):
        id = Key()
        version = IntegerField()
        created_at = Moment()
        updated_at = Moment()

    made = _organisation(Record)
    made |= _accounts(Base, Record, made["company"])
    made |= _people(Record, made["company"])
    made |= _duty(Record, made["company"])
    return made | _trail(Base)


def _to(model, **options):
    return ForeignKeyField(model, backref="+", on_delete=options.pop("on_delete", "RESTRICT"), **options)


def _organisation(Record):  # noqa: N803
    class Company(Record):
        name = CharField(max_length=60)
        kind = CharField(max_length=40)
        parent = _to("self", null=True)
        company_root = BigIntegerField(null=True, index=True)
        path = CharField(max_length=255, index=True)
        credit_code = CharField(max_length=18, null=True, unique=True)
        leader = CharField(max_length=30, null=True)
        phone = CharField(max_length=20, null=True)
        address = CharField(max_length=120, null=True)
        sequence = IntegerField()

        class Meta:
            table_name = "company"
            indexes = ((("parent", "name"), True),)

    return {"company": Company}


def _accounts(Base, Record, Company):  # noqa: N803
    class Role(Record):
        company = _to(Company, null=True)
        code = CharField(max_length=40, null=True, unique=True)
        name = CharField(max_length=30)
        summary = CharField(max_length=120, null=True)
        grants = TextField()
        builtin = BooleanField()

        class Meta:
            table_name = "role"
            indexes = ((("company", "name"), True),)

    class Account(Record):
        company = _to(Company)
        login = CharField(max_length=60, unique=True)
        name = CharField(max_length=30)
        phone = CharField(max_length=20, null=True)
        id_number = CharField(max_length=255, null=True)
        id_hash = CharField(max_length=64, null=True, unique=True)
        state = CharField(max_length=40)
        password_hash = CharField(max_length=160, null=True)
        must_change_password = BooleanField()
        first_password = BooleanField()
        first_password_until = Moment(null=True)
        first_password_used_at = Moment(null=True)
        failures = IntegerField()
        locked_until = Moment(null=True)
        last_sign_in_at = Moment(null=True)
        current_company = _to(Company, null=True)

        class Meta:
            table_name = "account"
            indexes = ((("company", "name"), False),)

    class Assignment(Base):
        account_id = BigIntegerField(index=True)
        role = _to(Role)
        company_id = BigIntegerField(null=True)
        node_id = BigIntegerField(null=True)

        class Meta:
            table_name = "assignment"
            indexes = ((("account_id", "role", "company_id"), True),)

    class Session(Base):
        token_hash = CharField(max_length=64, unique=True)
        account_id = BigIntegerField(index=True)
        door = CharField(max_length=16)
        device = CharField(max_length=120, null=True)
        created_at = Moment()
        expires_at = Moment()
        revoked_at = Moment(null=True)
        seen_at = Moment(null=True)

        class Meta:
            table_name = "session"

    class SignIn(Base):
        account_id = BigIntegerField(null=True, index=True)
        login = CharField(max_length=60)
        door = CharField(max_length=16)
        outcome = CharField(max_length=40)
        address = CharField(max_length=64, null=True)
        device = CharField(max_length=120, null=True)
        at = Moment(index=True)

        class Meta:
            table_name = "sign_in"
            indexes = ((("login", "at"), False),)

    return {"role": Role, "account": Account, "assignment": Assignment, "session": Session, "sign_in": SignIn}


def _people(Record, Company):  # noqa: N803
    class Person(Record):
        company = _to(Company)
        name = CharField(max_length=30)
        id_number = CharField(max_length=255)
        id_hash = CharField(max_length=64, index=True)
        phone = CharField(max_length=20)
        role = CharField(max_length=40)
        may_review = BooleanField()
        site = _to(Company, null=True)
        department = _to(Company, null=True)
        job_number = CharField(max_length=30, null=True)
        note = TextField(null=True)

        class Meta:
            table_name = "person"
            indexes = (
                (("company", "id_hash"), True),
                (("company", "name"), False),
                (("company", "phone"), False),
            )

    class Binding(Record):
        company = _to(Company)
        person = _to(Person, unique=True)
        state = CharField(max_length=40)
        origin = CharField(max_length=40)
        applied_at = Moment()
        decided_at = Moment(null=True)
        decided_by = CharField(max_length=60, null=True)
        reason = CharField(max_length=200, null=True)
        note = CharField(max_length=200, null=True)
        ended_on = DateField(null=True)

        class Meta:
            table_name = "binding"
            indexes = ((("company", "state"), False), (("company", "applied_at"), False))

    class Certificate(Record):
        company = _to(Company)
        person = _to(Person)
        number = CharField(max_length=40)
        code = CharField(max_length=40)
        limits = CharField(max_length=60, null=True)
        issuer = CharField(max_length=60, null=True)
        issued_on = DateField(null=True)
        valid_until = DateField()
        state = CharField(max_length=40)
        catalogue = CharField(max_length=40)
        source = CharField(max_length=40)

        class Meta:
            table_name = "certificate"
            indexes = (
                (("person", "number", "code"), True),
                (("person", "code"), False),
                (("company", "valid_until"), False),
            )

    return {"person": Person, "binding": Binding, "certificate": Certificate}


def _duty(Record, Company):  # noqa: N803
    class OperatorCode(Record):
        code = CharField(max_length=20, unique=True)
        project = CharField(max_length=60)
        category = CharField(max_length=60)
        mode = CharField(max_length=40)
        equipment_types = CharField(max_length=120, null=True)
        quick_open_only = BooleanField()
        source = CharField(max_length=60, null=True)
        confirmed = BooleanField()
        sequence = IntegerField()

        class Meta:
            table_name = "operator_code"

    class EquipmentType(Record):
        code = CharField(max_length=4, unique=True)
        name = CharField(max_length=60)
        parent_code = CharField(max_length=4, null=True)
        abbreviation = CharField(max_length=2, null=True)
        inspection_months = IntegerField(null=True)

        class Meta:
            table_name = "equipment_type"

    made = {"operator_code": OperatorCode, "equipment_type": EquipmentType}
    return made | _equipment(Record, Company, EquipmentType)


def _equipment(Record, Company, EquipmentType):  # noqa: N803
    class Equipment(Record):
        company = _to(Company)
        site = _to(Company, null=True)
        name = CharField(max_length=60)
        type = _to(EquipmentType)
        code = CharField(max_length=20, null=True)
        register_code = CharField(max_length=20, null=True)
        use_cert_no = CharField(max_length=30, null=True)
        model = CharField(max_length=60, null=True)
        location = CharField(max_length=120, null=True)
        state = CharField(max_length=40)
        quick_open = BooleanField()
        operator_codes = CharField(max_length=255, null=True)
        required_codes = CharField(max_length=60)
        mode = CharField(max_length=40)
        next_inspection_on = DateField(null=True)
        lng = DecimalField(max_digits=16, decimal_places=6, null=True)
        lat = DecimalField(max_digits=16, decimal_places=6, null=True)
        label_code = FixedCharField(max_length=10, unique=True)

        class Meta:
            table_name = "equipment"
            indexes = (
                (("company", "name"), False),
                (("code",), False),
                (("register_code",), False),
                (("use_cert_no",), False),
            )

    class EquipmentAlias(Record):
        company = _to(Company)
        equipment = _to(Equipment, on_delete="CASCADE")
        key = FixedCharField(max_length=64)
        content = CharField(max_length=512)

        class Meta:
            table_name = "equipment_alias"
            indexes = ((("key", "company"), True),)

    class ClockIn(Record):
        id = BigIntegerField(primary_key=True)
        company = _to(Company, index=False)
        person_id = BigIntegerField()
        person_name = CharField(max_length=30)
        equipment_id = BigIntegerField()
        equipment_name = CharField(max_length=60)
        code = CharField(max_length=40)
        certificate_number = CharField(max_length=40)
        day = DateField()
        scanned_at = Moment()
        received_at = Moment()
        late = BooleanField()
        evidence = TextField()
        once_key = CharField(max_length=60, unique=True)
        request_key = FixedCharField(max_length=64, unique=True)

        class Meta:
            table_name = "clock_in"
            indexes = (
                (("company", "scanned_at", "id"), False),
                (("person_id", "scanned_at", "id"), False),
                (("equipment_id", "scanned_at", "id"), False),
            )

    return {"equipment": Equipment, "equipment_alias": EquipmentAlias, "clock_in": ClockIn}


def _trail(Base):  # noqa: N803
    class Change(Base):
        table = CharField(max_length=40)
        row_id = BigIntegerField()
        company_id = BigIntegerField(null=True)
        account_id = BigIntegerField(null=True)
        account_name = CharField(max_length=60)
        door = CharField(max_length=16)
        action = CharField(max_length=40)
        changes = TextField(null=True)
        at = Moment()

        class Meta:
            table_name = "change_log"
            indexes = ((("table", "row_id", "id"), False), (("company_id", "at"), False))

    class Outbox(Base):
        kind = CharField(max_length=60)
        company_id = BigIntegerField(null=True)
        subject_id = BigIntegerField(null=True)
        payload = TextField(null=True)
        created_at = Moment()
        state = SmallIntegerField()
        attempts = SmallIntegerField()
        due_at = Moment()

        class Meta:
            table_name = "outbox"
            indexes = ((("state", "due_at"), False),)

    return {"change_log": Change, "outbox": Outbox}
