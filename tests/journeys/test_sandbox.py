"""The first two minutes of somebody who has never heard of Anban, in the chat sandbox (L07, G02)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.journeys.chatting import ChatPhone
from tests.journeys.seeing import sideways, too_faint, too_small_to_hit
from tests.support.started_program import Server

ASKED = "这张照片是什么"
WHAT = "叉车撞到货架，一人腿部受伤"


class Sandbox:
    """The page with its three phones and its panel."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self._server = page, server
        page.goto(server.chat)
        page.wait_for_url(re.compile(r"^http://sandbox\.localhost:"))
        expect(self.phone(1)).to_be_visible()

    def phone(self, number: int) -> Locator:
        return self.page.get_by_test_id(f"phone-p{number}")

    def at(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def say(self, number: int, words: str) -> None:
        self.phone(number).get_by_test_id("say").fill(words)
        self.phone(number).get_by_test_id("send").click()

    def card(self, number: int, title: str) -> Locator:
        return self.phone(number).get_by_test_id("card").filter(has_text=title)

    def asked_before(self, number: int) -> int:
        """How often the worker was asked what a photo is, once the phone shows all of the conversation."""
        asked = sum(ASKED in str(entry["content"]) for entry in ChatPhone(self._server, "wangdayou").inbox())
        expect(self.card(number, ASKED)).to_have_count(asked)
        return asked

    def client(self, number: int) -> FrameLocator:
        """The phone client that a link opened."""
        return self.phone(number).frame_locator("[data-testid=page]")

    def list(self, number: int) -> Locator:
        self.phone(number).get_by_test_id("to-list").click()
        return self.phone(number).get_by_test_id("thread")

    def panel(self, tab: str) -> None:
        self.at(f"tab-{tab}").click()


@pytest.fixture
def sandbox(console_page: Page, live_server: Server) -> Iterator[Sandbox]:
    """The page on a large screen; faults are off again afterwards."""
    console_page.set_viewport_size({"width": 1600, "height": 950})
    opened = Sandbox(console_page, live_server)
    yield opened
    console_page.request.delete(f"{live_server.chat}/sandbox/api/faults")


def seen(frame: FrameLocator, testid: str) -> Locator:
    """What is shown of it: pages below stay in the document."""
    return frame.locator(f"[data-testid={testid}]:visible")


def fill_in(client: FrameLocator, what: str) -> None:
    """The report's form, and off."""
    seen(client, "report-what").locator("textarea").fill(what)
    seen(client, "report-place").locator("input").fill("成品仓库7号门")
    seen(client, "count-serious_injuries").get_by_test_id("count-more").click()
    seen(client, "report-send").click()
    expect(seen(client, "reported-number")).to_have_text(re.compile(r"^KB\d{6}-"), timeout=15_000)


def test_the_first_two_minutes(sandbox: Sandbox) -> None:
    for number, (name, post) in enumerate(
        [("王大友", "叉车司机"), ("吴双江", "起重班长"), ("顾行远", "厂长")], 1
    ):
        expect(sandbox.phone(number)).to_contain_text(name)
        expect(sandbox.phone(number)).to_contain_text(post)
    expect(sandbox.at("guide").get_by_role("listitem")).to_have_count(3)

    sandbox.say(1, "帮助")
    expect(sandbox.card(1, "您可以这样说")).to_be_visible()
    sandbox.at("try-report").click()
    sandbox.card(1, "填写快报").get_by_text("填写快报").click()
    expect(seen(sandbox.client(1), "report-what")).to_be_visible()
    expect(sandbox.at("step-1")).not_to_have_class(re.compile("done"))
    fill_in(sandbox.client(1), WHAT)
    expect(sandbox.at("step-1")).to_have_class(re.compile("done"))

    for number in (2, 3):
        expect(sandbox.card(number, WHAT)).to_contain_text("下界初判")
    sandbox.card(2, WHAT).get_by_role("button", name="收到").click()
    expect(sandbox.card(2, WHAT)).to_contain_text("已回应：收到")
    expect(sandbox.card(2, WHAT).get_by_role("button", name="收到")).to_have_count(0)
    expect(sandbox.card(3, WHAT).get_by_role("button", name="收到")).to_be_enabled()
    expect(sandbox.at("step-2")).to_have_class(re.compile("done"))

    # The worker's own page counts along, and what the worker adds changes the others' cards and the group at once.
    client = sandbox.client(1)
    seen(client, "see-accident").click()
    expect(seen(client, "accident-told")).to_contain_text("1 人已回应", timeout=15_000)
    sandbox.list(2).filter(has_text="应急群").click()
    expect(sandbox.card(2, WHAT)).to_have_count(1)
    seen(client, "go-update").click()
    seen(client, "edit-what").locator("textarea").fill(f"{WHAT}，已送医院")
    seen(client, "edit-save").click()
    expect(sandbox.card(3, "续报 1").first).to_be_visible(timeout=20_000)
    expect(sandbox.phone(2)).to_contain_text("续报 1", timeout=20_000)

    sandbox.card(3, "续报 1").first.get_by_role("button", name="已在现场").click()
    expect(sandbox.card(3, "续报 1").first).to_contain_text("已回应：已在现场")
    expect(seen(client, "accident-told")).to_contain_text("2 人已回应", timeout=15_000)
    sandbox.phone(1).get_by_test_id("close-page").click()
    expect(sandbox.phone(1).get_by_test_id("card").last).to_be_in_viewport()


def test_a_photo_becomes_a_hazard_that_a_leader_judges(sandbox: Sandbox) -> None:
    """The second story of the guide: 随手拍 on the left, the owner's card in the middle, the boss on the right (E07, L07)."""
    sandbox.at("story-snap").click()
    expect(sandbox.at("guide").get_by_role("listitem")).to_have_count(3)
    asked = sandbox.asked_before(1)
    sandbox.at("try-photo").click()
    expect(sandbox.card(1, ASKED)).to_have_count(asked + 1, timeout=15_000)
    sandbox.card(1, ASKED).last.get_by_role("button", name="随手拍").click()
    client = sandbox.client(1)
    seen(client, "snap-send").click()
    expect(sandbox.at("step-1")).to_have_class(re.compile("done"), timeout=20_000)
    card = sandbox.card(2, "【待确认】").last
    expect(card).to_contain_text("现场照片")
    card.get_by_role("button", name="是隐患", exact=True).click()
    expect(sandbox.at("step-2")).to_have_class(re.compile("done"))
    expect(sandbox.card(2, "【待安排整改】").last).to_be_visible(timeout=20_000)
    expect(sandbox.at("step-3")).not_to_have_class(re.compile("done"))
    sandbox.page.reload()
    expect(sandbox.at("story-snap")).to_have_attribute("aria-pressed", "true")
    expect(sandbox.at("step-2")).to_have_class(re.compile("done"))


def test_a_driver_clocks_in_and_is_not_let_onto_a_crane(sandbox: Sandbox) -> None:
    """The third story of the guide: 扫码上岗 on the left, who is on duty on the right (Q01, L07)."""
    sandbox.at("story-clock").click()
    sandbox.at("try-scan").click()
    client = sandbox.client(1)
    expect(seen(client, "confirm-name")).to_contain_text("叉车", timeout=15_000)
    expect(sandbox.at("step-1")).not_to_have_class(re.compile("done"))  # 上岗 has not been pressed yet
    seen(client, "confirm-button").click()
    expect(client.get_by_text("已上岗").first).to_be_visible(timeout=15_000)
    sandbox.at("try-wrong").click()
    expect(seen(client, "confirm-name")).to_contain_text("起重机", timeout=15_000)
    expect(sandbox.at("step-1")).to_have_class(re.compile("done"))
    expect(sandbox.at("step-2")).not_to_have_class(re.compile("done"))
    seen(client, "confirm-button").click()
    expect(sandbox.at("step-2")).to_have_class(re.compile("done"))
    expect(client.get_by_text(re.compile("Q2|起重机司机")).first).to_be_visible(timeout=15_000)
    sandbox.at("try-today").click()
    expect(sandbox.card(3, "今日上岗").first).to_contain_text("上岗日志", timeout=15_000)
    expect(sandbox.at("guide").locator("li.done")).to_have_count(3)


def test_the_clock_and_a_fault_are_seen_in_the_wire(sandbox: Sandbox) -> None:
    before = sandbox.at("clock").inner_text()
    sandbox.at("forward").filter(has_text="+2 小时").click()
    expect(sandbox.at("flag-clock")).to_have_text(re.compile("时钟快了 2 小时"))
    assert sandbox.at("clock").inner_text() != before
    sandbox.say(1, "今日")
    expect(sandbox.card(1, "今日上岗")).to_be_visible(
        timeout=15_000
    )  # with a new token, as the old one ran out
    sandbox.panel("wire")
    expect(sandbox.at("wire-line").filter(has_text="错误码 42001")).not_to_have_count(0)

    sandbox.panel("faults")
    switch = sandbox.at("trouble-error")
    expect(switch).to_have_attribute("aria-checked", "false")
    sandbox.at("trouble-token").click()
    expect(sandbox.at("fault")).to_contain_text("发消息：令牌失效，每次，还有 1 次")
    expect(sandbox.at("step-3")).to_have_class(re.compile("done"))
    sandbox.say(2, "帮助")
    expect(sandbox.card(2, "您可以这样说")).to_be_visible(timeout=15_000)
    expect(sandbox.at("fault")).to_have_count(0)  # used up

    sandbox.panel("wire")
    failed = sandbox.at("wire-line").filter(has_text="故障：令牌失效").first
    expect(failed).to_contain_text("错误码 40014")
    failed.click()
    # Whose it was is open: with one clock, what came due in these two hours goes out as well.
    expect(sandbox.at("wire-whole")).to_contain_text(re.compile(r'"touser": "\w+"'))
    expect(sandbox.at("wire-whole")).to_contain_text("invalid access_token")

    sandbox.panel("faults")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(sandbox.at("flag-faults")).to_have_text("1 个故障开着")
    sandbox.at("fault-off").click()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(sandbox.at("flag-faults")).to_have_count(0)


def test_a_photo_a_place_and_the_menu(sandbox: Sandbox) -> None:
    phone = sandbox.phone(1)
    asked = sandbox.asked_before(1)
    phone.get_by_test_id("plus").click()
    phone.get_by_test_id("sample").click()
    expect(sandbox.card(1, ASKED)).to_have_count(asked + 1, timeout=15_000)
    picture = phone.locator("[data-type=image] img").last
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 960
    phone.get_by_test_id("plus").click()
    phone.get_by_test_id("spot").filter(has_text="3 号泵房").click()
    expect(sandbox.card(1, "收到您的位置")).to_contain_text("3 号泵房", timeout=15_000)
    phone.get_by_test_id("menu").filter(has_text="更多").click()
    phone.get_by_test_id("sub-menu").filter(has_text="帮助").click()
    expect(sandbox.card(1, "您可以这样说").last).to_be_visible(timeout=15_000)
    phone.get_by_test_id("menu").filter(has_text="事故快报").click()
    expect(seen(sandbox.client(1), "report-what")).to_be_visible(timeout=15_000)
    phone.get_by_test_id("close-page").click()
    sandbox.list(1).filter(has_text="短信").click()
    expect(phone).to_contain_text("还没有短信")
    expect(phone.get_by_test_id("say")).to_have_count(0)


def test_phones_change_hands_and_a_group_can_be_looked_at(sandbox: Sandbox) -> None:
    sandbox.phone(3).get_by_test_id("who").select_option("chenanlan")
    expect(sandbox.phone(3)).to_contain_text("安全科长，管审批")
    sandbox.phone(2).get_by_test_id("who").select_option(label="江澜重工应急群（12 人）")
    expect(sandbox.phone(2)).to_have_attribute("data-who", "wushuangjiang")
    expect(sandbox.phone(2).locator(".bar")).to_contain_text("应急群")
    sandbox.say(2, "我在东门集合")
    expect(sandbox.phone(2).get_by_test_id("entry").filter(has_text="我在东门集合")).to_have_class(
        re.compile("mine")
    )
    sandbox.list(3).filter(has_text="应急群").click()
    heard = sandbox.phone(3).get_by_test_id("entry").filter(has_text="我在东门集合")
    expect(heard).to_contain_text("吴双江")
    sandbox.page.reload()
    expect(sandbox.phone(3)).to_have_attribute("data-who", "chenanlan")  # kept for the next visit


def test_two_phones_are_two_people_in_the_phone_client(sandbox: Sandbox) -> None:
    for number in (1, 3):
        sandbox.say(number, "上岗")
        sandbox.card(number, "对准设备上的二维码").get_by_text("打开扫码").click()
        expect(seen(sandbox.client(number), "scan-type")).to_be_visible(timeout=20_000)
    addresses = {frame.url.split("/")[2].split(".")[0] for frame in sandbox.page.frames[1:]}
    assert addresses == {"p1", "p3"}


def test_eyes_fingers_and_keys(sandbox: Sandbox) -> None:
    sandbox.say(1, "帮助")
    expect(sandbox.card(1, "您可以这样说").last).to_be_visible(timeout=15_000)
    for scheme in ("dark", "light"):
        sandbox.page.emulate_media(color_scheme=scheme)
        for tab in ("clock", "faults", "wire"):
            sandbox.panel(tab)
            assert too_faint(sandbox.page) == {}, (scheme, tab)
    sandbox.at("tab-clock").click()
    sandbox.page.keyboard.press("ArrowRight")
    expect(sandbox.at("tab-faults")).to_be_focused()
    expect(sandbox.at("tab-faults")).to_have_attribute("aria-selected", "true")
    sandbox.phone(2).get_by_test_id("say").focus()
    sandbox.page.keyboard.type("今日")
    sandbox.page.keyboard.press("Enter")
    expect(sandbox.card(2, "今日上岗").last).to_be_visible(timeout=15_000)
    sandbox.at("guide-close").click()
    sandbox.page.reload()
    expect(sandbox.at("guide-open")).to_be_visible()
    expect(sandbox.at("guide")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 800), (1600, 950)])
