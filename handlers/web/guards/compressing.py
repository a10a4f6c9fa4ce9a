"""What goes out small: JSON packed as it is answered, built files as they were packed when they were built.

Nothing that is secret is ever packed beside what somebody else may have written into the question: how that is kept
apart stands in `docs/decisions/compression.md`.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

#: The best first; the ending of a built file that was packed so (scripts/setup/compress.mjs makes them).
ENDINGS = {"br": ".br", "gzip": ".gz"}
#: Fewer bytes go in one packet as they are.
LEAST = 1024
#: From so many bytes on less is done for each: the event loop waits for it.
_LARGE = 128 * 1024
_SAME_SITE = (None, "same-origin")


def accepted(request: HTTPServerRequest) -> list[str]:
    """The codings of ours that whoever asks takes, the best first (RFC 9110, 12.5.3)."""
    weights = dict(map(_weighed, request.headers.get("Accept-Encoding", "").split(",")))
    rest = weights.get("*", 0.0)
    return [name for name in ENDINGS if weights.get(name, rest) > 0]


def _weighed(part: str) -> tuple[str, float]:
    name, _, weight = part.partition(";")
    try:
        return name.strip().lower(), float(weight.partition("=")[2]) if weight.strip() else 1.0
    except ValueError:
        return name.strip().lower(), 0.0


def packed_file(request: HTTPServerRequest, path: str) -> tuple[str, str] | None:
    """The coding and the path in which a built file is to go out; None for as it is."""
    found = ((name, path + ENDINGS[name]) for name in accepted(request))
    return next(((name, packed) for name, packed in found if os.path.isfile(packed)), None)


def pack(content: bytes) -> bytes:
    """Content in gzip, which every browser takes, over plain http too."""
    return gzip.compress(content, compresslevel=1 if len(content) > _LARGE else 5, mtime=0)


class Compressed(OutputTransform):
    """Tornado asks it for each answer before the first byte goes out: JSON that was read by a page of ours is packed."""

    def __init__(self, request: HTTPServerRequest) -> None:
        super().__init__(request)
        self._request = request

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Pack an answer that is whole."""
        if not (finishing and chunk and _may_be_packed(self._request, headers)):
            return status_code, headers, chunk
        varies(headers, ("Accept-Encoding",))
        if len(chunk) >= LEAST and "gzip" in accepted(self._request):
            chunk = pack(chunk)
            headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(chunk))
        return status_code, headers, chunk


def _may_be_packed(request: HTTPServerRequest, headers: HTTPHeaders) -> bool:
    """JSON that was asked for with GET, as no secret is handed out by it, and by no page of another site."""
    return (
        request.method == "GET"
        and headers.get("Content-Type", "").startswith("application/json")
        and "Content-Encoding" not in headers
        and request.headers.get("Sec-Fetch-Site") in _SAME_SITE
    )


def varies(headers: HTTPHeaders, names: Iterable[str]) -> None:
    """Say to caches between by what else an answer differs."""
    known = [name.strip() for name in headers.get("Vary", "").split(",") if name.strip()]
    headers["Vary"] = ", ".join(dict.fromkeys([*known, *names]))
