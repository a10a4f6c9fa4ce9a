"""Who doesn't answer, whoever stands in, and an answer that nothing followed: on the phones of the sandbox (X04, G02)."""

from __future__ import annotations

from typing import Any

import pytest

from bots.delivery import updater
from models.accidents import rules
from models.accidents.records import Accident
from models.core.db.connection import in_transaction
from models.messages.channels.records import CARD, SMS, Contact
from models.messages.escalation import auditor
from models.messages.escalation.records import Chain, ChainStep, Preset
from models.messages.inbox.answering_for_others import answer_for
from models.messages.inbox.answers import answer_by_person, follow_up
from models.messages.records import Escalation, EscalationStep, Notice
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


def texts(card: Any) -> list[str]:
    """What can be pressed on a card."""
    return [each["text"] for each in card["content"].get("button_list", []) if each.get("type", 0) == 0]


def standing_in(chained: Chained, count: int = 2) -> list[Any]:
    """The deputy stands in for so many; all of them are silent for ten minutes. The first has a superior."""
    works, unit = chained.wired.works, chained.wired.crowd.unit
    for user in ("liuyang", "zhouqi", "wuhao")[: count - 1]:
        works.people.append(works._person(user))
        Contact.create(company=unit, person=works.people[-1], deputy=works.people[2])
        chained.wired.sandbox.add_person(user, works.people[-1].name, phone=works.people[-1].phone)
    chained.wired.report(1, *range(3, 2 + count))
    chained.later(10)
    return [works.people[1], *works.people[3:]]


def test_who_stands_in_for_several_gets_one_card_that_names_them_and_answers_for_each(
    chained: Chained,
) -> None:
    first, second = standing_in(chained)
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert f"替 {first.name}、{second.name} 通知您" in str(card["content"])
    assert texts(card)[:3] == ["收到", "已在现场", "需要支援"]
    assert set(texts(card)[3:]) == {f"代{first.name}回应", f"代{second.name}回应"}
    chained.press(DEPUTY, "收到")
    assert [row.state for row in Escalation.select()] == ["running"] * 2, "that was for themselves"
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert set(texts(card)) == {f"代{first.name}回应", f"代{second.name}回应"}
    assert "已回应：收到" in str(card["content"])
    chained.press(DEPUTY, f"代{first.name}回应")
    assert texts(chained.wired.phone(DEPUTY).cards()[-1]) == [f"代{second.name}回应"]
    chained.later(5)
    assert chained.cards(CHIEF) == 0, "the first one's superior is left alone"
    own = chained.wired.notice(1)
    assert (Escalation.get(Escalation.notice_id == own.id).state, own.answer) == ("stopped", None)
    other = Escalation.get(Escalation.notice_id == chained.wired.notice(3).id)
    assert (other.state, other.next_step) == ("finished", 3), "whose chain went on"
    chained.press(DEPUTY, f"代{second.name}回应")
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert texts(card) == []
    assert f"已代 {first.name}、{second.name} 回应" in str(card["content"])
    assert auditor.audit() == []


def test_a_stand_ins_card_that_asks_on_is_not_looked_at_for_ever_and_goes_with_the_last_answer(
    chained: Chained,
) -> None:
    first, second = standing_in(chained)
    accident, deputy = Accident.get(), chained.wired.works.people[2].id
    chained.wired.correct(accident, what="触电，两人已送医")
    in_transaction(answer_by_person, deputy, "accident", accident.id, "received", way="system")
    chained.wired.work()
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert updater.work(1) == 0, "it still asks for others, and nothing is to be done with it"
    assert not card["recalled"]
    for person in (first, second):
        theirs = Notice.get(Notice.person == person.id).id
        assert in_transaction(answer_for, [deputy], "accident", accident.id, theirs)
    chained.wired.work()
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert card["recalled"] and updater.work(1) == 0


def test_of_more_than_two_one_is_chosen(chained: Chained) -> None:
    people = standing_in(chained, 4)
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert texts(card) == ["收到", "已在现场", "需要支援", "代他回应"]
    choice = card["content"]["button_selection"]
    assert {each["text"] for each in choice["option_list"]} == {person.name for person in people}
    wanted = next(each["id"] for each in choice["option_list"] if each["text"] == people[2].name)
    chained.wired.phone(DEPUTY).press(card, "代他回应", {"whom": [wanted]})
    stopped = Escalation.select().where(Escalation.state == "stopped")
    assert [str(row.notice_id) for row in stopped] == [wanted]


def test_who_answers_for_another_first_is_still_asked_for_themselves(chained: Chained) -> None:
    first, second = standing_in(chained)
    chained.press(DEPUTY, f"代{first.name}回应")
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert texts(card) == ["收到", "已在现场", "需要支援", f"代{second.name}回应"]
    chained.press(DEPUTY, "收到")
    (card,) = chained.wired.phone(DEPUTY).cards()
    assert texts(card) == [f"代{second.name}回应"]


def test_nobody_else_can_press_a_stand_ins_button(chained: Chained) -> None:
    first, _ = standing_in(chained)
    (card,) = chained.wired.phone(DEPUTY).cards()
    heard = chained.wired.post(chained.wired.press_xml(card, f"代{first.name}回应", USERS[0]))
    assert "不能代他回应" in heard.reply
    assert {row.state for row in Escalation.select()} == {"running"}


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
