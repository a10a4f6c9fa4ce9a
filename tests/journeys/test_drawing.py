"""A flow of hazards drawn from an empty page, tried, published, and walked by a case (H07, E09)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import COLLEAGUE, OFFICER, Desk
from tests.journeys.drawing import Drawing
from tests.journeys.office import Office
from tests.journeys.phone_door import PhoneDoor
from tests.support.started_program import Server

WORKER, RECTIFIER, CHIEF = "19900000011", "19900000015", "19900000016"


@pytest.fixture
def admin(live_server: Server) -> Office:
    """The console door, signed in as the administrator."""
    return Office(live_server, "admin")


def test_a_whole_flow_is_drawn_from_an_empty_page(desk: Desk, admin: Office, live_server: Server) -> None:
    desk.sign_in("admin")
    drawing = Drawing(desk)
    drawing.create("江澜重工", "隐患", "本厂隐患治理")
    desk.sees("drawing-empty")
    drawing.step("初判")
    drawing.who("网格责任人", "厂站")
    drawing.outcome(0, "是隐患", needs=("隐患等级",), does="确认为隐患", effect="上报人得分")
    drawing.outcome(1, "不是隐患", does="判定不是隐患", effect="通报")
    desk.page.get_by_role("button", name="加一级超时通知").click()
    desk.sees("drawing-first")

    drawing.step("会商")
    drawing.who("指定的人", "陈安澜")
    drawing.who("指定的人", "周守正")
    drawing.radio("全部都要办（会签）")
    drawing.only_when("隐患等级", "一般隐患")
    desk.sees("drawing-all")

    drawing.step("安排")
    drawing.who("指定的人", "周守正")
    drawing.who("指定的人", "陈安澜")
    drawing.radio("按顺序一个接一个办")
    drawing.outcome(0, "安排整改", does="提交整改")
    drawing.outcome(1, "退回", to="退回来的那一步")
    # What can't happen from where the case comes to this step is said at once, in the words of the ledger.
    expect(desk.at("outcome-edit-0").get_by_test_id("faults")).to_contain_text(
        "隐患只会是“待安排”，不能“提交整改”"
    )
    expect(desk.at("flow-publish")).to_be_disabled()
    desk.sees("drawing-impossible")
    drawing.outcome(0, "安排整改", does="安排整改", effect="核对整改人")
    expect(desk.at("outcome-edit-0")).to_contain_text("整改期限")  # an effect brings along what it needs
    # What it may do is right; that the flow would end here, with the hazard not closed, is said as long as it is so.
    expect(desk.at("outcome-edit-0").get_by_test_id("faults")).to_contain_text("流程以“通过”结束")

    drawing.step("整改", "填报")
    drawing.who("表单里填的人", "整改人")
    drawing.radio("按表单里的时间")
    expect(desk.at("outcome-edit-1")).to_have_count(0)  # who does something is not asked whether they agree
    drawing.outcome(0, "提交整改", does="提交整改", effect="记下整改时间")

    drawing.step("复核")
    drawing.who("指定的人", "陈安澜")
    drawing.outcome(0, "复核通过", to="结束（通过）", does="复核通过", effect="记下闭环时间")
    drawing.outcome(1, "退回整改", to="到“整改”", does="退回整改")
    drawing.who("角色", "集团", part="copies")
    expect(desk.at("no-faults")).to_be_visible()
    desk.sees("drawing-whole")

    desk.at("try-open").click()
    desk.at("try").get_by_text("自己填", exact=True).click()
    desk.choose("company", "江澜重工")
    desk.choose("grid", "食堂")
    desk.at("try-run").click()
    expect(desk.at("try-steps")).to_contain_text("吴双江")  # who answers for the site
    desk.sees("drawing-tried")
    desk.at("flow-publish").click()
    desk.page.get_by_role("button", name="发布", exact=True).last.click()
    expect(desk.page.get_by_text("已发布第 1 版", exact=False).first).to_be_visible()

    worker, chief = PhoneDoor(live_server, WORKER), PhoneDoor(live_server, CHIEF)
    first, second, rectifier = (PhoneDoor(live_server, each) for each in (COLLEAGUE, OFFICER, RECTIFIER))
    hazard = worker.snap("地漏盖板断裂", worker.place("食堂"))
    chief.decide(chief.task(hazard), "agree", level="general")
    for each in (second, first):  # everybody is asked, in any order
        each.decide(each.task(hazard), "agree")
    (person,) = first.ask("GET", "/tasks/people", params={"q": "钱久安"})["items"]
    due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    for each in (first, second):  # one after the other
        each.decide(each.task(hazard), "agree", rectifier=person["id"], due_at=due)
    rectifier.decide(rectifier.task(hazard), "submit")
    second.decide(second.task(hazard), "agree")
    assert worker.ask("GET", f"/hazards/{hazard}/view")["state"] == "closed"
    case = worker.ask("GET", f"/hazards/{hazard}/view")["case"]
    desk.page.goto(f"/console/cases/{case}")
    steps = desk.at("case-picture").locator(":scope > li")
    expect(steps).to_have_count(5)
    desk.sees("drawing-case")
