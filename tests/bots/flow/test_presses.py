"""Presses in the sandbox, over HTTP: who may, what they see, what is kept; also while the database is slow (G02, L01)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bots import cards
from bots.wecom.incoming import callback
from models.accidents.records import Accident
from models.core.db.connection import in_transaction
from models.core.errors import Unavailable
from models.messages.channels.records import ChatMember
from models.messages.records import Inbound, Notice, ResponseCode
from models.organization.records import Binding
from tests.bots.flow.conftest import USERS
from tests.bots.flow.wired import Wired, last


def card_of(wired: Wired, user: str = USERS[1]) -> Any:
    """The newest card of somebody."""
    return wired.phone(user).cards()[-1]


def live_buttons(card: Any) -> list[str]:
    """The buttons that still call back."""
    return [each["text"] for each in card["content"].get("button_list", []) if each.get("type", 0) == 0]


def test_a_press_is_answered_on_the_card_and_kept(wired: Wired) -> None:
    wired.report()
    assert live_buttons(card_of(wired)) == ["收到", "已在现场", "需要支援"]
    told = wired.phone().press(card_of(wired), "已在现场")
    assert told["reply"] == "update_template_card"
    assert "已回应：已在现场" in str(card_of(wired)["content"])
    assert live_buttons(card_of(wired)) == []
    assert (wired.notice(1).answer, wired.notice(1).answered_by_way) == ("on_site", "card")
    assert (last().kind, last().state, last().result) == ("card_click", "handled", "answered:on_site")


def test_who_reported_it_is_asked_nothing_and_sees_who_was_told(wired: Wired) -> None:
    wired.report()
    mine = card_of(wired, USERS[0])
    names = "、".join(wired.works.people[number].name for number in (1, 2))
    assert [each["text"] for each in mine["content"]["button_list"]] == ["看谁收到了"]
    assert f"您已上报，已通知 {names}" in mine["content"]["sub_title_text"]
    wired.phone().press(card_of(wired), "收到")
    wired.work()
    assert live_buttons(card_of(wired, USERS[0])) == []
    wired.close(Accident.get(), "两人已出院")
    assert "两人已出院" in str(card_of(wired, USERS[0])["content"]), "it shows its end like every other copy"


def test_a_report_says_four_things_and_the_law_below_them(wired: Wired) -> None:
    wired.report(deaths=1)
    content = card_of(wired)["content"]
    assert [each["keyname"] for each in content["horizontal_content_list"]] == [
        "地点",
        "时间",
        "伤亡",
        "等级",
    ]
    card = cards.card_of("accident", Accident.get().id)
    assert "定级依据：" in card.below and "伤亡变化：" in card.below
    assert "定级依据：" in content["sub_title_text"], "where there is room"


def test_a_stranger_to_the_news_presses_a_card_that_was_passed_on(wired: Wired) -> None:
    wired.report(0, 1)
    heard = wired.post(wired.press_xml(card_of(wired), "收到", USERS[2]))
    assert "这件事没有通知过您" in heard.reply
    assert "触电" not in heard.reply, "a stranger learns nothing"
    assert (last().state, last().result) == ("refused", "not_told")
    assert not Notice.select().where(Notice.person == wired.works.people[2].id).exists()


def test_a_leaver_presses(wired: Wired) -> None:
    wired.report()
    Binding.update(state="ended").where(Binding.person == wired.works.people[1].id).execute()
    told = wired.phone().press(card_of(wired), "收到")
    assert told["reply"] == "update_template_card"
    shown = str(card_of(wired)["content"])
    assert "您已不在这个单位" in shown
    assert "触电" not in shown
    assert (last().state, last().result) == ("refused", "left_unit")
    assert wired.notice(1).answer is None


def test_the_platform_says_that_somebody_left_and_what_they_press_then_counts_for_nothing(
    wired: Wired,
) -> None:
    wired.report()
    head = f"<ToUserName>{wired.sandbox.seed.corp_id}</ToUserName><FromUserName>sys</FromUserName><CreateTime>1</CreateTime>"
    gone = f"<xml>{head}<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>delete_user</ChangeType>"
    gone += "<UserID>LiFang</UserID></xml>"
    assert wired.post(gone).status == 200
    wired.work()
    assert last().result == "left:1"
    assert ChatMember.get(ChatMember.user_id == USERS[1]).state == "left"
    wired.phone().press(card_of(wired), "收到")
    assert wired.notice(1).answer is None


@pytest.mark.parametrize("change", ["verb", "id", "cut", "nothing", "long"])
def test_a_button_altered(wired: Wired, change: str) -> None:
    accident = wired.report()
    key = next(each["key"] for each in card_of(wired)["content"]["button_list"] if each["text"] == "收到")
    altered = {
        "verb": key.replace("received", "need_help"),
        "id": key.replace(f":{accident.id}:", f":{accident.id + 1}:"),
        "cut": key[:-4],
        "nothing": " ",
        "long": key + "x" * 3000,
    }[change]
    assert altered != key
    heard = wired.post(wired.press_xml(card_of(wired), "", key=altered))
    assert heard.status == 200
    assert "update_template_card" in heard.reply
    assert "触电" not in heard.reply
    assert last().state == "refused"
    assert wired.notice(1).answer is None


def test_a_card_whose_version_has_moved_on_shows_what_is_now(wired: Wired) -> None:
    accident = wired.report()
    old = wired.press_xml(card_of(wired), "收到")
    wired.correct(accident, what="触电，两人已送医")
    heard = wired.post(old)
    assert "两人已送医" in heard.reply
    assert (last().state, last().result) == ("handled", "answered:received v1→v2")
    assert wired.notice(1).answer == "received" or Notice.select().where(Notice.answer == "received").exists()


def test_a_press_after_the_end_is_told_how_it_ended_and_answers_nothing(wired: Wired) -> None:
    accident = wired.report()
    old = wired.press_xml(card_of(wired), "收到")
    wired.close(accident, "两人已出院")
    heard = wired.post(old)
    assert "两人已出院" in heard.reply
    assert last().result == "over:received"
    assert not Notice.select().where(Notice.answer.is_null(False)).exists()


def test_everybody_presses_at_once_and_one_of_them_twice(wired: Wired) -> None:
    wired.report()
    cards = {user: card_of(wired, user) for user in USERS[1:]}
    presses = [wired.press_xml(cards[user], "收到", user, code=f"c-{user}") for user in USERS[1:]]
    presses += [wired.press_xml(cards[USERS[1]], "需要支援", USERS[1], code="c-again")]
    start = threading.Barrier(len(presses))
    heard: list[Any] = []

    def one(plain: str) -> None:
        start.wait(10)
        heard.append(wired.post(plain))

    threads = [threading.Thread(target=one, args=(plain,)) for plain in presses]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert [each.status for each in heard] == [200] * 3
    assert all("已回应" in each.reply for each in heard)
    asked = [wired.notice(number) for number in range(3)]
    assert [each.answer for each in asked[1:]] == ["need_help", "received"], "the stronger answer stands"
    assert Inbound.select().where(Inbound.state == "handled").count() == 3
    assert ResponseCode.select().where(ResponseCode.user_id.is_null(False)).count() == 3


@contextmanager
def held(row_of: Any, seconds: float) -> Iterator[None]:
    """Somebody else's transaction holds the row (on SQLite: the database) for so long."""
    begun = threading.Event()

    def hold() -> None:
        row_of()
        begun.set()
        time.sleep(seconds)

    thread = threading.Thread(target=in_transaction, args=(hold,))
    thread.start()
    assert begun.wait(10)
    yield
    thread.join(30)


