"""At the desk: an officer judges a hazard from 待办 and it moves on (H02, E09); an administrator draws a flow (H07)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.office import Office
from tests.support.started_program import Server

FLOW = "整改延期"


def test_an_officer_judges_a_hazard_from_the_list_and_it_moves_on(desk: Desk, office: Office) -> None:
    # What lies in the canteen is drawn anew for each day of the demo.
    new = [row for row in office.rows("hazards") if row["values"]["state"] == "reported"]
    before = next(row for row in new if "食堂" in str(row["values"]["grid"]))
    what = before["values"]["what"]
    desk.sign_in(path="/console/tasks")
    row = desk.row(f"确认：食堂 {what}")
    waiting = int(desk.at("box-todo").locator("b").inner_text())
    row.locator("button.first").click()
    expect(desk.at("facts")).to_contain_text("食堂")
    expect(desk.at("pictures").locator("img")).to_have_count(1)

    desk.at("outcome-hazard").click()
    desk.at("decide-send").click()
    expect(desk.at("error-level")).to_be_visible()  # it says what is missing, at the field
    desk.radio("level", "一般隐患")
    desk.at("field-comment").locator("textarea").fill("压力不足，要换")
    # What was typed survives a look at another task.
    desk.page.keyboard.press("Escape")
    desk.rows("审核").first.locator("button.first").click()
    desk.row(f"确认：食堂 {what}").locator("button.first").click()
    expect(desk.at("field-comment").locator("textarea")).to_have_value("压力不足，要换")
    desk.at("decide-send").click()

    expect(desk.at("task-done")).to_contain_text("是隐患")
    steps = desk.at("case-picture").locator(":scope > li")
    expect(steps.nth(0)).to_have_attribute("data-look", "done")
    expect(steps.nth(1)).to_have_attribute("data-look", "open")
    expect(desk.at("case-record")).to_contain_text("压力不足，要换")
    # The next step is that of who answers for the site, and one less waits here.
    expect(desk.rows(f"食堂 {what}")).to_have_count(0)
    expect(desk.at("box-todo").locator("b")).to_have_text(str(waiting - 1))
    (after,) = [row for row in office.rows("hazards", q=what) if row["id"] == before["id"]]
    assert (after["values"]["state"], after["values"]["level"]) == ("planning", "general")


@pytest.fixture
def admin(live_server: Server) -> Office:
    """The console door, signed in as the administrator."""
    return Office(live_server, "admin")


def test_an_administrator_sees_a_fault_mends_it_tries_and_publishes(desk: Desk, admin: Office) -> None:
    (flow,) = [row for row in admin.rows("flows") if row["label"] == FLOW]
    desk.sign_in("admin", path=f"/console/ledgers/flows?row={flow['id']}")
    desk.at("open-page").click()
    expect(desk.at("no-faults")).to_be_visible()
    expect(desk.at("flow-publish")).to_be_disabled()  # there is nothing to publish yet

    title = desk.at("step-title").locator("input")
    title.fill("")
    expect(desk.at("fault-count")).to_have_text(re.compile("1 处要改"))
    expect(desk.at("step-0")).to_contain_text("1 处要改")
    expect(desk.at("step-editor")).to_contain_text("请填写步骤名称")
    expect(desk.at("flow-publish")).to_be_disabled()
    title.fill("审批延期")
    expect(desk.at("no-faults")).to_be_visible()

    desk.at("try-open").click()
    desk.choose("company", "江澜重工")
    desk.choose("grid", "食堂")
    desk.at("try-run").click()
    expect(desk.at("try-steps")).to_contain_text("审批延期")
    expect(desk.at("try-steps")).to_contain_text("吴双江")  # who answers for the site

    desk.at("flow-publish").click()
    desk.page.get_by_role("button", name="发布", exact=True).last.click()
    expect(desk.page.get_by_text("已发布第 2 版", exact=False).first).to_be_visible()
    (after,) = [row for row in admin.rows("flows") if row["label"] == FLOW]
    assert after["values"]["version_text"].startswith("第 2 版")
