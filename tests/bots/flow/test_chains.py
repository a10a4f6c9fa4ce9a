"""Who doesn't answer, whoever stands in, and an answer that nothing followed: on the phones of the sandbox (X04, G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents import rules
from models.core.database import in_transaction
from models.messages import auditor
from models.messages.answers import follow_up
from models.messages.chains import Chain, ChainStep, Preset
from models.messages.records import Escalation, EscalationStep
from models.messages.ways import CARD, SMS, Contact
from models.organization.records import Person
from tests.bots.flow.conftest import USERS
from tests.bots.flow.wired import Wired

WORKER, DEPUTY, CHIEF = USERS[1], USERS[2], "zhoubo"


class Chained:
    """`wired` with a chain: after 5 min an SMS, after 5 more the deputy's card, after 5 more the superior's."""

    def __init__(self, wired: Wired, clock: Any) -> None:
        self.wired, self.clock = wired, clock
        works, unit = wired.works, wired.crowd.unit
        self.chief: Person = works._person(CHIEF)
        for user, person in zip((WORKER, DEPUTY, CHIEF), (*works.people[1:], self.chief), strict=True):
            wired.sandbox.add_person(user, person.name, phone=person.phone)
        Contact.create(company=unit, person=works.people[1], deputy=works.people[2], superior=self.chief)
        self.chain = Chain.create(company=unit, name="升级")
        for place, (who, way) in enumerate((("self", SMS), ("deputy", CARD), ("superior", CARD)), 1):
            ChainStep.create(company=unit, chain=self.chain, sequence=place, wait_minutes=5, who=who, way=way)
        Preset.create(company=unit, name="预案", level="any", ways=[CARD], chain=self.chain)

    def set(self, **values: Any) -> None:
        """Change the chain, for reports from now on."""
        Chain.update(**values).where(Chain.id == self.chain.id).execute()

    def later(self, minutes: float) -> None:
        """Time passes, for us and for the platform, minute by minute."""
        for _ in range(int(minutes)):
            self.clock.forward(minutes=1)
            self.wired.sandbox.clock.forward(minutes=1)
            self.wired.work()

    def cards(self, user: str) -> int:
        """How many cards somebody has."""
        return len(self.wired.phone(user).cards())

    def press(self, user: str, verb: str) -> None:
        """Somebody presses on the newest card."""
        told = self.wired.phone(user).press(self.wired.phone(user).cards()[-1], verb)
        assert told["reply"] == "update_template_card", told
        self.wired.work()

    def sms(self, user: str) -> int:
        """How many short messages somebody has."""
        return len(self.wired.phone(user).sms())


@pytest.fixture
def chained(wired: Wired, clock: Any) -> Chained:
    """The chain, and the unit's preset with it."""
    return Chained(wired, clock)


def test_silence_goes_from_the_next_way_to_the_deputy_to_the_superior(chained: Chained) -> None:
    chained.wired.report(0, 1)
    assert (chained.cards(WORKER), chained.sms(WORKER), chained.cards(DEPUTY)) == (1, 0, 0)
    chained.later(4)
    assert chained.sms(WORKER) == 0, "not before its time"
    chained.later(1)
    assert (chained.sms(WORKER), chained.cards(DEPUTY)) == (1, 0)
    chained.later(5)
    assert (chained.cards(DEPUTY), chained.cards(CHIEF)) == (1, 0)
    chained.later(5)
    assert chained.cards(CHIEF) == 1
    chained.later(30)
    assert [chained.cards(user) for user in (WORKER, DEPUTY, CHIEF)] == [1, 1, 1]
    assert chained.sms(WORKER) == 1
    steps = EscalationStep.select().order_by(EscalationStep.step)
    assert [(row.step, row.outcome) for row in steps] == [(0, "taken"), (1, "taken"), (2, "taken")]
    assert auditor.audit() == []


def test_a_press_stops_at_once_what_is_still_to_come(chained: Chained) -> None:
    chained.wired.report(0, 1)
    chained.later(5)
    chained.press(WORKER, "收到")
    chained.later(30)
    assert (chained.sms(WORKER), chained.cards(DEPUTY), chained.cards(CHIEF)) == (1, 0, 0)
    assert Escalation.get().state == "stopped"
    assert auditor.audit() == []


