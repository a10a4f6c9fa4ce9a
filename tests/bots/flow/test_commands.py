"""What one says to the app, on the phone of the sandbox: one card for everything, and never silence (L01, Q10, K03)."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from PIL import Image

from bots.commands import find
from bots.incoming import inbound
from models.accidents import photos, rules
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.files.attachments import Attachment
from models.core.security.actor import Actor
from models.duty.records import ClockIn
from models.messages.channels.members import actor_of, member_of
from models.messages.channels.records import ChatMember, WecomApp
from models.messages.records import Inbound
from models.training.records import Certificate
from tests.bots.flow.conftest import USERS
from tests.bots.flow.wired import Wired, last, rows

ME = USERS[1]


def title(card: Any) -> str:
    """A card's title."""
    return str(card["content"]["main_title"]["title"])


def opens(card: Any, text: str = "") -> str:
    """Where a button, a link, or the card itself leads in the phone client."""
    content = card["content"]
    links = {each["text"]: each.get("url", "") for each in content.get("button_list", [])}
    links |= {each["title"]: each["url"] for each in content.get("jump_list", [])}
    url = links[text] if text else content["card_action"]["url"]
    return unquote(parse_qs(urlsplit(url).query)["to"][0])


def say(wired: Wired, words: str) -> Any:
    """Say it; gives the one card that came back."""
    before = len(wired.phone(ME).inbox())
    told = wired.phone(ME).say(words)
    assert told["delivered"]["ok"]
    wired.work()
    new = wired.phone(ME).inbox()[before:]
    assert len(new) == 1, new
    return new[0]


@pytest.mark.parametrize(
    ("words", "wanted", "leads"),
    [
        ("上岗", "扫码上岗", "/pages/scan/index"),
        ("  上 岗 ！", "扫码上岗", "/pages/scan/index"),
        ("我要上岗", "扫码上岗", "/pages/scan/index"),
        ("扫一扫", "扫码上岗", "/pages/scan/index"),
        ("快报", "事故快报", "/pages/accident/report"),
        ("打开快报", "事故快报", "/pages/accident/report"),
        ("快报 1号泵房触电，一人受伤", "事故快报", "/pages/accident/report?what=1号泵房触电，一人受伤"),
        ("快报：1号泵房触电", "事故快报", "/pages/accident/report?what=1号泵房触电"),
        ("请打开事故快报　１号泵房触电", "事故快报", "/pages/accident/report?what=１号泵房触电"),
        ("快 报 3号罐漏了", "事故快报", "/pages/accident/report?what=3号罐漏了"),
        ("待办", "没有待办", "/pages/tasks/index"),
        ("查看待办", "没有待办", "/pages/tasks/index"),
        ("随手拍", "随手拍", "/pages/hazards/snap"),
        ("随手拍 1号泵房 电缆裸露", "随手拍", "/pages/hazards/snap?what=1号泵房 电缆裸露"),
        ("我的证照", "还没有登记证照", "/pages/certificates/index"),
        ("看看我的证照吧", "还没有登记证照", "/pages/certificates/index"),
        ("今日", "今日上岗 0 人", "/pages/log/index"),
        ("帮助", "您可以这样说", "/pages/home/index"),
        ("ＨＥＬＰ", "您可以这样说", "/pages/home/index"),
        ("？", "您可以这样说", "/pages/home/index"),
        ("今天天气怎么样", "没看懂这句话", "/pages/home/index"),
        ("上岗证丢了怎么办", "没看懂这句话", "/pages/home/index"),
        ("😀", "没看懂这句话", "/pages/home/index"),
        ("x" * 2000, "没看懂这句话", "/pages/home/index"),
    ],
)
def test_what_is_said_gets_its_card(wired: Wired, words: str, wanted: str, leads: str) -> None:
    card = say(wired, words)
    assert wanted in title(card)
    assert opens(card) == leads
    assert last().state == "handled"


@pytest.mark.parametrize("words", ["事故快报怎么填", "事故 3号泵房", "快报,3号泵房着火", "我要快报：着火"])
def test_words_after_the_report_belong_to_it(words: str) -> None:
    found = find(words)
    assert found is not None
    assert found[0].key == "report"
    assert found[1]
    assert "快报" not in found[1]


