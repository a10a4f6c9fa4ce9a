"""The flash report made at the desk: receivers by hand or by preset, refused, answer lost, left and found again (G02)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.journeys.chatting import ChatPhone
from tests.journeys.desk import Desk
from tests.journeys.office import Office
from tests.journeys.phone_door import photo
from tests.journeys.seeing import still
from tests.support.page_checks import Watch
from tests.support.started_program import Server

REPORTS = "**/api/console/v1/accidents/reports"


@pytest.fixture
def leader(live_server: Server) -> ChatPhone:
    """The team leader's chat."""
    return ChatPhone(live_server, "wushuangjiang")


def _begin(desk: Desk, what: str) -> None:
    """Open the form and say what and where."""
    desk.open("accidents").at("new").click()
    desk.box("what").fill(what)
    desk.box("place").fill("罐区 2 号罐")


def send(desk: Desk, leads_to: Locator) -> None:
    """Press 立即上报, which leads to something new; where one of the same place is known, say that it is another."""
    desk.at("report-send").click()
    expect(leads_to.or_(desk.at("same-another")).first).to_be_visible()
    if desk.at("same-another").count():
        desk.at("same-another").click()
    expect(leads_to).to_be_visible()


def test_a_report_by_hand_loses_nothing_and_is_one(
    desk: Desk, office: Office, leader: ChatPhone, watch: Watch, tmp_path: Path
) -> None:
    watch.allow("ERR_FAILED")
    desk.sign_in()
    _begin(desk, "储罐呼吸阀泄漏")
    desk.box("serious_injuries").fill("1")
    desk.box("serious_injuries").press("Tab")
    expect(desk.at("report-grade")).to_contain_text("至少是一般事故（下界初判）")
    (tmp_path / "罐区.jpg").write_bytes(photo())
    desk.at("photos-photos").set_input_files(tmp_path / "罐区.jpg")
    expect(desk.page.get_by_alt_text("要提交的照片")).to_be_visible()
    desk.at("receivers").get_by_text("自己选").click()
    send(desk, desk.at("error-persons"))
    expect(desk.at("error-persons")).to_contain_text("至少选一个人")
    desk.choose("persons", "吴双江")
    desk.at("field-ways").get_by_text("邮件", exact=True).click()

    # Refused by the server: the figures cannot be.
    desk.box("deaths").fill("10001")
    desk.box("deaths").press("Tab")
    send(desk, desk.at("error-deaths"))
    expect(desk.box("what")).to_have_value("储罐呼吸阀泄漏")
    desk.box("deaths").fill("0")
    desk.box("deaths").press("Tab")

    # The server takes it, and its answer is lost.
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    desk.page.route(REPORTS, lose, times=1)
    send(desk, desk.at("report-form").get_by_test_id("error"))
    expect(desk.at("report-form").get_by_test_id("error")).to_contain_text("不会报成两份")
    expect(desk.box("what")).to_have_value("储罐呼吸阀泄漏")
    expect(desk.at("field-persons")).to_contain_text("吴双江")
    desk.sees("desk-report-lost")
    desk.page.reload()
    desk.shows("accidents")
    desk.at("new").click()
    expect(desk.at("report-form")).to_contain_text("这是先前没报完的")
    expect(desk.box("what")).to_have_value("储罐呼吸阀泄漏")
    expect(desk.at("field-persons")).to_contain_text("吴双江")
    expect(desk.page.get_by_alt_text("要提交的照片")).to_be_visible()
    desk.box("minor_injuries").fill("2")
    desk.box("minor_injuries").press("Tab")
    desk.sees("desk-report-again")
    send(desk, desk.at("accident"))

    expect(desk.page).to_have_url(re.compile(r"/accidents/\d+$"))
    expect(desk.page.locator(".t-message")).to_contain_text("其实已经报上去了")
    expect(desk.page.locator(".t-message")).to_contain_text("轻伤")
    expect(desk.at("people-count")).to_have_text("共 2 人")  # with who reported it
    expect(desk.at("people")).to_contain_text("吴双江")
    desk.sees("desk-report-board")
    (row,) = office.rows("accidents", q="储罐呼吸阀")
    assert (row["values"]["deaths"], row["values"]["serious_injuries"]) == (0, 1)
    leader.card("储罐呼吸阀")
    assert len([one for one in leader.inbox() if "储罐呼吸阀" in str(one["content"])]) == 1
    desk.open("accidents").at("new").click()
    expect(desk.box("what")).to_have_value("")


