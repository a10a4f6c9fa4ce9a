"""Who was told in whose stead, who answered for them, and answers in the chat that can still be changed (X04, L01)."""

from peewee import SQL, BigAutoField, BigIntegerField, CharField, DateTimeField, Model, SqliteDatabase
from playhouse.migrate import migrate

_ADDED = (("delivery", "for_notice_id"), ("escalation", "answered_by_id"), ("sending", "live_until"))


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on MySQL too."""

    field_type = "DATETIME"

    def get_modifiers(self):
        return None

    def ddl_datatype(self, ctx):
        return SQL("DATETIME" if isinstance(self.model._meta.database, SqliteDatabase) else "DATETIME(6)")


def up(migrator, db):
    """What was sent before was for its receiver; what was answered in the chat stays as it is."""

    class OpenReply(Model):
        id = BigAutoField()
        inbound_id = BigIntegerField(unique=True)
        app_id = BigIntegerField()
        user_id = CharField(max_length=64)
        photo_id = BigIntegerField()
        code = CharField(max_length=255)
        sent_at = Moment()

        class Meta:
            database = db
            table_name = "open_reply"

    db.create_tables([OpenReply], safe=False)

    class Added(Moment):
        def ddl_datatype(self, ctx):
            return SQL("DATETIME" if isinstance(db, SqliteDatabase) else "DATETIME(6)")

    fields = (BigIntegerField(null=True), BigIntegerField(null=True), Added(null=True, index=True))
    migrate(*(migrator.add_column(*where, field) for where, field in zip(_ADDED, fields, strict=True)))


def down(migrator, db):
    """Forget it. On SQLite in place, as in 0006."""
    db.execute_sql("DROP TABLE open_reply")
    if isinstance(db, SqliteDatabase):
        db.execute_sql('DROP INDEX IF EXISTS "sending_live_until"')
    for table, name in _ADDED:
        if isinstance(db, SqliteDatabase):
            db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
        else:
            migrate(migrator.drop_column(table, name))
