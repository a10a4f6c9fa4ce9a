"""The flash report from the phone to everybody's chat and back, and what one can say to the app (G02, L01, L07, K01)."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.chatting import ChatPhone
from tests.journeys.desk import Desk
from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.support.page_checks import Watch
from tests.support.started_program import Server

WORKER, OFFICER = "19900000011", "19900000001"
#: From the site down, as the demo has it.
PLACE = ("临江厂区", "公用", "食堂")
WHAT = "叉车撞到货架，一人腿部受伤"


@pytest.fixture
def leader(live_server: Server) -> ChatPhone:
    """The team leader's chat."""
    return ChatPhone(live_server, "wushuangjiang")


def report(handset: Handset, what: str) -> None:
    """Fill in what and where, and send."""
    handset.at("go-report").click()
    handset.at("report-what").locator("textarea").fill(what)
    handset.write("report-place", "成品仓库7号门")
    handset.at("count-serious_injuries").get_by_test_id("count-more").click()
    handset.at("report-send").click()
    # The tests of this file report from one place: each is another accident.
    expect(handset.at("same-another").or_(handset.at("reported-number"))).to_be_visible(timeout=15_000)
    if handset.at("same-another").count():
        handset.at("same-another").click()
    expect(handset.at("reported-number")).to_have_text(re.compile(r"^KB\d{6}-"), timeout=15_000)


def test_the_machine_that_it_is_about_is_named_by_its_label_or_its_name(
    handset: Handset, office: Office
) -> None:
    label = office.label("1号叉车")
    handset.sign_in(WORKER).home()
    handset.at("go-report").click()
    handset.at("quick-有人受伤").click()
    handset.at("report-equipment-scan").click()
    handset.at("scan-type").click()
    handset.write("code-input", label)
    handset.at("code-send").click()
    expect(handset.at("report-equipment-name")).to_have_text("1号叉车")
    expect(handset.at("report-place").locator("input")).to_have_value(re.compile("1号叉车$"))
    handset.sees("flash-equipment")
    handset.at("report-equipment-off").click()
    handset.at("report-equipment-find").click()
    handset.write("machine-find", "1号叉")
    handset.at("machine").filter(has_text="1号叉车").first.click()
    expect(handset.at("report-equipment-name")).to_have_text("1号叉车")
    handset.at("count-serious_injuries").get_by_test_id("count-more").click()
    handset.at("report-send").click()
    expect(handset.at("reported-number")).to_have_text(re.compile(r"^KB\d{6}-"))
    number = handset.at("reported-number").inner_text()
    expect(handset.at("reported")).to_contain_text("市场监管")
    (row,) = office.rows("accidents", q=number)
    known = office.whole("accidents", row["id"])["values"]
    assert known["equipment"]["label"].startswith("1号叉车")
    assert known["special_level"] == "一般"

    # Who learns it later says so in a 续报.
    handset.at("see-accident").click()
    handset.at("go-update").click()
    expect(handset.at("edit-equipment-name")).to_have_text("1号叉车")
    handset.at("edit-equipment-off").click()
    handset.at("edit-equipment-find").click()
    handset.write("machine-find", "2号叉车")
    handset.at("machine").filter(has_text="2号叉车").first.click()
    handset.sees("flash-update-equipment")
    handset.at("edit-save").click()
    expect(handset.at("versions")).to_contain_text("涉及的特种设备")
    known = office.whole("accidents", row["id"])["values"]
    assert known["equipment"]["label"].startswith("2号叉车")


