"""Deliveries: leased to one sender, tried again with patience, dead with a reason, sent once more by hand."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction, is_sqlite
from models.core.errors import Conflict, Forbidden, NotFound
from models.core.events.outbox import Outbox
from models.messages.channels.records import ChatMember
from models.messages.delivery import deliveries
from models.messages.delivery.deliveries import (
    Failure,
    failed,
    postpone,
    resend,
    seen,
    suspected,
    update_due,
    wait_for,
)
from models.messages.delivery.queue import MAX_LEASES
from models.messages.delivery.quiet_hours import QUIET_HOURS
from models.messages.records import LOW, NORMAL, URGENT, Delivery, Message, Notice, Sending
from models.organization.records import Binding
from tests.support.company_settings import set_to
from tests.support.people_to_tell import Crowd, hand_over, notice_of, states, take
from tests.support.query_plans import plans

GONE = Failure("81013", "不在应用可见范围", None, next_way=True)
SLOW = Failure("network.timeout", "平台没有应答", 2.0)


def test_urgent_ones_go_first_then_the_longest_due(crowd: Crowd, clock: Any) -> None:
    person = crowd.person()
    told = []
    for urgency in (NORMAL, URGENT, NORMAL, URGENT):
        told.append(crowd.tell(person, urgency=urgency).id)
        clock.forward(seconds=1)
    order = [row.message_id for _ in range(4) for row in take(1)]
    assert order == [told[1], told[3], told[0], told[2]]
    assert take() == []


def test_what_is_next_is_read_off_an_index_however_much_waits(crowd: Crowd, database: Any) -> None:
    person = crowd.person()
    for urgency in (NORMAL, URGENT) * 60:
        crowd.tell(person, urgency=urgency)
    if not is_sqlite():
        database.execute_sql("ANALYZE TABLE delivery")
    looks = plans(database, lambda: take(5), lambda sql: "LIMIT" in sql and "answer" in sql)
    assert len(looks) == 2, "one of what was begun before, one of what waits"
    waiting = "; ".join(looks[1])
    assert "delivery_state_urgency_due_at" in waiting
    assert "TEMP B-TREE" not in waiting and "filesort" not in waiting


def test_a_lease_that_ran_out_is_taken_again_and_in_the_end_given_up(crowd: Crowd, clock: Any) -> None:
    crowd.tell(crowd.person())
    for attempt in range(1, MAX_LEASES + 1):
        (row,) = take()
        assert (row.state, row.attempts) == ("sending", attempt)
        assert take() == [], "leased"
        clock.forward(minutes=3)
    assert take() == []
    lost = Delivery.get(Delivery.way == "card")
    assert (lost.state, lost.error_code) == ("failed", "sender_lost")


def test_what_a_lost_sender_had_begun_goes_before_the_rest_of_its_urgency_alone(
    crowd: Crowd, clock: Any
) -> None:
    person = crowd.person()
    lost = crowd.tell(person, urgency=NORMAL)
    assert len(take()) == 1
    clock.forward(minutes=3)
    waiting, urgent = crowd.tell(person, urgency=NORMAL), crowd.tell(person, urgency=URGENT)
    order = [row.message_id for _ in range(3) for row in take(1)]
    assert order == [urgent.id, lost.id, waiting.id]


def test_two_senders_never_get_the_same(crowd: Crowd) -> None:
    crowd.tell(*[crowd.person() for _ in range(40)])
    found: list[int] = []
    start = threading.Barrier(4)

    def sender() -> None:
        start.wait()
        for _ in range(5):
            found.extend(row.id for row in take(3))

    senders = [threading.Thread(target=sender) for _ in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    rest = [row.id for row in take()]
    assert len(found) == len(set(found))
    assert len({*found, *rest}) == len(found) + len(rest) == 40


def test_accepted_is_not_delivered(crowd: Crowd) -> None:
    message = crowd.tell(crowd.person())
    rows = take()
    sending = hand_over(rows)
    row = Delivery.get_by_id(rows[0].id)
    assert (row.state, row.sending_id, row.lease_until) == ("accepted", sending.id, None)
    assert row.sent_at is not None
    assert in_transaction(suspected, [row.id], "一分钟内超过 30 条") == 1
    assert in_transaction(deliveries.delivered, [row.id]) == 1
    assert in_transaction(seen, [row.id]) == 1
    assert in_transaction(deliveries.delivered, [row.id]) == 0, "never back"
    assert states(message)["card"] == "seen"


def test_a_failure_that_may_pass_is_tried_again_ever_later_and_then_is_dead(crowd: Crowd, clock: Any) -> None:
    crowd.tell(crowd.person())
    waits = []
    for _ in range(deliveries.patience(SLOW.code).tries):
        (row,) = take()
        in_transaction(failed, [row.id], SLOW)
        row = Delivery.get_by_id(row.id)
        waits.append((row.due_at - clock.moment).total_seconds())
        assert row.reason == SLOW.reason
        clock.moment = max(row.due_at, clock.moment)
    assert Delivery.get_by_id(row.id).state == "failed"
    tried = waits[:-1]
    assert all(2 * 2**n <= wait <= 3 * 2**n for n, wait in enumerate(tried[:7])), tried
    assert take() == []


@pytest.mark.parametrize(
    ("code", "seconds", "attempts", "least", "most"),
    [
        ("limited", 60, 1, 60, 90),
        ("limited.45009", 60, 9, 60, 90),
        ("limited", 3600, 1, 3600, 5400),
        ("network", 2, 4, 16, 24),
        ("network", 2, 9, 300, 450),
        ("platform", 5, 2, 15, 22.5),
        ("what", 10, 2, 20, 30),
    ],
)
def test_patience_depends_on_the_class_of_the_error(
    code: str, seconds: float, attempts: int, least: float, most: float
) -> None:
    waits = {wait_for(Failure(code, "", seconds), attempts) for _ in range(20)}
    assert all(wait is not None and least <= wait <= most for wait in waits)
    assert len(waits) > 1, "spread, so that not all come back at once"
    assert wait_for(Failure(code, "", seconds), 60) is None
    assert wait_for(Failure(code, "", None), 1) is None


def test_an_urgent_card_that_can_not_come_is_followed_by_sms_then_mail(crowd: Crowd) -> None:
    person = crowd.person(email=True)
    message = crowd.tell(person)
    in_transaction(failed, [row.id for row in take()], GONE)
    assert states(message) == {"system": "delivered", "card": "failed", "sms": "queued"}
    in_transaction(failed, [row.id for row in take()], GONE)
    assert states(message) == {
        "system": "delivered", "card": "failed", "sms": "failed", "email": "queued",
    }  # fmt: skip


def test_the_next_way_of_a_repeat_is_a_repeat_too(crowd: Crowd) -> None:
    message = crowd.tell(crowd.person(), ways=("card", "sms"))
    rows = {row.way: row for row in take()}
    hand_over([rows["sms"]])
    in_transaction(failed, [rows["card"].id], GONE)
    in_transaction(resend, crowd.officer(), rows["card"].id)
    in_transaction(failed, [row.id for row in take()], GONE)
    sms = Delivery.select().where(Delivery.message == message.id, Delivery.way == "sms").order_by(Delivery.id)
    assert [(row.state, row.once_key.partition(".sms")[2]) for row in sms] == [
        ("accepted", ".0"), ("queued", f".0.r{rows['card'].id}"),
    ]  # fmt: skip


def test_no_other_way_when_it_is_not_urgent_or_asked_for_already(crowd: Crowd) -> None:
    calm = crowd.tell(crowd.person(), urgency=NORMAL)
    in_transaction(failed, [row.id for row in take()], GONE)
    assert states(calm) == {"system": "delivered", "card": "failed"}
    both = crowd.tell(crowd.person(), ways=("card", "sms"))
    rows = take()
    in_transaction(failed, [row.id for row in rows if row.way == "card"], GONE)
    assert states(both) == {"system": "delivered", "card": "failed", "sms": "sending"}
    assert Delivery.select().where(Delivery.way == "sms").count() == 1


@pytest.mark.parametrize(("attempts", "left"), [(0, 0), (1, 0), (2, 1)])
def test_what_our_own_limits_hold_back_counts_as_no_try(
    crowd: Crowd, clock: Any, attempts: int, left: int
) -> None:
    """Also what a repeated call takes along before its own turn has come (`attempts` 0)."""
    crowd.tell(crowd.person())
    (row,) = take()
    Delivery.update(attempts=attempts).where(Delivery.id == row.id).execute()
    in_transaction(postpone, [row.id], 20)
    row = Delivery.get_by_id(row.id)
    assert (row.state, row.attempts, row.due_at) == ("queued", left, clock.moment + timedelta(seconds=20))


def test_at_night_only_urgent_ones_go_out_also_what_was_due_before(crowd: Crowd, clock: Any) -> None:
    clock.set(2026, 11, 22, 21, 50)
    person = crowd.person()
    calm, urgent = crowd.tell(person, urgency=NORMAL), crowd.tell(person, urgency=URGENT)
    clock.set(2026, 11, 22, 22, 30)
    assert [row.message_id for row in take()] == [urgent.id]
    clock.set(2026, 11, 23, 6, 59)
    assert calm.id not in [row.message_id for row in take()]
    clock.set(2026, 11, 23, 7, 0)
    assert calm.id in [row.message_id for row in take()]


def test_a_try_again_of_what_is_not_urgent_waits_for_the_morning(crowd: Crowd, clock: Any) -> None:
    clock.set(2026, 11, 22, 21, 59)
    crowd.tell(crowd.person(), urgency=NORMAL)
    rows = take()
    clock.set(2026, 11, 22, 22, 1)
    in_transaction(failed, [row.id for row in rows], SLOW)
    due = Delivery.get_by_id(rows[0].id).due_at
    clock.set(2026, 11, 23, 7, 0)
    assert due == clock.moment


def test_small_news_of_a_window_become_one_message(crowd: Crowd, clock: Any) -> None:
    first, second, single = crowd.person(), crowd.person(), crowd.person()
    small = {"urgency": LOW, "needs_answer": False, "bundle": True}
    told = [crowd.tell(first, second, title=f"提示{n}", subject_id=n, **small) for n in range(3)]
    alone = crowd.tell(single, **small)
    assert take() == [], "their window is still open"
    clock.forward(minutes=30)
    rows = take()
    assert {row.person_id for row in rows} == {first.id, second.id, single.id}
    digests = [row for row in rows if row.person_id != single.id]
    (digest,) = {row.message_id for row in digests}
    shown = Message.get_by_id(digest)
    assert shown.title == "您有 3 条新消息"
    assert [f"提示{n}" in shown.text for n in range(3)] == [True] * 3
    assert {row.state for row in rows} == {"sending"}
    assert [states(message, first)["card"] for message in told] == ["cancelled"] * 3
    assert [states(message, first)["system"] for message in told] == ["delivered"] * 3
    assert [row.message_id for row in rows if row.person_id == single.id] == [alone.id], "one is no bundle"
    assert take() == []


def test_a_bundle_takes_in_what_is_beyond_the_limit_and_is_never_bundled_itself(
    crowd: Crowd, clock: Any
) -> None:
    person = crowd.person()
    small = {"urgency": LOW, "needs_answer": False}
    for n in range(3):
        crowd.tell(person, subject_id=n, **small)
    clock.forward(minutes=30)
    (digest,) = take(1)
    in_transaction(failed, [digest.id], SLOW)
    crowd.tell(person, title="后来", **small)
    clock.forward(minutes=60)
    rows = take()
    assert digest.id in [row.id for row in rows]
    assert len(rows) == 2
    assert Message.select().where(Message.kind == "messages.digest").count() == 1


def test_a_dead_letter_is_sent_once_more_whoever_presses(crowd: Crowd) -> None:
    person = crowd.person()
    message = crowd.tell(person, urgency=NORMAL)
    (row,) = take()
    in_transaction(failed, [row.id], GONE)
    officer = crowd.officer()
    new = in_transaction(resend, officer, row.id)
    assert in_transaction(resend, officer, row.id).id == new.id
    assert (new.state, new.way, new.notice_id) == ("queued", "card", notice_of(message, person).id)
    old = Delivery.get_by_id(row.id)
    assert old.state == "cancelled"
    assert GONE.reason in str(old.reason)
    (again,) = take()
    assert again.id == new.id
    in_transaction(failed, [again.id], GONE)
    third = in_transaction(resend, officer, again.id)
    assert len({row.id, new.id, third.id}) == 3
    assert len(str(third.once_key)) <= 80


def test_resending_is_refused_with_the_reason(crowd: Crowd) -> None:
    person = crowd.person()
    crowd.tell(person, urgency=NORMAL)
    (row,) = take()
    officer = crowd.officer()

    def refused(kind: type[Exception], by: Any = officer) -> Any:
        with pytest.raises(kind) as refusal:
            in_transaction(resend, by, row.id)
        return refusal.value

    assert refused(Conflict).code == "wrong_state"
    in_transaction(failed, [row.id], GONE)
    refused(Forbidden, by=crowd.actor(person))
    refused(NotFound, by=crowd.officer(crowd.other))
    ChatMember.update(state="unreachable").execute()
    assert refused(Conflict).code == "member_unreachable"
    ChatMember.update(state="ok").execute()
    Binding.update(state="ended").where(Binding.person == person.id).execute()
    assert refused(Conflict).code == "left_unit"


@pytest.mark.parametrize(
    ("answered", "for_other", "again"), [(False, False, True), (True, False, False), (True, True, True)]
)
def test_what_was_answered_is_not_sent_once_more_unless_it_is_anothers(
    crowd: Crowd, answered: bool, for_other: bool, again: bool
) -> None:
    person, other = crowd.person(), crowd.person()
    message = crowd.tell(person, other, urgency=NORMAL)
    row = next(row for row in take() if row.person_id == person.id)
    in_transaction(failed, [row.id], GONE)
    if for_other:
        Delivery.update(for_notice_id=notice_of(message, other).id).where(Delivery.id == row.id).execute()
    if answered:
        Notice.update(answer="收到").where(Notice.id == row.notice_id).execute()
    if again:
        assert in_transaction(resend, crowd.officer(), row.id).state == "queued"
    else:
        with pytest.raises(Conflict) as refusal:
            in_transaction(resend, crowd.officer(), row.id)
        assert refusal.value.code == "answered"


def test_a_message_to_a_group_is_sent_once_more_though_nobody_can_answer_it(crowd: Crowd) -> None:
    crowd.tell(groups=[crowd.chat(crowd.unit).id], ways=())
    (row,) = take()
    in_transaction(failed, [row.id], GONE)
    new = in_transaction(resend, crowd.officer(), row.id)
    assert (new.way, new.group_id, new.state) == ("group", row.group_id, "queued")


def test_boards_hear_of_a_batch_once(crowd: Crowd) -> None:
    crowd.tell(*[crowd.person() for _ in range(5)])
    before = Outbox.select().count()
    hand_over(take())
    (news,) = Outbox.select().order_by(Outbox.id).offset(before)
    assert (news.kind, news.payload) == ("delivery.changed", {"ledger": "accidents", "id": 7})
    assert news.company_id == crowd.unit.id


def test_which_cards_show_an_old_version(crowd: Crowd, clock: Any) -> None:
    people = [crowd.person() for _ in range(2)]
    crowd.tell(*people)
    old = hand_over(take())
    assert update_due() == []
    crowd.tell(*people, subject_version=2, kind="accident.updated")
    new = hand_over(take())
    Sending.update(card_version=2).where(Sending.id == new.id).execute()
    assert [row.id for row in update_due()] == [old.id]
    assert [row.id for row in update_due(subject=("accident", 7))] == [old.id]
    assert update_due(subject=("accident", 8)) == []
    clock.forward(hours=73)
    assert update_due() == [], "no platform lets us change it any more"


def test_each_company_has_its_own_quiet_hours(crowd: Crowd, clock: Any) -> None:
    set_to(QUIET_HOURS, None, "")
    set_to(QUIET_HOURS, crowd.other.id, "12:00-14:00")
    clock.set(2026, 11, 23, 12, 30)
    for company in (crowd.unit, crowd.other):
        message = crowd.tell(crowd.person(), urgency=NORMAL)
        Delivery.update(company=company).where(Delivery.message == message.id).execute()
    Delivery.update(due_at=now()).where(Delivery.state == "queued").execute()
    assert {row.company_id for row in take()} == {crowd.unit.id}
    waiting = Delivery.get(Delivery.company == crowd.other.id, Delivery.state == "queued")
    assert waiting.due_at == now() + timedelta(minutes=90)
    clock.forward(minutes=90)
    assert crowd.other.id in {row.company_id for row in take()}
