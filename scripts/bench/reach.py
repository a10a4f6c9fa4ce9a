"""How far it is to the first useful screen on a slow line, in bytes and seconds, in a real browser.

`python -m scripts.bench.reach [--url http://127.0.0.1:8000]`: without an address it starts a demo of its own. Slow 3G is
what Chromium's tools call so: 400 kbit/s each way, 400 ms for each question. Bytes are those on the line, heads too.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import click
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console

from models.demo import PASSWORD
from scripts.bench import report
from scripts.bench.report import Line
from scripts.services.process import folder, free_port, launch, program, stop, wait_until

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
WORKER, OFFICER = "19900000004", "19900000001"
PHOTOS = 20
#: What is to be reached: bytes, seconds.
FIRST_VISIT, FIRST_SECONDS, LIST, SCRIPTS = 250_000, 6.0, 300_000, 300_000
_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True,
    "locale": "zh-CN",
}  # fmt: skip
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
out = Console()


@dataclass
class Line3G:
    """What went over the line since the last look, by kind (Document, Script, XHR, …), in bytes."""

    kinds: dict[str, int] = field(default_factory=dict)
    _of: dict[str, str] = field(default_factory=dict)

    def over(self, page: Page, conditions: dict[str, Any] | None) -> Line3G:
        """Listen to what the page asks for, on a line of these conditions."""
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        if conditions:
            wire.send("Network.emulateNetworkConditions", conditions)
        wire.on("Network.responseReceived", lambda told: self._of.update({told["requestId"]: told["type"]}))
        wire.on("Network.loadingFinished", self._count)
        return self

    def _count(self, told: dict[str, Any]) -> None:
        kind = self._of.get(told["requestId"], "Other")
        self.kinds[kind] = self.kinds.get(kind, 0) + int(told["encodedDataLength"])

    @property
    def total(self) -> int:
        """Bytes of all kinds."""
        return sum(self.kinds.values())

    def anew(self) -> None:
        """Count from here on."""
        self.kinds.clear()


@click.command(help=__doc__)
@click.option("--url", default="", help="A running demo to measure; one is started without it.")
def main(url: str) -> None:
    """Measure, and end with 1 if a goal is missed."""
    measured = lines(url)
    report.show(out, measured, [])
    sys.exit(0 if all(line.reached for line in measured) else 1)


def lines(url: str = "") -> list[Line]:
    """All lines, for the demo at `url` or one of its own."""
    with contextlib.nullcontext(url) if url else _demo() as address, sync_playwright() as playwright:
        _report_hazards(address)
        browser = playwright.chromium.launch(
            executable_path=program("chromium", "chromium-browser", package="chromium"), args=list(_FLAGS)
        )
        try:
            return [
                *_first_visit(browser, address),
                *_my_hazards(browser, address),
                *_console(browser, address),
            ]
        finally:
            browser.close()


def _first_visit(browser: Browser, url: str) -> list[Line]:
    page = browser.new_context(base_url=url, **_PHONE).new_page()
    line = Line3G().over(page, SLOW_3G)
    began = time.monotonic()
    page.goto("/m/")
    page.locator("[data-testid=login] input").wait_for(timeout=120_000)
    seconds, cost = time.monotonic() - began, line.total
    line.anew()
    _sign_in_phone(page)
    began = time.monotonic()
    page.locator("[data-testid=scan-button]").wait_for(timeout=120_000)
    home = time.monotonic() - began
    page.context.close()
    return [
        _bytes("first phone visit, slow 3G: to the sign-in", cost, FIRST_VISIT, dict(line.kinds)),
        Line(
            "the same in seconds",
            "",
            f"{seconds:.1f} s",
            "",
            f"≤ {FIRST_SECONDS:.0f} s",
            seconds <= FIRST_SECONDS,
        ),
        Line(
            "from 登录 to 扫码上岗, slow 3G",
            "",
            f"{home:.1f} s, {line.total / 1000:.0f} kB",
            "",
            "told only",
            True,
        ),
    ]


def _my_hazards(browser: Browser, url: str) -> list[Line]:
    page = browser.new_context(base_url=url, **_PHONE).new_page()
    page.goto("/m/")
    page.locator("[data-testid=login] input").wait_for()
    _sign_in_phone(page)
    page.locator("[data-testid=scan-button]").wait_for()
    page.wait_for_load_state("networkidle")
    line = Line3G().over(page, SLOW_3G)
    began = time.monotonic()
    page.goto("/m/#/pages/hazards/mine")
    page.locator("[data-testid=hazard-row]").nth(PHOTOS - 1).wait_for(timeout=120_000)
    rows = time.monotonic() - began
    at_once = _photos_seen(page)
    while _photos_seen(page) < PHOTOS and time.monotonic() - began < 120:
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(400)
    first = line.total
    there = _photos_seen(page)
    line.anew()
    page.goto("/m/#/")
    page.locator("[data-testid=scan-button]:visible").wait_for()
    page.wait_for_timeout(2000)
    page.goto("/m/#/pages/hazards/mine")
    page.locator("[data-testid=hazard-row]:visible").nth(PHOTOS - 1).wait_for(timeout=120_000)
    while _photos_seen(page) < PHOTOS and time.monotonic() - began < 240:
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(400)
    page.wait_for_timeout(2000)
    again = line.total
    page.context.close()
    return [
        Line(
            f"我报的隐患, {PHOTOS} photos, slow 3G: rows there", "", f"{rows:.1f} s, {at_once} photos fetched", "",
            "told only", there >= PHOTOS,
        ),
        _bytes("all of its photos seen", first, LIST),
        Line("looked at once more", "", f"{again / 1000:.0f} kB", "", "no photo again", again < first / 4),
    ]  # fmt: skip


def _photos_seen(page: Page) -> int:
    return page.locator("[data-testid=small-photo]").count()


def _console(browser: Browser, url: str) -> list[Line]:
    page = browser.new_context(
        base_url=url, viewport={"width": 1440, "height": 900}, locale="zh-CN"
    ).new_page()
    line = Line3G().over(page, None)
    page.goto("/console/ledgers/persons")
    page.get_by_test_id("login").fill(OFFICER)
    page.get_by_test_id("password").fill(PASSWORD)
    page.get_by_test_id("sign-in-submit").click()
    page.locator("[data-testid=table] tbody tr[data-id]").first.wait_for(timeout=60_000)
    scripts, total = line.kinds.get("Script", 0), line.total
    page.context.close()
    return [
        _bytes("console: scripts from the sign-in to usable rows", scripts, SCRIPTS),
        Line("the same with all else", "", f"{total / 1000:.0f} kB", "", "told only", True),
    ]


def _sign_in_phone(page: Page) -> None:
    page.locator("[data-testid=login] input").fill(WORKER)
    page.locator("[data-testid=password] input").fill(PASSWORD)
    page.wait_for_timeout(150)  # uni-app passes typing on ten times a second
    page.locator("[data-testid=sign-in]").click()


def _bytes(what: str, found: int, most: int, details: Any = None) -> Line:
    return Line(what, "", f"{found / 1000:.0f} kB", "", f"≤ {most / 1000:.0f} kB", found <= most, details)


@contextlib.contextmanager
def _demo() -> Iterator[str]:
    """A demo of its own, in a folder that goes with it."""
    with folder("reach") as home:
        port = free_port()
        url, log = f"http://127.0.0.1:{port}", home / "log"
        settings = {
            "DEMO": "1", "PORT": str(port), "PUBLIC_URL": url, "SANDBOX_PORT": str(free_port()),
            "DATA_DIR": str(home / "data"), "LIMITS": '{"write": "1000/60", "upload": "1000/60"}',
        }  # fmt: skip
        environment = {**os.environ, **{f"ANBAN_{name}": text for name, text in settings.items()}}
        out.print("raising a demo …")
        process = launch(
            [sys.executable, "-m", "server.cli", "run"], log, with_parent=True, settings=environment
        )
        try:
            wait_until(_answers(url), process, log, 180)
            yield url
        finally:
            stop(process, 20)


def _answers(url: str) -> Callable[[], bool]:
    def asked() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                return int(answer.status) == 200
        except OSError:
            return False

    return asked


def _report_hazards(url: str) -> None:
    """Twenty hazards of one worker, each with a photo as a phone's camera makes it."""
    out.print(f"reporting {PHOTOS} hazards with photos …")
    wire = requests.Session()
    base = f"{url}/api/mp/v1"

    def ask(method: str, path: str, **more: Any) -> Any:
        answer = wire.request(method, base + path, timeout=60, **more)
        answer.raise_for_status()
        return answer.json()

    body = {"provider": "password", "login": WORKER, "password": PASSWORD}
    wire.headers["Authorization"] = f"Bearer {ask('POST', '/session', json=body)['token']}"
    there = ask("GET", "/hazards", params={"box": "mine", "limit": PHOTOS})["items"]
    for number in range(PHOTOS - sum(bool(each["photos_before"]) for each in there)):
        sent = ask("POST", "/photos?ledger=hazards", files={"file": ("a.jpg", _photo(number), "image/jpeg")})
        told = {"what": f"第 {number + 1} 处：护栏松动", "photos": [sent["id"]]}
        ask("POST", "/hazards", json=told, headers={"Idempotency-Key": uuid.uuid4().hex})


def _photo(number: int) -> bytes:
    """12 megapixels of something: light, shapes, and the grain of a sensor."""
    size = (4000, 3000)
    shapes = Image.effect_mandelbrot(size, (-2.2 + number / 40, -1.2, 0.8, 1.2), 40)
    light = Image.linear_gradient("L").resize(size).rotate(17 * number)
    grain = Image.effect_noise((250, 188), 90).resize(size)
    made = Image.merge(
        "RGB",
        (Image.blend(shapes, grain, 0.35), Image.blend(light, grain, 0.3), Image.blend(shapes, light, 0.5)),
    )
    target = io.BytesIO()
    made.save(target, "JPEG", quality=85)
    return target.getvalue()


if __name__ == "__main__":
    main()
