"""The two front ends as files, the short addresses of labels, and the OpenAPI."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tornado.web import RequestHandler, StaticFileHandler, URLSpec

from handlers.web.base import JsonHandler
from handlers.web.guards.compressing import packed_file, varies
from handlers.web.guards.headers import guard_page
from handlers.web.operations import PUBLIC, Route, operation
from handlers.web.plain import PlainHandler
from handlers.web.shapes.document import DocumentOut
from models.core.config import config
from models.core.labels.label_codes import check_label_code

# The demo's phone client is shown inside the phones of the chat sandbox, which lies on another port of this machine.
_SANDBOX = " http://127.0.0.1:* http://localhost:* http://sandbox.localhost:*"


def _guard(handler: RequestHandler) -> None:
    guard_page(handler, framed_by=_SANDBOX if config().demo else "")


class FrontHandler(PlainHandler, StaticFileHandler):
    """A built front end. An address that is no file gives the page, whose router knows it."""

    def set_default_headers(self) -> None:
        _guard(self)

    def set_extra_headers(self, path: str) -> None:
        # Built files carry a hash in their name; the page itself must always be asked for.
        hashed = "/assets/" in f"/{path}" or path.startswith("assets/")
        self.set_header("Cache-Control", "public, max-age=31536000, immutable" if hashed else "no-cache")

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        # Not Path.is_file, which fails at names that no file system takes.
        if not os.path.isfile(absolute_path) and "." not in Path(absolute_path).name:
            absolute_path = str(Path(root) / "index.html")
            self.path = "index.html"
        found = super().validate_absolute_path(root, absolute_path)
        if found is None:
            return None
        self._plain_path = found
        varies(self._headers, ("Accept-Encoding",))
        packed = packed_file(self.request, found)
        if packed is None:
            return found
        self.set_header("Content-Encoding", packed[0])
        return super().validate_absolute_path(root, packed[1])

    def get_content_type(self) -> str:
        """Of what is in the file, not of how it is packed."""
        self.absolute_path, packed = self._plain_path, self.absolute_path
        try:
            return super().get_content_type()
        finally:
            self.absolute_path = packed


class HomeHandler(PlainHandler):
    """`/` leads to the console."""

    def set_default_headers(self) -> None:
        _guard(self)

    def get(self) -> None:
        """To the console."""
        self.redirect("/console/")


class LabelHandler(PlainHandler):
    """`/e/{code}`: what any app's scanner opens from our label; leads to the phone client at the equipment."""

    def set_default_headers(self) -> None:
        _guard(self)

    def get(self, code: str) -> None:
        """To the phone client; a code that can't be ours leads to its scanner, which can say so."""
        try:
            self.redirect(f"/m/#/pages/scan/confirm?e={check_label_code(code)}")
        except ValueError:
            self.redirect("/m/#/pages/scan/confirm?e=")


class PlaceLabelHandler(PlainHandler):
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

    @operation("本接口说明", right=PUBLIC, gives={200: DocumentOut})
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
