"""Answers: one winner, raised but never lowered, and nothing more to who has answered."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.messages.delivery.deliveries import Failure, accepted, failed
from models.messages.escalation import hooks
from models.messages.inbox.answers import answer, answer_by_person, answer_subject, follow_up, told_of
from models.messages.inbox.board_updates import heard_with, news_of_answer
from models.messages.records import NEED_HELP, ON_SITE, RECEIVED, Delivery, Notice, Sending
from models.organization.records import Binding
from tests.support.people_to_tell import Crowd, hand_over, notice_of, states, take

SLOW = Failure("network", "平台没有应答", 2.0)


class Chains:
    """Stands where the escalation is: keeps what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, list[int], str]] = []
        self.begun: list[tuple[int, int, list[tuple[int, int]]]] = []

    def begin(self, message_id: int, chain_id: int, notices: Any) -> None:
        self.begun.append((message_id, chain_id, list(notices)))

    def answered(self, message_id: int, notice_ids: list[int], value: str) -> None:
        self.heard.append((message_id, notice_ids, value))


@pytest.fixture
def chains(monkeypatch: pytest.MonkeyPatch) -> Chains:
    """Instead of the real escalation, so that what it is asked for can be seen."""
    made = Chains()
    monkeypatch.setattr(hooks, "_escalation", lambda: made)
    return made


@pytest.mark.parametrize(
    ("kind", "also", "news"),
    [("accident_help", "accident", "accident.coming"), ("accident", None, None), ("nothing", None, None)],
)
def test_what_an_answer_means_besides(kind: str, also: str | None, news: str | None) -> None:
    """Who comes to a call for help has heard of the accident, and everybody hears that they come."""
    assert (heard_with(kind), news_of_answer(kind, RECEIVED)) == (also, news)


def test_an_answer_stops_all_that_is_still_to_come(crowd: Crowd, chains: Chains) -> None:
    person, other = crowd.person(), crowd.person()
    message = crowd.tell(person, other, ways=("card", "sms"), chain_id=3)
    rows = take()
    hand_over([row for row in rows if row.way == "card"])
    in_transaction(failed, [row.id for row in rows if row.way == "sms"], SLOW)
    notice = notice_of(message, person)
    done = in_transaction(answer, crowd.actor(person), notice.id, RECEIVED, way="card")
    assert (done.first, done.answer, done.notice_id) == (True, RECEIVED, notice.id)
    assert states(message, person) == {"system": "seen", "card": "acknowledged", "sms": "cancelled"}
    assert states(message, other) == {"system": "delivered", "card": "accepted", "sms": "queued"}
    assert chains.heard == [(message.id, [notice.id], RECEIVED)]
    (begun,) = chains.begun
    assert begun[:2] == (message.id, 3)
    assert sorted(begun[2]) == sorted((notice_of(message, p).id, p.id) for p in (person, other))


def test_twice_is_once_and_stronger_raises(crowd: Crowd, chains: Chains, clock: Any) -> None:
    person = crowd.person()
    message = crowd.tell(person)
    told = notice_of(message, person).id
    actor = crowd.actor(person)
    said = []
    for value in (RECEIVED, RECEIVED, ON_SITE, RECEIVED, NEED_HELP, ON_SITE, NEED_HELP):
        done = in_transaction(answer, actor, told, value, way="system")
        said.append((done.answer, done.first, done.raised))
        clock.forward(minutes=1)
    assert said == [
        (RECEIVED, True, False), (RECEIVED, False, False), (ON_SITE, False, True), (ON_SITE, False, False),
        (NEED_HELP, False, True), (NEED_HELP, False, False), (NEED_HELP, False, False),
    ]  # fmt: skip
    row = Notice.get_by_id(told)
    assert (clock.moment - row.answered_at).total_seconds() == 420, "when they first said so"
    assert [value for _, _, value in chains.heard] == [RECEIVED, ON_SITE, NEED_HELP]


