"""What is sent, and what becomes of it when the platform misbehaves: nothing lost, nothing twice (L01, L06, X04)."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from models.messages.channels.records import CARD, SMS, ChatMember, WecomApp
from models.messages.escalation import auditor
from models.messages.records import LOW, NORMAL, URGENT, Delivery, Message, Notice, Sending
from models.organization.records import Person
from tests.bots.flow.conftest import USERS, Works


def test_one_call_tells_all_and_everybody_has_one_card(works: Works) -> None:
    works.tell()
    works.work()
    works.work()
    assert works.inboxes() == [1, 1, 1]
    assert works.states() == ["accepted"] * 3
    assert Sending.select().where(Sending.way == CARD).count() == 1
    assert len(works.sandbox.wire("message/send")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 502, "count": 1},
        {"kind": "cut", "count": 1, "early": True},
        {"kind": "token", "count": 1},
    ],
)
def test_a_platform_that_stumbles_is_asked_again(works: Works, clock: Any, fault: dict[str, Any]) -> None:
    works.sandbox.fault(**fault)
    works.tell()
    for _ in range(8):
        works.work()
        clock.forward(minutes=3)
    assert works.states() == ["accepted"] * 3
    assert works.inboxes() == [1, 1, 1]


def test_an_answer_that_was_lost_brings_no_second_card(works: Works, clock: Any) -> None:
    """The platform did it and the connection broke: the same call again is known by its task id."""
    works.sandbox.fault("cut", count=1)
    works.tell()
    for _ in range(8):
        works.work()
        clock.forward(minutes=3)
    assert works.inboxes() == [1, 1, 1]
    assert works.states() == ["accepted"] * 3


def used_up(works: Works, clock: Any, *, urgency: int = URGENT) -> None:
    """A call whose answer is lost, and whose repeat is another one: the platform says that it knows the task id."""
    works.sandbox.fault("cut", count=1)
    works.tell(urgency=urgency)
    works.work()
    Sending.update(card=None).execute()  # as of a release that kept no card
    Message.update(card={**Message.get().card, "title": "停电改期"}).execute()
    for _ in range(4):
        clock.forward(minutes=3)
        works.sandbox.clock.forward(minutes=3)
        works.work()


@pytest.mark.parametrize("urgency", [URGENT, NORMAL])
def test_a_task_id_that_was_used_says_nothing_of_who_got_it(works: Works, clock: Any, urgency: int) -> None:
    clock.set(2026, 11, 23, 9)
    used_up(works, clock, urgency=urgency)
    assert works.states() == ["suspected"] * 3, "nobody knows whether it came, so nobody says so"
    assert works.states(SMS) == ["accepted"] * 3, "it goes on by the next way"
    row = Delivery.get(Delivery.way == CARD)
    assert row.error_code == "doubtful" and "42014" in row.reason
    found = auditor.report()
    assert found.counts["deliveries_doubtful"] == 3
    assert [gap for gap in found.gaps if gap.kind == "delivery_doubtful"] == [], "the text message did come"


def test_the_auditor_sees_who_may_have_got_nothing(works: Works, clock: Any) -> None:
    Person.update(phone="").execute()
    used_up(works, clock)
    gaps = [gap for gap in auditor.audit() if gap.kind == "delivery_doubtful"]
    assert sorted(gap.row_id for gap in gaps) == [
        row.id for row in Delivery.select().where(Delivery.way == CARD)
    ]
    mine = Notice.get(Notice.person == works.people[0].id)
    Notice.update(read_at=clock()).where(Notice.id == mine.id).execute()
    assert len([gap for gap in auditor.audit() if gap.kind == "delivery_doubtful"]) == 2, "who read it has it"


def test_a_card_goes_with_the_duplicate_check_and_its_repeat_is_the_very_same(
    works: Works, clock: Any
) -> None:
    works.sandbox.fault("cut", count=1)
    works.tell()
    works.work()
    Message.update(card={**Message.get().card, "title": "停电改期"}).execute()
    clock.forward(minutes=3)
    works.work()
    first, again = (call["request"] for call in works.sandbox.wire("message/send"))
    assert first == again
    assert (first["enable_duplicate_check"], first["duplicate_check_interval"]) == (1, 4 * 3600)
    assert works.states() == ["accepted"] * 3, "the platform took it once, and says so"
    assert works.inboxes() == [1, 1, 1]
    assert Sending.get().card is None, "what is known is not kept twice"


def test_who_is_not_there_fails_alone_and_gets_a_text_message(works: Works) -> None:
    ChatMember.update(user_id="nobody").where(ChatMember.user_id == USERS[0]).execute()
    works.tell()
    works.work()
    works.work()
    assert works.states() == ["failed", "accepted", "accepted"]
    failed = Delivery.get(Delivery.way == CARD, Delivery.state == "failed")
    assert failed.reason, "the board says why"
    assert works.states(SMS) == ["accepted"], "urgent news takes the next way"


def test_a_wrong_secret_is_a_matter_of_the_set_up_and_stands_at_it(works: Works, clock: Any) -> None:
    works.app.change(app_secret="wrong")
    works.tell()
    for _ in range(12):
        works.work()
        clock.forward(minutes=10)
    assert set(works.states()) == {"failed"}
    app = WecomApp.get_by_id(works.app.id)
    assert app.last_error
    assert "wrong" not in app.last_error, "a secret never stands in an error"


def test_text_messages_reach_the_phone_in_the_sandbox(works: Works) -> None:
    for person, user in zip(works.people, USERS, strict=True):
        works.sandbox.add_person(user, person.name, phone=person.phone)
    works.tell(SMS)
    works.work()
    assert works.states(SMS) == ["accepted"] * 3
    assert all("停电通知" in works.sandbox.person(user).sms()[-1] for user in USERS)


def test_more_than_the_platform_takes_in_a_minute_waits_and_is_not_lost(works: Works, clock: Any) -> None:
    for number in range(33):
        works.tell(title=f"第 {number} 条")
    works.work()
    assert max(works.inboxes()) <= 30, "the thirty-first would be dropped in silence"
    for _ in range(12):
        clock.forward(minutes=1)
        works.sandbox.clock.forward(minutes=1)
        works.work()
    assert set(works.states()) <= {"accepted", "queued"}
    assert Delivery.select().where(Delivery.way == CARD, Delivery.state == "failed").count() == 0


def test_at_night_small_news_waits_for_the_morning_and_an_accident_does_not(works: Works, clock: Any) -> None:
    clock.set(2026, 11, 22, 23)
    works.tell(urgency=NORMAL, title="检修通知")
    works.tell(urgency=URGENT, title="触电")
    works.work()
    assert works.inboxes() == [1, 1, 1]
    assert all("触电" in str(works.sandbox.person(user).cards()[0]["content"]) for user in USERS)
    clock.set(2026, 11, 23, 6, 59)
    works.work()
    assert works.inboxes() == [1, 1, 1]
    clock.set(2026, 11, 23, 7, 1)
    works.work()
    assert works.inboxes() == [2, 2, 2]


def test_small_news_of_half_an_hour_comes_as_one_card(works: Works, clock: Any) -> None:
    for number in range(4):
        works.tell(urgency=LOW, title=f"台账更新 {number}", bundle=True)
    works.work()
    assert works.inboxes() == [0, 0, 0]
    clock.forward(minutes=31)
    works.work()
    assert works.inboxes() == [1, 1, 1]
    text = str(works.sandbox.person(USERS[0]).cards()[0]["content"])
    assert "4 条新消息" in text
    assert all(f"台账更新 {number}" in text for number in range(4))


def test_the_waits_between_tries_grow_and_differ(works: Works, clock: Any) -> None:
    works.sandbox.fault("error", status=502)
    waits: list[list[float]] = []
    for number in range(3):
        works.tell(title=f"第 {number} 条")
    for _ in range(4):
        works.work()
        rows = list(Delivery.select().where(Delivery.way == CARD, Delivery.state == "queued"))
        waits.append(sorted({(row.due_at - clock()).total_seconds() for row in rows}))
        clock.forward(minutes=10)
    assert [max(before) < min(after) for before, after in itertools.pairwise(waits)][:2] == [
        True,
        True,
    ]
    assert all(len(each) == 3 for each in waits), "three calls, three moments: not all at once again"
