"""A meeting is written down on the phone and stands in the console, also at the people who were there (A06)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.desk import OFFICER, Desk
from tests.journeys.handset import Handset

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