def test_a_preset_made_at_the_desk_is_what_a_report_takes(
    desk: Desk, office: Office, leader: ChatPhone, live_server: Server
) -> None:
    desk.sign_in().open("presets").at("new").click()
    desk.box("name").fill("较大以上叫齐")
    desk.choose("level", "较大")
    desk.at("field-ways").get_by_text("聊天卡片", exact=True).click()
    desk.choose("persons", "吴双江")
    desk.choose("persons", "周守正")
    desk.box("name").click()  # the list of people closes
    desk.save()
    expect(desk.cell(desk.row("较大以上叫齐"), "persons")).to_contain_text("吴双江")
    desk.sees("desk-preset")

    _begin(desk, "脚手架整体坍塌")
    expect(desk.at("preset")).not_to_contain_text("较大以上叫齐")
    desk.box("serious_injuries").fill("12")
    desk.box("serious_injuries").press("Tab")
    expect(desk.at("report-grade")).to_contain_text("至少是较大事故")
    expect(desk.at("preset")).to_contain_text("较大以上叫齐")
    expect(desk.at("preset")).to_contain_text("2 人")
    desk.at("preset").scroll_into_view_if_needed()
    desk.sees("desk-report-preset")
    send(desk, desk.at("accident"))
    expect(desk.page).to_have_url(re.compile(r"/accidents/\d+$"))
    expect(desk.at("people-count")).to_have_text("共 3 人")  # with who reported it
    for name in ("吴双江", "周守正"):
        expect(desk.at("people")).to_contain_text(name)
    leader.card("脚手架整体坍塌")
    (row,) = office.rows("accidents", q="脚手架整体")
    assert row["values"]["level"] == "较大"
    (made,) = office.rows("presets", q="较大以上叫齐")
    Office(live_server, "admin").delete("presets", made["id"])  # which takes an administrator


def test_a_place_of_the_grid_is_where_enough(desk: Desk, office: Office) -> None:
    desk.sign_in().open("accidents").at("new").click()
    desk.box("what").fill("蒸柜爆管")
    send(desk, desk.at("error-place"))
    desk.box("grid").click()
    expect(desk.page.locator(".t-tree__label:visible").get_by_text("临江厂区", exact=True)).to_be_visible()
    still(desk.page)
    desk.sees("desk-report-grid-tree")
    desk.box("grid").fill("食堂")
    desk.page.locator(".t-tree__label:visible").get_by_text("食堂", exact=True).first.click()
    expect(desk.box("grid")).to_have_value("食堂")
    expect(desk.at("error-place")).to_have_count(0)
    expect(desk.at("field-place")).to_contain_text("临江厂区 · 公用 · 食堂")
    desk.sees("desk-report-grid")
    desk.at("cancel").click()
    desk.at("new").click()
    expect(desk.box("grid")).to_have_value("食堂")
    send(desk, desk.at("accident"))
    expect(desk.page).to_have_url(re.compile(r"/accidents/\d+$"))
    expect(desk.at("accident")).to_contain_text("公用 · 食堂")
    desk.sees("desk-report-grid-board")
    (row,) = office.rows("accidents", q="蒸柜爆管")
    assert row["values"]["grid"]["label"] == "食堂"
    assert row["values"]["site"]

    # 续报 chooses from the same tree, and shows what is there.
    desk.at("accident-update").click()
    desk.at("edit").click()
    expect(desk.box("grid")).to_have_value("食堂")
    desk.box("grid").click()
    still(desk.page)
    desk.sees("desk-update-grid-tree")
    desk.page.locator(".t-tree__label:visible").get_by_text("临江厂区", exact=True).click()
    expect(desk.box("grid")).to_have_value("临江厂区")
    desk.save()
    (row,) = office.rows("accidents", q="蒸柜爆管")
    assert row["values"]["grid"]["label"] == "临江厂区"


def test_a_closed_form_is_found_again_and_can_be_begun_anew(desk: Desk) -> None:
    desk.sign_in()
    _begin(desk, "叉车侧翻")
    desk.at("cancel").click()
    expect(desk.at("report-form")).to_have_count(0)
    desk.page.keyboard.press("n")
    expect(desk.box("what")).to_have_value("叉车侧翻")
    desk.at("report-clear").click()
    expect(desk.box("what")).to_have_value("")
