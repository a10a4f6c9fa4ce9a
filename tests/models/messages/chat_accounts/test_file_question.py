"""A further unit's question goes once into each chat of whom it may concern, by apps of the whole group alone (I2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.records import Account, Invitation
from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.messages.channels.records import ChatMember, WecomApp
from models.messages.chat_accounts.file_question import QUESTION, ask
from models.messages.records import Inbound
from models.organization.records import Person
from tests.support.account_ties import tie_chat
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine
NUMBER = "990101199001018888"


class Asked:
    """Somebody of one unit with a chat account of a group's app, whom another unit has entered and asks."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.app = crowd.wecom(None)
        self.person = crowd.person(number=NUMBER, card=None)
        self.member = tie_chat(self.person, self.app, "chat-user")
        self.account = Account.get_by_id(Person.get_by_id(self.person.id).account_id)
        self.there = crowd.person(unit=crowd.other, number=NUMBER, account=False, card=None)
        Person.update(account_id=None).where(Person.id == self.there.id).execute()
        self.invitation = Invitation.create(
            company_id=crowd.other.id, id_hash=self.there.id_hash, person_id=self.there.id, login="x", state="open",
            expires_at=clocks.now() + timedelta(days=7),
        )  # fmt: skip

    def ask(self, person_id: int | None = None) -> list[tuple[str, str, int]]:
        """Ask; gives what there is in the chats then: kind, to whom, by which app."""
        in_transaction(ask, Outbox(kind="invitation.opened", subject_id=person_id or self.there.id))
        return [(row.kind, row.user_id, row.app_id) for row in Inbound.select().order_by(Inbound.id)]


@pytest.fixture
def asked(crowd: Crowd) -> Asked:
    return Asked(crowd)


def test_it_goes_once_into_each_chat(asked: Asked) -> None:
    once = [(QUESTION, "chat-user", asked.app.id)]
    assert asked.ask() == once == asked.ask()
    second = asked.crowd.wecom(None)
    tie_chat(asked.person, second, "elsewhere")
    assert asked.ask() == [*once, (QUESTION, "elsewhere", second.id)]


@pytest.mark.parametrize(
    "why", ["accepted", "account off", "password", "company's app", "app off", "left", "other's", "nobody"]
)
def test_whom_nothing_is_asked(asked: Asked, why: str) -> None:
    changes: dict[str, Any] = {
        "accepted": Invitation.update(state="accepted"),
        "account off": Account.update(state="disabled").where(Account.id == asked.account.id),
        "password": Account.update(must_change_password=True).where(Account.id == asked.account.id),
        "company's app": WecomApp.update(company=asked.crowd.unit),
        "app off": WecomApp.update(enabled=False),
        "left": ChatMember.update(state="left"),
        "other's": ChatMember.update(account_id=asked.account.id + 99),
        "nobody": None,
    }
    if changes[why] is not None:
        changes[why].execute()
    assert asked.ask(asked.person.id if why == "nobody" else None) == []
