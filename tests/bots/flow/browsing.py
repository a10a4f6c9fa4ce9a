"""A browser of its own: keeps cookies by path, follows redirects only where it is told to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import requests

from bots.sandbox.wecom.signing_on import HOME


@dataclass
class Browser:
    """One phone's browser at the application `url` (its origin)."""

    url: str
    token: str = ""
    jar: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.jar.trust_env = False

    def press_link(self, app_id: int, user: str, to: str = "/pages/tasks/index") -> dict[str, str]:
        """Open a card's link as `user` of the chat, to the phone client's page; gives its query."""
        opened = self.get(f"{self.url}/bots/wecom/{app_id}/open?to={quote(to, safe='')}")
        return self.come_back(opened.headers["Location"], user)

    def come_back(self, authorize: str, user: str) -> dict[str, str]:
        """From the platform's sign-on as `user`, back to the application."""
        signed = self.get(f"{authorize.partition('#')[0]}&who={user}")
        assert signed.status_code == 302, signed.text
        return self.land(signed.headers["Location"])

    def land(self, back: str) -> dict[str, str]:
        """Back at the application; gives the query of the page of the phone client that it leads to."""
        entered = self.get(back)
        if entered.status_code != 302:
            return {"refused": entered.text}
        target = entered.headers["Location"]
        assert target.startswith("/m/#/pages/enter/index?"), target
        return {
            name: values[0] for name, values in parse_qs(urlsplit(target).fragment.partition("?")[2]).items()
        }

    def get(self, url: str) -> requests.Response:
        """A page; redirects are not followed."""
        parts = urlsplit(url)
        if parts.path.startswith("/bots/"):  # under whatever port the settings say
            url = f"{self.url}{parts.path}?{parts.query}"
        return self.jar.get(url.replace(HOME, "127.0.0.1"), allow_redirects=False, timeout=20)

    def api(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """A call of the phone door, as who is signed in here."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.jar.request(
            method,
            f"{self.url}/api/mp/v1{path}",
            json=body,
            headers=headers,
            allow_redirects=False,
            timeout=20,
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def sign_in(self, login: str, password: str) -> None:
        """By password."""
        status, said = self.api(
            "POST", "/session", {"provider": "password", "login": login, "password": password}
        )
        assert status == 200, said
        self.token = said["token"]

    def enter(self, ticket: str) -> tuple[int, Any]:
        """By a ticket; the token is kept where it came."""
        status, said = self.api("POST", "/session", {"provider": "ticket", "ticket": ticket})
        if status == 200:
            self.token = said["token"]
        return status, said
