"""Telling: who is told, by which ways, and what the board can say of those whom a way does not reach."""

from __future__ import annotations

import pytest

from models.core.errors import Invalid
from models.messages.records import LOW, NORMAL, Delivery, Message, Notice
from models.messages.tell import check_receivers
from models.organization.records import Binding
from tests.support.people_to_tell import Crowd, notice_of, states, take


def test_everybody_gets_a_notice_an_entry_and_the_ways_asked_for(crowd: Crowd) -> None:
    first, second = crowd.person(email=True), crowd.person()
    message = crowd.tell(first, second, first, ways=("card", "sms", "email"), why={second.id: "reporter"})
    assert Notice.select().count() == 2, "listed twice, told once"
    assert notice_of(message, second).why == "reporter"
    assert notice_of(message, first).account_id == crowd.actor(first).account_id
    assert states(message, first) == {
        "system": "delivered",
        "card": "queued",
        "sms": "queued",
        "email": "queued",
    }
    assert states(message, second)["email"] == "failed"
    lacking = Delivery.get(Delivery.person == second.id, Delivery.way == "email")
    assert (lacking.error_code, lacking.reason) == ("no_email", "没有邮箱")


@pytest.mark.parametrize(
    ("state", "reason"),
    [(None, "没有绑定企业微信"), ("unreachable", "企业微信收不到"), ("left", "已从企业微信离职")],
)
def test_who_has_no_chat_account_gets_an_urgent_card_by_sms(
    crowd: Crowd, state: str | None, reason: str
) -> None:
    person = crowd.person(card=state)
    message = crowd.tell(person)
    assert states(message) == {"system": "delivered", "sms": "queued", "card": "failed"}
    assert Delivery.get(Delivery.way == "card").reason == reason
    calm = crowd.tell(person, urgency=NORMAL, subject_id=8)
    assert states(calm) == {"system": "delivered", "card": "failed"}
    assert (
        Delivery.get(Delivery.message == calm.id, Delivery.way == "system").reason
        == f"只有系统消息：{reason}"
    )


def test_a_chat_account_counts_only_at_an_enabled_app_of_ones_own(crowd: Crowd) -> None:
    person = crowd.person()
    crowd.app.enabled = False
    crowd.app.save()
    assert states(crowd.tell(person, urgency=NORMAL))["card"] == "failed"
    crowd.app.enabled, crowd.app.company = True, crowd.other.id
    crowd.app.save()
    assert states(crowd.tell(person, urgency=NORMAL))["card"] == "failed", "another company's app"
    for owner in (None, crowd.group.id, crowd.unit.id):
        crowd.app.company = owner
        crowd.app.save()
        assert states(crowd.tell(person, urgency=NORMAL))["card"] == "queued", owner


def test_strangers_and_leavers_are_not_told_and_do_not_stop_the_rest(crowd: Crowd) -> None:
    own, stranger, leaver = crowd.person(), crowd.person(unit=crowd.other), crowd.person(bound="ended")
    waiting, above = crowd.person(bound="waiting"), crowd.person(unit=crowd.group)
    everybody = [own, stranger, leaver, waiting, above]
    message = crowd.tell(*everybody)
    told = {row.person_id for row in Notice.select().where(Notice.message == message.id)}
    assert told == {own.id, above.id}, "the group's own people are no strangers"
    check_receivers(crowd.unit.id, [own.id, above.id])
    for bad in (stranger, leaver, waiting):
        with pytest.raises(Invalid) as refusal:
            check_receivers(crowd.unit.id, [own.id, bad.id])
        assert refusal.value.code == "not_a_receiver" and "1 个人不属于" in refusal.value.cause


def test_who_has_no_sign_in_is_not_said_to_have_it_in_my_messages(crowd: Crowd) -> None:
    person = crowd.person(account=False)
    crowd.tell(person)
    entry = Delivery.get(Delivery.way == "system")
    assert (entry.state, entry.error_code) == ("failed", "no_account")


def test_groups_of_ones_own_are_told_switched_off_ones_say_so(crowd: Crowd) -> None:
    own, shared = crowd.chat(crowd.unit), crowd.chat(None)
    off, foreign = crowd.chat(crowd.unit, enabled=False), crowd.chat(crowd.other)
    message = crowd.tell(groups=[own.id, shared.id, off.id, foreign.id, own.id])
    rows = {row.group_id: row for row in Delivery.select().where(Delivery.message == message.id)}
    assert {key: row.state for key, row in rows.items()} == {
        own.id: "queued", shared.id: "queued", off.id: "failed",
    }  # fmt: skip
    assert rows[off.id].reason == "这个群已停用"
    with pytest.raises(Invalid):
        check_receivers(crowd.unit.id, [], [foreign.id])


def test_the_same_news_twice_is_told_once(crowd: Crowd) -> None:
    person = crowd.person()
    first, again = crowd.tell(person, outbox_id=5), crowd.tell(person, outbox_id=5, title="别的")
    assert first.id == again.id
    assert again.title == "事故快报"
    assert (Message.select().count(), Notice.select().count(), Delivery.select().count()) == (1, 1, 2)


def test_a_way_that_does_not_exist_is_a_fault_of_the_teller(crowd: Crowd) -> None:
    with pytest.raises(ValueError, match="fax"):
        crowd.tell(crowd.person(), ways=("card", "fax"))
    assert Message.select().count() == 0


def test_a_crowd_is_told_with_few_statements(crowd: Crowd, caplog: pytest.LogCaptureFixture) -> None:
    people = [crowd.person() for _ in range(30)]
    with caplog.at_level("DEBUG", "peewee"):
        crowd.tell(*people[:3])
        few = len(caplog.records)
        caplog.clear()
        crowd.tell(*people)
        assert len(caplog.records) == few, "as many as for three people"
    assert len(take()) == 33


def test_words_that_could_end_a_statement_do_no_harm(crowd: Crowd) -> None:
    person = crowd.person()
    message = crowd.tell(person, title='it\'s \\ 100% "x"; DROP TABLE notice; --', why={person.id: "chosen"})
    assert Message.get_by_id(message.id).title.startswith("it's \\ 100%")
    assert Notice.select().count() == 1


def test_news_of_low_urgency_wait_for_their_window_and_the_rest_for_the_morning(crowd: Crowd, clock) -> None:
    person = crowd.person()
    clock.set(2026, 11, 22, 8, 10)
    due = {}
    for name, urgency, answer in (("low", LOW, False), ("normal", NORMAL, False), ("urgent", 2, True)):
        message = crowd.tell(person, urgency=urgency, needs_answer=answer)
        row = Delivery.get(Delivery.message == message.id, Delivery.way == "card")
        due[name] = (row.due_at - clock.moment).total_seconds() / 60
    assert due == {"low": 20, "normal": 0, "urgent": 0}
    clock.set(2026, 11, 22, 23, 0)
    for urgency, minutes in ((LOW, 8 * 60), (NORMAL, 8 * 60), (2, 0)):
        message = crowd.tell(person, urgency=urgency)
        row = Delivery.get(Delivery.message == message.id, Delivery.way == "card")
        assert (row.due_at - clock.moment).total_seconds() / 60 == minutes


def test_an_ended_binding_is_seen_at_the_next_telling(crowd: Crowd) -> None:
    person = crowd.person()
    crowd.tell(person)
    Binding.update(state="ended").where(Binding.person == person.id).execute()
    later = crowd.tell(person, subject_id=9)
    assert Notice.select().where(Notice.message == later.id).count() == 0