def test_the_deputys_press_answers_for_both_and_the_superior_is_left_alone(chained: Chained) -> None:
    chained.wired.report(0, 1)
    chained.later(10)
    chained.press(DEPUTY, "收到")
    chained.later(30)
    assert chained.cards(CHIEF) == 0
    assert "已回应：收到" in str(chained.wired.phone(DEPUTY).cards()[-1]["content"])
    assert chained.wired.notice(2).why == "deputy"


def test_one_who_is_there_stops_the_rest_where_the_chain_says_so(chained: Chained) -> None:
    chained.set(stop_when="on_site")
    chained.wired.report()
    chained.press(DEPUTY, "已在现场")
    chained.later(30)
    assert (chained.sms(WORKER), chained.cards(CHIEF)) == (0, 0)
    assert {row.stopped_why for row in Escalation.select()} >= {"已有人到场"}
    assert auditor.audit() == []


def test_one_who_only_has_received_it_does_not(chained: Chained) -> None:
    chained.set(stop_when="on_site")
    chained.wired.report()
    chained.press(DEPUTY, "收到")
    chained.later(5)
    assert chained.sms(WORKER) == 1


def test_an_answer_that_nothing_followed_is_asked_again_on_a_card_that_can_be_pressed(
    chained: Chained,
) -> None:
    chained.set(reopen_minutes=10)
    ChainStep.update(way=CARD).where(ChainStep.who == "self").execute()
    chained.wired.report(0, 1)
    chained.press(WORKER, "收到")
    chained.later(9)
    assert chained.cards(WORKER) == 1
    chained.later(2)
    assert chained.cards(WORKER) == 2, "the chain is open again, and its first step due at once"
    newest = chained.wired.phone(WORKER).cards()[-1]["content"]
    assert [each["text"] for each in newest["button_list"] if each["type"] == 0] == [
        "收到",
        "已在现场",
        "需要支援",
    ]
    assert chained.wired.notice(1).answer is None
    chained.later(5)
    assert chained.cards(DEPUTY) == 1, "and goes on from there"
    chained.press(WORKER, "已在现场")
    assert chained.wired.notice(1).answer == "on_site"
    chained.later(6)
    assert chained.cards(CHIEF) == 0
    assert auditor.audit() == []


def test_an_answer_that_was_followed_up_stays(chained: Chained) -> None:
    chained.set(reopen_minutes=10)
    accident = chained.wired.report(0, 1)
    chained.press(WORKER, "收到")
    person = chained.wired.works.people[1].id
    in_transaction(follow_up, chained.wired.officer, "accident", accident.id, way=CARD, person_id=person)
    chained.later(30)
    assert (chained.cards(WORKER), chained.sms(WORKER)) == (1, 0)
    assert chained.wired.notice(1).answer == "received"


def test_the_end_stops_everything_and_opens_nothing_again(chained: Chained) -> None:
    chained.set(reopen_minutes=10)
    accident = chained.wired.report(0, 1)
    chained.later(5)
    chained.press(WORKER, "收到")
    chained.wired.close(accident)
    chained.later(30)
    assert (chained.sms(WORKER), chained.cards(DEPUTY), chained.cards(CHIEF)) == (1, 0, 0)
    assert "伤者已出院" in str(chained.wired.phone(WORKER).cards()[-1]["content"])
    assert auditor.audit() == []


def test_a_report_that_is_told_after_its_end_asks_nobody(chained: Chained) -> None:
    wired = chained.wired
    people = [str(person.id) for person in wired.works.people]
    data = {
        "what": "触电", "place": "泵房", "happened_at": chained.clock(), "company": wired.crowd.unit.id,
        "receivers": {"persons": people, "groups": [], "ways": [CARD]},
    }  # fmt: skip
    accident, _ = in_transaction(rules.report, wired.officer, data, key="late")
    wired.close(accident)
    chained.later(10)
    assert Escalation.select().count() == 0
    for user in (WORKER, DEPUTY):
        assert "伤者已出院" in str(wired.phone(user).cards()[-1]["content"])
        assert chained.sms(user) == 0
