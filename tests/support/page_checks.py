"""What a page must not do while a test looks at it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

_OURS = re.compile(r"127\.0\.0\.1|(.+\.)?localhost")  # names under localhost lead to this machine (RFC 6761)
# A refusal is an answer, but Chromium prints a line for each.
_REFUSED = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")


class Watch:
    """Collects errors of pages, answers of 5xx, and requests that leave this machine."""

    def __init__(self) -> None:
        self._problems: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of `context`, also those yet to be opened."""
        context.on("page", self._page)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("requestfailed", self._failed)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"page error: {error.error}"))

    def allow(self, pattern: str) -> None:
        """Say that problems matching `pattern` are meant to happen in this test."""
        self._allowed.append(re.compile(pattern))

    def problems(self) -> list[str]:
        """What went wrong and was not allowed."""
        return [text for text in self._problems if not any(pattern.search(text) for pattern in self._allowed)]

    def _note(self, text: str) -> None:
        self._problems.append(text)

    def _page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._address(socket.url))

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and not _OURS.fullmatch(parts.hostname or ""):
            self._note(f"left the machine: {url}")

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"{response.status} from {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        # Leaving a page ends what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"{request.failure} for {request.method} {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _REFUSED.match(message.text):
            self._note(f"console: {message.text} ({message.location.get('url', '')})")
