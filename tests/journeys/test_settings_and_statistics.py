"""设置 is changed from a day on and remembers it (J08); a number of a statistic opens its very rows (I01)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect

from tests.journeys.desk import Desk
from tests.journeys.seeing import still


def test_a_setting_is_changed_from_a_day_on_taken_back_and_its_history_says_so(desk: Desk) -> None:
    day = (datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=7)).isoformat()
    desk.sign_in("jianglan", path="/console/settings").at("settings-search").locator("input").fill("催办间隔")
    line = desk.at("setting-urge-minutes")
    expect(line).to_contain_text("10 分钟")
    line.get_by_role("button").click()
    changes = desk.at("setting-changes")
    expect(desk.at("setting-form")).to_contain_text("这里没有改过")
    desk.box("value").fill("45")
    desk.box("valid_from").fill(day)
    desk.box("valid_from").press("Tab")
    desk.box("note").fill("年底任务多")
    desk.at("setting-save").click()
    expect(changes).to_contain_text(f"{day} 起")
    expect(changes).to_contain_text("还没生效")
    expect(changes).to_contain_text("年底任务多")
    still(desk.page)
    desk.sees("setting")
    expect(line).to_contain_text(f"{day} 起：45 分钟")
    expect(line.locator("b")).to_have_text("10 分钟")  # until then the old one holds
    desk.page.reload()
    desk.at("setting-urge-minutes").get_by_role("button").click()
    desk.at("setting-changes").get_by_role("button", name="撤回").click()
    expect(changes).to_contain_text("已撤回")
    expect(line).not_to_contain_text(day)


def test_what_the_library_proposes_for_a_setting_is_filled_in_and_saved(desk: Desk) -> None:
    desk.sign_in("jianglan", path="/console/settings").at("setting-qualification-days").get_by_role(
        "button"
    ).click()
    proposed = desk.at("setting-sample")
    expect(proposed).to_contain_text("120、60、30、0")
    expect(proposed).to_contain_text("待核对")
    expect(desk.box("value")).to_have_value("90、30")
    desk.at("setting-take-sample").click()
    expect(desk.box("value")).to_have_value("120、60、30、0")
    expect(desk.at("setting-take-sample")).to_have_count(0)
    desk.at("setting-save").click()
    expect(desk.at("setting-changes")).to_contain_text("90、30")
    expect(desk.at("setting-changes")).to_contain_text("120、60、30、0")


def test_a_ledger_leads_to_its_statistic_and_back_and_a_kind_of_certificate_to_its_very_rows(
    desk: Desk,
) -> None:
    desk.sign_in(path="/console/ledgers/persons").at("beside").click()  # of several there is a list
    expect(desk.at("beside-person-statistic")).to_be_visible()
    desk.page.goto(desk.page.url.replace("persons", "certificates"))
    desk.at("beside-certificate-statistic").click()
    line = desk.at("numbers").locator("tbody tr").first
    expect(line).to_be_visible()
    count = line.locator("td a").first.inner_text()
    code = line.locator("th").inner_text().rpartition(" ")[2]
    desk.sees("certificate-statistic")
    line.locator("td a").first.click()
    expect(desk.page).to_have_url(re.compile(rf"/ledgers/certificates\?.*f\.code=(=|%3D){code}"))
    expect(desk.at("count")).to_contain_text(re.compile(rf"\b{count}\b"))
    desk.page.go_back()
    desk.at("back-to-ledger").click()
    expect(desk.page).to_have_url(re.compile(r"/ledgers/certificates$"))


def test_a_number_and_a_bar_of_a_statistic_open_their_very_rows(desk: Desk) -> None:
    desk.sign_in(path="/console/views/clock-in-statistic?by=equipment")
    numbers = desk.at("numbers").locator("tbody tr")
    expect(numbers.first).to_be_visible()
    name, count = numbers.first.locator("th").inner_text(), numbers.first.locator("td a").first.inner_text()
    desk.sees("statistic")
    numbers.first.locator("td a").first.click()
    _shows_only(desk, name, count)
    desk.page.go_back()
    expect(desk.at("chart").locator("svg")).to_be_visible()
    still(desk.page)
    box = desk.at("chart").bounding_box()
    bars = desk.at("chart").locator("svg path[fill]:not([fill=none])")
    expect(bars.first).to_be_visible()
    assert box is not None
    bar = next(
        each
        for each in (one.bounding_box() for one in bars.all())
        if each and each["width"] < 60 < each["height"]
    )
    desk.page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    _shows_only(desk, name, count)


def _shows_only(desk: Desk, name: str, count: str) -> None:
    """The list of clock-ins, of as many rows as the number said, all of that machine."""
    desk.shows("clock-ins")
    expect(desk.at("count")).to_contain_text(re.compile(rf"\b{re.escape(count)}\b"))
    expect(desk.rows().first).to_be_visible()
    expect(desk.rows().filter(has_not_text=name)).to_have_count(0)
