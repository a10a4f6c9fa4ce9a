"""Ties between accounts and files, laid as if both sides had said yes long ago."""

from __future__ import annotations

from typing import Any

from models.administration.records import Account
from models.core import clock
from models.core.security.crypto import hash_id_number
from models.messages.channels.records import SIGNED_IN, ChatMember, WecomApp
from models.organization.records import Person


def tie(id_number: str) -> None:
    """Every file with this ID number is of the first account that was made with it, if there is one."""
    hashed = hash_id_number(id_number)
    account = Account.select().where(Account.id_hash == hashed).order_by(Account.id).first()
    if account is not None:
        Person.update(account_id=account.id).where(
            Person.id_hash == hashed, Person.account_id.is_null()
        ).execute()


def tie_chat(person: Person, app: WecomApp, user_id: str, **values: Any) -> ChatMember:
    """A chat account of the file, as its holder ties it; of one without an account nothing is proven."""
    account_id = Person.get_by_id(person.id).account_id
    proven = {"account_id": account_id, "how": SIGNED_IN, "tied_at": clock.now()} if account_id else {}
    return ChatMember.create(
        company=person.__data__["company"], person=person, app=app, user_id=user_id, **{**proven, **values}
    )
