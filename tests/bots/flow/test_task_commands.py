"""待办, 今日 and 随手拍 in the chat; a photo and a line of words are a report (H01, E07, X07, L01)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from models.accidents import photos as accident_photos
from models.accidents import rules
from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.grid import rules as grid_rules
from models.hazards.records import Hazard
from models.hazards.report.open_hazard import LEDGER
from models.hazards.report.snapshot import snap
from models.messages.records import Inbound
from tests.bots.flow.playing import Play, links, photo, text, title
from tests.bots.flow.wired import Wired, last


@pytest.fixture
def play(wired: Wired) -> Play:
    return Play(wired)


def say(play: Play, name: str, words: str) -> Any:
    """Say it; gives the card that came back."""
    play.phone(name).say(words)
    play.wired.work()
    return play.card(name)


def send(play: Play, name: str = "工", shade: int = 9) -> Any:
    """Send a photo; gives the card that asks what it is."""
    play.phone(name).send_photo(photo(shade))
    play.wired.work()
    return play.card(name)


def sent(path: str) -> dict[str, str]:
    """What a form is filled with."""
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


# -- 待办


def test_my_tasks_are_the_five_most_urgent_each_with_its_deadline(play: Play, clock: Any) -> None:
    for number in range(6):
        play.snap(what=f"第{number}处电缆裸露")
        clock.forward(minutes=5)
    card = say(play, "班", "待办")
    assert title(card) == "待办 6 件"
    lines = [(each["keyname"], each["value"]) for each in card["content"]["horizontal_content_list"]]
    assert lines[0] == ("明天", "08:00前 确认：配电室 第0处电缆裸露")
    assert len(lines) == 5
    assert all(len(value) <= 26 for _, value in lines)
    assert card["content"]["sub_title_text"] == "其中 6 件要审批，还有 1 件，点开查看"
    assert links(card) == {"打开待办": "/pages/tasks/index"}


def test_what_is_late_is_said_in_the_title_and_at_its_line(play: Play, clock: Any) -> None:
    play.snap()
    clock.forward(hours=25)
    card = say(play, "班", "我的待办")
    assert title(card) == "待办 1 件，1 件超时"
    assert card["content"]["horizontal_content_list"][0]["keyname"] == "超时"


def test_today_counts_open_hazards_and_my_tasks(play: Play, clock: Any) -> None:
    hazard = play.snap()
    play.press("班", "是隐患")
    play.plan(hazard)
    play.snap(what="井盖松动")
    facts = {
        each["keyname"]: each["value"]
        for each in say(play, "电", "今日")["content"]["horizontal_content_list"]
    }
    assert facts["隐患"] == "2 条未闭环"
    assert facts["我的待办"] == "1 件"
    clock.forward(days=4)
    facts = {
        each["keyname"]: each["value"]
        for each in say(play, "电", "今日")["content"]["horizontal_content_list"]
    }
    assert facts["隐患"] == "2 条未闭环，1 超期"
    assert facts["我的待办"] == "1 件，1 超期"


# -- 随手拍


def test_a_photo_and_a_line_of_words_are_a_report(play: Play) -> None:
    asks = send(play)
    assert "再发一句话" in text(asks)
    card = say(play, "工", "配电室门口电缆裸露")
    hazard = Hazard.get()
    assert (hazard.what, hazard.door, hazard.reporter_id) == (
        "配电室门口电缆裸露",
        "chat",
        play.people["工"].id,
    )
    assert hazard.grid_id == play.nodes["一厂"].id, "where the reporter works"
    (kept,) = photos.of(LEDGER, [hazard.id])
    assert (kept.stage, kept.ledger) == ("before", LEDGER)
    assert hazard.number in text(card)
    assert links(card)["查看"] == f"/pages/hazards/hazard?id={hazard.id}"
    assert "待确认" in title(play.card("站")), "and it is on its way"


def test_words_that_begin_with_a_place_say_where(play: Play) -> None:
    send(play)
    card = say(play, "工", "配电室 门口电缆裸露")
    hazard = Hazard.get()
    assert (hazard.grid_id, hazard.what) == (play.nodes["配电室"].id, "配电室 门口电缆裸露")
    assert "配电室" in text(card)
    assert title(play.card("班")).startswith("【待确认】配电室 门口"), (
        "its owner is asked, and reads the place once"
    )


def test_a_place_that_two_have_is_not_guessed(play: Play) -> None:
    company = play.nodes["公司"]
    values = {"company": company.company_id, "name": "配电室", "level": "3", "parent": company.id}
    in_transaction(grid_rules.create_node, play._house(), values)
    send(play)
    say(play, "工", "配电室 门口电缆裸露")
    assert Hazard.get().grid_id == play.nodes["一厂"].id, "where the reporter works"


def test_several_photos_and_a_place_go_along(play: Play) -> None:
    send(play, shade=1)
    send(play, shade=2)
    play.phone("工").send_place(120.1001, 30.1001, "配电室南门")
    play.wired.work()
    say(play, "工", "随手拍 电缆裸露")
    hazard = Hazard.get()
    assert hazard.grid_id == play.nodes["配电室"].id
    assert (hazard.what, hazard.place) == ("电缆裸露", "配电室南门")
    assert photos.of(LEDGER, [hazard.id]).count() == 2


def test_words_that_come_while_the_photo_is_still_being_fetched_wait_for_it(play: Play, clock: Any) -> None:
    play.wired.sandbox.fault("error", "/cgi-bin/media/get", status=502, count=1)
    play.phone("工").send_photo(photo())
    play.phone("工").say("电缆裸露")
    play.wired.work()
    assert not Hazard.select().exists()
    for _ in range(3):
        clock.forward(seconds=12)
        play.wired.work()
    assert Hazard.get().what == "电缆裸露"
    assert photos.of(LEDGER, [Hazard.get().id]).count() == 1


def test_the_same_words_handled_twice_report_once(play: Play) -> None:
    send(play)
    say(play, "工", "电缆裸露")
    Inbound.update(state="failed", due_at=house_clock.now()).where(Inbound.kind == "text").execute()
    play.wired.work()
    assert Hazard.select().count() == 1


def test_after_a_while_words_are_only_words(play: Play, clock: Any) -> None:
    send(play)
    clock.forward(minutes=6)
    assert "没看懂" in title(say(play, "工", "电缆裸露"))
    assert not Hazard.select().exists()


def test_a_command_after_a_photo_is_the_command(play: Play) -> None:
    send(play)
    assert "待办" in title(say(play, "工", "待办"))
    assert not Hazard.select().exists()


def test_words_after_a_photo_that_was_dropped_are_only_words(play: Play) -> None:
    card = send(play)
    play.press("工", "算了", card=card)
    assert "没看懂" in title(say(play, "工", "电缆裸露"))
    assert Attachment.select().count() == 0


def test_anothers_photo_is_not_taken_along(play: Play) -> None:
    send(play, "班")
    assert "没看懂" in title(say(play, "工", "电缆裸露"))


def test_the_photo_goes_either_way_by_the_form_and_once(play: Play) -> None:
    card = send(play)
    hazard_form, accident_form = links(card)["随手拍"], links(card)["事故快报"]
    assert hazard_form.startswith("/pages/hazards/snap?")
    assert sent(hazard_form) == sent(accident_form)
    picture = sent(hazard_form)["photos"]
    actor = play.actor("工")
    assert in_transaction(photos.read, actor, picture)[1] == "image/jpeg", "the form can show it"
    hazard, _ = in_transaction(snap, actor, {"what": "漏水", "photos": [picture]}, key="k")
    assert [str(row.id) for row in photos.of(LEDGER, [hazard.id])] == [picture]
    report = {
        "what": "触电",
        "place": "泵房",
        "happened_at": house_clock.now(),
        "photos": [picture],
        "receivers": None,
    }
    accident, _ = in_transaction(rules.report, actor, report, key="k2")
    assert accident_photos.gone(accident, [picture]) == [picture], "an accident is told without it"


def test_a_likely_repeat_is_said(play: Play) -> None:
    first = play.snap(what="电缆裸露", grid=str(play.nodes["一厂"].id))
    send(play)
    card = say(play, "工", "电缆裸露")
    assert str(first.number) in text(card)


def test_who_may_not_report_is_told_why(play: Play) -> None:
    from models.administration.records import Assignment

    send(play)
    Assignment.delete().execute()
    card = say(play, "工", "电缆裸露")
    assert last().state == "refused"
    assert title(card)
    assert not Hazard.select().exists()


def test_the_menu_opens_the_form(play: Play) -> None:
    from bots.wecom.menu import menu_of
    from tests.bots.flow.playing import opens

    entries = [sub for top in menu_of(play.wired.works.app) for sub in top.get("sub_button") or [top]]
    (found,) = [each for each in entries if each["name"] == "随手拍"]
    assert opens(found["url"]) == "/pages/hazards/snap"
