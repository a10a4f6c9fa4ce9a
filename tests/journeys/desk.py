"""The officer's hands on the console: every step waits for what it leads to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from models.demo import PASSWORD
from tests.journeys.pictures import picture

OFFICER = "19900000001"  # of the factory; may review
COLLEAGUE = "19900000003"  # of the factory; may not


class Desk:
    """A console in one window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, testid: str) -> Locator:
        """The element with this test id."""
        return self.page.get_by_test_id(testid)

    def sign_in(self, login: str = OFFICER, password: str = PASSWORD, path: str = "/console/") -> Desk:
        """Open the console at `path`, signed in by its door, with a session of this window's own.

        That is half a second of processor less than typing into the form, which is what `fill_in` does.
        """
        door, session = self.page.context.request, "/api/console/v1/session"
        door.get(session)
        (token,) = [one["value"] for one in self.page.context.cookies() if one["name"] == "_xsrf"]
        answer = door.post(
            session, data={"login": login, "password": password}, headers={"X-XSRFToken": token}
        )
        assert answer.ok, answer.text()
        self.page.goto(path)
        expect(self.at("account")).to_be_visible()
        return self

    def fill_in(self, login: str = OFFICER, password: str = PASSWORD, path: str = "/console/") -> Desk:
        """Open the console at `path` and sign in with its form."""
        self.page.goto(path)
        self.at("login").fill(login)
        self.at("password").fill(password)
        self.at("sign-in-submit").click()
        expect(self.at("account")).to_be_visible()
        return self

    def open(self, ledger: str) -> Desk:
        """Choose a ledger in the menu."""
        entry = self.at(f"menu-{ledger}")
        expect(self.at("menu")).to_be_visible()
        for group in self.at("menu").locator("h2 button[aria-expanded=false]").element_handles():
            group.click()
        entry.click()
        return self.shows(ledger)

    def shows(self, ledger: str) -> Desk:
        """Wait until the ledger's list is there (with rows or without)."""
        expect(self.at(f"ledger-{ledger}")).to_be_visible()
        expect(self.at("table").or_(self.at("empty"))).to_be_visible()
        return self

    def search(self, text: str) -> Desk:
        """Search the open ledger and wait until the address says so."""
        self.at("search").fill(text)
        self.at("search").press("Enter")
        expect(self.page).to_have_url(re.compile(r"[?&]q="))
        return self

    def rows(self, text: str = "") -> Locator:
        """The rows of the list, or those in which `text` stands."""
        rows = self.page.locator("[data-testid=table] tbody tr[data-id]")
        return rows.filter(has_text=text) if text else rows

    def row(self, text: str) -> Locator:
        """The one row in which `text` stands, seen."""
        row = self.rows(text)
        expect(row).to_have_count(1)
        return row

    def cell(self, row: Locator, field: str) -> Locator:
        """A cell of a row by its field's name."""
        return row.locator(f"[data-field={field}]")

    def box(self, field: str) -> Locator:
        """The real input of a form's field."""
        return (
            self.at(f"field-{field}").locator("input:not([type=radio]):not([type=checkbox]), textarea").first
        )

    def choose(self, where: str | Locator, text: str, note: str | None = None) -> None:
        """Type into a box that offers choices, and take the one that says so (and `note` beside it)."""
        box = self.box(where) if isinstance(where, str) else where
        box.click()
        box.fill(text)
        option = self.page.locator(".t-select__dropdown:visible .t-select-option, .t-select-option:visible")
        option.filter(has_text=text).filter(has_text=note or "").first.click()

    def radio(self, field: str, text: str) -> None:
        """Take one of a field's few choices."""
        self.at(f"field-{field}").get_by_text(text, exact=True).click()

    def save(self) -> None:
        """Save the open form and wait until it is closed."""
        self.at("save").click()
        expect(self.at("form")).to_have_count(0)

    def file_of(self, testid: str, into: Path) -> Path:
        """Click what gives a file at once, and keep that file."""
        with self.page.expect_download() as coming:
            self.at(testid).click()
        return kept(coming.value, into)

    def file_of_job(self, testid: str, into: Path) -> Path:
        """Click what begins a job that makes a file; keep the file, and close the dialog."""
        with self.page.expect_download(timeout=60_000) as coming:
            self.at(testid).click()
            expect(self.at("file-job")).to_have_attribute("data-state", "done", timeout=60_000)
        self.at("job-close").click()
        expect(self.at("file-job")).to_have_count(0)
        return kept(coming.value, into)

    def upload(self, sheet: Path) -> Locator:
        """Give a sheet to the open import dialog; gives the result of its dry run."""
        self.at("import-file").set_input_files(sheet)
        expect(self.page.get_by_text(sheet.name, exact=True)).to_be_visible()
        expect(self.at("import-check")).to_be_visible(timeout=30_000)
        return self.at("import-check")

    def commit(self) -> Locator:
        """Import what was checked; gives what it says about that."""
        self.at("import-commit").click()
        expect(self.at("import-done")).to_be_visible(timeout=30_000)
        return self.at("import-done")

    def sees(self, name: str) -> None:
        """Take a picture of the window, where pictures are wanted."""
        picture(self.page, name)


def kept(download: Any, into: Path) -> Path:
    """A download under the name that the user sees."""
    path = into / download.suggested_filename
    download.save_as(path)
    return path
