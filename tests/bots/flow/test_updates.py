"""A correction or a closing updates every card that can be updated, and says so to the rest (G02, L01)."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from bots.delivery import sender, updater
from models.accidents import rules
from models.core.db.connection import in_transaction
from models.messages.channels.records import CARD, GROUP, ChatGroup
from models.messages.escalation.records import Chain, ChainStep, Preset
from models.messages.inbox.answers import answer_by_person
from models.messages.records import Delivery, Message, Notice, Sending
from models.organization.records import Binding
from tests.bots.flow.conftest import USERS
from tests.bots.flow.wired import Wired

SENT = "触电，两人已送医"
REPLACES = "以这张为准"
BOTH_WAYS = pytest.mark.parametrize("updates_first", [False, True])


def titles(wired: Wired, user: str) -> list[str]:
    """What each card of somebody is about, as it looks now."""
    return [str(card["content"]) for card in wired.phone(user).cards()]


def corrected(wired: Wired, accident: Any, *, updates_first: bool) -> None:
    in_transaction(rules.supplement, wired.officer, accident.id, {"what": SENT}, 1)
    wired.relay()
    wired.work(updates_first=updates_first)


@BOTH_WAYS
def test_who_never_pressed_has_the_one_card_changed_by_the_sendings_code(
    wired: Wired, updates_first: bool
) -> None:
    accident = wired.report()
    corrected(wired, accident, updates_first=updates_first)
    for user in USERS:
        assert len(titles(wired, user)) == 1, "an update instead of a repeat"
        assert SENT in titles(wired, user)[0]
    assert len(wired.sandbox.wire("update_template_card")) == 3, (
        "one for each, so that each copy can be ended by itself"
    )
    later = Delivery.select().where(Delivery.way == CARD).order_by(Delivery.id)
    assert {row.state for row in later} == {"accepted"}
    sendings = {row.person_id: row.sending_id for row in later}
    assert all(row.sending_id == sendings[row.person_id] for row in later)
    assert Sending.select().where(Sending.way == CARD).count() == 3


@BOTH_WAYS
def test_a_closing_changes_the_cards_of_those_who_pressed_and_of_those_who_did_not(
    wired: Wired, updates_first: bool
) -> None:
    accident = wired.report()
    wired.phone(USERS[1]).press(wired.phone(USERS[1]).cards()[-1], "收到")
    in_transaction(rules.close, wired.officer, accident.id, "两人已出院")
    wired.work(updates_first=updates_first)
    for user in USERS:
        (card,) = wired.phone(user).cards()
        assert "两人已出院" in str(card["content"])
        assert not [b for b in card["content"].get("button_list", []) if b.get("type", 0) == 0], (
            "no dead buttons"
        )


def test_who_pressed_has_the_card_changed_by_the_sendings_code_and_then_gets_one_anew(wired: Wired) -> None:
    """The reply to the press used up its own code, says the sandbox, as the platform may; the sending's is still there."""
    accident = wired.report()
    wired.phone(USERS[1]).press(wired.phone(USERS[1]).cards()[-1], "收到")
    corrected(wired, accident, updates_first=False)
    (card,) = titles(wired, USERS[1])
    assert SENT in card and "已回应：收到" in card
    wired.correct(accident, what="触电，三人已送医")
    assert ["三人已送医" in text for text in titles(wired, USERS[1])] == [False, True]


def live(wired: Wired, user: str) -> list[list[str]]:
    """What can be pressed on each copy that somebody has."""
    contents = [{} if card["recalled"] else card["content"] for card in wired.phone(user).cards()]
    return [[b["text"] for b in each.get("button_list", []) if b.get("type", 0) == 0] for each in contents]


def test_answered_on_one_copy_every_copy_is_dead(wired: Wired, clock: Any) -> None:
    chain = Chain.create(company=wired.crowd.unit, name="升级", stop_when="each")
    ChainStep.create(company=wired.crowd.unit, chain=chain, sequence=1, wait_minutes=2, who="self", way=CARD)
    Preset.create(company=wired.crowd.unit, name="预案", level="any", ways=[CARD], chain=chain)
    accident = wired.report()
    clock.forward(minutes=2)
    wired.work()
    assert live(wired, USERS[1]) == [["收到", "已在现场", "需要支援"]] * 2
    wired.phone(USERS[1]).press(wired.phone(USERS[1]).cards()[0], "收到")
    wired.work()
    assert live(wired, USERS[1]) == [[], []]
    assert all("已回应：收到" in text for text in titles(wired, USERS[1]))
    assert live(wired, USERS[2]) == [["收到", "已在现场", "需要支援"]] * 2, "nobody else's"
    in_transaction(
        answer_by_person, wired.works.people[2].id, "accident", accident.id, "on_site", way="system"
    )
    wired.work()
    assert live(wired, USERS[2]) == [[], []], "answered on the phone"


