"""The worker's thumb on the phone: every step waits for what it leads to."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from models.demo import PASSWORD
from tests.journeys.pictures import picture


class Handset:
    """The phone client in one phone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, testid: str) -> Locator:
        """The element with this test id on the page that is shown (pages below stay in the document)."""
        return self.page.locator(f"[data-testid={testid}]:visible")

    def write(self, testid: str, text: str) -> None:
        """Type into a box."""
        self.at(testid).locator("input").fill(text)

    def sign_in(self, login: str, password: str = PASSWORD, path: str = "/m/") -> Handset:
        """Open the client at `path` and send the sign-in form."""
        self.page.goto(path)
        self.write("login", login)
        self.write("password", password)
        self.at("sign-in").click()
        expect(self.at("sign-in")).to_have_count(0)
        return self

    def home(self) -> Handset:
        """Wait for the home page."""
        expect(self.at("scan-button")).to_be_visible()
        return self

    def go_home(self) -> Handset:
        """Open the home page, whatever is shown."""
        self.page.goto("/m/#/")
        return self.home()

    def leave_result(self) -> Handset:
        """From the answer to a scan back home."""
        self.at("result-home").click()
        return self.home()

    def stands(self, state: str, title: str | None = None) -> None:
        """Home says how today stands."""
        expect(self.at("today-state")).to_have_attribute("data-state", state, timeout=15_000)
        if title:
            expect(self.at("today-title")).to_have_text(title)

    def type_code(self, text: str) -> Locator:
        """From home: scan, type instead, send; gives the answer."""
        self.page.goto("/m/#/pages/scan/type")
        self.write("code-input", text)
        self.at("code-send").click()
        return self.answer()

    def answer(self) -> Locator:
        """The answer to a scan, once it is there."""
        result = self.at("result")
        expect(result).to_have_attribute("data-kind", re.compile("good|kept|calm|bad|none"), timeout=20_000)
        return result

    def sees(self, name: str) -> None:
        """Take a picture of the screen, where pictures are wanted."""
        picture(self.page, name)
