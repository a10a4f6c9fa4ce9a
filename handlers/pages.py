"""The two front ends as files, the short addresses of labels, and the OpenAPI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tornado.web import RequestHandler, StaticFileHandler, URLSpec

from handlers.web.base import JsonHandler
from handlers.web.operations import PUBLIC, Route, operation
from models.core.config import config
from models.duty.label_codes import check_label_code

# Nothing is loaded from elsewhere; images may come from the page's own camera and uploads.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'self'"
)
# The demo's phone client is shown inside the phones of the chat sandbox, which lies on another port of this machine.
_SANDBOX = " http://127.0.0.1:* http://localhost:* http://sandbox.localhost:*"


def _guard(handler: RequestHandler) -> None:
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.set_header("Referrer-Policy", "same-origin")
    handler.set_header("Content-Security-Policy", _POLICY + (_SANDBOX if config().demo else ""))
    handler.clear_header("Server")


class FrontHandler(StaticFileHandler):
    """A built front end. An address that is no file gives the page, whose router knows it."""

    def set_default_headers(self) -> None:
        _guard(self)

    def set_extra_headers(self, path: str) -> None:
        # Built files carry a hash in their name; the page itself must always be asked for.
        hashed = "/assets/" in f"/{path}" or path.startswith("assets/")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable" if hashed else "no-cache")

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        wanted = Path(absolute_path)
        if not wanted.is_file() and "." not in wanted.name:
            absolute_path = str(Path(root) / "index.html")
            self.path = "index.html"
        return super().validate_absolute_path(root, absolute_path)


class HomeHandler(RequestHandler):
    """`/` leads to the console."""

    def set_default_headers(self) -> None:
        _guard(self)

    def get(self) -> None:
        """To the console."""
        self.redirect("/console/")


class LabelHandler(RequestHandler):
    """`/e/{code}`: what any app's scanner opens from our label; leads to the phone client at the equipment."""

    def set_default_headers(self) -> None:
        _guard(self)

    def get(self, code: str) -> None:
        """To the phone client; a code that can't be ours leads to its scanner, which can say so."""
        try:
            self.redirect(f"/m/#/pages/scan/confirm?e={check_label_code(code)}")
        except ValueError:
            self.redirect("/m/#/pages/scan/confirm?e=")


class PlaceLabelHandler(RequestHandler):
    """`/g/{code}`: the label of a place of the grid; leads to 随手拍 there."""

    def set_default_headers(self) -> None:
        _guard(self)

    def get(self, code: str) -> None:
        """To the phone client; a code that can't be ours leads there without a place."""
        try:
            self.redirect(f"/m/#/pages/hazards/snap?g={check_label_code(code)}")
        except ValueError:
            self.redirect("/m/#/pages/hazards/snap?g=")


class OpenApiHandler(JsonHandler):
    """`/api/openapi.json`."""

    def check_xsrf_cookie(self) -> None:
        """Nothing is changed here."""

    @operation("本接口说明", right=PUBLIC, gives={200: {"type": "object"}})
    async def get(self) -> None:
        """Every route of both JSON doors, made from the code."""
        self.answer(self.settings["openapi"]())


routes = [Route("/api/openapi.json", OpenApiHandler)]


def page_specs(dist: Path) -> list[Any]:
    """Tornado's routes of the pages; `dist` holds what the front ends were built into."""
    index = {"default_filename": "index.html"}
    return [
        URLSpec(r"/", HomeHandler),
        URLSpec(r"/e/([^/]{1,40})", LabelHandler),
        URLSpec(r"/g/([^/]{1,40})", PlaceLabelHandler),
        URLSpec(r"/console/(.*)", FrontHandler, {"path": str(dist / "console"), **index}),
        URLSpec(r"/m/(.*)", FrontHandler, {"path": str(dist / "m"), **index}),
    ]
