"""The Chromium that modules share (tests/support/browsers.py)."""

from __future__ import annotations

import asyncio

import pytest
from playwright.sync_api import Page, Playwright

from tests.support.browsers import Kept


def _title(page: Page) -> str:
    page.goto("data:text/html;charset=utf-8,<title>安班</title>")
    return page.title()


async def _somebody_elses() -> str:
    return "another loop"


def test_others_run_their_loops_between_two_modules(kept_browser: Kept, playwright: Playwright) -> None:
    context = kept_browser.chromium().new_context()
    page = context.new_page()
    assert _title(page) == "安班" and asyncio.get_running_loop().is_running()
    kept_browser.rest()
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
    assert asyncio.run(_somebody_elses()) == "another loop"
    kept_browser.wake()
    assert _title(page) == "安班", "the page is still there"
    context.close()


def test_one_that_has_ended_is_replaced(kept_browser: Kept, playwright: Playwright) -> None:
    first = kept_browser.chromium()
    assert kept_browser.chromium() is first
    first.close()
    second = kept_browser.chromium()
    assert second is not first and second.connected and second.contexts == []
