"""Chromium, as the officer's desk (`console_page`) and the worker's phone (`phone_page`), with a fake camera.

A test with one of these fails if a page throws, prints an error, gets a 5xx or asks anything of another
machine. Don't mix them with pytest-tornado tests in one file: both want the thread's event loop.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.support.camera import camera_flags, write_film
from tests.support.page_checks import Watch
from tests.support.started_program import ROOT, Server

#: Of two switches of one name the last one holds, so here stands what Playwright turns off, too (chromiumSwitches.ts).
_TURNED_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
    # Two pages of the address bar, which nobody sees here: made for each window, they took half a second of processor.
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
)  # fmt: skip
_FLAGS = [
    f"--disable-features={','.join(_TURNED_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_EVERYWHERE: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
CONSOLE: dict[str, Any] = {**_EVERYWHERE, "viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    **_EVERYWHERE,
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


class Chromium:
    """A running Chromium; opens windows that are watched until the test ends."""

    def __init__(self, playwright: Playwright, *flags: str) -> None:
        self._browser: Browser = playwright.chromium.launch(
            executable_path=_program(), headless=True, args=[*_FLAGS, *flags]
        )

    def phone(self, server: Server, watch: Watch, **options: Any) -> Page:
        """An empty page of a phone 390 px wide; relative addresses lead to `server`."""
        return self._open(server, watch, {**PHONE, **options})

    def console(self, server: Server, watch: Watch, **options: Any) -> Page:
        """An empty page of a desk's screen, 1440 px wide."""
        return self._open(server, watch, {**CONSOLE, **options})

    def _open(self, server: Server, watch: Watch, options: dict[str, Any]) -> Page:
        context = self.new_context(base_url=server.url, accept_downloads=True, **options)
        watch.over(context)
        return context.new_page()

    def new_context(self, **options: Any) -> BrowserContext:
        """An empty window that nobody watches."""
        return self._browser.new_context(**options)

    @property
    def contexts(self) -> list[BrowserContext]:
        """The windows that are open."""
        return self._browser.contexts

    @property
    def connected(self) -> bool:
        """Whether it still runs."""
        return self._browser.is_connected()

    def close(self) -> None:
        """Close it with all its windows."""
        self._browser.close()


def _program() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    raise RuntimeError("Chromium is not installed. Install it with: apt-get install chromium")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep how the test itself ended, for the pictures below."""
    report = yield
    if report.when == "call":  # type: ignore[attr-defined]
        item.stash[_FAILED] = report.failed  # type: ignore[attr-defined]
    return report


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "playwright" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


class Kept:
    """Playwright's driver and one Chromium, kept from one module to the next: to start both takes a second of processor.

    The driver holds an event loop that says it runs on this thread. Between two modules that use it nobody sees that.
    """

    def __init__(self) -> None:
        self._manager = sync_playwright()
        self.playwright = self._manager.start()
        self._loop = asyncio.get_running_loop()
        self._chromium: Chromium | None = None
        self.rest()

    def chromium(self) -> Chromium:
        """The Chromium, another one where it has ended."""
        if self._chromium is None or not self._chromium.connected:
            self._chromium = Chromium(self.playwright)
        return self._chromium

    def wake(self) -> None:
        """The thread's loop is the driver's."""
        asyncio._set_running_loop(self._loop)

    def rest(self) -> None:
        """The thread has no loop, so that others may run theirs."""
        asyncio._set_running_loop(None)

    def close(self) -> None:
        """End both."""
        self.wake()
        if self._chromium is not None:
            self._chromium.close()
        self._manager.__exit__()


@pytest.fixture(scope="session")
def kept_browser() -> Iterator[Kept]:
    """The driver and the Chromium of this test process."""
    kept = Kept()
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def playwright(kept_browser: Kept) -> Iterator[Playwright]:
    """Playwright's driver; it leaves the event loop to others at the end of the module."""
    kept_browser.wake()
    yield kept_browser.playwright
    kept_browser.rest()


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, kept_browser: Kept) -> Iterator[Chromium]:
    """A Chromium without any window, for a module."""
    browser = kept_browser.chromium()
    assert browser.contexts == [], "a window was left open by another module"
    yield browser
    for context in browser.contexts:
        context.close()


@pytest.fixture
def watch() -> Watch:
    """What the test's pages did wrong; `watch.allow(pattern)` for what is meant to happen."""
    return Watch()


@pytest.fixture
def _windows(request: pytest.FixtureRequest, watch: Watch) -> Iterator[list[Chromium]]:
    """The browsers that the test used: closed, pictured if it failed, and asked for problems."""
    used: list[Chromium] = []
    yield used
    if request.node.stash.get(_FAILED, False) or watch.problems():
        _picture(request.node.name, used)
    for browser in used:
        for context in browser.contexts:
            context.close()
    assert watch.problems() == []


def _picture(name: str, used: list[Chromium]) -> None:
    """Screenshots of all pages into var/failures/."""
    target = ROOT / "var" / "failures"
    target.mkdir(parents=True, exist_ok=True)
    pages = [page for browser in used for context in browser.contexts for page in context.pages]
    for number, page in enumerate(pages):
        page.screenshot(path=target / f"{name.replace('/', '_')}-{number}.png")


@pytest.fixture
def console_page(live_server: Server, chromium: Chromium, watch: Watch, _windows: list[Chromium]) -> Page:
    """An empty page on the officer's desk."""
    _windows.append(chromium)
    return chromium.console(live_server, watch)


@pytest.fixture
def phone_page(live_server: Server, chromium: Chromium, watch: Watch, _windows: list[Chromium]) -> Page:
    """An empty page on the worker's phone (no camera)."""
    _windows.append(chromium)
    return chromium.phone(live_server, watch)


@pytest.fixture
def open_phone(
    live_server: Server, chromium: Chromium, watch: Watch, _windows: list[Chromium]
) -> Callable[..., Page]:
    """A function that opens one more phone; its words are those of Playwright's `new_context`."""
    _windows.append(chromium)
    return lambda **options: chromium.phone(live_server, watch, **options)


@pytest.fixture
def camera_browser(
    playwright: Playwright, live_server: Server, watch: Watch, tmp_path: Path, _windows: list[Chromium]
) -> Iterator[Callable[[Image.Image | Path | bytes], Page]]:
    """A function that gives a phone's page whose camera sees the given picture (a printed label, say).

    Called again it gives another phone, with another picture before it.
    """
    opened: list[Chromium] = []

    def look_at(picture: Image.Image | Path | bytes, **options: Any) -> Page:
        film = write_film(picture, tmp_path / f"camera{len(opened)}.mjpeg")
        browser = Chromium(playwright, *camera_flags(film))
        opened.append(browser)
        _windows.append(browser)
        return browser.phone(live_server, watch, permissions=["camera"], **options)

    yield look_at
    for browser in opened:
        browser.close()
