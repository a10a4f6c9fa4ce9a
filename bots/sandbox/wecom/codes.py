"""Response codes: each lets one card be changed once, within 72 hours."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bots.sandbox.core.clock import Clock
from bots.sandbox.wecom.errors import ApiRefused
from bots.wecom.guesses import guess

SECONDS = guess("code_hours") * 3600


@dataclass
class IssuedCode:
    """A code of a send (`clicker` None) or of a click."""

    agent_id: int
    message_id: str
    until: float
    clicker: str | None = None
    used: bool = False


class ResponseCodes:
    """All codes given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.all: dict[str, IssuedCode] = {}

    def give(self, agent_id: int, message_id: str, clicker: str | None = None) -> str:
        """A new code for a message."""
        if len(self.all) % 1000 == 999:
            now = self._clock.now() - SECONDS  # kept a while longer, to say why it is refused
            self.all = {code: kept for code, kept in self.all.items() if kept.until > now}
        code = secrets.token_urlsafe(32)
        self.all[code] = IssuedCode(agent_id, message_id, self._clock.now() + SECONDS, clicker)
        return code

    def check(self, code: object, agent_id: int) -> IssuedCode:
        """A code that may be used. Raises Refused when it is unknown or too old (42016), another app's (42015) or used (42022).

        The platform publishes no number for these cases of its own; the nearest of its table are taken.
        """
        kept = self.all.get(code) if isinstance(code, str) else None
        if kept is None:
            raise ApiRefused(42016, "invalid response_code")
        if kept.agent_id != agent_id:
            raise ApiRefused(42015)
        if kept.used:
            raise ApiRefused(42022, "response_code can be used only once")
        if kept.until <= self._clock.now():
            raise ApiRefused(42016, "response_code expired")
        return kept
