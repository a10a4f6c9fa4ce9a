"""The token that a page of ours sends with every change, and a foreign page can't: bound to the session.

It is made from the session's own token, so that of another session, or of before the sign-in, is none. Without a
session it is random, and only guards the sign-in form.
"""

from __future__ import annotations

import secrets

from models.core.security.crypto import keyed_hash, new_token

HEADER = "X-XSRFToken"
_SHORTEST = 32


def token_for(session: str | None, kept: str | None) -> str:
    """The token for a session's token; without one `kept` (what the browser has), or a new one."""
    if session:
        return keyed_hash(session.encode("utf-8", "replace").decode(), "xsrf")
    if kept and len(kept) >= _SHORTEST and kept.isascii():
        return kept
    return new_token()


def is_right(sent: str, session: str | None, kept: str | None) -> bool:
    """Whether what a request sent is the token of its session."""
    if not sent or (not session and not kept):
        return False
    return secrets.compare_digest(sent.encode("utf-8", "replace"), token_for(session, kept).encode())
