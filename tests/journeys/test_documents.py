"""A procedure is revised at the desk, approved by two, and read on a phone (B02, B03)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.desk import COLLEAGUE, OFFICER, Desk
from tests.journeys.handset import Handset
from tests.journeys.seeing import too_faint

WORKER, LEADER, NAME = "19900000011", "19900000004", "动火作业管理制度"


def _decide(desk: Desk, login: str) -> None:
    """Somebody else signs in, opens what is asked of them, and agrees."""
    desk.page.context.clear_cookies()
    desk.sign_in(login, path="/console/tasks")
    desk.row(NAME).locator("button.first").click()
    desk.at("outcome-agree").click()
    desk.at("decide-send").click()
    expect(desk.at("task-done")).to_be_visible()


def test_a_procedure_is_revised_approved_and_read(desk: Desk, handset: Handset) -> None:
    desk.sign_in(COLLEAGUE, path="/console/ledgers/documents").shows("documents")
    desk.search(NAME)
    desk.row(NAME).click()
    desk.at("detail").get_by_test_id("action-revise").click()
    desk.box("why").fill("看守时间延长到一小时")
    desk.at("action-confirm").click()
    detail = desk.at("detail")
    expect(detail).to_contain_text("草稿")
    desk.at("edit").click()
    desk.box("content").fill("一、动火前办作业票。\n二、专人监护，配灭火器。\n三、收工后看守 60 分钟。")
    desk.at("save").click()
    desk.at("tab-editions").click()
    expect(desk.at("edition-changes")).to_contain_text("收工后看守 60 分钟")
    desk.sees("documents-editions")
    detail.get_by_test_id("action-submit").click()
    desk.at("action-confirm").click()
    expect(detail).to_contain_text("审批中")
    _decide(desk, OFFICER)
    _decide(desk, LEADER)

    handset.sign_in(WORKER, path="/m/#/pages/reading/index")
    handset.at("to-read").filter(has_text=NAME).click()
    expect(handset.at("edition-title")).to_have_text(NAME)
    handset.sees("reading-edition")
    handset.at("mark-read").click()
    expect(handset.at("edition-read")).to_be_visible()

    desk.page.goto("/console/ledgers/documents")
    desk.shows("documents").search(NAME)
    desk.row(NAME).click()
    desk.at("tab-reading").click()
    expect(desk.at("reading-counts")).to_contain_text("已读 1 人")
    assert too_faint(desk.page) == {}
    desk.sees("documents-reading")
