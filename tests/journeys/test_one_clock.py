"""The demo's clock is put forward on the sandbox's page: platform, server and phones go by it (L07, Q09, G02)."""

from __future__ import annotations

import json
import re
import urllib.request

from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.support.started_program import Server

AHEAD = 26 * 3600  # seconds: another day, and more than any phone is forgiven


def forward(server: Server, seconds: int) -> None:
    """Put the clock of the demo forward."""
    asked = urllib.request.Request(
        f"{server.chat}/sandbox/api/clock",
        json.dumps({"seconds": seconds}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


def test_phones_go_by_the_clock_that_was_put_forward(
    phone_page: Page, live_server: Server, office: Office
) -> None:
    label = office.label("1号叉车")
    forward(live_server, AHEAD)
    phone = Handset(phone_page).sign_in("19900000011").home()
    phone.stands("off")
    expect(phone.at("clock-warning")).to_have_count(0)
    phone_page.goto("/m/#/pages/accident/report")
    expect(phone.at("screen")).to_contain_text(re.compile("什么时候：今天"))
    phone.go_home()
    answer = phone.type_code(label)
    expect(answer).to_have_attribute("data-kind", "good")
    phone.leave_result().stands("on_duty")
