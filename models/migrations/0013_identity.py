"""What ties a file to an account is a fact of its own, no longer the ID number that both were given (I1 to I3).

Who works today goes on working: a file is tied where the same ID number gave rights until now, that is where the
binding is approved, and where the account's holder has set a password of their own. An account that never ended its
first password was nobody's yet: it is switched to an invitation, whose first password its holder may still use. What
waits, was refused or has ended is not tied; applications that wait become claims, to be confirmed with the binding.
"""

from peewee import (
    SQL,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    IntegerField,
    Model,
    SqliteDatabase,
)
from playhouse.migrate import migrate


class Moment(DateTimeField):
    """A moment in UTC, to the microsecond on MySQL too."""

    field_type = "DATETIME"

    def get_modifiers(self):
        return None

    def ddl_datatype(self, ctx):
        return SQL("DATETIME" if isinstance(self.model._meta.database, SqliteDatabase) else "DATETIME(6)")


_TIE = """
UPDATE person SET account_id = (SELECT MIN(a.id) FROM account a WHERE a.id_hash = person.id_hash
 AND a.first_password = 0 AND a.must_change_password = 0)
WHERE id IN (SELECT b.person_id FROM binding b WHERE b.state = 'approved')"""

# A password that was reset and waits to be changed opens the unit that looks after the account, and no other.
_TIE_RESET = """
UPDATE person SET account_id = (SELECT MIN(a.id) FROM account a WHERE a.id_hash = person.id_hash
 AND a.company_id = person.company_id AND a.first_password = 1 AND a.password_hash LIKE '$%')
WHERE account_id IS NULL AND id IN (SELECT b.person_id FROM binding b WHERE b.state = 'approved')"""

_INVITE = """
INSERT INTO invitation (company_id, id_hash, person_id, account_id, login, secret, state, member, tail_tries,
 expires_at, created_at)
SELECT p.company_id, p.id_hash, p.id, a.id, a.login, a.password_hash, 'open', 0, 0, a.first_password_until,
 a.created_at
FROM account a JOIN person p ON p.id_hash = a.id_hash AND p.company_id = a.company_id
JOIN binding b ON b.person_id = p.id AND b.state = 'approved'
WHERE a.first_password = 1 AND a.password_hash IS NOT NULL AND a.password_hash NOT LIKE '$%'"""

# What was a first password is one no more but by its invitation.
_NO_TAILS = """
UPDATE account SET password_hash = NULL WHERE first_password = 1 AND password_hash NOT LIKE '$%'"""

_CLAIM = """
INSERT INTO account_claim (company_id, person_id, account_id, origin, state, made_at)
SELECT p.company_id, p.id, a.id, 'applied', 'waiting', b.applied_at
FROM binding b JOIN person p ON p.id = b.person_id JOIN account a ON a.id_hash = p.id_hash
WHERE b.state = 'waiting' AND a.first_password = 0"""


def up(migrator, db):
    """Tie what works today; see above."""
    db.create_tables(_models(db), safe=False)
    migrate(
        migrator.add_column("person", "account_id", BigIntegerField(null=True)),
        migrator.add_column("session", "unit_id", BigIntegerField(null=True)),
        migrator.add_column("session", "invitation_id", BigIntegerField(null=True)),
        migrator.drop_index("account", "account_id_hash"),
        migrator.add_index("account", ("id_hash",)),
    )
    migrate(migrator.drop_not_null("session", "account_id"))
    db.execute_sql(_TIE)
    db.execute_sql(_TIE_RESET)
    db.execute_sql(_INVITE)
    db.execute_sql(_NO_TAILS)
    db.execute_sql(_CLAIM)
    migrate(
        migrator.add_index("person", ("account_id",)),
        migrator.add_index("person", ("company_id", "account_id"), True),
        migrator.add_index("session", ("invitation_id",)),
    )


def down(migrator, db):
    """Ties, invitations and claims are forgotten; of several accounts with one ID number the oldest keeps it."""
    db.execute_sql("DELETE FROM session WHERE account_id IS NULL")
    db.execute_sql(
        "UPDATE account SET id_hash = NULL, id_number = NULL WHERE id NOT IN"
        " (SELECT first FROM (SELECT MIN(id) AS first FROM account GROUP BY id_hash) kept)"
        " AND id_hash IS NOT NULL"
    )
    migrate(
        migrator.drop_index("account", "account_id_hash"),
        migrator.add_index("account", ("id_hash",), True),
        migrator.drop_index("session", "session_invitation_id"),
        migrator.drop_index("person", "person_company_id_account_id"),
        migrator.drop_index("person", "person_account_id"),
        migrator.add_not_null("session", "account_id"),
    )
    for table, column in (("session", "invitation_id"), ("session", "unit_id"), ("person", "account_id")):
        if isinstance(db, SqliteDatabase):  # in place, as in 0006
            db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
        else:
            migrate(migrator.drop_column(table, column))
    db.drop_tables(list(reversed(_models(db))), safe=False)


def _models(db):
    options = (
        []
        if isinstance(db, SqliteDatabase)
        else ["ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci"]
    )

    class Base(Model):
        id = BigAutoField()

        class Meta:
            database = db
            legacy_table_names = False
            table_settings = options

    class Invitation(Base):
        company_id = BigIntegerField()
        id_hash = CharField(max_length=64)
        person_id = BigIntegerField(index=True)
        account_id = BigIntegerField(null=True, index=True)
        login = CharField(max_length=60, index=True)
        secret = CharField(max_length=160, null=True)
        state = CharField(max_length=16)
        member = BooleanField()
        tail_tries = IntegerField()
        expires_at = Moment(null=True)
        created_at = Moment()
        created_by = CharField(max_length=60, null=True)

        class Meta:
            table_name = "invitation"
            indexes = ((("company_id", "id_hash"), True),)

    class AccountClaim(Base):
        company_id = BigIntegerField(index=True)
        person_id = BigIntegerField()
        account_id = BigIntegerField(index=True)
        origin = CharField(max_length=16)
        state = CharField(max_length=16)
        made_at = Moment()
        decided_at = Moment(null=True)
        decided_by = CharField(max_length=60, null=True)

        class Meta:
            table_name = "account_claim"
            indexes = ((("person_id", "account_id"), True), (("company_id", "state"), False))

    return [Invitation, AccountClaim]
