"""What was told, to whom and how; what came in; flash reports (K01, X04, G02).

As in 0001 the models are frozen copies.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    DecimalField,
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    SmallIntegerField,
    SqliteDatabase,
    TextField,
)

TABLES = [
    "message",
    "notice",
    "sending",
    "response_code",
    "delivery",
    "escalation",
    "escalation_step",
    "inbound",
    "accident",
    "accident_version",
    "accident_duty",
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


def _to(model, **options):
    return ForeignKeyField(model, backref="+", on_delete="RESTRICT", **options)


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

    class Company(Base):
        class Meta:
            table_name = "company"

    class Person(Base):
        class Meta:
            table_name = "person"

    class ChatGroup(Base):
        class Meta:
            table_name = "chat_group"

    made = {"company": Company, "person": Person, "chat_group": ChatGroup}
    for chapter in (
        _messages,
        _accidents,
    ):
        chapter(Base, Record, made)
    return made


def _messages(Base, Record, made):  # noqa: N803
    class Message(Base):
        company_id = BigIntegerField()
        kind = CharField(max_length=60)
        subject_kind = CharField(max_length=40)
        subject_id = BigIntegerField()
        subject_version = SmallIntegerField()
        outbox_id = BigIntegerField(null=True, unique=True)
        title = CharField(max_length=160)
        text = TextField(null=True)
        card = TextField(null=True)
        link = CharField(max_length=255, null=True)
        urgency = SmallIntegerField()
        needs_answer = BooleanField()
        created_at = Moment()

        class Meta:
            table_name = "message"
            indexes = (
                (("subject_kind", "subject_id", "id"), False),
                (("company_id", "created_at"), False),
            )

    made["message"] = Message

    class Notice(Record):
        company = _to(made["company"])
        message = _to(made["message"])
        person = _to(made["person"])
        account_id = BigIntegerField(null=True)
        why = CharField(max_length=40)
        for_notice_id = BigIntegerField(null=True)
        read_at = Moment(null=True)
        answer = CharField(max_length=40, null=True)
        answered_at = Moment(null=True)
        answered_by_way = CharField(max_length=40, null=True)
        followed_up_at = Moment(null=True)

        class Meta:
            table_name = "notice"
            indexes = (
                (("message", "person"), True),
                (("account_id", "id"), False),
                (("account_id", "read_at", "id"), False),
            )

    made["notice"] = Notice

    class Sending(Base):
        message_id = BigIntegerField(index=True)
        way = CharField(max_length=20)
        via_id = BigIntegerField(null=True)
        task_id = CharField(max_length=128, unique=True)
        platform_id = CharField(max_length=128, null=True)
        card_version = SmallIntegerField()
        sent_at = Moment()
        error = CharField(max_length=300, null=True)
        lease_until = Moment(null=True)

        class Meta:
            table_name = "sending"

    made["sending"] = Sending

    class ResponseCode(Base):
        sending = _to(made["sending"])
        user_id = CharField(max_length=64, null=True)
        code = CharField(max_length=255)
        expires_at = Moment()
        spent_at = Moment(null=True)

        class Meta:
            table_name = "response_code"
            indexes = ((("sending", "user_id"), False),)

    made["response_code"] = ResponseCode

    class Delivery(Record):
        company = _to(made["company"])
        message = _to(made["message"])
        notice = _to(made["notice"], null=True)
        person = _to(made["person"], null=True)
        group = _to(made["chat_group"], null=True)
        way = CharField(max_length=40)
        step = SmallIntegerField()
        state = CharField(max_length=40)
        attempts = SmallIntegerField()
        due_at = Moment()
        lease_until = Moment(null=True)
        sending = _to(made["sending"], null=True)
        sent_at = Moment(null=True)
        error_code = CharField(max_length=40, null=True)
        reason = CharField(max_length=300, null=True)
        once_key = CharField(max_length=80, unique=True)

        class Meta:
            table_name = "delivery"
            indexes = (
                (("state", "due_at"), False),
                (("company", "created_at"), False),
                (("message", "state"), False),
                (("notice", "state"), False),
                (("sending", "person"), False),
            )

    made["delivery"] = Delivery

    class Escalation(Base):
        company_id = BigIntegerField()
        message_id = BigIntegerField()
        notice_id = BigIntegerField(unique=True)
        steps = TextField(null=True)
        stop_when = CharField(max_length=20)
        reopen_minutes = SmallIntegerField(null=True)
        next_step = SmallIntegerField()
        next_at = Moment(null=True)
        state = CharField(max_length=12)
        stopped_at = Moment(null=True)
        stopped_why = CharField(max_length=200, null=True)
        rounds = SmallIntegerField()
        opened_at = Moment()

        class Meta:
            table_name = "escalation"
            indexes = (
                (("state", "next_at"), False),
                (("message_id", "state"), False),
            )

    made["escalation"] = Escalation

    class EscalationStep(Base):
        escalation = _to(made["escalation"])
        round = SmallIntegerField()
        step = SmallIntegerField()
        due_at = Moment()
        taken_at = Moment()
        outcome = CharField(max_length=12)
        detail = CharField(max_length=200, null=True)
        notice_id = BigIntegerField(null=True, index=True)

        class Meta:
            table_name = "escalation_step"
            indexes = ((("escalation", "round", "step"), True),)

    made["escalation_step"] = EscalationStep

    class Inbound(Base):
        platform = CharField(max_length=20)
        app_id = BigIntegerField()
        dedupe_key = CharField(max_length=200)
        kind = CharField(max_length=40)
        user_id = CharField(max_length=64, null=True)
        content = TextField(null=True)
        received_at = Moment()
        state = CharField(max_length=12)
        attempts = SmallIntegerField()
        due_at = Moment()
        result = CharField(max_length=300, null=True)
        handled_at = Moment(null=True)

        class Meta:
            table_name = "inbound"
            indexes = (
                (("platform", "app_id", "dedupe_key"), True),
                (("state", "due_at"), False),
            )

    made["inbound"] = Inbound


def _accidents(Base, Record, made):  # noqa: N803
    class Accident(Record):
        company = _to(made["company"])
        site = _to(made["company"], null=True)
        number = CharField(max_length=30, null=True, unique=True)
        what = CharField(max_length=200)
        place = CharField(max_length=120)
        lng = DecimalField(max_digits=16, decimal_places=6, null=True)
        lat = DecimalField(max_digits=16, decimal_places=6, null=True)
        happened_at = Moment()
        category = CharField(max_length=40, null=True)
        deaths = IntegerField(null=True)
        serious_injuries = IntegerField(null=True)
        minor_injuries = IntegerField(null=True)
        missing = IntegerField(null=True)
        direct_loss_wan = DecimalField(max_digits=16, decimal_places=2, null=True)
        measures = TextField(null=True)
        level = CharField(max_length=40, null=True)
        provisional = BooleanField()
        state = CharField(max_length=40)
        reporter = _to(made["person"], null=True)
        reporter_account_id = BigIntegerField(null=True)
        reported_at = Moment()
        told_by = CharField(max_length=20)
        versions = SmallIntegerField()
        closed_at = Moment(null=True)
        closing = TextField(null=True)
        request_key = CharField(max_length=64, null=True, unique=True)

        class Meta:
            table_name = "accident"
            indexes = (
                (("company", "happened_at"), False),
                (("company", "state"), False),
            )

    made["accident"] = Accident

    class AccidentVersion(Base):
        accident = _to(made["accident"])
        number = SmallIntegerField()
        kind = CharField(max_length=20)
        facts = TextField(null=True)
        changed = TextField(null=True)
        note = CharField(max_length=500, null=True)
        by_name = CharField(max_length=30, null=True)
        by_account_id = BigIntegerField(null=True)
        at = Moment()

        class Meta:
            table_name = "accident_version"
            indexes = ((("accident", "number"), True),)

    made["accident_version"] = AccidentVersion

    class AccidentDuty(Record):
        company = _to(made["company"])
        accident = _to(made["accident"])
        sequence = SmallIntegerField()
        title = CharField(max_length=120, null=True)
        to_whom = CharField(max_length=120, null=True)
        due_at = Moment()
        done_at = Moment(null=True)
        done_by = CharField(max_length=30, null=True)
        note = CharField(max_length=200, null=True)

        class Meta:
            table_name = "accident_duty"
            indexes = (
                (("accident", "sequence"), True),
                (("company", "due_at"), False),
            )

    made["accident_duty"] = AccidentDuty
