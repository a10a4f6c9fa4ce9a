"""From a person to the actor that they are (H06)."""

from __future__ import annotations

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account
from models.core.db.queries import fetch_one
from models.core.errors import Forbidden
from models.core.security.actor import Actor
from models.organization.records import Person


def actor_of(person_id: int, door: str = "chat", *, unit_id: int | None = None) -> Actor:
    """What the person may do, as if signed in; for `unit_id` alone, where one unit vouches.

    Raises Forbidden `no_account`, Unauthenticated `account_disabled`.
    """
    person = fetch_one(Person, person_id)
    account = None if person is None else fetch_one(Account, person.account_id)
    if account is None:
        raise Forbidden(
            "您还没有账号",
            code="no_account",
            cause="单位还没有给您开通账号",
            advice="请联系安全管理员开通，再来办理",
        )
    return actor_for_account(account, door, unit_id=unit_id)
