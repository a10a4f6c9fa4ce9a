"""A correction or a closing updates every card that can be updated, and says so to the rest (G02, L01)."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from bots import sender, updater
from models.accidents import rules
from models.core.database import in_transaction
from models.messages.records import Delivery, Sending
from models.messages.ways import CARD, GROUP, ChatGroup
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
    assert len(wired.sandbox.wire("update_template_card")) == 1, "one call for all"
    later = Delivery.select().where(Delivery.way == CARD).order_by(Delivery.id)
    assert {row.state for row in later} == {"accepted"}
    assert {row.sending_id for row in later} == {Sending.get(Sending.way == CARD).id}


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


def test_who_pressed_gets_a_card_anew_where_the_presss_code_is_used_up(wired: Wired) -> None:
    """The reply to the press used it up, says the sandbox, as the platform may."""
    accident = wired.report()
    wired.phone(USERS[1]).press(wired.phone(USERS[1]).cards()[-1], "收到")
    corrected(wired, accident, updates_first=False)
    assert [SENT in text for text in titles(wired, USERS[1])] == [False, True]
    assert [SENT in text for text in titles(wired, USERS[2])] == [True]
    assert len(wired.phone(USERS[1]).cards()) == 2


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


def test_who_pressed_gets_a_new_card_that_says_it_replaces_the_old(wired: Wired) -> None:
    """The reply to a press is taken to use up its permission, and the sending's is for those who did not press."""
    accident = wired.report()
    mine = wired.phone(USERS[1])
    mine.press(mine.cards()[-1], "收到")
    wired.correct(accident, what=SENT)
    old, new = titles(wired, USERS[1])
    assert "已回应：收到" in old and SENT not in old and REPLACES not in old
    assert SENT in new and REPLACES in new
    (card,) = titles(wired, USERS[2])
    assert SENT in card and REPLACES not in card, "who did not press has the one card"


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
