"""`/sandbox/live`: news for the page."""

from __future__ import annotations

import json
from asyncio import Future

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from bots.sandbox.core.platform import Platform


class LiveHandler(WebSocketHandler):
    """One page. It says which screens it shows: `{"watch": ["u:…", "g:…"], "wire": true}`."""

    def initialize(self, platform: Platform) -> None:
        self.platform = platform
        self.watching: set[str] = set()
        self.wire = False

    def check_origin(self, origin: str) -> bool:
        """Only its own page."""
        return super().check_origin(origin)

    def open(self) -> None:
        """Begin to listen."""
        self.platform.feed.onlookers.add(self)

    def on_message(self, message: str | bytes) -> None:
        """What it wants to hear of from now on."""
        try:
            wanted = json.loads(message)
            self.watching = {str(owner) for owner in wanted.get("watch", ())}
            self.wire = bool(wanted.get("wire"))
        except (ValueError, AttributeError, TypeError):
            self.close(1003, "not understood")
            return
        # Whoever asked again after a break must know that it listens before it reads.
        self.hear('{"type": "watching"}')

    def hear(self, text: str) -> None:
        """Hand on, unless the page is gone: now, or before it was written."""
        try:
            self.write_message(text).add_done_callback(self._written)
        except WebSocketClosedError:
            self.platform.feed.onlookers.discard(self)

    def _written(self, written: Future[None]) -> None:
        if not written.cancelled() and isinstance(written.exception(), WebSocketClosedError):
            self.platform.feed.onlookers.discard(self)

    def on_close(self) -> None:
        """It is gone."""
        self.platform.feed.onlookers.discard(self)