def test_three_phones_fit_side_by_side(sandbox: Sandbox, size: tuple[int, int]) -> None:
    sandbox.page.set_viewport_size({"width": size[0], "height": size[1]})
    sandbox.page.reload()
    boxes = [sandbox.phone(number).bounding_box() for number in (1, 2, 3)]
    assert sideways(sandbox.page) == 0
    for box in boxes:
        assert box is not None
        assert box["width"] >= 300
        assert box["y"] + box["height"] <= size[1] + 8, "the whole phone is on the screen"


def test_a_narrow_screen_shows_one_phone(open_phone: Callable[..., Page], live_server: Server) -> None:
    narrow = Sandbox(open_phone(), live_server)
    assert sideways(narrow.page) == 0
    expect(narrow.phone(2)).to_be_hidden()
    narrow.say(1, "帮助")
    expect(narrow.card(1, "您可以这样说").last).to_be_visible(timeout=15_000)
    assert too_small_to_hit(narrow.page) == {}
    narrow.at("front-p2").click()
    expect(narrow.phone(1)).to_be_hidden()
    expect(narrow.phone(2)).to_be_visible()
    narrow.at("front-panel").click()
    narrow.at("tab-faults").click()
    expect(narrow.at("trouble-slow")).to_be_visible()
    assert sideways(narrow.page) == 0
