"""上岗日志 in the console: rows come by themselves, are filtered, and leave as Excel (Q10, X09)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Locator, expect

from models.core import clock
from tests.journeys.desk import Desk
from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.support.started_program import Server

DRIVER, NAME = "19900000011", "王大友"
GROUP = "jituan"  # sees both companies
FACTORY, HARBOUR = "江澜重工机械有限公司", "海屿港储物流有限公司"
PLATES = {FACTORY: "浙A", HARBOUR: "浙B"}  # in the numbers of their machines


def test_a_new_row_comes_by_itself_over_the_websocket(desk: Desk, handset: Handset, office: Office) -> None:
    news: list[str] = []
    desk.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: news.append(str(frame)))
    )
    desk.sign_in().open("clock-ins")
    expect(desk.rows().first).to_be_visible()
    desk.page.evaluate("() => { window.neverReloaded = true }")
    machine = next(
        row["values"]["name"] for row in office.rows("equipment", q="号叉车", **{"f.state": "in_use"})
        if not office.rows("clock-ins", q=row["values"]["name"], **{"f.person": _driver(office)})
    )  # fmt: skip
    handset.sign_in(DRIVER).home()
    expect(handset.type_code(office.label(machine))).to_have_attribute("data-kind", "good")
    row = desk.rows(NAME)
    expect(row).to_have_count(1)
    expect(desk.cell(row, "equipment_name")).to_have_text(machine)
    expect(desk.cell(row, "scanned_at")).to_contain_text("今天")
    expect(desk.cell(row, "code")).to_contain_text("N1")
    desk.sees("log-live")
    assert desk.page.evaluate("() => window.neverReloaded")
    assert any('"changed"' in frame and "clock-ins" in frame for frame in news), "it came by polling"


def _driver(office: Office) -> str:
    return office.row("persons", NAME)["id"]


def test_filters_by_day_unit_person_and_equipment_and_the_export_has_what_they_leave(
    desk: Desk, live_server: Server, tmp_path: Path
) -> None:
    desk.sign_in(GROUP).open("clock-ins")
    yesterday = (clock.local(clock.now()).date() - timedelta(days=1)).isoformat()
    desk.at("filter-day").locator("input").first.click()
    desk.page.locator(".t-date-picker__presets, .t-date-picker__footer").get_by_text("昨天").click()
    expect(desk.page).to_have_url(re.compile(f"f.day.from={yesterday}.*f.day.to={yesterday}"))
    all_say(desk, "day", yesterday)
    everywhere = counted(desk)

    filter_by(desk, "company", HARBOUR)
    all_say(desk, "company", HARBOUR)
    here = counted(desk)
    assert 0 < here < everywhere
    desk.sees("log-filtered")

    desk.at("export").click()
    expect(desk.at("export-dialog")).to_contain_text("当前筛选")
    sheet = load_workbook(desk.file_of_job("export-start", tmp_path)).worksheets[0]
    titles, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert len(rows) == here
    assert titles[:4] == ["日期", "上岗时间", "姓名", "设备"]
    units = {row[titles.index("单位")] for row in rows}
    days = {str(row[0])[:10] for row in rows}
    assert (units, days) == ({HARBOUR}, {yesterday})
    assert not any(str(value).startswith("=") for row in rows for value in row)

    desk.at("clear-filters").click()
    expect(desk.rows().first).to_be_visible()
    office = Office(live_server, GROUP)

    def is_one(row: Locator) -> bool:
        """Whether nobody else bears the name: the demo has namesakes in both companies."""
        name = desk.cell(row, "person_name").inner_text()
        return [other["values"]["name"] for other in office.rows("persons", q=name)].count(name) == 1

    chosen = next(row for row in desk.rows().all() if is_one(row))
    person = desk.cell(chosen, "person_name").inner_text()
    machine, unit = (desk.cell(chosen, field).inner_text() for field in ("equipment_name", "company"))
    filter_by(desk, "person", person)
    all_say(desk, "person_name", person)
    filter_by(desk, "equipment", machine, PLATES[unit])  # both companies may have a 6号叉车
    all_say(desk, "equipment_name", machine)
    expect(desk.page).to_have_url(re.compile(r"f\.person=.*f\.equipment="))
    here = desk.page.url
    desk.page.goto(here)  # the address is all that a colleague needs
    desk.shows("clock-ins")
    all_say(desk, "person_name", person)
    expect(desk.at("filter-person")).to_contain_text(person)


def filter_by(desk: Desk, field: str, text: str, note: str | None = None) -> None:
    """Choose one in a filter that offers rows of another ledger."""
    if not desk.at(f"filter-{field}").is_visible():
        desk.at("more-filters").click()
    box: Locator = desk.at(f"filter-{field}").locator("input")
    desk.choose(box, text, note)
    expect(desk.page).to_have_url(re.compile(rf"f\.{field}="))
    desk.page.keyboard.press("Escape")


def counted(desk: Desk) -> int:
    """How many rows the list says that there are, on all its pages."""
    return int(re.sub(r"\D", "", desk.at("count").inner_text()))


def all_say(desk: Desk, field: str, text: str) -> None:
    """Wait until every row of the list says `text` in that cell, and there is one."""
    cells = desk.page.locator(f"[data-testid=table] tbody [data-field={field}]")
    expect(cells.filter(has_not_text=text)).to_have_count(0)
    expect(cells.first).to_have_text(text)