def test_while_the_database_is_slow_the_platform_is_answered_in_time_and_the_press_counts(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback, "WITHIN", 0.4)
    wired.sandbox.patience(0.6)
    wired.report()
    card, notice = card_of(wired), wired.notice(1)
    with held(lambda: Notice.update(version=Notice.version).where(Notice.id == notice.id).execute(), 1.0):
        told = wired.phone().press(card, "收到")
    assert told["delivered"]["ok"], told
    assert all(each["seconds"] < 0.6 for each in told["delivered"]["tries"]), "never cut by the platform"
    for _ in range(50):
        wired.work()
        if "已回应：收到" in str(card_of(wired)["content"]):
            break
        time.sleep(0.1)
    assert "已回应：收到" in str(card_of(wired)["content"]), "by the reply, or by the press's own code later"
    assert wired.notice(1).answer == "received"
    assert Inbound.select().where(Inbound.kind == "card_click").count() == 1


def test_a_press_that_nobody_decided_is_decided_later_and_changes_its_card(
    wired: Wired, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a process that died between keeping and deciding."""
    from bots.wecom.incoming import receiving
    from server import application

    wired.report()
    monkeypatch.setattr(application, "decide_all", lambda kept: [receiving.Answer() for _ in kept])
    told = wired.phone().press(card_of(wired), "收到")
    assert (told["delivered"]["ok"], told["reply"]) == (True, "")
    assert wired.notice(1).answer is None
    wired.work()
    assert wired.notice(1).answer is None, "it is the callback's for a while"
    clock.forward(seconds=16)
    wired.work()
    assert wired.notice(1).answer == "received"
    assert "已回应：收到" in str(card_of(wired)["content"])
    assert ResponseCode.get(ResponseCode.user_id == USERS[1]).spent_at is not None


def test_a_rule_that_breaks_loses_no_press(wired: Wired, monkeypatch: pytest.MonkeyPatch) -> None:
    from bots.incoming import pressing

    wired.report()
    real = pressing.card_of
    broken = [True]

    def breaking(*args: Any, **more: Any) -> Any:
        if broken[0]:
            raise RuntimeError("ours")
        return real(*args, **more)

    monkeypatch.setattr(pressing, "card_of", breaking)
    told = wired.phone().press(card_of(wired), "收到")
    assert told["delivered"]["ok"]
    broken[0] = False
    for _ in range(50):  # on a busy machine the callback is still at it
        wired.work()
        if "已回应：收到" in str(card_of(wired)["content"]):
            break
        time.sleep(0.1)
    assert wired.notice(1).answer == "received"
    assert "已回应：收到" in str(card_of(wired)["content"])


def test_while_the_database_is_away_the_platform_is_told_to_come_again(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bots.wecom.incoming import receiving

    wired.report()
    real, away = receiving.in_transaction, [True]

    def maybe(work: Any, *args: Any, **more: Any) -> Any:
        if away[0] and work is receiving._keep:
            away[0] = False  # it is back when the platform comes again
            raise Unavailable
        return real(work, *args, **more)

    monkeypatch.setattr(receiving, "in_transaction", maybe)
    wired.sandbox.patience(3)
    told = wired.phone().press(card_of(wired), "收到")
    assert [each["status"] for each in told["delivered"]["tries"]] == [503, 200]
    assert told["reply"] == "update_template_card"
    assert wired.notice(1).answer == "received"
    assert Inbound.select().where(Inbound.kind == "card_click").count() == 1
