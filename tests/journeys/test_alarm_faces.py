"""The flash report as people live it: watched, made without a signal, mended against others, sent again (G02 X01 X04)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.chatting import ChatPhone
from tests.journeys.desk import OFFICER, Desk
from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.support.page_checks import Watch
from tests.support.started_program import Server

WORKER = "19900000011"


@pytest.fixture
def leader(live_server: Server) -> ChatPhone:
    """The team leader's chat."""
    return ChatPhone(live_server, "wushuangjiang")


def _fill(handset: Handset, what: str) -> None:
    handset.at("go-report").click()
    handset.at("report-what").locator("textarea").fill(what)
    handset.write("report-place", "成品仓库7号门")


def _report(handset: Handset, what: str) -> None:
    _fill(handset, what)
    handset.at("report-send").click()
    # The tests of this file report from one place: each is another accident.
    expect(handset.at("same-another").or_(handset.at("reported-number"))).to_be_visible(timeout=15_000)
    if handset.at("same-another").count():
        handset.at("same-another").click()
    expect(handset.at("reported-number")).to_have_text(re.compile(r"^KB\d{6}-"), timeout=15_000)


def test_the_officer_watches_while_a_phone_answers(
    handset: Handset, desk: Desk, leader: ChatPhone, office: Office
) -> None:
    handset.sign_in(WORKER).home()
    _report(handset, "吊钩脱落，砸到护栏")
    (row,) = office.rows("accidents", q="吊钩脱落")
    desk.sign_in(OFFICER, path=f"/console/accidents/{row['id']}")
    expect(desk.at("people-count")).to_have_text(re.compile(r"共 \d+ 人"))
    expect(desk.at("count-acknowledged").locator("strong")).to_have_text("0")
    desk.page.evaluate("window.untouched = true")
    leader.press(leader.card("吊钩脱落"), "需要支援")
    expect(desk.at("count-acknowledged").locator("strong")).to_have_text("1")
    first = desk.at("people").locator(".line").first
    expect(first).to_contain_text("吴双江")
    expect(first).to_contain_text("需要支援")
    assert desk.page.evaluate("window.untouched"), "nobody reloaded the page"
    desk.at("answers-need_help").click()
    expect(desk.at("people-count")).to_have_text(re.compile(r"^1 / \d+ 人"))
    desk.sees("alarm-board-live")


def test_a_report_without_a_signal_goes_out_once(handset: Handset, office: Office, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    handset.sign_in(WORKER).home()
    _fill(handset, "配电室冒烟，没有信号")
    network = handset.page.context
    network.set_offline(True)
    handset.at("report-send").click()
    expect(handset.at("reported-word")).to_have_text("已记下，正在上报")
    handset.sees("alarm-offline")
    network.set_offline(False)
    expect(handset.at("reported-number")).to_have_text(re.compile(r"^KB\d{6}-"))
    handset.go_home()
    expect(handset.at("queue-note")).to_have_count(0)
    assert len(office.rows("accidents", q="没有信号")) == 1


def test_a_supplement_survives_a_closed_app_and_a_faster_colleague(
    handset: Handset, office: Office, watch: Watch
) -> None:
    watch.allow("409 \\(Conflict\\)")
    handset.sign_in(WORKER).home()
    _report(handset, "铲车倒车撞人")
    handset.at("see-accident").click()
    handset.at("go-update").click()
    handset.at("edit-measures").locator("textarea").fill("已送区医院")
    (row,) = office.rows("accidents", q="铲车倒车")
    office.change("accidents", row, serious_injuries=1)
    handset.page.reload()
    expect(handset.at("edit-measures").locator("textarea")).to_have_value("已送区医院")
    handset.at("edit-save").click()
    expect(handset.at("edit-meanwhile")).to_contain_text("陈安澜")
    expect(handset.at("count-serious_injuries").get_by_test_id("count-value")).to_have_text("1 人")
    handset.at("edit-save").click()
    expect(handset.at("edit")).to_have_count(0)
    values = office.rows("accidents", q="铲车倒车")[0]["values"]
    assert values["serious_injuries"] == 1, "the colleague's news is not taken back"
    whole: Any = office._ask("GET", f"/accidents/{row['id']}")
    assert whole["values"]["measures"] == "已送区医院"


def test_a_chain_is_written_in_one_form_and_a_dead_letter_sent_again(
    desk: Desk, office: Office, watch: Watch
) -> None:
    watch.allow("409 \\(Conflict\\)")
    desk.sign_in(OFFICER).open("chains")
    desk.at("new").click()
    desk.box("name").fill("夜班没人应")
    line = desk.at("line-1")
    line.locator("[data-part=wait_minutes] input").fill("1")
    line.locator("[data-part=way] input").click()
    desk.page.locator(".t-select-option:visible").filter(has_text="短信").click()
    desk.save()
    desk.row("夜班没人应")
    expect(desk.cell(desk.row("夜班没人应"), "steps")).to_have_text("1 分钟 · 本人 · 短信")

    company = office.row("companies", "江澜重工机械有限公司")["id"]
    (person,) = [row for row in office.rows("persons", q="周守正") if row["values"]["name"] == "周守正"]
    office.add(
        "presets", company=company, name="重大只发邮件", level="重大", ways=["email"], persons=[person["id"]]
    )
    office.report(company=company, what="储罐爆裂", place="罐区", deaths=10, happened_at=_now())
    desk.page.goto("/console/ledgers/deliveries?f.state=failed")
    dead = desk.rows("周守正")
    expect(dead.first).to_contain_text("没有邮箱")
    dead.first.get_by_test_id("action-resend").click()
    dialog = desk.page.locator(".t-dialog:visible")
    expect(dialog).to_contain_text("现在还发不出去")
    (contact,) = office.rows("contacts", **{"f.person": person["id"]})
    office.change("contacts", contact, email="zhou@example.com")
    dialog.get_by_role("button", name="重发").click()
    expect(desk.page.locator(".t-message").filter(has_text="已重新安排")).to_be_visible()
    desk.sees("alarm-dead-letter")


def _now() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat()
