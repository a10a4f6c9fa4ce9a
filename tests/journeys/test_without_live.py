"""Messages where no live line gets through: a proxy that lets no WebSocket pass must cost minutes to nobody (K01)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.journeys.desk import OFFICER, Desk
from tests.journeys.handset import Handset
from tests.journeys.office import Office
from tests.journeys.phone_door import PhoneDoor
from tests.journeys.seeing import Traffic, until
from tests.support.started_program import Server

LEADER = "19900000016"
PATIENCE = 30_000
LOOKS = "00:16"  # the clients look every 5 to 15 seconds


class Cut:
    """A page whose WebSockets are all cut, and whose clock can be moved on; `tries` says how often it asked for one."""

    def __init__(self, page: Page) -> None:
        self.tries = 0
        self.page = page
        self.traffic = Traffic(page)
        page.clock.install()
        page.route_web_socket(re.compile("/live$"), self._cut)

    def later(self) -> None:
        """Time goes on until the page has looked again, and was answered."""
        until(self.page, self.traffic.at_rest)
        before = self.traffic.asked
        until(self.page, lambda: self._goes_on() > before)
        until(self.page, self.traffic.at_rest)

    def _goes_on(self) -> int:
        self.page.clock.fast_forward(LOOKS)
        return self.traffic.asked

    def _cut(self, line: WebSocketRoute) -> None:
        self.tries += 1
        line.close()


def _report(office: Office, what: str) -> None:
    company = office.row("companies", "江澜重工机械有限公司")["id"]
    office.report(company=company, what=what, place="罐区", happened_at=datetime.now(UTC).isoformat())


def _told(page: Page, door: PhoneDoor, office: Office, what: str) -> None:
    """An accident is reported, and the message is there: the page's next look finds it."""
    _report(office, what)
    until(page, lambda: any(what in one["text"] for one in door.ask("GET", "/messages")["items"]), 15)


def test_the_console_looks_for_itself(desk: Desk, office: Office, live_server: Server) -> None:
    cut, door = Cut(desk.page), PhoneDoor(live_server, OFFICER)
    desk.sign_in()
    _told(desk.page, door, office, "先有一条")
    desk.at("bell").click()
    cut.later()
    expect(desk.at("message").first).to_contain_text("先有一条", timeout=PATIENCE)
    desk.page.evaluate("window.untouched = true")
    _told(desk.page, door, office, "没有长连接也看得到")
    cut.later()
    expect(desk.at("message").first).to_contain_text("没有长连接也看得到", timeout=PATIENCE)
    desk.open("equipment")
    unread = int(desk.page.locator(".t-badge", has=desk.at("bell")).locator(".t-badge--circle").inner_text())
    _told(desk.page, door, office, "铃铛也数得到")
    cut.later()
    expect(desk.at("bell")).to_have_attribute(
        "aria-label", re.compile(rf"，{unread + 1} 条未读"), timeout=PATIENCE
    )
    assert desk.page.evaluate("window.untouched"), "nobody reloaded the page"
    assert cut.tries > 1, "the line was asked for, again and again"
    desk.sees("without-live-console")


def test_the_phones_list_looks_for_itself(handset: Handset, office: Office, live_server: Server) -> None:
    cut, door = Cut(handset.page), PhoneDoor(live_server, LEADER)
    handset.sign_in(LEADER, path="/m/#/pages/messages/index")
    expect(handset.at("show-all")).to_be_visible()
    handset.page.evaluate("window.untouched = true")
    _told(handset.page, door, office, "手机没有长连接")
    cut.later()
    expect(handset.at("message").first).to_contain_text("手机没有长连接", timeout=PATIENCE)
    assert handset.page.evaluate("window.untouched"), "nobody reloaded the page"
    assert cut.tries > 1
    handset.sees("without-live-phone")


def test_the_phones_home_counts_for_itself(handset: Handset, office: Office, live_server: Server) -> None:
    cut = Cut(handset.page)
    door = PhoneDoor(live_server, LEADER)

    def unread(what: str) -> int:
        """How many are unread, once I was told of an accident."""
        until(
            handset.page,
            lambda: any(what in one["text"] for one in door.ask("GET", "/messages")["items"]),
            15,
        )
        return int(door.ask("GET", "/messages/count")["unread"])

    _report(office, "首页先有一条")
    before = unread("首页先有一条")
    handset.sign_in(LEADER).home()
    expect(handset.at("unread")).to_have_text(f"{before} 条未读", timeout=PATIENCE)
    handset.page.evaluate("window.untouched = true")
    _report(office, "首页又来一条")
    assert unread("首页又来一条") == before + 1
    cut.later()
    expect(handset.at("unread")).to_have_text(f"{before + 1} 条未读", timeout=PATIENCE)
    assert handset.page.evaluate("window.untouched"), "nobody reloaded the page"
    assert cut.tries > 1
