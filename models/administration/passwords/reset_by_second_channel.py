"""A new password without the old one, by a second channel that its holder proved themselves (I3).

A session that began just now with a chat tie of the whole group's app is such a channel: the platform has said who it
is, and the tie was made by its holder. A unit's own app is none, as that unit may say what it likes of its people: its
sessions are of the unit alone (`Session.unit_id`).
"""

from __future__ import annotations

from datetime import timedelta

from models.administration.passwords import password_history, password_rules
from models.administration.passwords.password_changes import _own_account, _replace, _wrong
from models.administration.records import Session
from models.administration.sign_in import known_devices
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden
from models.core.security import crypto
from models.core.security.actor import Actor

WITHIN = timedelta(minutes=10)


def is_open(actor: Actor) -> bool:
    """Whether the actor's session is such a channel now."""
    session = Session.get_or_none(Session.id == actor.session_id)
    return (
        session is not None
        and session.account_id == actor.account_id
        and session.unit_id is None
        and (session.origin or "").startswith("wecom:")
        and session.created_at > clock.now() - WITHIN
    )


def set_password(actor: Actor, new: str, *, known_device: str | None = None) -> str:
    """Set the actor's own password and end all other sessions. Keeps its own transactions.

    Gives what the device is to keep of its sign-ins (`known_device` is what it keeps now). Raises Forbidden
    `no_second_channel`, Invalid with `fields.new`.
    """
    if not in_transaction(is_open, actor, write=False):
        raise Forbidden(
            "请填写原密码",
            code="no_second_channel",
            cause="只有刚从全集团的企业微信应用进来（10 分钟内），才可以不填原密码",
            advice="请填写原密码；忘了密码，请从企业微信重新点开卡片再来改",
        )
    account = in_transaction(_own_account, actor, write=False)
    fault = password_rules.fault_of(new, account) or password_history.fault_of(new, account)
    if fault:
        raise _wrong("new", fault)
    hashed = crypto.hash_password(new)
    outcome: AnbanError | None = in_transaction(_replace, actor, account, hashed)
    if outcome is not None:
        raise outcome
    account.password_hash = hashed
    return known_devices.read(known_device).with_account(account)