def test_a_report_is_told_answered_in_the_chat_and_counted(
    handset: Handset, leader: ChatPhone, desk: Desk, office: Office
) -> None:
    handset.sign_in(WORKER).home()
    report(handset, WHAT)
    handset.sees("flash-reported")
    number = handset.at("reported-number").inner_text()

    card = leader.card(WHAT)
    facts = {one["keyname"]: one["value"] for one in card["content"]["horizontal_content_list"]}
    assert facts["伤亡"] == "重伤 1，死亡不清楚", "unknown is not 0"
    assert "下界初判" in facts["等级"]
    assert number in card["content"]["main_title"]["desc"]
    leader.wait_for(lambda entry: WHAT in str(entry["content"]), group=1)  # the group hears of it too

    told = leader.press(card, "收到")
    assert told["reply"].startswith("update_"), f"answered within the platform's five seconds: {told}"
    after = leader.wait_for(
        lambda entry: entry["serial"] == card["serial"] and "已回应：收到" in str(entry["content"])
    )
    assert not [one for one in after["content"].get("button_list", []) if one.get("type", 0) == 0]

    handset.at("see-accident").click()
    expect(handset.at("accident-told")).to_contain_text("1 人已回应", timeout=15_000)
    expect(handset.at("duty").first).to_contain_text(re.compile(r"00:5\d:\d\d"))
    handset.sees("flash-accident")

    (row,) = office.rows("accidents", q=number)
    desk.sign_in(OFFICER)
    desk.page.goto(f"/console/accidents/{row['id']}")
    expect(desk.at("accident")).to_contain_text(WHAT)
    expect(desk.at("accident")).to_contain_text("收到")
    desk.sees("flash-board")
    desk.at("bell").click()
    expect(desk.at("message").first).to_contain_text(WHAT)


def test_two_presses_are_one_answer_and_the_second_is_told_so(
    handset: Handset, leader: ChatPhone, office: Office
) -> None:
    handset.sign_in(WORKER).home()
    report(handset, "吊钩脱落，现场已隔离")
    card = leader.card("吊钩脱落")
    leader.press(card, "收到")
    (row,) = office.rows("accidents", q="吊钩脱落")
    assert row["values"]["answered"].startswith("1")


