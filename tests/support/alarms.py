"""An alarm in a small unit: people who can be reached by every way, chains, and messages told to them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from models.administration.records import Account
from models.core import clock
from models.core.db.connection import in_transaction
from models.core.security.identifiers import id_check_character
from models.messages.channels.records import Contact, MailServer, SmsProvider, WecomApp
from models.messages.escalation import running
from models.messages.escalation.records import Chain, ChainStep
from models.messages.records import Delivery, Escalation, EscalationStep, Message, Notice
from models.organization.records import Binding, Company, Person
from tests.support.account_ties import tie_chat

Step = tuple[int, str, str]  # minutes to wait, who, way
_numbers = itertools.count(1)


class Alarm:
    """One unit with a provider of every way, and what happens in it."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.app = WecomApp.create(
            company=company, name="安班", corp_id=f"ww{company.id}", agent_id=1, app_secret="s",
            callback_token="t", callback_key="k",
        )  # fmt: skip
        self.sms = SmsProvider.create(company=company, name="短信", provider="sandbox")
        self.mail = MailServer.create(company=company, name="邮件", host="127.0.0.1", sender="a@example.cn")

    def person(
        self, name: str = "", *, deputy: Person | None = None, superior: Person | None = None, **also: Any
    ) -> Person:
        """Somebody with a phone, an e-mail address and a chat account."""
        place = next(_numbers)
        first = f"330102199{place // 280000 % 10}{1 + place // 28000 % 10:02}{1 + place // 1000 % 28:02}{place % 1000:03}"
        person = Person.create(
            company=also.pop("company", self.company), name=name or f"工人{place}",
            id_number=first + id_check_character(first), phone=f"139{place:08}", role="operator", **also,
        )  # fmt: skip
        Binding.create(company=person.company_id, person=person, state="approved", origin="entered")
        Contact.create(
            company=person.company_id,
            person=person,
            email=f"p{place}@example.cn",
            deputy=deputy,
            superior=superior,
        )
        account = Account.create(
            company=person.company_id, login=f"alarm{place}", name=person.name, id_number=person.id_number
        )
        Person.update(account_id=account.id).where(Person.id == person.id).execute()
        tie_chat(person, self.app, f"user{place}")
        return Person.get_by_id(person.id)

    def chain(self, *steps: Step, stop_when: str = "each", reopen: int | None = None, **also: Any) -> Chain:
        """A chain with these steps."""
        chain = Chain.create(
            **{
                "company": self.company,
                "name": "升级",
                "stop_when": stop_when,
                "reopen_minutes": reopen,
                **also,
            }
        )
        for place, (wait, who, way) in enumerate(steps, 1):
            ChainStep.create(
                company=chain.company_id, chain=chain, sequence=place * 2, wait_minutes=wait, who=who, way=way
            )
        return chain

    def tell(self, chain: Chain, persons: Iterable[Person], *, subject: int = 1) -> list[Notice]:
        """A message to these, each with a first delivery that was accepted, and the chain begun."""
        message = Message.create(
            company_id=self.company.id, kind="accident.reported", subject_kind="accident", subject_id=subject,
            title="快报", text="起火", card={}, needs_answer=True,
        )  # fmt: skip
        notices = []
        for person in persons:
            notice = Notice.create(company=self.company, message=message, person=person)
            notices.append(notice)
            Delivery.create(
                company=self.company, message=message, notice=notice, person=person, way="card",
                state="accepted", once_key=f"{message.id}.p{person.id}.card.0",
            )  # fmt: skip
        pairs = [(notice.id, notice.person_id) for notice in notices]
        in_transaction(running.begin, message.id, chain.id, pairs)
        return notices

    def answer(self, notice: Notice, answer: str = "received") -> int:
        """An answer as the rule of answers gives it: on the notice, and to the chains, in one transaction."""

        def rule() -> int:
            Notice.update(answer=answer, answered_at=clock.now()).where(Notice.id == notice.id).execute()
            return running.answered(notice.message_id, [notice.id], answer)

        return in_transaction(rule)


def taken(notice: Notice) -> list[tuple[int, int, str]]:
    """(round, index, outcome) of the notice's steps, in order."""
    query = (
        EscalationStep.select()
        .join(Escalation)
        .where(Escalation.notice_id == notice.id)
        .order_by(EscalationStep.round, EscalationStep.step)
    )
    return [(row.round, row.step, row.outcome) for row in query]


def told(person: Person, states: Sequence[str] = ("queued",)) -> list[tuple[str, int]]:
    """(way, step) of what the steps told the person, in order."""
    query = Delivery.select().where(
        Delivery.person == person, Delivery.step > 0, Delivery.state.in_(list(states))
    )
    return [(row.way, row.step) for row in query.order_by(Delivery.id)]


def state(notice: Notice) -> Escalation:
    """The notice's chain as it is now."""
    return Escalation.get(Escalation.notice_id == notice.id)
