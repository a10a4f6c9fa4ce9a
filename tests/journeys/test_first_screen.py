"""What must be seen at once on a small phone: the red button on everybody's first screen, a refusal's cause and way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.office import Office

SMALL, LYING = {"width": 360, "height": 640}, {"width": 640, "height": 360}
#: Who sees another first screen than the driver (test_worst_hour.py): who leads, and who has to read a reason first.
HOMES = {
    "officer": "19900000001",
    "nobody's": "19900000013",
    "waiting": "19900000014",
    "expired": "19900000015",
}


def at_once(handset: Handset, *testids: str) -> None:
    """All of these are seen whole, without scrolling."""
    for testid in testids:
        expect(handset.at(testid)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("who", HOMES)
def test_the_red_button_is_on_everybodys_first_screen(
    open_phone: Callable[..., Page], office: Office, who: str
) -> None:
    handset = Handset(open_phone(viewport=SMALL))
    handset.page.goto("/m/")
    at_once(handset, "go-report", "sign-in")
    handset.sign_in(HOMES[who]).home()
    at_once(handset, "go-report")
    handset.page.mouse.wheel(0, 300)
    at_once(handset, "go-report")
    handset.page.set_viewport_size(LYING)
    at_once(handset, "go-report")
    if who in ("waiting", "expired"):
        # The gate refuses both: why, whom to call and the way out stand beside each other.
        handset.type_code(office.label("1号叉车"))
        expect(handset.at("result")).to_have_attribute("data-kind", "bad")
        at_once(handset, "result-word", "result-text", "result-facts", "result-action", "result-home")
        handset.sees(f"refused-lying-{who}")
