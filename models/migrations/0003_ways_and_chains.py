"""Ways to reach people, chains, presets and wordings; one-time sign-in tickets (L01, L06, X04, Q07).

As in 0001 the models are frozen copies.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    NodeList,
    SqliteDatabase,
    TextField,
)

TABLES = [
    "wecom_app",
    "mail_server",
    "sms_provider",
    "chat_group",
    "contact",
    "chat_member",
    "chain",
    "chain_step",
    "preset",
    "preset_person",
    "preset_group",
    "wording",
    "sign_in_ticket",
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

    made = {"company": Company, "person": Person}
    for chapter in (
        _ways,
        _chains,
        _sign_in,
    ):
        chapter(Base, Record, made)
    return made


def _ways(Base, Record, made):  # noqa: N803
    class WecomApp(Record):
        company = _to(made["company"], null=True)
        name = CharField(max_length=40)
        enabled = BooleanField()
        last_ok_at = Moment(null=True)
        last_error = CharField(max_length=300, null=True)
        last_error_at = Moment(null=True)
        corp_id = CharField(max_length=64)
        agent_id = IntegerField()
        app_secret = TextField()
        callback_token = TextField()
        callback_key = TextField()
        base_url = CharField(max_length=200)
        also_text = BooleanField()

        class Meta:
            table_name = "wecom_app"
            indexes = ((("corp_id", "agent_id"), True),)

    made["wecom_app"] = WecomApp

    class MailServer(Record):
        company = _to(made["company"], null=True)
        name = CharField(max_length=40)
        enabled = BooleanField()
        last_ok_at = Moment(null=True)
        last_error = CharField(max_length=300, null=True)
        last_error_at = Moment(null=True)
        host = CharField(max_length=120)
        port = IntegerField()
        security = CharField(max_length=40)
        user = CharField(max_length=120, null=True)
        password = TextField(null=True)
        sender = CharField(max_length=120)

        class Meta:
            table_name = "mail_server"

    made["mail_server"] = MailServer

    class SmsProvider(Record):
        company = _to(made["company"], null=True)
        name = CharField(max_length=40)
        enabled = BooleanField()
        last_ok_at = Moment(null=True)
        last_error = CharField(max_length=300, null=True)
        last_error_at = Moment(null=True)
        provider = CharField(max_length=40)
        base_url = CharField(max_length=200)
        access_key = CharField(max_length=80, null=True)
        access_secret = TextField(null=True)
        sign_name = CharField(max_length=30, null=True)
        template_code = CharField(max_length=40, null=True)

        class Meta:
            table_name = "sms_provider"

    made["sms_provider"] = SmsProvider

    class ChatGroup(Record):
        company = _to(made["company"], null=True)
        name = CharField(max_length=40)
        enabled = BooleanField()
        last_ok_at = Moment(null=True)
        last_error = CharField(max_length=300, null=True)
        last_error_at = Moment(null=True)
        kind = CharField(max_length=40)
        webhook_key = TextField(null=True)
        chat_id = CharField(max_length=64, null=True)
        app = _to(made["wecom_app"], null=True)

        class Meta:
            table_name = "chat_group"

    made["chat_group"] = ChatGroup

    class Contact(Record):
        company = _to(made["company"])
        person = _to(made["person"], unique=True)
        email = CharField(max_length=120, null=True)
        deputy = _to(made["person"], null=True)
        superior = _to(made["person"], null=True)

        class Meta:
            table_name = "contact"

    made["contact"] = Contact

    class ChatMember(Record):
        company = _to(made["company"])
        person = _to(made["person"])
        app = _to(made["wecom_app"])
        user_id = CharField(max_length=64)
        state = CharField(max_length=40)
        reason = CharField(max_length=200, null=True)

        class Meta:
            table_name = "chat_member"
            indexes = (
                (("app", "person"), True),
                (("app", "user_id"), False),
            )

    made["chat_member"] = ChatMember


def _chains(Base, Record, made):  # noqa: N803
    class Chain(Record):
        company = _to(made["company"], null=True)
        name = CharField(max_length=40)
        stop_when = CharField(max_length=40)
        reopen_minutes = IntegerField(null=True)
        enabled = BooleanField()

        class Meta:
            table_name = "chain"

    made["chain"] = Chain

    class ChainStep(Record):
        company = _to(made["company"], null=True)
        chain = _to(made["chain"])
        sequence = IntegerField()
        wait_minutes = IntegerField()
        who = CharField(max_length=40)
        way = CharField(max_length=40)

        class Meta:
            table_name = "chain_step"
            indexes = ((("chain", "sequence"), True),)

    made["chain_step"] = ChainStep

    class Preset(Record):
        company = _to(made["company"], null=True)
        name = CharField(max_length=40)
        level = CharField(max_length=40)
        ways = CharField(max_length=255)
        chain = _to(made["chain"], null=True)
        everyone = BooleanField()

        class Meta:
            table_name = "preset"
            indexes = ((("company", "level"), True),)

    made["preset"] = Preset

    class PresetPerson(Base):
        preset = _to(made["preset"])
        person = _to(made["person"])

        class Meta:
            table_name = "preset_person"
            indexes = ((("preset", "person"), True),)

    made["preset_person"] = PresetPerson

    class PresetGroup(Base):
        preset = _to(made["preset"])
        group = _to(made["chat_group"])

        class Meta:
            table_name = "preset_group"
            indexes = ((("preset", "group"), True),)

    made["preset_group"] = PresetGroup

    class Wording(Record):
        company = _to(made["company"], null=True)
        kind = CharField(max_length=60)
        title = CharField(max_length=80)
        body = TextField()

        class Meta:
            table_name = "wording"
            indexes = ((("company", "kind"), True),)

    made["wording"] = Wording


def _sign_in(Base, Record, made):  # noqa: N803
    class SignInTicket(Base):
        ticket_hash = CharField(max_length=64, unique=True)
        account_id = BigIntegerField()
        origin = CharField(max_length=40)
        expires_at = Moment(index=True)
        used_at = Moment(null=True)

        class Meta:
            table_name = "sign_in_ticket"

    made["sign_in_ticket"] = SignInTicket
