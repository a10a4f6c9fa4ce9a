"""上岗月历: a day leads to its clock-ins, by person and machine, and into Excel; on the phone to one's own (Q10)."""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from tests.journeys.desk import Desk
from tests.journeys.handset import Handset
from tests.journeys.seeing import still

DRIVER = "19900000016"  # a crane's, with a month of clock-ins behind


def _number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found is not None, text
    return int(found[0].replace(",", ""))


def _busiest(desk: Desk) -> tuple[Locator, int]:
    """The day of the month before this one with the most clock-ins."""
    month = desk.at("month").inner_text()
    desk.at("month-before").click()
    expect(desk.at("month")).not_to_have_text(month)
    expect(desk.at("sentence")).to_contain_text(desk.at("month").inner_text())
    days = desk.page.locator("button.day:not([disabled])")
    counts = [
        (_number(text), place)
        for place, text in enumerate(days.locator(".count").all_inner_texts())
        if text != "—"
    ]
    most, place = max(counts)
    return days.nth(place), most


def test_a_day_leads_to_its_clock_ins_by_person_and_machine_and_into_excel(
    desk: Desk, tmp_path: Path
) -> None:
    desk.sign_in(path="/console/views/clock-in-calendar")
    day, most = _busiest(desk)
    day.click()
    expect(day).to_have_attribute("aria-pressed", "true")
    expect(desk.at("side-all")).to_contain_text(f"{most}")
    desk.sees("calendar")
    desk.at("side-all").click()
    desk.shows("clock-ins")
    expect(desk.at("count")).to_contain_text(re.compile(rf"\b{most}\b"))
    desk.page.go_back()
    side = desk.at("calendar-side")
    side.get_by_text("按设备", exact=True).click()
    groups = desk.at("side-groups")
    expect(groups).to_have_attribute("aria-busy", "false")
    first = groups.locator("tbody tr").first
    name, of_it = first.locator("th").inner_text(), _number(first.locator("td").first.inner_text())
    first.locator("th a").click()
    expect(desk.at("sentence")).to_contain_text(re.compile(rf"上岗人次 {of_it}\b")), name
    still(desk.page)
    book = load_workbook(desk.file_of("export", tmp_path))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert sum(int(row[1] or 0) for row in rows[1:] if str(row[0])[:2] == "20") == of_it, rows


def test_a_workers_phone_shows_their_own_days_and_no_one_elses(handset: Handset) -> None:
    handset.page.set_viewport_size({"width": 360, "height": 640})
    handset.sign_in(DRIVER, path="/m/#/pages/log/index")
    handset.page.goto("/m/#/pages/log/index")
    month = handset.at("month")
    expect(month).to_be_visible()
    if not handset.at("log-day").count():  # on the first of a month all days are of the one before
        handset.at("month-before").click()
    expect(handset.at("log-day").first).to_be_visible()
    day = handset.at("log-day").first.get_attribute("data-day")
    assert day is not None
    handset.sees("calendar-phone")
    month.locator(f"[data-testid=day][data-day='{day}']").click()
    expect(handset.at("log-day")).to_have_count(1)
    expect(handset.at("log-day")).to_have_attribute("data-day", day)
