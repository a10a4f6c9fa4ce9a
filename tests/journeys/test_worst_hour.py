"""The worst hour: two taps report it, anybody may, it breaks in on every page, and who calls for help hears who comes (G02)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.chatting import ChatPhone
from tests.journeys.desk import OFFICER, Desk
from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.support.started_program import Server

WORKER, WAITING = "19900000011", "19900000014"
UNIT = "江澜重工机械有限公司"
_COUNT_TONES = (
    "window.rung = 0; const begin = AudioContext.prototype.createOscillator;"
    " AudioContext.prototype.createOscillator = function () { window.rung += 1; return begin.call(this) }"
)


def _sent(handset: Handset) -> str:
    """The number of what was sent; each of this file is another accident."""
    handset.at("report-send").click()
    expect(handset.at("same-another").or_(handset.at("reported-number"))).to_be_visible()
    if handset.at("same-another").count():
        handset.at("same-another").click()
    expect(handset.at("reported-number")).to_have_text(re.compile(r"^KB\d{6}-"))
    return handset.at("reported-number").inner_text()


def _here(page: Page, lng: float, lat: float) -> None:
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lng, "latitude": lat})


def test_two_taps_and_a_place_are_enough_and_it_breaks_in_on_any_page(
    handset: Handset, desk: Desk, office: Office
) -> None:
    desk.page.add_init_script(_COUNT_TONES)
    desk.sign_in(OFFICER).open("equipment")
    handset.page.set_viewport_size({"width": 360, "height": 640})
    _here(handset.page, 120.612345, 30.112345)
    handset.sign_in(WORKER).home()
    button = handset.at("go-report").bounding_box()
    assert button and button["y"] + button["height"] <= 640, "on the first screen, without scrolling"
    handset.at("go-report").click()
    expect(handset.at("report-here")).to_contain_text("您现在的位置")
    handset.at("quick-着火").click()
    expect(handset.at("quick-着火")).to_have_attribute("aria-pressed", "true")
    expect(handset.at("report-send")).to_be_in_viewport(ratio=0.95)
    handset.sees("worst-two-taps")
    number = _sent(handset)

    banner = desk.at("alarm")
    expect(banner).to_contain_text("着火")
    expect(desk.at("ledger-equipment")).to_be_visible()
    assert desk.page.evaluate("window.rung") == 3, "one ring of three tones"
    key = banner.get_attribute("data-key")
    desk.sees("worst-banner")
    desk.open("persons")
    expect(desk.at("alarm")).to_have_attribute("data-key", key or "")
    desk.at("bell").click()
    expect(desk.at("messages-alarms").locator("li").first).to_contain_text("着火")
    desk.page.reload()
    expect(desk.at("alarm")).to_have_attribute("data-key", key or "")
    assert desk.page.evaluate("window.rung") == 0, "each alarm rings once"
    desk.at("alarm-answer").click()
    expect(desk.page.locator(f"[data-testid=alarm][data-key='{key}']")).to_have_count(0)
    (row,) = office.rows("accidents", q=number)
    assert row["values"]["what"] == "着火"
    desk.page.goto(f"/console/accidents/{row['id']}")
    expect(desk.at("accident-head")).to_contain_text("火灾")
    expect(desk.at("mine")).to_have_attribute("data-answer", "received")
    silent = int(desk.at("count-unanswered").locator("strong").inner_text())
    desk.at("count-unanswered").click()
    expect(desk.at("people-count")).to_have_text(re.compile(rf"^{silent} / \d+ 人"))
    expect(desk.at("people").locator(".line")).to_have_count(silent)
    lost = desk.at("people").locator(".line[data-state=unreached], .line[data-state=told]")
    assert not [text for text in lost.all_inner_texts() if "已送达" in text], "a row says what its count says"


def test_without_a_sign_in_it_goes_to_the_unit_that_is_named_and_is_judged_first(
    handset: Handset, desk: Desk, office: Office
) -> None:
    handset.page.goto("/m/")
    handset.at("go-report").click()
    handset.at("quick-泄漏").click()
    handset.write("report-place", "氨罐区北侧马路")
    handset.at("report-send").click()
    expect(handset.at("report-lacks")).to_contain_text("报给哪个单位")
    handset.at("stranger-scan").click()
    expect(handset.page).to_have_url(
        re.compile("scan/index")
    )  # whoever stands there may scan, signed in or not
    handset.page.go_back()
    handset.write("stranger-name", "没有这一家")
    handset.at("report-send").click()
    expect(handset.at("trouble-title")).to_have_text("还不知道报给哪个单位")
    expect(handset.at("trouble-title")).to_be_in_viewport()
    expect(handset.at("call-120")).to_be_in_viewport()
    handset.sees("worst-stranger-refused")
    handset.write("stranger-name", UNIT)
    handset.write("stranger-caller", "路过的老周")
    handset.write("stranger-phone", "13900001111")
    number = _sent(handset)
    expect(handset.at("reported-unverified")).to_contain_text("未核实身份")
    handset.sees("worst-stranger")

    (row,) = office.rows("accidents", q=number)
    desk.sign_in(OFFICER)
    expect(desk.at("alarm-title")).to_have_text("未核实身份的事故快报")
    desk.page.goto(f"/console/accidents/{row['id']}")
    expect(desk.at("accident-head")).to_contain_text("路过的老周 13900001111（未核实身份）")
    before = int(re.findall(r"\d+", desk.at("people-count").inner_text())[0])
    desk.sees("worst-stranger-desk")
    desk.at("accident-tell-all").click()
    expect(desk.at("accident-held")).to_have_count(0)
    expect(desk.at("people-count")).not_to_have_text(f"共 {before} 人")


def test_who_waits_to_be_let_in_reports_and_sees_a_receipt(handset: Handset, office: Office) -> None:
    handset.sign_in(WAITING).home()
    handset.at("go-report").click()
    expect(handset.at("stranger-unit")).to_contain_text("未核实身份")
    handset.at("quick-有人受伤").click()
    handset.write("report-place", "装配车间二号门")
    number = _sent(handset)
    handset.at("see-accident").click()
    expect(handset.at("accident-receipt")).to_be_visible()
    expect(handset.at("accident-unverified")).to_be_visible()
    assert not handset.at("go-update").count()
    assert office.rows("accidents", q=number), "the unit has it"


def test_who_stands_in_another_unit_reports_to_its_people(
    handset: Handset, live_server: Server, office: Office
) -> None:
    harbour = Office(live_server, "19900000002")
    handset.sign_in(WORKER).home()
    handset.at("go-report").click()
    handset.at("quick-着火").click()
    handset.at("report-equipment-scan").click()
    handset.at("scan-type").click()
    handset.write("code-input", harbour.label("1号叉车"))
    handset.at("code-send").click()
    expect(handset.at("stranger-elsewhere")).to_contain_text("未核实身份")
    handset.sees("worst-elsewhere")
    number = _sent(handset)
    expect(handset.at("reported-unverified")).to_be_visible()
    assert office.rows("accidents", q=number) == [], "their people hear of it, and not ours"
    assert len(harbour.rows("accidents", q=number)) == 1
    card = ChatPhone(live_server, "linzhiyuan").card("未核实身份")
    said = card["content"]["sub_title_text"]
    assert "王大友（江澜重工机械有限公司） 19900000011（未核实身份）" in said, "who can be called back"
    assert [button["text"] for button in card["content"]["button_list"]][:2] == ["属实，通知全部", "收到"]


@pytest.fixture
def leader(live_server: Server) -> ChatPhone:
    """The team leader's chat."""
    return ChatPhone(live_server, "wushuangjiang")


