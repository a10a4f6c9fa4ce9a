"""The pages of tasks in both themes, and the labels of places as they are printed (E05, H02, H06, H07)."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.desk import OFFICER, Desk
from tests.journeys.office import Office
from tests.journeys.seeing import sideways, still, too_faint
from tests.support.started_program import Server


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_tasks_stand_out_in_both_themes(desk: Desk, live_server: Server, theme: str) -> None:
    admin = Office(live_server, "admin")
    (flow,) = [row for row in admin.rows("flows") if row["label"] == "隐患治理"]
    desk.sign_in("admin").at("account").click()
    desk.at(f"theme-{theme}").click()
    desk.page.keyboard.press("Escape")
    seen(desk, f"{theme}-flow", f"/console/flows/{flow['id']}", "step-editor")
    seen(desk, f"{theme}-tasks", "/console/tasks?box=all", "table")
    desk.rows().first.locator("button.first").click()
    expect(desk.at("case-picture")).to_be_visible()
    faint(desk, f"{theme}-task")
    seen(desk, f"{theme}-approvals", "/console/approvals?box=all", "table")
    desk.rows().first.locator("button.first").click()
    expect(desk.at("case-record")).to_be_visible()
    faint(desk, f"{theme}-approval")
    case = desk.rows().first.get_attribute("data-id")
    seen(desk, f"{theme}-case", f"/console/cases/{case}", "case-record")
    seen(desk, f"{theme}-grid", "/console/grid", "grid")
    desk.page.locator("tr[data-id] button.first").nth(3).click()
    expect(desk.at("node")).to_be_visible()
    faint(desk, f"{theme}-node")


def seen(desk: Desk, name: str, path: str, testid: str) -> None:
    desk.page.goto(path)
    expect(desk.at(testid)).to_be_visible()
    faint(desk, name)


def faint(desk: Desk, name: str) -> None:
    """Nothing on the screen is hard to read, nothing hangs out."""
    still(desk.page)
    desk.sees(f"tasks-{name}")
    assert (too_faint(desk.page), sideways(desk.page) <= 0) == ({}, True), name


def test_the_labels_of_places_are_printed_and_can_be_scanned(desk: Desk, tmp_path: Path) -> None:
    desk.sign_in(OFFICER, path="/console/grid")
    desk.page.locator("tr[data-id]").filter(has_text="食堂").locator("button.first").first.click()
    code = desk.page.locator("tr.marked td").last.inner_text().strip()
    desk.at("action-labels").click()
    desk.radio("format", "PNG 图片")
    desk.sees("labels-asked")
    sheet = desk.file_of("action-confirm", tmp_path)
    assert sheet.suffix == ".png"
    (read,) = zxingcpp.read_barcodes(Image.open(sheet).convert("L"))
    assert read.text.endswith(f"/g/{code.replace('-', '')}") or read.text.endswith(f"/g/{code}")