def test_two_at_once_one_wins(crowd: Crowd, chains: Chains) -> None:
    person = crowd.person()
    message = crowd.tell(person)
    start, done = threading.Barrier(4), []

    def press() -> None:
        start.wait()
        done.append(in_transaction(answer_by_person, person.id, "accident", 7, RECEIVED, way="card"))

    pressing = [threading.Thread(target=press) for _ in range(4)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert [item.first for item in done].count(True) == 1
    assert {item.answer for item in done} == {RECEIVED}
    assert Outbox.select().where(Outbox.kind == "message.answered").count() == 1
    assert notice_of(message, person).answered_by_way == "card"


def test_a_click_may_be_quicker_than_the_answer_to_the_call_that_brought_it(crowd: Crowd) -> None:
    person = crowd.person()
    message = crowd.tell(person)
    rows = take()
    in_transaction(answer_by_person, person.id, "accident", 7, ON_SITE, way="card")
    assert states(message)["card"] == "sending"
    sending = Sending.create(message_id=message.id, way="card", task_id="t")
    in_transaction(accepted, [rows[0].id], sending.id)
    assert states(message)["card"] == "acknowledged"


def test_what_was_under_way_is_not_tried_again_after_the_answer(crowd: Crowd, clock: Any) -> None:
    person = crowd.person()
    message = crowd.tell(person, ways=("card", "sms"))
    rows = {row.way: row for row in take()}
    in_transaction(answer, crowd.actor(person), notice_of(message, person).id, RECEIVED)
    assert in_transaction(failed, [rows["card"].id], SLOW) == 0
    assert states(message)["card"] == "cancelled"
    clock.forward(minutes=5)
    assert take() == [], "nor when a sender died over it"
    assert states(message)["sms"] == "cancelled"


def test_who_was_not_told_has_left_or_answers_nonsense_is_refused(crowd: Crowd) -> None:
    person, stranger = crowd.person(), crowd.person()
    message = crowd.tell(person)
    told = notice_of(message, person).id
    for call in (
        lambda: answer(crowd.actor(stranger), told, RECEIVED),
        lambda: answer(crowd.actor(stranger), None, RECEIVED, message_id=message.id),
        lambda: answer_subject(crowd.actor(stranger), "accident", 7, RECEIVED),
        lambda: answer_by_person(stranger.id, "accident", 7, RECEIVED, way="card"),
        lambda: answer_by_person(person.id, "accident", 8, RECEIVED, way="card"),
    ):
        with pytest.raises(Forbidden) as refusal:
            in_transaction(call)
        assert refusal.value.code == "not_told"
        assert refusal.value.advice
    with pytest.raises(NotFound):
        in_transaction(answer, crowd.actor(person), told + 1000, RECEIVED)
    with pytest.raises(Invalid):
        in_transaction(answer, crowd.actor(person), told, "whatever")
    Binding.update(state="ended").where(Binding.person == person.id).execute()
    for call in (
        lambda: answer(crowd.actor(person), told, RECEIVED),
        lambda: answer_by_person(person.id, "accident", 7, RECEIVED, way="card"),
    ):
        with pytest.raises(Forbidden) as refusal:
            in_transaction(call)
        assert refusal.value.code == "left_unit"
    assert Notice.get_by_id(told).answer is None


def test_a_person_of_two_units_answers_for_the_one_they_are_still_in(crowd: Crowd) -> None:
    here = crowd.person(number="990101199001019999")
    above = crowd.person(unit=crowd.group, number="990101199001019999", account=False)
    message = crowd.tell(here, above)
    Binding.update(state="ended").where(Binding.person == here.id).execute()
    done = in_transaction(answer_subject, crowd.actor(above), "accident", 7, RECEIVED)
    assert done.notice_id == notice_of(message, above).id
    assert notice_of(message, here).answer is None


def test_all_that_is_open_of_a_thing_is_answered_and_later_news_ask_again(crowd: Crowd) -> None:
    person = crowd.person()
    first, second = crowd.tell(person), crowd.tell(person, kind="accident.updated", subject_version=2)
    done = in_transaction(answer_by_person, person.id, "accident", 7, RECEIVED, way="card")
    assert done.message_id == second.id
    assert [notice_of(m, person).answer for m in (first, second)] == [RECEIVED, RECEIVED]
    third = crowd.tell(person, kind="accident.updated", subject_version=3)
    assert notice_of(third, person).answer is None
    assert in_transaction(answer_by_person, person.id, "accident", 7, RECEIVED, way="card").first


def test_what_asks_for_no_answer_takes_none(crowd: Crowd) -> None:
    person = crowd.person()
    message = crowd.tell(person, needs_answer=False)
    done = in_transaction(answer_by_person, person.id, "accident", 7, RECEIVED, way="card")
    assert (done.answer, done.first) == (None, False)
    assert notice_of(message, person).answer is None
    assert states(message)["card"] == "queued"


def test_who_acts_has_heard_of_it(crowd: Crowd, clock: Any) -> None:
    person, other = crowd.person(), crowd.person()
    message = crowd.tell(person, other)
    assert in_transaction(follow_up, crowd.actor(person), "accident", 7) == 1
    notice = notice_of(message, person)
    assert (notice.answer, notice.followed_up_at) == (RECEIVED, clock.moment)
    assert notice_of(message, other).followed_up_at is None
    assert in_transaction(follow_up, crowd.actor(person), "accident", 99) == 0


def test_who_acted_by_a_chat_is_who_the_platform_says(crowd: Crowd, clock: Any) -> None:
    """What asks nothing is followed up without an answer; what was answered keeps its answer."""
    person, other = crowd.person(), crowd.person()
    asked, quiet = crowd.tell(person, other), crowd.tell(person, needs_answer=False)
    in_transaction(answer_by_person, other.id, "accident", 7, NEED_HELP, way="card")
    clock.forward(minutes=1)
    assert in_transaction(follow_up, crowd.actor(person), "accident", 7, person_id=other.id) == 1
    theirs = notice_of(asked, other)
    assert (theirs.answer, theirs.followed_up_at) == (NEED_HELP, clock.moment)
    assert notice_of(asked, person).followed_up_at is None
    assert in_transaction(follow_up, crowd.actor(person), "accident", 7, way="card") == 1
    assert (notice_of(asked, person).answer, notice_of(asked, person).answered_by_way) == (RECEIVED, "card")
    assert (notice_of(quiet, person).answer, notice_of(quiet, person).followed_up_at) == (None, None)


def test_what_asks_nothing_is_not_answered_by_who_acts(crowd: Crowd) -> None:
    person = crowd.person()
    message = crowd.tell(person, needs_answer=False)
    assert in_transaction(follow_up, crowd.actor(person), "accident", 7) == 0
    assert notice_of(message, person).answer is None


def test_who_was_told_of_a_thing(crowd: Crowd) -> None:
    person, other = crowd.person(), crowd.person()
    crowd.tell(person)
    crowd.tell(other, subject_id=8)
    crowd.tell(other, subject_kind="hazard")
    assert told_of([person.id, other.id], "accident", 7) == {person.id}
    assert told_of([other.id], "accident", 7) == set() == told_of([], "accident", 7)


def test_the_board_and_the_persons_screens_hear_of_an_answer(crowd: Crowd) -> None:
    person = crowd.person()
    crowd.tell(person)
    in_transaction(answer_by_person, person.id, "accident", 7, NEED_HELP, way="card")
    news = Outbox.get(Outbox.kind == "message.answered")
    assert news.payload == {
        "ledger": "accidents", "id": 7, "answer": NEED_HELP, "account": crowd.actor(person).account_id,
    }  # fmt: skip


def test_an_unmarked_delivery_of_an_answered_person_is_still_not_sent(crowd: Crowd) -> None:
    person = crowd.person()
    message = crowd.tell(person)
    in_transaction(answer_by_person, person.id, "accident", 7, RECEIVED, way="card")
    # As a step of a chain might that was decided in the same moment.
    Delivery.update(state="queued").where(Delivery.way == "card").execute()
    assert take() == []
    assert states(message)["card"] == "cancelled"
