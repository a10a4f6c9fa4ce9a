"""驾驶舱 on the desk, on a wall and on the phone says the same and leads to its rows; its card goes to the group (I02)."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.chatting import ChatPhone
from tests.journeys.desk import Desk
from tests.journeys.handset import Handset
from tests.support.started_program import Server

DIRECTOR = "19900000004"
GROUP = 1  # the unit's own
TILES = ("accident-free", "hazards", "certificates-expiry", "equipment-expiry")


def _first(page: Page, tile: str) -> int:
    """The large number of a tile."""
    text = page.locator(f"[data-testid=tile-{tile}]:visible").locator("b, .value").first.inner_text()
    found = re.match(r"[\d,]+", text)
    assert found is not None, text
    return int(found[0].replace(",", ""))


def test_a_tile_leads_to_as_many_rows_as_it_says_and_the_wall_has_nothing_else(desk: Desk) -> None:
    desk.sign_in(path="/console/board")
    expect(desk.at("tile-certificates-expiry")).to_be_visible()
    expired = _first(desk.page, "certificates-expiry")
    assert expired and _first(desk.page, "accident-free") > 0, "the demo has something to show"
    desk.sees("board")
    desk.at("tile-certificates-expiry").locator("a.big").click()
    desk.shows("certificates")
    expect(desk.at("count")).to_contain_text(re.compile(rf"\b{expired}\b"))
    desk.page.go_back()
    desk.at("board-wall").click()
    expect(desk.at("board-leave")).to_be_visible()
    covered = "document.elementFromPoint(40, 300).closest('[data-testid=board]') !== null"
    desk.page.wait_for_function(covered)
    assert _first(desk.page, "certificates-expiry") == expired
    desk.sees("board-wall")
    desk.page.keyboard.press("Escape")
    expect(desk.at("board-wall")).to_be_visible()
    expect(desk.at("menu")).to_be_visible()


def test_a_director_reads_the_same_on_the_phone(desk: Desk, handset: Handset) -> None:
    desk.sign_in(path="/console/board")
    handset.page.set_viewport_size({"width": 360, "height": 640})
    handset.sign_in(DIRECTOR)
    handset.page.goto("/m/#/pages/board/index")
    expect(handset.at("board-place")).to_be_visible()
    expect(desk.at("tile-accident-free")).to_be_visible()
    for tile in TILES:
        assert _first(handset.page, tile) == _first(desk.page, tile), tile
    handset.sees("board-phone")


def test_the_card_of_the_morning_can_be_tried_and_comes_into_the_group(
    desk: Desk, live_server: Server
) -> None:
    desk.sign_in("jianglan", path="/console/settings")
    desk.at("settings-search").locator("input").fill("驾驶舱")
    desk.at("try-card").click()
    expect(desk.at("try-said")).to_contain_text("已发到 1 个群")
    desk.sees("board-card-tried")
    phone = ChatPhone(live_server, "anyone")
    card = phone.wait_for(lambda entry: "【驾驶舱】" in str(entry["content"]), group=GROUP)
    said = str(card["content"])
    assert "今天在岗" in said or "设备" in said, said
    assert "陈安澜" not in said and "王大友" not in said, "numbers alone, no names"
