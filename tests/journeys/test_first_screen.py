"""The first screen of a small phone, as FACES asks for it: the state of today, the scan, four buttons, and nothing else."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.journeys.handset import Handset

WORKER, DIRECTOR = "19900000011", "19900000004"
SMALL = {"width": 360, "height": 640}
FOUR = ("go-snap", "go-tasks", "go-log", "go-report")
BELOW = ("go-workbench", "go-messages", "go-hazards", "go-work", "go-reading", "go-certificates", "go-units")


def middle(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


def test_a_worker_sees_today_the_scan_and_four_buttons(handset: Handset) -> None:
    handset.page.set_viewport_size(SMALL)
    handset.sign_in(WORKER).home()
    for name in ("today-state", "scan-button", *FOUR):
        expect(handset.at(name)).to_be_in_viewport(ratio=1)
    assert middle(handset.at("scan-button")) < SMALL["height"] / 2, (
        "with the state of today it fills the upper half"
    )
    foot = handset.at("go-report").locator("xpath=..").bounding_box()  # the bar that always stands there
    assert foot is not None
    for name in BELOW:
        box = handset.at(name).bounding_box()
        assert box is not None and box["y"] >= foot["y"], f"{name} is found by scrolling"
    handset.sees("first-screen-worker")
    handset.at("go-workbench").click()
    expect(handset.at("page-title")).to_have_text("工作台")


def test_who_leads_sees_what_needs_them_and_the_units_day(handset: Handset) -> None:
    handset.page.set_viewport_size(SMALL)
    handset.sign_in(DIRECTOR).home()
    expect(handset.at("unit-day")).to_be_in_viewport()
    expect(handset.at("unit-on-duty")).to_be_visible()
    assert middle(handset.at("unit-day")) < middle(handset.at("scan-button"))
    for name in FOUR:
        expect(handset.at(name)).to_be_attached()
    handset.sees("first-screen-director")
