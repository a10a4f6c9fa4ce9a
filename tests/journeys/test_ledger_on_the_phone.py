"""A meeting is written down on the phone and stands in the console, also at the people who were there (A06)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.desk import OFFICER, Desk
from tests.journeys.handset import Handset
from tests.journeys.seeing import sideways, too_faint, too_small_to_hit, too_small_to_read

NAME = "手机上登记的班前会"


def test_a_meeting_from_the_phone_stands_in_the_console(handset: Handset, desk: Desk) -> None:
    handset.sign_in(OFFICER)
    handset.at("go-workbench").click()
    handset.at("new-meetings").click()
    handset.write("field-name", NAME)
    handset.page.reload()
    expect(handset.at("draft-note")).to_be_visible()
    handset.at("moment-now").click()
    handset.at("pick-chair-open").click()
    handset.at("pick-chair").first.click()
    handset.at("form-send").click()
    expect(handset.at("form-lacks")).to_contain_text("参加人员")
    handset.at("field-attended").get_by_test_id("groups-open").click()
    handset.at("group").first.click()
    expect(handset.at("chosen-count")).to_be_visible()
    handset.at("form-send").click()
    expect(handset.at("row-title")).to_have_text(NAME)
    desk.sign_in().open("meetings")
    row = desk.rows().filter(has_text=NAME)
    expect(row).to_be_visible()
    desk.open("persons").rows().nth(0).click()
    desk.at("tab-related").click()
    expect(desk.at("related-meetings")).to_contain_text(NAME)
    desk.at("related-new-meetings").click()
    expect(desk.at("ledger-meetings")).to_be_visible()
    expect(desk.at("field-attended")).not_to_be_empty()


def test_the_pages_of_ledgers_in_large_text_by_night(open_phone: Callable[..., Page]) -> None:
    handset = Handset(open_phone(viewport={"width": 360, "height": 640}, color_scheme="dark"))
    page = handset.sign_in(OFFICER).page
    page.goto("/m/#/pages/me/index")
    handset.at("large-text").click()
    faults = {}

    def look(name: str) -> None:
        handset.sees(f"ledger-{name}")
        told = (too_faint(page), too_small_to_hit(page), too_small_to_read(page, 18), max(0, sideways(page)))
        faults[name] = [one for one in told if one]

    page.goto("/m/#/pages/workbench/index")
    expect(handset.at("ledger-meetings")).to_be_visible()
    look("workbench")
    handset.at("ledger-meetings").click()
    expect(page.locator("[data-testid^=row-]:visible").first).to_be_visible()
    expect(handset.at("list-new")).to_be_in_viewport(ratio=1)
    look("list")
    handset.at("filters-open").click()
    expect(handset.at("filters")).to_be_visible()
    look("filters")
    page.locator("[data-testid^=row-]:visible").first.click()
    handset.at("history-open").click()
    expect(handset.at("history")).to_be_visible()
    look("row")
    handset.at("row-edit").click()
    expect(handset.at("form-send")).to_be_in_viewport(ratio=1)
    look("edit")
    page.goto("/m/#/pages/ledger/form?ledger=meetings")
    expect(handset.at("page-title")).to_have_text("新增会议")
    handset.at("form-send").click()
    expect(handset.at("form-lacks")).to_be_in_viewport(ratio=1)
    expect(handset.at("form-send")).to_be_in_viewport(ratio=1)
    look("form")
    assert {name: told for name, told in faults.items() if told} == {}


def test_an_address_that_is_changed_by_hand_opens_what_it_says(handset: Handset) -> None:
    page = handset.sign_in(OFFICER).home().page
    title = handset.at("page-title")
    for ledger, words in (("certificates", "证照"), ("meetings", "安全会议"), ("equipment", "设备")):
        page.goto(f"/m/#/pages/ledger/list?ledger={ledger}")
        expect(title).to_have_text(words)
        expect(page.locator("[data-testid^=row-]:visible").first).to_be_visible()
    page.go_back()
    expect(title).to_have_text("安全会议")
    page.goto("/m/#/pages/ledger/list?ledger=none")
    expect(handset.at("list-missing")).to_be_visible()
