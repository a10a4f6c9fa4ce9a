"""Earlier passwords are not taken again, and a password may have an end (ANBAN_PASSWORD_HISTORY, ANBAN_PASSWORD_DAYS).

等保 names a change every 90 days (待核对); NIST SP 800-63B and ASVS 4.0.3 V2.1.10 advise against it. So it is off until an
installation asks for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import BigIntegerField, CharField

from models.administration.records import Account
from models.core import clock
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.fields import Moment
from models.core.records import Base
from models.core.security import crypto


class OldPassword(Base):
    """A password that an account had, as its hash."""

    account_id = BigIntegerField(index=True)
    password_hash = CharField(max_length=160)
    replaced_at = Moment("换掉的时间", required=True, default=clock.now)

    class Meta:
        table_name = "old_password"


def fault_of(new: str, account: Account) -> str:
    """A sentence if the password is one of the account's last ones; empty if not.

    Compares hashes, each as long as a sign-in's: call it outside of a transaction.
    """
    most = config().password_history
    hashes = in_transaction(_hashes, account.id, most, write=False) if most else []
    used = any(crypto.verify_password(hashed, new) for hashed in hashes)
    return f"不能用最近 {most} 次用过的密码" if used else ""


def _hashes(account_id: int, most: int) -> list[str]:
    rows = OldPassword.select().where(OldPassword.account_id == account_id)
    return [row.password_hash for row in rows.order_by(OldPassword.id.desc()).limit(most)]


def replaced(account: Account) -> None:
    """Remember the password that `account` was read with, as another one takes its place; in the transaction.

    A first password, which somebody else handed out, is none of them.
    """
    Account.update(password_changed_at=clock.now()).where(Account.id == account.id).execute()
    old = account.password_hash
    if account.first_password or not old or not old.startswith("$"):
        return
    OldPassword.create(account_id=account.id, password_hash=old)
    kept = [
        row.id
        for row in OldPassword.select(OldPassword.id)
        .where(OldPassword.account_id == account.id)
        .order_by(OldPassword.id.desc())
        .limit(max(config().password_history, 1))
    ]
    OldPassword.delete().where(OldPassword.account_id == account.id, OldPassword.id.not_in(kept)).execute()


def has_run_out(account: Account) -> bool:
    """Whether the password must be changed because it is old; never where the installation sets no end."""
    days = config().password_days
    if not days or account.first_password:
        return False
    since: datetime = account.password_changed_at or account.created_at
    return bool(since + timedelta(days=days) <= clock.now())
