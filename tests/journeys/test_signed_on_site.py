"""A signature and a place: taken on the phone where one stands, drawn at the desk, shown at both (A06, A09)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.desk import OFFICER, Desk
from tests.journeys.handset import Handset
from tests.journeys.seeing import serious, sideways, too_faint, too_small_to_hit, with_axe

HERE = {"latitude": 29.87, "longitude": 121.55, "accuracy": 12}


def sign(page: Page, pad: Locator) -> None:
    """Draw a line through the pad with the mouse."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.8)
    page.mouse.down()
    for part in (0.3, 0.5, 0.7, 0.9):
        page.mouse.move(
            box["x"] + box["width"] * part, box["y"] + box["height"] * (0.2 if part in (0.3, 0.7) else 0.8)
        )
    page.mouse.up()


def test_an_activity_is_placed_and_signed_on_the_phone_and_stands_in_the_console(
    open_phone: Callable[..., Page], desk: Desk
) -> None:
    name = "消防演练定位签名"
    options = {"viewport": {"width": 360, "height": 640}, "permissions": ["geolocation"], "geolocation": HERE}
    handset = Handset(open_phone(**options))
    with_axe(handset.page)
    page = handset.sign_in(OFFICER).page
    handset.at("go-workbench").click()
    handset.at("new-activities").click()
    handset.write("field-name", name)
    handset.at("moment-now").click()
    handset.at("spot-take").click()
    expect(handset.at("spot-taken")).to_contain_text("误差 12 米")
    handset.at("field-people").get_by_test_id("pick-people-open").click()
    handset.at("field-people").get_by_test_id("pick-people").first.click()
    sign(page, handset.at("signature-pad"))
    expect(handset.at("signature-word")).to_have_text("签好了")
    handset.sees("signed-form")
    assert (too_faint(page), too_small_to_hit(page), max(0, sideways(page))) == ({}, {}, 0)
    assert serious(page) == []
    page.reload()  # a call came in between
    expect(handset.at("draft-note")).to_be_visible()
    expect(handset.at("signature-word")).to_have_text("签好了")
    handset.at("form-send").click()
    expect(handset.at("row-title")).to_have_text(name)
    expect(handset.at("signature-shown")).to_have_attribute("data-loaded", "true")
    expect(handset.at("fact-spot")).to_contain_text("误差 12 米")
    expect(handset.at("map-link")).to_be_visible()
    handset.sees("signed-row")
    assert serious(page) == []
    handset.at("row-edit").click()
    expect(handset.at("signature-there")).to_be_visible()
    handset.write("field-place", "东门")
    handset.at("form-send").click()
    expect(handset.at("fact-place")).to_have_text("地点东门")
    expect(handset.at("signature-shown")).to_have_attribute("data-loaded", "true")

    desk.sign_in().open("activities").rows().filter(has_text=name).click()
    signature = desk.at("value-signature").locator("img")
    expect(signature).to_have_js_property("naturalWidth", 600)
    expect(desk.at("value-spot")).to_contain_text("误差 12 米")
    link = desk.at("value-spot").get_by_test_id("map-link").get_attribute("href") or ""
    assert link.startswith("https://uri.amap.com/marker?position=121.55"), link
    desk.sees("signed-detail")


def test_a_meeting_is_signed_with_the_mouse(desk: Desk) -> None:
    with_axe(desk.page)
    page = desk.sign_in().open("meetings").page
    desk.rows().first.click()
    desk.at("edit").click()
    pad = desk.at("field-signature").get_by_test_id("signature-pad")
    sign(page, pad)
    expect(desk.at("field-signature")).to_contain_text("签好了")
    desk.sees("signature-desk")
    assert serious(page) == []
    desk.at("save").click()
    expect(desk.at("value-signature").locator("img")).to_have_js_property("naturalWidth", 600)
