"""The search of the head, Ctrl+Enter after a switch, and what unfolds: where eyes and keys are (E10, N01)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Route, expect

from tests.journeys.desk import Desk
from tests.journeys.seeing import until
from tests.support.page_checks import Watch

SEARCH = re.compile(r"/api/console/v1/search\?")


def asked_for(route: Route) -> str:
    """The words that a request of the search asks for."""
    return parse_qs(urlsplit(route.request.url).query)["q"][0]


def test_enter_never_goes_to_what_was_found_for_other_words(desk: Desk) -> None:
    """Until the answer to these words is there, nothing of the last ones stands below them and Enter goes nowhere."""
    desk.sign_in()
    held: list[Route] = []
    asked: list[str] = []

    def hold(route: Route) -> None:
        asked.append(asked_for(route))
        if asked[-1] == "1号叉车":
            held.append(route)
        else:
            route.continue_()

    desk.page.route(SEARCH, hold)
    box, hits = desk.at("global-search"), desk.page.locator("#global-hits")
    desk.page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    box.fill("王")
    expect(hits).to_contain_text("再写一个字")
    box.fill("王大友")
    expect(hits.get_by_role("option").first).to_contain_text("王大友")
    assert asked == ["王大友"], "one sign asks for nothing"

    box.fill("1号叉车")
    expect(hits.get_by_role("option")).to_have_count(0)
    expect(hits).to_contain_text("正在找")
    until(desk.page, lambda: bool(held))
    before = desk.page.url
    box.press("Enter")
    expect(box).to_be_focused()
    assert desk.page.url == before
    held[0].continue_()
    expect(hits.get_by_role("option").first).to_contain_text("1号叉车")
    box.press("Enter")
    expect(desk.page).to_have_url(re.compile(r"/ledgers/[a-z-]+\?row="))
    expect(desk.at("detail")).to_contain_text("1号叉车")


def test_a_search_that_nobody_answered_is_not_told_as_nothing_found(desk: Desk, watch: Watch) -> None:
    watch.allow("ERR_FAILED|ERR_CONNECTION|Failed to load resource")
    desk.sign_in()
    desk.page.route(SEARCH, lambda route: route.abort())
    desk.at("global-search").fill("1号叉车")
    expect(desk.page.locator("#global-hits")).to_contain_text("没有找成")
    desk.page.unroute(SEARCH)
    desk.at("global-search").fill("没有这样的东西")
    expect(desk.page.locator("#global-hits")).to_contain_text("没有找到")


def test_ctrl_enter_saves_after_a_switch(desk: Desk) -> None:
    desk.sign_in("admin", path="/console/ledgers/major-criteria?q=GS-01")
    row = desk.row("GS-01")
    for now in ("否", "是"):
        row.click()
        desk.at("edit").click()
        expect(desk.at("form")).to_be_visible()
        desk.at("field-enabled").locator(".t-switch").click()
        desk.page.keyboard.press("Control+Enter")
        expect(desk.at("form")).to_have_count(0)
        expect(desk.cell(row, "enabled")).to_have_text(now)


def test_what_unfolds_comes_into_view(desk: Desk) -> None:
    """The last chapter of the menu, a line of the flow designer below the edge, a branch of a tree."""
    desk.page.set_viewport_size({"width": 1440, "height": 560})
    desk.sign_in("admin")
    expect(desk.at("menu")).to_be_visible()
    last = desk.at("menu").locator("section").last
    head = last.locator("h2 button")
    if head.get_attribute("aria-expanded") == "true":
        head.click()
    head.click()
    expect(head).to_be_in_viewport(ratio=0.9)  # never past its beginning
    expect(last.locator("a").nth(3)).to_be_in_viewport(ratio=0.9)

    desk.open("flows")
    desk.rows("隐患").first.click()
    desk.at("open-page").click()
    desk.at("step-0").locator(".card").click()
    editor = desk.at("step-editor")
    for _ in range(3):
        editor.get_by_test_id("outcome-add").click()
        expect(editor.locator("[data-testid^=outcome-edit-]").last).to_be_in_viewport(ratio=0.9)
        expect(editor.get_by_test_id("outcome-add")).to_be_in_viewport(ratio=0.9)