def on_duty(wired: Wired, number: int) -> None:
    """The n-th of USERS has clocked in today."""
    person = wired.works.people[number]
    ClockIn.create(
        id=number + 1, company=wired.crowd.unit, person_id=person.id, person_name=person.name, equipment_id=7,
        equipment_name=f"叉车{number}", code="N1", certificate_number="C", day=date(2026, 11, 22), evidence={},
        scanned_at=house_clock.now(), received_at=house_clock.now(), once_key=f"o{number}", request_key=f"{number:064}",
    )  # fmt: skip


def test_today_is_the_units_board_with_real_numbers(wired: Wired) -> None:
    for number in (0, 1, 2):
        on_duty(wired, number)
    card = say(wired, "今日")
    assert title(card) == "今日上岗 3 人", "the unit's number, whoever asks"
    listed = [person.name for person in wired.works.people if f"08:00 {person.name}" in str(card["content"])]
    assert listed == [wired.works.people[1].name], "a worker sees the own row, by rights"
    assert "按您的权限只列出这些" in str(card["content"])
    account = Account.get(Account.id_hash == wired.works.people[1].id_hash)
    Assignment.create(account_id=account.id, role=builtin("safety_officer"), company_id=wired.crowd.unit.id)
    card = say(wired, "今日")
    assert title(card) == "今日上岗 3 人"
    assert all(f"08:00 {person.name} · 叉车" in str(card["content"]) for person in wired.works.people)
    facts = {each["keyname"]: each["value"] for each in card["content"]["horizontal_content_list"]}
    assert facts == {
        "单位": wired.crowd.unit.name, "日期": "今天", "隐患": "0 条未闭环", "我的待办": "0 件",
    }  # fmt: skip


def test_my_certificates_are_mine_and_say_until_when(wired: Wired) -> None:
    for person, number in ((wired.works.people[1], "A1"), (wired.works.people[2], "B2")):
        Certificate.create(
            company=wired.crowd.unit, person=person, number=number, code="N1", valid_until=date(2026, 12, 1)
        )
    card = say(wired, "我的证照")
    assert "1 本要留意" in title(card)
    assert "2026-12-01" in str(card["content"])
    assert "B2" not in str(card["content"])


# -- photos, places, and what we don't take


def picture(kind: str = "JPEG", shade: int = 9) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 80, 80)).save(target, kind)
    return target.getvalue()


def owner(wired: Wired) -> Actor:
    found: Actor = in_transaction(lambda: actor_of(member_of(wired.works.app.id, ME)))
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_asks_what_it_is_and_goes_into_a_report(wired: Wired, kind: str) -> None:
    wired.phone(ME).send_photo(picture(kind))
    wired.work()
    card = wired.phone(ME).cards()[-1]
    assert title(card) == "这张照片是什么？"
    assert [each["text"] for each in card["content"]["button_list"]] == ["事故快报", "随手拍", "算了"]
    photo = parse_qs(urlsplit(opens(card, "事故快报")).query)["photos"][0]
    data = {
        "what": "触电",
        "place": "泵房",
        "happened_at": house_clock.now(),
        "photos": [photo],
        "receivers": None,
    }
    made, _ = in_transaction(rules.report, owner(wired), data, key="with-photo")
    assert [str(row.id) for row in photos.of([made.id])] == [photo]


def test_a_photo_that_is_for_nothing_says_so_and_only_to_its_sender(wired: Wired) -> None:
    wired.phone(ME).send_photo(picture())
    wired.work()
    card = wired.phone(ME).cards()[-1]
    heard = wired.post(wired.press_xml(card, "算了", USERS[2]))
    assert "不是您发的" in heard.reply
    wired.phone(ME).press(card, "算了")
    assert "这张照片没有用到" in str(wired.phone(ME).cards()[-1]["content"])
    assert Attachment.select().count() == 0, "what is for nothing is not kept"


