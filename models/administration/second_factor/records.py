"""Tables of second factors."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, IntegerField

from models.core import clock
from models.core.fields import Moment, Secret
from models.core.fields.encoded import Json
from models.core.records import Base


class SecondFactor(Base):
    """An account's authenticator. `secret` is in use since `confirmed_at`; `pending` waits for its first code.

    `last_step` is the time step of the last code that was taken: none is good twice.
    """

    account_id = BigIntegerField(unique=True)
    secret = Secret("密钥", internal=True)
    pending = Secret("待确认的密钥", internal=True)
    confirmed_at = Moment("启用时间")
    last_step = BigIntegerField(default=0)
    failures = IntegerField(default=0)
    locked_until = Moment("锁定至")

    class Meta:
        table_name = "second_factor"


class RecoveryCode(Base):
    """A code for who has lost the authenticator, good once; only its keyed hash is kept."""

    account_id = BigIntegerField(index=True)
    code_hash = CharField(max_length=64, unique=True)
    used_at = Moment("使用时间")

    class Meta:
        table_name = "recovery_code"


class HalfSession(Base):
    """Somebody has given the right password and not the second factor yet. It opens nothing but the rest of the sign-in.

    It stands in a table of its own, so that nothing that looks for sessions can take it for one. `step` is `code`
    (one is asked for) or `enrol` (one must be set up first). `opening` is what else the session is to be opened with.
    """

    token_hash = CharField(max_length=64, unique=True)
    account_id = BigIntegerField(index=True)
    door = CharField(max_length=16)
    step = CharField(max_length=16)
    device = CharField(max_length=120, null=True)
    address = CharField(max_length=64, null=True)
    opening = Json(null=True)
    expires_at = Moment("有效至", required=True, index=True, default=clock.now)
    used_at = Moment("使用时间")

    class Meta:
        table_name = "half_session"
