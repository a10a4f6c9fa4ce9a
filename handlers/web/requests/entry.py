"""The cookies by which a browser proves that it set out itself for what an address offers (I6)."""

from __future__ import annotations

import hashlib

PHONE = "/api/mp/v1"
#: Beside a ticket in the address: `TICKET` with the ticket's mark, so that two pages that open at once don't mix.
TICKET, TICKET_PATH = "anban_enter_", f"{PHONE}/session"
#: Beside an offer to tie a chat account.
TIE, TIE_PATH = "anban_tie", f"{PHONE}/chat-ties"


def mark_of(ticket: str) -> str:
    """What names the ticket's cookie, without the ticket."""
    return hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()[:16]