def test_who_calls_for_help_hears_who_is_coming(
    handset: Handset, desk: Desk, leader: ChatPhone, office: Office, live_server: Server
) -> None:
    made = office.report(
        what="叉车侧翻压住一人", place="铸造车间南门", happened_at=datetime.now(UTC).isoformat()
    )
    handset.sign_in(WORKER)
    handset.page.goto(f"/m/#/pages/accident/index?id={made['id']}")
    handset.at("answer-need_help").click()
    expect(handset.at("help-calls")).to_contain_text("您 需要支援")
    expect(handset.at("help-coming")).to_contain_text(re.compile(r"已呼叫 \d+ 人"))
    card = leader.card("【需要支援】王大友")
    assert "铸造车间南门" in str(card["content"])
    leader.wait_for(
        lambda entry: "需要支援" in str(entry["content"]) and "铸造车间南门" in str(entry["content"]), group=1
    )
    desk.sign_in(OFFICER)
    expect(desk.at("alarm-title")).to_have_text("王大友 需要支援")
    desk.at("alarm-answer").click()
    leader.press(card, "我马上到")
    expect(handset.at("help-coming")).to_contain_text("陈安澜正在赶来")
    expect(handset.at("help-coming")).to_contain_text("吴双江正在赶来")
    handset.sees("worst-coming")
    caller = ChatPhone(live_server, "wangdayou")
    caller.wait_for(lambda entry: "吴双江" in str(entry["content"]) and "正在赶来" in str(entry["content"]))
