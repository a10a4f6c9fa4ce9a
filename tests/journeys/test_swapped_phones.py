"""Two who have swapped their phones: each signs in with what was the other's number, and nobody becomes the other (Q04, Q05)."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.handset import Handset
from tests.journeys.office import CHOSEN, Office
from tests.journeys.people import newcomer
from tests.support.started_program import Server

FIRST, SECOND = newcomer(61, "甲小换"), newcomer(62, "乙小换")


def test_each_signs_in_with_the_others_number_and_stays_who_they_are(
    live_server: Server, open_phone: Callable[..., Page], office: Office
) -> None:
    files = [office.hire(live_server, person) for person in (FIRST, SECOND)]
    before = Handset(open_phone()).sign_in(FIRST.phone, CHOSEN).home()
    for file, phone in zip(files, (SECOND.phone, FIRST.phone), strict=True):
        office.change("persons", office.whole("persons", file), phone=phone)
    for phone, name in ((SECOND.phone, FIRST.name), (FIRST.phone, SECOND.name)):
        handset = Handset(open_phone()).sign_in(phone, CHOSEN).home()
        expect(handset.at("home-me")).to_have_text(name)
    before.page.reload()
    expect(before.home().at("home-me")).to_have_text(FIRST.name)
