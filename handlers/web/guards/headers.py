"""What every answer says to a browser, whichever handler gave it: one place, so that none is forgotten.

No answer names the server's software. Pages set the wider policy that they need themselves; whatever sets none is no
page, and may load nothing and be framed by nobody.
"""

from __future__ import annotations

import re
from typing import ClassVar

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform, RequestHandler

NOTHING = "default-src 'none'; frame-ancestors 'none'"
_A_YEAR = "max-age=31536000"
_HOST = re.compile(r"[\w.-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:]{2,45}\](:\d{1,5})?")
# What a page may use of the machine: the scanner its camera, a clock-in the place.
_PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), serial=(), midi=(), display-capture=()"


class Guarded(OutputTransform):
    """Tornado asks it for each answer, errors and files too, before the first byte goes out."""

    https: ClassVar[bool] = False

    def __init__(self, request: HTTPServerRequest) -> None:
        super().__init__(request)

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Put in what is missing."""
        guard(headers, https=self.https, page=status_code != 101)
        return status_code, headers, chunk


def guard(headers: HTTPHeaders, *, https: bool, page: bool = True) -> None:
    """Put into an answer's headers what every answer says, and take out what none does."""
    if "Server" in headers:
        del headers["Server"]
    if "X-Content-Type-Options" not in headers:
        headers["X-Content-Type-Options"] = "nosniff"
    if "Content-Security-Policy" not in headers and page:
        headers["Content-Security-Policy"] = NOTHING
    if "Referrer-Policy" not in headers:
        headers["Referrer-Policy"] = "no-referrer"
    if https:
        headers["Strict-Transport-Security"] = _A_YEAR
        headers["Cross-Origin-Opener-Policy"] = "same-origin"  # which browsers only heed over TLS


class GuardedOverTls(Guarded):
    """The same where people come by https: their browsers never try without it again."""

    https = True


def guard_page(handler: RequestHandler, *, framed_by: str = "") -> None:
    """Say what a page of ours may load: itself alone, pictures from its own camera, its own live connection.

    `framed_by`: origins beside its own that may show it in a frame, each after a space.
    """
    host = handler.request.host
    # Older web views do not count a WebSocket to the page's own origin as 'self'.
    live = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.set_header("Referrer-Policy", "same-origin")
    handler.set_header("Permissions-Policy", _PERMISSIONS)
    handler.set_header(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; "
        f"style-src 'self' 'unsafe-inline'; connect-src 'self'{live}; object-src 'none'; base-uri 'self'; "
        f"form-action 'self'; frame-ancestors 'self'{framed_by}",
    )