@pytest.mark.parametrize("corrections", [0, 1, 2])
def test_closed_every_copy_is_dead_however_often_it_was_corrected(wired: Wired, corrections: int) -> None:
    accident = wired.report()
    wired.phone(USERS[1]).press(wired.phone(USERS[1]).cards()[-1], "收到")
    for number in range(corrections):
        wired.correct(accident, what=f"触电，{number} 人已送医")
    wired.close(accident, "两人已出院")
    for user in USERS:
        assert live(wired, user) == [[]] * len(live(wired, user))
        assert "两人已出院" in titles(wired, user)[-1]


def test_a_copy_that_was_corrected_asks_on_and_is_taken_back_when_it_was_answered_elsewhere(
    wired: Wired,
) -> None:
    accident = wired.report()
    wired.correct(accident, what=SENT)
    (card,) = wired.phone(USERS[2]).cards()
    assert SENT in str(card["content"]) and live(wired, USERS[2]) == [["收到", "已在现场", "需要支援"]]
    in_transaction(
        answer_by_person, wired.works.people[2].id, "accident", accident.id, "on_site", way="system"
    )
    wired.work()
    (card,) = wired.phone(USERS[2]).cards()
    assert card["recalled"], "it could be changed no more"
    assert not any(each["recalled"] for each in wired.phone(USERS[1]).cards()), "nobody else's"


@pytest.mark.parametrize("copy", [0, 1])
def test_a_copy_that_was_pressed_and_asks_again_dies_with_the_new_answer(wired: Wired, copy: int) -> None:
    """Worse news asks everybody anew, on the card that was answered and on a new one: one answer ends both."""
    accident = wired.report()
    phone = wired.phone(USERS[1])
    phone.press(phone.cards()[0], "收到")
    wired.correct(accident, deaths=1)
    asked = ["收到", "已在现场", "需要支援"]
    assert live(wired, USERS[1]) == [asked, asked]
    phone.press(phone.cards()[copy], "已在现场")
    wired.work()
    assert live(wired, USERS[1]) == [[], []]
    assert [card["recalled"] for card in phone.cards()] == [copy == 1, False], (
        "what was pressed says so itself"
    )
    wired.close(accident, "两人已出院")
    for user in USERS:
        assert not any(live(wired, user)), user


def test_who_answered_elsewhere_and_left_holds_up_nobody_elses_card(wired: Wired) -> None:
    """A worker looks at so many at a time: those of whom nothing is to be done must not be these for three days."""
    accident = wired.report()
    for place in (1, 2):
        person = wired.works.people[place].id
        in_transaction(answer_by_person, person, "accident", accident.id, "received", way="system")
    Binding.update(state="ended").where(Binding.person == wired.works.people[1].id).execute()
    for _ in range(3):
        updater.work(1)
    assert (live(wired, USERS[2]), updater.work(1)) == ([[]], 0)
    assert live(wired, USERS[1]) == [["收到", "已在现场", "需要支援"]], "who has left keeps the old card"


@BOTH_WAYS
def test_who_pressed_has_the_card_changed_by_the_presss_code_where_it_still_works(
    wired: Wired, updates_first: bool
) -> None:
    accident = wired.report()
    told = wired.phone(USERS[1]).press(wired.phone(USERS[1]).cards()[-1], "收到")
    wired.sandbox.do(lambda platform: setattr(platform.codes.all[told["response_code"]], "used", False))
    corrected(wired, accident, updates_first=updates_first)
    (text,) = titles(wired, USERS[1])
    assert SENT in text
    assert "已回应：收到" in text, "the card is this person's own"
    assert "已回应" not in titles(wired, USERS[2])[0]


def test_after_three_days_it_is_said_by_a_new_message(wired: Wired, clock: Any) -> None:
    accident = wired.report()
    clock.forward(hours=73)
    wired.sandbox.clock.forward(hours=73)
    wired.close(accident, "两人已出院")
    for user in USERS:
        first, second = titles(wired, user)
        assert "两人已出院" not in first
        assert "两人已出院" in second
    assert wired.sandbox.wire("update_template_card") == [], "codes that ran out are not tried"


def test_a_second_correction_finds_the_code_used_and_is_said_by_a_new_card(wired: Wired) -> None:
    accident = wired.report()
    wired.correct(accident, what=SENT)
    wired.correct(accident, what="触电，三人已送医")
    for user in USERS:
        assert len(titles(wired, user)) == 2
        assert "三人已送医" in titles(wired, user)[-1]
        assert REPLACES in titles(wired, user)[-1], "which of the two counts"
        assert REPLACES not in titles(wired, user)[0]
        assert "更正" in titles(wired, user)[-1] or "续报" in titles(wired, user)[-1]


