"""指派 at the desk (H03): an administrator of no unit asks for a photo, a worker takes it, it is seen at the desk."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.desk import OFFICER, Desk
from tests.journeys.handset import Handset
from tests.journeys.phone_door import photo
from tests.journeys.seeing import too_faint

WORKER, NAME, TASK = "19900000011", "王大友", "拍一张消防泵房的现状"


def test_an_administrator_asks_for_a_photo_and_sees_it(desk: Desk, handset: Handset) -> None:
    desk.sign_in("admin", path="/console/tasks?box=given")
    desk.at("give").click()
    desk.at("give-send").click()
    expect(desk.at("error-company")).to_be_visible()
    expect(desk.at("error-persons")).to_be_visible()
    desk.sees("give-lacks")
    desk.choose("company", "江澜重工")
    desk.box("title").fill(TASK)
    desk.choose("persons", NAME)
    desk.page.keyboard.press("Escape")
    desk.at("form-add").click()
    line = desk.at("form-builder").locator("li")
    line.locator("input").first.fill("泵房照片")
    line.locator(".kind input").click()
    desk.page.locator(".t-select-option:visible").filter(has_text="照片").click()
    desk.sees("give-filled")
    desk.at("give-send").click()
    expect(desk.at("given")).to_contain_text("0/1 人完成")

    handset.sign_in(WORKER, path="/m/#/pages/tasks/index")
    handset.at("task-row").filter(has_text=TASK).click()
    handset.at("outcome-submit").click()
    with handset.page.expect_file_chooser() as chooser:
        handset.at("photo-album").click()
    chooser.value.set_files([{"name": "pump.jpg", "mimeType": "image/jpeg", "buffer": photo("teal")}])
    expect(handset.at("photo")).to_have_count(1)
    handset.sees("given-photo-form")
    handset.at("outcome-send").click()
    expect(handset.at("task-done")).to_contain_text("提交结果")

    expect(desk.at("given")).to_contain_text("1/1 人完成")  # by itself
    shown = desk.at("given").locator("img")
    expect(shown).to_have_count(1)
    assert shown.evaluate("(image) => image.complete && image.naturalWidth") == 256
    desk.sees("given-photo")


def test_a_reviewer_sees_the_photo_beside_the_decision(desk: Desk, handset: Handset) -> None:
    desk.sign_in(OFFICER, path="/console/tasks?box=given")
    desk.at("give").click()
    desk.box("title").fill("拍一张配电室门锁")
    desk.choose("persons", NAME)
    desk.page.keyboard.press("Escape")
    desk.at("form-add").click()
    line = desk.at("form-builder").locator("li")
    line.locator("input").first.fill("门锁照片")
    line.locator(".kind input").click()
    desk.page.locator(".t-select-option:visible").filter(has_text="照片").click()
    desk.at("give-send").click()
    expect(desk.row("配电室门锁")).to_contain_text("0/1 已完成")
    handset.sign_in(WORKER, path="/m/#/pages/tasks/index")
    handset.at("task-row").filter(has_text="配电室门锁").click()
    handset.at("outcome-submit").click()
    with handset.page.expect_file_chooser() as chooser:
        handset.at("photo-album").click()
    chooser.value.set_files([{"name": "lock.jpg", "mimeType": "image/jpeg", "buffer": photo("navy")}])
    expect(handset.at("photo")).to_have_count(1)
    handset.at("outcome-send").click()
    expect(handset.at("task-done")).to_be_visible()
    desk.page.goto("/console/tasks")
    desk.row("配电室门锁").locator("button.first").click()
    shown = desk.at("pictures").locator("img")
    expect(shown).to_have_count(1)
    expect(desk.at("outcome-accept")).to_be_visible()
    assert too_faint(desk.page) == {}
    desk.sees("given-review-photo")
    desk.at("outcome-accept").click()
    desk.at("decide-send").click()
    expect(desk.at("task-done")).to_contain_text("通过")
