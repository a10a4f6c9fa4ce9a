"""A unit with a worker, two safety officers and a leader, and ways to report and to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.accidents.access import SUBJECT
from models.accidents.records import Accident
from models.accidents.rules import report
from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.security.actor import Actor
from models.messages.records import Delivery, Message, Notice
from models.organization.records import Binding, Company, Person
from tests.support.clock_in_plant import NUMBERS, Plant


class Scene:
    """The plant of the other tests, and who has a part in an accident there."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.unit = plant.units[0]
        self.worker = Person.get(Person.id_number.is_null(False), Person.company == self.unit)
        self.officer = plant.person(1, self.unit, name="陈安澜", role="safety_officer")
        self.second = plant.person(2, self.unit, name="周守正", role="safety_officer")
        self.boss = plant.person(3, self.unit, name="沈立新")
        plant.account(1, self.unit)
        self._grant(1, "safety_officer")

    def _grant(self, who: int, role: str) -> None:
        account = self.plant.accounts[who]
        Assignment.create(account_id=account.id, role=builtin(role), company_id=account.company_id)

    def actor(self, who: int = 0, door: str = "phone") -> Actor:
        """The actor of an account of the plant, as it is now: 0 the worker, 1 the safety officer."""
        return actor_for_account(Account.get_by_id(self.plant.accounts[who].id), door)

    def member(self, role: str, company: Company | None = None) -> Actor:
        """Somebody without a personnel file who holds a role."""
        company = company or self.unit
        account = Account.create(company=company, login=f"m{Account.select().count()}", name="无档案")
        Assignment.create(account_id=account.id, role=builtin(role), company_id=company.id)
        return actor_for_account(account, "console")

    def facts(self, **values: Any) -> dict[str, Any]:
        """What a worker fills in, some of it otherwise."""
        minutes = now() - timedelta(minutes=10)
        return {
            "what": "叉车倾覆压伤人",
            "place": "成品仓库东门",
            "happened_at": minutes.isoformat(),
            **values,
        }

    def report(self, who: int = 0, *, key: str = "k1", **values: Any) -> Accident:
        """A report by somebody, committed."""
        return in_transaction(report, self.actor(who), self.facts(**values), key=key)[0]

    def news(self, kind: str) -> list[Outbox]:
        """What was announced of a kind, oldest first."""
        return list(Outbox.select().where(Outbox.kind == kind).order_by(Outbox.id))

    def tell(
        self, accident: Accident, *persons: Person, needs_answer: bool = True, **values: Any
    ) -> list[Notice]:
        """Notices of a message about the accident, as telling makes them."""
        message = Message.create(
            company_id=accident.company_id, kind="accident.reported", subject_kind=SUBJECT,
            subject_id=accident.id, title="事故快报", text="…", card={}, needs_answer=needs_answer,
        )  # fmt: skip
        return [
            Notice.create(company=accident.company_id, message=message, person=person, **values)
            for person in persons
        ]

    def deliver(self, notice: Notice, way: str, state: str, **values: Any) -> Delivery:
        """A delivery of a notice in a state."""
        return Delivery.create(
            company=notice.company_id, message=notice.message_id, notice=notice, person=notice.person_id,
            way=way, state=state, once_key=f"{notice.message_id}.p{notice.person_id}.{way}.{values.get('step', 0)}",
            **values,
        )  # fmt: skip

    def leave(self, person: Person) -> None:
        """Take somebody out of the unit."""
        Binding.update(state="ended").where(Binding.person == person.id).execute()


@pytest.fixture
def scene(plant: Plant) -> Scene:
    assert len(NUMBERS) > 4
    return Scene(plant)
