"""The console for everybody: axe finds nothing serious on any page, nor in what opens from it (§6 of the week of use).

The pages come from the router, the ledgers from the menu, and of the ledgers so many are walked that every kind of field,
of column and of button was seen: what is new is walked by itself, or asks here which of its rows is to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Locator, expect

from models.core.chapters import chapters
from tests.journeys.desk import Desk
from tests.journeys.office import Office
from tests.journeys.seeing import Traffic, serious, with_axe
from tests.support.started_program import Server

#: By the name of a page of one row: the ledger whose rows have it.
ROWS_OF = {page.name: page.ledger for one in chapters() for page in one.pages if page.place == "row"}
ROUTES = """() => document.querySelector('#app').__vue_app__.config.globalProperties.$router.getRoutes()
  .filter((one) => one.components).map(({ name, path }) => ({ name, path }))"""
GO = "(to) => void document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(to)"
LAYERS = ".t-dialog:visible, .t-drawer:visible"
#: What asks for a list's rows: so many as scroll are enough here, and axe takes its time for each.
MANY = re.compile(r"([?&])limit=50\b")
ALONE = {"sign-in", "password"}  # shown outside of the frame
#: What opens something from a page, by its test id; all of it is closed again with Escape.
OPENERS = ("new", "import", "export", "grid-from-template", "try-open", "give", "accident-close", "rule-edit")


class Walk:
    """A console that is walked with axe; `faults` is what was found, by page."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.page = desk, desk.page
        self.faults: dict[str, list[str]] = {}
        self._seen: set[str] = set()
        self._traffic = Traffic(desk.page)
        desk.page.emulate_media(reduced_motion="reduce")  # nothing here is about how a layer comes in
        with_axe(desk.page)
        desk.page.route(MANY, lambda route: route.continue_(url=MANY.sub(r"\1limit=30", route.request.url)))

    def look(self, name: str) -> None:
        """What is wrong with what is shown, once all of it is there."""
        self._traffic.settle()
        self.faults[name] = serious(self.page)

    def go(self, path: str) -> None:
        """Open a page, and look at it."""
        self.page.evaluate(GO, path)
        self.page.wait_for_url(lambda url: f"/console{path}" in url)
        expect(self.page.locator("main h1, main [data-testid]").first).to_be_visible()
        self.look(path)

    def open(self, what: Locator, name: str) -> None:
        """Press what opens something; look at it, and close it."""
        what.click()
        self.look(name)
        self.page.keyboard.press("Escape")
        expect(self.page.locator(LAYERS)).to_have_count(0)

    def openers(self, name: str, testids: Iterable[str] = OPENERS) -> None:
        """Open one after the other all that the page offers of these."""
        for testid in testids:
            opener = self.page.locator(f"main [data-testid={testid}]:visible:enabled").first
            if opener.count() and self.new(testid):
                self.open(opener, f"{name}: {testid}")

    def new(self, part: str) -> bool:
        """Whether a part that is the same on every page has not been looked at yet; each form is another."""
        seen = part in self._seen
        self._seen.add(part)
        return not seen or part == "new"


def kinds(ledger: dict[str, Any]) -> set[str]:
    """What there is to be seen in a ledger: kinds of fields, filters and buttons."""
    return {
        *(f"{'shown' if field.get('readonly') else 'asked'} {field['kind']}" for field in ledger["fields"]),
        *(f"filter {one['kind']}" for one in ledger["filters"]),
        *(f"button {one['where']} {bool(one.get('fields'))}" for one in ledger["actions"]),
        *(name for name in ("importable", "exportable", "attachments", "history") if ledger[name]),
    }


def few(ledgers: list[dict[str, Any]]) -> list[str]:
    """As few ledgers as show every kind of thing that any of them has."""
    left, chosen = set().union(*map(kinds, ledgers)), []
    while left:
        most = max(ledgers, key=lambda each: len(kinds(each) & left))
        chosen.append(str(most["name"]))
        left -= kinds(most)
    return chosen


def test_axe_finds_nothing_serious_on_any_page_of_the_console(desk: Desk, live_server: Server) -> None:
    walk, admin = Walk(desk), Office(live_server, "admin")
    company = admin.row("companies", "江澜重工机械有限公司")["id"]
    admin.give("看一眼灭火器", admin.rows("persons", q="王大友")[0]["id"], company=company)
    now = datetime.now(UTC).isoformat()
    admin.report(company=company, what="储罐着火", place="罐区", happened_at=now, needs="消防车")
    desk.page.goto("/console/")
    expect(desk.at("login")).to_be_visible()
    walk.look("sign-in")
    desk.at("login").fill("admin")
    desk.at("password").fill("no")
    desk.at("sign-in-submit").click()
    expect(desk.at("error")).to_be_visible()
    walk.look("sign-in, refused")
    desk.fill_in("admin")

    for name in few(admin.ledgers()):
        path = f"/ledgers/{name}"
        walk.go(path)
        row = desk.rows().first
        if row.count():
            row.locator("button.first").click()
            expect(desk.at("detail")).to_be_visible()
            walk.look(f"{path}: a row")
            for tab in desk.at("detail").get_by_role("tab").all():
                title = tab.inner_text()
                if walk.new(title):
                    tab.click()
                    walk.look(f"{path}: {title}")
        walk.openers(path)
    for route in desk.page.evaluate(ROUTES):
        name, path = route["name"], route["path"]
        if name in ALONE or name == "ledger":
            continue
        if ":id" in path:
            assert name in ROWS_OF, f"say in a manifest which row {path} shows"
            path = path.replace(":id", admin.rows(ROWS_OF[name])[0]["id"])
        path = re.sub(r"/:\w+.*$", "", path) if name != "missing" else "/nothing/here"
        if name == "approvals":
            path += "?box=all"  # without it the address is one of before, which leads to the tasks
        walk.go(path)
        row = desk.page.locator("main tr[data-id] button.first").first
        if row.count():
            row.click()
            walk.look(f"{path}: a row")
        walk.openers(path)
    desk.page.goto(live_server.chat)
    expect(desk.at("phone-p1").get_by_role("log")).to_be_visible()
    walk.look("sandbox")
    for tab in desk.page.locator("[data-testid^=tab-]").all():
        tab.click()
        walk.look(f"sandbox: {tab.inner_text()}")
    assert len(walk.faults) > 40
    assert {name: told for name, told in walk.faults.items() if told} == {}