def test_the_card_that_replaces_one_asks_on_who_has_not_answered_and_nobody_else(wired: Wired) -> None:
    accident = wired.report()
    wired.phone(USERS[1]).press(wired.phone(USERS[1]).cards()[-1], "收到")
    for number in ("两", "三"):
        wired.correct(accident, what=f"触电，{number}人已送医")
    assert REPLACES in titles(wired, USERS[2])[-1]
    assert live(wired, USERS[2])[-1] == ["收到", "已在现场", "需要支援"]
    assert live(wired, USERS[1])[-1] == [] and live(wired, USERS[0])[-1] == [], "answered, and the reporter"
    wired.phone(USERS[2]).press(wired.phone(USERS[2]).cards()[-1], "已在现场")
    wired.work()
    assert not any(live(wired, USERS[2])), "every copy is dead"
    mine = (
        Notice.select().join(Message).where(Notice.person == wired.works.people[2].id, Message.needs_answer)
    )
    assert [each.answer for each in mine] == ["on_site"]
    wired.close(accident, "两人已出院")
    assert not any(any(each) for user in USERS for each in live(wired, user))


def test_news_at_the_end_of_a_long_report_stands_on_the_card_though_its_title_is_cut(wired: Wired) -> None:
    accident = wired.report(what="叉车撞到货架，一人腿部受伤")
    mine = wired.phone(USERS[1])
    mine.press(mine.cards()[-1], "收到")
    wired.correct(accident, what="叉车撞到货架，一人腿部受伤，已送医院，货架已加固")
    pressed, other = (wired.phone(user).cards()[-1]["content"] for user in USERS[1:3])
    for content in (pressed, other):
        assert content["main_title"]["title"].endswith("…")
        assert "已送医院，货架已加固" in content["sub_title_text"]
        assert "前：" in content["sub_title_text"], "the legal clock stays"
    (whole,) = wired.phone(USERS[2]).cards()
    assert str(whole["content"]).count("叉车撞到货架") == 2


def test_a_new_card_says_that_it_replaces_the_old(wired: Wired) -> None:
    """A press's permission is used up by the reply to it, and the sending's by the first correction."""
    accident = wired.report()
    mine = wired.phone(USERS[1])
    mine.press(mine.cards()[-1], "收到")
    wired.correct(accident, what=SENT)
    wired.correct(accident, what="触电，三人已送医")
    old, new = titles(wired, USERS[1])
    assert "已回应：收到" in old and SENT in old and REPLACES not in old
    assert "三人已送医" in new and REPLACES in new


def test_a_robots_group_is_told_of_correction_and_end(wired: Wired) -> None:
    group = ChatGroup.create(
        company=wired.crowd.unit,
        name="安全群",
        kind="robot",
        webhook_key="sandbox-robot-one",
        app=wired.works.app,
    )
    accident = wired.report(groups=[group])
    wired.correct(accident, what=SENT)
    wired.close(accident, "两人已出院")
    said = [str(entry["content"]) for entry in wired.sandbox.group("wr-yishuichang")]
    assert len(said) == 3
    assert "触电" in said[0]
    assert SENT in said[1]
    assert "两人已出院" in said[2]
    assert {row.state for row in Delivery.select().where(Delivery.way == GROUP)} == {"accepted"}


def test_who_leaves_the_unit_keeps_the_old_card_and_learns_nothing_more(wired: Wired) -> None:
    accident = wired.report()
    Binding.update(state="ended").where(Binding.person == wired.works.people[2].id).execute()
    wired.correct(accident, what=SENT)
    assert SENT not in str(titles(wired, USERS[2])), "news of a unit are for its people"
    assert SENT in str(titles(wired, USERS[1]))


def test_an_update_that_the_platform_does_not_do_is_made_up_for_by_a_new_card(wired: Wired) -> None:
    accident = wired.report()
    wired.sandbox.fault("error", "/cgi-bin/message/update_template_card", status=502)
    wired.correct(accident, what=SENT)
    for user in USERS:
        assert SENT in titles(wired, user)[-1]


def test_senders_and_an_updater_at_once_bring_nobody_a_second_card(wired: Wired, clock: Any) -> None:
    accident = wired.report()
    wired.sandbox.fault("slow", "/cgi-bin/message/update_template_card", seconds=0.4, early=True)
    in_transaction(rules.supplement, wired.officer, accident.id, {"what": SENT}, 1)
    wired.relay()
    # Portions as small as one person each: several senders have to do with the same older card.
    threads = [threading.Thread(target=sender.work, args=(1,)) for _ in USERS]
    threads.append(threading.Thread(target=updater.work, args=(10,)))
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    wired.sandbox.no_faults()
    clock.forward(seconds=3)
    wired.work()
    assert [len(titles(wired, user)) for user in USERS] == [1, 1, 1]
    assert all(SENT in titles(wired, user)[0] for user in USERS)
