"""People to tell news to: a company with an app, and everything that may be missing of a person."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.security import crypto
from models.core.security.actor import Actor
from models.messages.channels.records import ChatGroup, Contact, WecomApp
from models.messages.delivery.deliveries import accepted, take_due
from models.messages.records import URGENT, Delivery, Message, Notice, Sending
from models.messages.tell import Telling, tell
from models.organization.records import Binding, Company, Person
from tests.support.account_ties import tie, tie_chat
from tests.support.prepared_rows import laid, lay_standards


class Crowd:
    """A group with the company `unit` and a stranger, `other`; `app` is the unit's chat app."""

    def __init__(self) -> None:
        lay_standards()
        self.group = self.node("集团", "group", None)
        self.unit = self.node("清源水务", "company", self.group)
        self.other = self.node("别家", "company", self.group)
        self.app = self.wecom(self.unit)
        self._people = 0

    def node(self, name: str, kind: str, parent: Company | None) -> Company:
        row = Company.create(name=name, kind=kind, parent=parent)
        row.path = f"{parent.path if parent else '/'}{row.id}/"
        row.company_root = row.id if kind == "company" else None
        row.save()
        return row

    def wecom(self, company: Company | None, **values: Any) -> WecomApp:
        wanted = {"corp_id": "corp", "agent_id": 1 + WecomApp.select().count(), "app_secret": "s"}
        return WecomApp.create(
            company=company, name="安班", callback_token="t", callback_key="k", base_url="http://x",
            **{**wanted, **values},
        )  # fmt: skip

    def person(
        self,
        *,
        unit: Company | None = None,
        card: str | None = "ok",
        email: bool = False,
        account: bool = True,
        number: str = "",
        bound: str = "approved",
        **values: Any,
    ) -> Person:
        """Somebody with a phone, a chat account (`card`: its state) and a sign-in, unless said otherwise."""
        self._people += 1
        unit, n = unit or self.unit, self._people
        number = number or f"99010119900101{n:04d}"
        wanted = {"name": f"人{n}", "phone": f"139{n:08d}", "role": "operator", **values}
        person = Person.create(company=unit, id_number=number, **wanted)
        Binding.create(company=unit, person=person, state=bound, origin="entered")
        if email:
            Contact.create(company=unit, person=person, email=f"p{n}@example.com")
        made = Account.get_or_none(Account.id_hash == crypto.hash_id_number(number))
        if account and made is None:
            made = Account.create(company=unit, login=f"p{n}", name=wanted["name"], id_number=number)
            Assignment.create(account_id=made.id, role=builtin("worker"), company_id=None)
        tie(number)
        if card is not None:
            tie_chat(person, self.app, f"u{n}", state=card)
        return Person.get_by_id(person.id)

    def actor(self, person: Person, door: str = "phone") -> Actor:
        """The sign-in of a person, as it is now."""
        return actor_for_account(Account.get(Account.id == Person.get_by_id(person.id).account_id), door)

    def officer(self, unit: Company | None = None) -> Actor:
        """A safety officer of a unit."""
        unit = unit or self.unit
        made = Account.create(company=unit, login=f"officer{unit.id}", name="安全员")
        Assignment.create(account_id=made.id, role=builtin("safety_officer"), company_id=unit.id)
        return actor_for_account(made, "console")

    def chat(self, company: Company | None, **values: Any) -> ChatGroup:
        return ChatGroup.create(company=company, name="应急群", kind="robot", webhook_key="k", **values)

    def telling(self, *people: Person, **values: Any) -> Telling:
        """An urgent piece of news by card that wants an answer, unless said otherwise."""
        wanted: dict[str, Any] = {
            "company_id": self.unit.id, "kind": "accident.reported", "subject_kind": "accident",
            "subject_id": 7, "title": "事故快报", "text": "一号厂着火", "link": "/pages/accident/index?id=7",
            "urgency": URGENT, "needs_answer": True, "persons": [person.id for person in people],
            "ways": ("card",), **values,
        }  # fmt: skip
        return Telling(**wanted)

    def tell(self, *people: Person, outbox_id: int | None = None, **values: Any) -> Message:
        """Tell such news."""
        return in_transaction(tell, self.telling(*people, **values), outbox_id=outbox_id)


def states(message: Message | None = None, person: Person | None = None) -> dict[str, str]:
    """The state of each way (of a message, to a person), the newest of a way last."""
    query = Delivery.select().order_by(Delivery.id)
    if message is not None:
        query = query.where(Delivery.message == message.id)
    if person is not None:
        query = query.where(Delivery.person == person.id)
    return {row.way: row.state for row in query}


def notice_of(message: Message, person: Person) -> Notice:
    """The person's notice of a message."""
    return Notice.get(Notice.message == message.id, Notice.person == person.id)


def take(limit: int = 1000) -> list[Delivery]:
    """Lease what is due, as a sender does."""
    return in_transaction(take_due, limit)


def hand_over(rows: list[Delivery]) -> Sending:
    """Have the platform accept them, in one call."""
    count = Sending.select().count()
    sending = Sending.create(message_id=rows[0].message_id, way=rows[0].way, task_id=f"t{count}")
    in_transaction(accepted, [row.id for row in rows], sending.id)
    return sending


@pytest.fixture
def crowd(database: Any, clock: Any) -> Crowd:
    """Companies, an app and a way to make people; Sunday 08:00, outside of quiet hours."""
    lay_standards()
    return laid("crowd", Crowd)