BROKEN = {
    "gif": picture("GIF"),
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 100,
    "bmp": picture("BMP"),
    "cut": picture()[:200],
    "text": "不是照片".encode() * 20,
}


TRUE = {
    "heic": ("HEIC", "兼容性"), "gif": ("这是 GIF 图片", "请改为拍照"), "bmp": ("这是 BMP 图片", "另存为 JPG"),
    "cut": ("图片不完整", "重新选择"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_photo_in_a_format_that_we_do_not_take(wired: Wired, what: str) -> None:
    wired.phone(ME).send_photo(BROKEN[what], f"photo.{what}")
    wired.work()
    card = wired.phone(ME).cards()[-1]
    said, todo = TRUE.get(what, ("这不是照片", "重新拍照"))
    assert said in str(card["content"])
    assert todo in str(card["content"]), "and what to do"
    assert last().state == "refused"
    assert last().result == {"heic": "heic", "cut": "half_a_picture"}.get(what, "not_a_photo")
    assert Attachment.select().count() == 0


def test_a_photo_that_the_platform_has_no_more(wired: Wired, clock: Any) -> None:
    wired.phone(ME).send_photo(picture())
    wired.sandbox.clock.forward(days=4)
    clock.forward(days=4)
    wired.work()
    shown = str(wired.phone(ME).cards()[-1]["content"])
    assert "照片没有收到" in shown and "（40007）。请再发一次" in shown
    assert (last().state, last().result) == ("refused", "photo_gone")


def test_a_photo_without_a_name_is_answered_in_our_words(wired: Wired) -> None:
    said = wired.said_xml("x", user=ME).replace("<![CDATA[text]]>", "<![CDATA[image]]>")
    assert wired.post(said).status == 200
    wired.work()
    shown = wired.phone(ME).cards()[-1]["content"]
    assert "照片没有收到" in str(shown)
    assert "media_id" not in str(shown), "the platform's own words are for who set it up"


def test_a_place_opens_the_report_there(wired: Wired) -> None:
    wired.phone(ME).send_place(120.512345, 30.1, "一水厂 3号门")
    wired.work()
    card = wired.phone(ME).cards()[-1]
    assert title(card) == "收到您的位置"
    for button, page in (("随手拍", "/pages/hazards/snap"), ("上报事故", "/pages/accident/report")):
        path, _, query = opens(card, button).partition("?")
        assert path == page
        assert parse_qs(query) == {"place": ["一水厂 3号门"], "lng": ["120.512345"], "lat": ["30.100000"]}


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("voice", "语音听不了"),
        ("video", "视频收不了"),
        ("file", "文件收不了"),
        ("link", "链接打不开"),
        ("sticker", "看不了"),
    ],
)
def test_what_nothing_can_be_done_with_gets_help(wired: Wired, kind: str, wanted: str) -> None:
    text = wired.said_xml("x", 5, ME).replace("<![CDATA[text]]>", f"<![CDATA[{kind}]]>")
    assert wired.post(text).status == 200
    wired.work()
    card = wired.phone(ME).cards()[-1]
    assert wanted in title(card)
    assert "快报" in card["content"]["sub_title_text"]


# -- the menu, coming and going


def test_the_menu_offers_the_same_as_the_words(wired: Wired) -> None:
    from bots.delivery import menus

    menus.work()
    menu = wired.sandbox.platform.people.agents[wired.works.app.agent_id].menu
    entries = [sub for top in menu for sub in top.get("sub_button") or [top]]
    assert {each["name"] for each in entries} == {
        "扫码上岗", "今日", "我的证照", "事故快报", "待办", "随手拍", "帮助",
    }  # fmt: skip
    for entry in entries:
        if entry["type"] == "view":
            assert "/pages/" in unquote(entry["url"])
            wired.phone(ME).menu(entry["url"])
            continue
        wired.phone(ME).menu(entry["key"])
        wired.work()
        assert title(wired.phone(ME).cards()[-1])
        assert last().result != "help" or entry["name"] == "帮助"
    wired.work()
    assert len(wired.phone(ME).cards()) == 4, "one card for each that speaks; what opens a page says nothing"


