"""The OpenAPI document, made once for all tests of a process: it takes three processor seconds."""

from __future__ import annotations

import json
from functools import cache
from typing import Any


@cache
def _text() -> str:
    # Here: importing the roof declares every ledger, which a test of one rule need not wait for.
    from handlers.web import openapi
    from server import application

    return json.dumps(openapi.document(application.routes(), version="test", server="http://127.0.0.1"))


def told_document() -> dict[str, Any]:
    """The document as who asks for it reads it; the caller's own."""
    return dict(json.loads(_text()))
