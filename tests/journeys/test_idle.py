"""A console that nobody uses: it says so a minute before, ends the session, hides the page, and keeps what was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from models.demo import PASSWORD
from tests.journeys.desk import Desk


@pytest.mark.slow
def test_half_an_hour_without_use_signs_out_and_loses_nothing_that_was_typed(desk: Desk) -> None:
    page = desk.page
    page.clock.install()
    desk.fill_in().open("persons").at("new").click()
    desk.box("name").fill("半途而止")
    page.clock.fast_forward("28:50")
    expect(desk.at("idle")).to_have_count(0)
    page.clock.fast_forward("00:15")
    page.clock.run_for(1500)
    expect(desk.at("idle")).to_contain_text("秒后自动退出")
    desk.sees("idle-ending")
    desk.at("idle-stay").click()
    expect(desk.at("idle")).to_have_count(0)
    assert page.request.get("/api/console/v1/session").status == 200

    page.clock.fast_forward("30:10")
    page.clock.run_for(1500)
    expect(desk.at("resume")).to_be_visible()
    desk.sees("idle-over")
    assert page.evaluate("() => getComputedStyle(document.querySelector('#app')).filter").startswith("blur")
    assert page.request.get("/api/console/v1/session").status == 401, "it has ended on the server too"
    desk.at("resume-password").fill(PASSWORD)
    desk.at("resume-submit").click()
    expect(desk.at("resume")).to_have_count(0)
    expect(desk.box("name")).to_have_value("半途而止")
    page.clock.run_for(3000)
    expect(desk.at("resume")).to_have_count(0)
    assert "blur" not in page.evaluate("() => getComputedStyle(document.querySelector('#app')).filter")