def test_who_opens_the_app_is_greeted_once_a_day(wired: Wired, clock: Any) -> None:
    from bots import tools

    for _ in range(3):
        wired.phone(ME).event("enter_agent")
        clock.forward(minutes=1)
        wired.sandbox.clock.forward(minutes=1)
        wired.work()
    assert len(wired.phone(ME).cards()) == 1
    assert title(wired.phone(ME).cards()[0]) == "今天：上岗 0 人"
    assert wired.works.people[1].name in str(wired.phone(ME).cards()[0]["content"])
    assert [row.state for row in rows()] == ["handled"] * 3
    (key,) = tools.redis().keys("anban:greeted:*")
    assert 86_000 < tools.redis().ttl(key) <= 86_400
    tools.redis().delete(key)  # the day is over
    wired.phone(ME).event("enter_agent")
    wired.work()
    assert len(wired.phone(ME).cards()) == 2


def test_a_newcomer_is_welcomed_and_not_greeted_again_at_once(wired: Wired, clock: Any) -> None:
    wired.phone(ME).event("subscribe")
    clock.forward(seconds=2)
    wired.phone(ME).event("enter_agent")
    wired.work()
    assert len(wired.phone(ME).cards()) == 1


def test_who_goes_is_out_of_reach_and_who_comes_back_is_not(wired: Wired, clock: Any) -> None:
    wired.phone(ME).event("unsubscribe")
    wired.work()
    member = ChatMember.get(ChatMember.user_id == ME)
    assert (member.state, member.reason) == ("unreachable", "已不在应用的可见范围")
    assert wired.phone(ME).cards() == []
    clock.forward(minutes=1)
    wired.phone(ME).event("subscribe")
    wired.work()
    assert ChatMember.get(ChatMember.user_id == ME).state == "ok"


# -- when the platform, or we, stumble


def test_a_reply_that_the_platform_refuses_for_now_comes_later_and_once(wired: Wired, clock: Any) -> None:
    wired.sandbox.fault("cut", count=1)  # it came through, and the answer was lost
    wired.phone(ME).say("帮助")
    for _ in range(4):
        wired.work()
        clock.forward(seconds=30)
    assert len(wired.phone(ME).cards()) == 1
    assert last().state == "handled"


def test_more_than_the_platform_lets_through_waits_instead_of_being_dropped(wired: Wired, clock: Any) -> None:
    for number in range(34):
        wired.post(wired.said_xml("帮助", 100 + number, ME))
    wired.work()
    assert len(wired.phone(ME).cards()) == 30
    assert Inbound.select().where(Inbound.state == "new").count() == 4
    for _ in range(2):
        clock.forward(seconds=61)
        wired.sandbox.clock.forward(seconds=61)
        wired.work()
    assert len(wired.phone(ME).cards()) == 34


def test_a_fault_of_ours_is_tried_again_and_in_the_end_said(
    wired: Wired, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(*_: Any) -> Any:
        raise RuntimeError("ours")

    monkeypatch.setattr(inbound, "_answer", breaking)
    wired.phone(ME).say("今日")
    for _ in range(8):
        wired.work()
        clock.forward(minutes=10)
    assert (last().state, last().attempts) == ("refused", 6)
    (card,) = wired.phone(ME).cards()
    assert "这次没有办成" in title(card)


def test_a_wrong_secret_stands_at_the_app_when_only_replies_meet_it(wired: Wired) -> None:
    wired.works.app.change(app_secret="wrong")
    wired.phone(ME).say("帮助")
    wired.work()
    assert "应用密钥" in str(WecomApp.get_by_id(wired.works.app.id).last_error)


def test_where_some_read_in_wechat_the_words_come_too(wired: Wired) -> None:
    WecomApp.update(also_text=True).where(WecomApp.id == wired.works.app.id).execute()
    for _ in range(2):
        wired.phone(ME).say("帮助")
        wired.work()
    kinds = [entry["msgtype"] for entry in wired.phone(ME).inbox()]
    assert kinds == ["template_card", "textcard"] * 2
