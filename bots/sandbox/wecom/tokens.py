"""Tokens, tickets and sign-on codes: what is given out for a time, and taken back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from bots.sandbox.core.clock import Clock
from bots.sandbox.core.people import Agent, Directory
from bots.sandbox.wecom.errors import ApiRefused

SECONDS = 7200
CODE_SECONDS = 300
_FORGOTTEN_AFTER = 86_400


@dataclass
class Token:
    """An access token of one app. A revoked one is told apart from one that ran out (40014, 42001)."""

    text: str
    agent_id: int
    until: float
    revoked: bool = False


@dataclass
class SignOnCode:
    """What a sign-on gave: who, and by which app's link."""

    userid: str
    agent_id: int | None
    scope: str
    until: float


class Tokens:
    """All that is valid for a while."""

    def __init__(self, clock: Clock, people: Directory) -> None:
        self._clock, self._people = clock, people
        self._tokens: dict[str, Token] = {}
        self._current: dict[int, Token] = {}
        self._tickets: dict[tuple[str, int | None], tuple[str, float]] = {}
        self._codes: dict[str, SignOnCode] = {}

    def give(self, corp_id: str, secret: str) -> dict[str, Any]:
        """`gettoken`: the token of a secret; the same one while it is valid."""
        if not corp_id:
            raise ApiRefused(41002)
        if not secret:
            raise ApiRefused(41004)
        if corp_id != self._people.corp_id:
            raise ApiRefused(40013)
        agent = self._people.agent_of_secret(secret)
        if agent is None:
            raise ApiRefused(40001)
        now = self._clock.now()
        token = self._current.get(agent.agent_id)
        if token is None or token.revoked or token.until <= now:
            self._forget(now)
            token = Token(secrets.token_urlsafe(48), agent.agent_id, now + SECONDS)
            self._tokens[token.text] = self._current[agent.agent_id] = token
        return {"access_token": token.text, "expires_in": int(token.until - now)}

    def check(self, text: str) -> Agent:
        """The app of a token. Raises Refused (41001, 40014, 42001)."""
        if not text:
            raise ApiRefused(41001)
        token = self._tokens.get(text)
        agent = self._people.agents.get(token.agent_id) if token else None
        if token is None or token.revoked or agent is None:
            raise ApiRefused(40014)
        if token.until <= self._clock.now():
            raise ApiRefused(42001)
        return agent

    def revoke(self, agent_id: int | None = None) -> int:
        """Make the tokens of an app (or all) invalid at once; gives how many were valid."""
        mine = [
            token
            for token in self._tokens.values()
            if not token.revoked and (agent_id is None or token.agent_id == agent_id)
        ]
        for token in mine:
            token.revoked = True
        return sum(token.until > self._clock.now() for token in mine)

    def ticket(self, kind: str, agent_id: int | None) -> dict[str, Any]:
        """A ticket for the JS-SDK: of the corporation, or of one app."""
        now = self._clock.now()
        text, until = self._tickets.get((kind, agent_id), ("", 0.0))
        if until <= now:
            text, until = f"sM4AOVdWfPE4DxkXGEs8V{secrets.token_hex(32)}", now + SECONDS
            self._tickets[kind, agent_id] = (text, until)
        return {"ticket": text, "expires_in": int(until - now)}

    def sign_on(self, userid: str, agent_id: int | None, scope: str) -> str:
        """A code that says who opened a link; it works once, for five minutes."""
        now = self._clock.now()
        self._codes = {code: kept for code, kept in self._codes.items() if kept.until > now}
        code = secrets.token_urlsafe(32)
        self._codes[code] = SignOnCode(userid, agent_id, scope, now + CODE_SECONDS)
        return code

    def redeem(self, code: str, agent: Agent) -> SignOnCode:
        """Who a code stands for. Raises Refused (40029) when it was used, is too old or another app's."""
        kept = self._codes.pop(code, None)
        if kept is None or kept.until <= self._clock.now() or kept.agent_id not in (None, agent.agent_id):
            raise ApiRefused(40029)
        return kept

    def _forget(self, now: float) -> None:
        old = [text for text, token in self._tokens.items() if token.until < now - _FORGOTTEN_AFTER]
        for text in old:
            del self._tokens[text]