def test_a_place_of_the_grid_is_picked_and_goes_out_when_the_signal_is_back(
    handset: Handset, leader: ChatPhone, office: Office, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    handset.sign_in(WORKER).home()
    handset.at("go-report").click()
    handset.at("report-what").locator("textarea").fill("蒸汽管法兰烫伤一人")
    handset.at("report-grid").click()
    handset.at("place-node").filter(has_text=PLACE[0]).click()
    handset.sees("flash-grid-picker")
    for name in PLACE[1:]:
        handset.at("place-node").filter(has_text=name).click()
    expect(handset.at("report-grid")).to_contain_text(PLACE[-1])
    handset.page.context.set_offline(True)
    handset.write("report-place", "后厨蒸柜旁")
    handset.sees("flash-grid")
    handset.at("report-send").click()
    expect(handset.at("reported-word")).to_have_text("已记下，正在上报")
    handset.page.context.set_offline(False)
    expect(handset.at("reported-number")).to_have_text(re.compile(r"^KB\d{6}-"), timeout=30_000)
    (row,) = office.rows("accidents", q="蒸汽管法兰")
    assert row["values"]["grid"]["label"] == PLACE[-1]
    assert row["values"]["site"]["label"] == PLACE[0], "the place's own site"
    assert row["values"]["place"] == " · ".join((*PLACE, "后厨蒸柜旁"))
    card = leader.card("蒸汽管法兰")
    assert PLACE[-1] in str(card["content"])


def pick(handset: Handset, *names: str) -> None:
    """Walk the grid down to a place, while a 续报 is written."""
    handset.at("edit-grid").click()
    for name in names:
        handset.at("place-node").filter(has_text=name).click()


def test_a_follow_up_names_the_place_and_a_correction_puts_it_right(handset: Handset, office: Office) -> None:
    def known() -> dict[str, Any]:
        (row,) = office.rows("accidents", q="电缆沟冒烟")
        found: dict[str, Any] = row["values"]
        return found

    handset.sign_in(OFFICER).home()
    report(handset, "电缆沟冒烟")
    handset.at("see-accident").click()
    expect(handset.at("duty-done").first).to_have_text("记为已报告")  # not 已报告: the clock still runs
    handset.at("go-update").click()
    expect(handset.at("edit-title")).to_have_text("续报")
    expect(handset.at("edit-grid")).to_have_text("选网格（可不选）")
    pick(handset, *PLACE)
    expect(handset.at("edit-place").locator("textarea")).to_have_value(" · ".join((*PLACE, "成品仓库7号门")))
    handset.at("edit-place").locator("textarea").fill(" · ".join((*PLACE, "配电箱旁")))
    handset.sees("flash-update-grid")
    handset.at("edit-save").click()
    expect(handset.at("versions")).to_contain_text("改了：厂站、网格、地点")
    assert (known()["grid"]["label"], known()["site"]["label"]) == (PLACE[-1], PLACE[0])
    assert known()["place"].endswith("食堂 · 配电箱旁")

    handset.at("go-correct").click()
    expect(handset.at("edit-title")).to_have_text("更正")
    expect(handset.at("edit-grid")).to_have_text(PLACE[-1])  # what is known stands there
    handset.at("edit-note").locator("textarea").fill("报错了地方")
    pick(handset, PLACE[0], PLACE[1])
    handset.at("place-here").click()
    expect(handset.at("edit-place").locator("textarea")).to_have_value(" · ".join(PLACE[:2]))
    handset.page.reload()
    expect(handset.at("edit-grid")).to_have_text(" · ".join(PLACE[:2]))  # nor is it lost with the page
    handset.at("edit-save").click()
    expect(handset.at("versions")).to_contain_text("更正")
    assert (known()["grid"]["label"], known()["place"]) == (PLACE[1], " · ".join(PLACE[:2]))


def _answers(entry: dict[str, Any], title: str) -> bool:
    """Whether an entry answers what was said: not a card of a task, which names what it asks in 【】."""
    shown = entry["content"].get("main_title", {}).get("title", "")
    return title in shown and not shown.startswith("【")


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("帮助", "您可以这样说"),
        ("快报 3号泵房触电", "事故快报"),
        ("上岗", "扫码上岗"),
        ("我的证照", "证照"),
        ("今日", "今日上岗"),
        ("今天天气怎么样", "没看懂"),
    ],
)
def test_every_word_gets_one_card(leader: ChatPhone, said: str, title: str) -> None:
    before = {entry["serial"] for entry in leader.inbox()}
    leader.say(said)
    card = leader.wait_for(lambda entry: entry["serial"] not in before and _answers(entry, title))
    # What else comes in this moment is news, which waits for no word.
    answers = [entry["serial"] for entry in leader.inbox() if _answers(entry, title)]
    assert [serial for serial in answers if serial not in before] == [card["serial"]]


def test_a_card_opens_the_phone_client_signed_in(
    handset: Handset, live_server: Server, leader: ChatPhone
) -> None:
    leader.say("上岗")
    card = leader.card("扫码上岗")
    action = card["content"]["card_action"]["url"]
    who = f"{live_server.chat}/sandbox/open?who={leader.userid}&slot=&url={action}"
    handset.page.goto(who)
    handset.page.wait_for_url(re.compile("/pages/scan/index"))
    handset.go_home()
    expect(handset.at("home-me")).to_have_text("吴双江")


def test_forged_callbacks_are_refused_and_do_nothing(
    live_server: Server, leader: ChatPhone, office: Office
) -> None:
    before = {entry["serial"] for entry in leader.inbox()}
    app = office.rows("wecom-apps")[0]["id"]
    for query, body in (
        ("?msg_signature=0&timestamp=1&nonce=a", b"<xml><Encrypt>AAAA</Encrypt></xml>"),
        (
            f"?msg_signature={'0' * 40}&timestamp={int(time.time())}&nonce=a",
            b"<xml><Encrypt>AAAA</Encrypt></xml>",
        ),
        ("", b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>"),
        ("?msg_signature=x", b"\x00" * 2000),
    ):
        request = urllib.request.Request(f"{live_server.url}/bots/wecom/{app}{query}", body)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code in (400, 403), query
        assert refused.value.read() == b""
    # What else comes in this moment is a card of a task, which answers nobody.
    came = [entry for entry in leader.inbox() if entry["serial"] not in before]
    assert [entry for entry in came if _answers(entry, "")] == []
