"""A flow of the unit's own, copied from the group's, that would strand its subject: its fault stops publishing (H07, E09)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.drawing import Drawing


def test_a_flow_that_ends_approved_with_the_hazard_open_is_never_published(desk: Desk) -> None:
    """The group's flow as a draft of one's own; its last outcome changes nothing: said at its place, and no way round."""
    desk.sign_in("jianglan").open("flows")
    desk.rows("隐患").first.click()
    desk.at("open-page").click()
    desk.at("flow-copy").click()
    expect(desk.at("flow-copy")).to_have_count(0)
    expect(desk.at("no-faults").or_(desk.at("doubt-count"))).to_be_visible()
    expect(desk.at("flow-publish")).to_be_enabled()
    last = desk.page.locator("[data-testid^=step-] > .card").last
    last.click()
    passing = desk.at("outcome-edit-0")
    expect(passing.locator(".title input")).to_have_value("复核通过")
    Drawing(desk).pick(passing.locator(".grid > .t-select__wrap").nth(3), "状态不变")
    fault = passing.get_by_test_id("faults")
    expect(fault).to_contain_text("流程以“通过”结束")
    expect(fault).to_contain_text("一直停在那里")
    expect(desk.at("fault-count")).to_contain_text("1 处要改")
    expect(desk.at("flow-publish")).to_be_disabled()
    expect(desk.at("flow-publish")).to_have_attribute("title", "先把标红的地方改好")
    desk.sees("drawing-ends-open")
    Drawing(desk).pick(passing.locator(".grid > .t-select__wrap").nth(3), "复核通过")
    expect(desk.at("fault-count")).to_have_count(0)
    expect(desk.at("flow-publish")).to_be_enabled()
