"""The sandbox as a Tornado application: WeCom's addresses, its own API, and its page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tornado.web import Application, RequestHandler, StaticFileHandler, URLSpec

from bots.sandbox.core import control
from bots.sandbox.core.live import LiveHandler
from bots.sandbox.core.people import Seed
from bots.sandbox.core.platform import Platform
from bots.sandbox.core.saving import Keeper
from bots.sandbox.wecom import signing_on
from bots.sandbox.wecom.api import APIS
from bots.sandbox.wecom.calls import ApiHandler, UnknownHandler

_STATIC = Path(__file__).resolve().parents[2] / "static" / "dist" / "console"
_LARGEST = 24 << 20  # bytes: the largest file is 20 MB


class PageHandler(RequestHandler):
    """`/`: the page, as `npm run build` in static/console made it."""

    def initialize(self, static: Path) -> None:
        self.static = static

    def get(self) -> None:
        """The page, or how to get it."""
        page = self.static / "sandbox.html"
        self.set_header("Cache-Control", "no-cache")
        if not page.is_file():
            self.set_status(503)
            self.finish("聊天沙箱的页面还没有构建：请先运行 make fronts")
            return
        self.finish(page.read_bytes())


class Sandbox(Application):
    """A sandbox to be served by an HTTPServer. `start` and `stop` on the loop that serves it."""

    def __init__(self, seed: Seed, state: Path | None = None, static: Path = _STATIC) -> None:
        self.platform = Platform(seed)
        self._keeper = Keeper(self.platform, state) if state else None
        if self._keeper:
            self._keeper.read()
        super().__init__(
            _routes(self.platform, static),
            websocket_ping_interval=25,
            websocket_max_message_size=65536,
            log_function=lambda handler: None,
        )

    def start(self) -> None:
        """Begin to keep the state."""
        if self._keeper:
            self._keeper.start()

    async def stop(self) -> None:
        """Keep it for the last time, and let go of connections."""
        if self._keeper:
            await self._keeper.stop()
        self.platform.callbacks.close()


def build(state_path: Path | None, people: Seed) -> Sandbox:
    """A sandbox for `people`, with what `state_path` kept."""
    return Sandbox(people, state_path)


def _routes(platform: Platform, static: Path) -> list[URLSpec]:
    part: dict[str, Any] = {"platform": platform}
    apis = [URLSpec(path, ApiHandler, {**part, "api": api}) for path, api in APIS.items()]
    own = [
        (r"/connect/oauth2/authorize", signing_on.AuthorizeHandler),
        (r"/sandbox/open", signing_on.OpenHandler),
        (r"/sandbox/live", LiveHandler),
        (r"/sandbox/media/([\w-]+)", control.MediaHandler),
        (r"/sandbox/api/state", control.StateHandler),
        (r"/sandbox/api/people/([^/]+)", control.PersonHandler),
        (r"/sandbox/api/people/([^/]+)/(\w+)", control.ActHandler),
        (r"/sandbox/api/threads/([^/]+)/([^/]+)", control.ThreadHandler),
        (r"/sandbox/api/clock", control.ClockHandler),
        (r"/sandbox/api/faults", control.FaultsHandler),
        (r"/sandbox/api/settings/(\w+)", control.SettingsHandler),
        (r"/sandbox/api/wire(?:/(\d+))?", control.WireHandler),
    ]
    return [
        *apis,
        *(URLSpec(path, handler, part) for path, handler in own),
        URLSpec(r"/", PageHandler, {"static": static}),
        # The build gives addresses under /console/, as this page is built together with the console.
        URLSpec(r"/console/(.*)", StaticFileHandler, {"path": str(static)}),
        URLSpec(r"/.*", UnknownHandler),
    ]


#: What an HTTPServer of this application needs to know.
SERVER_OPTIONS = {"max_body_size": _LARGEST, "max_buffer_size": _LARGEST + (1 << 20)}
