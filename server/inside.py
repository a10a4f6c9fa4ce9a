"""What the installation's own people and machines ask: whether it is well, and its metrics. And what is nowhere."""

from __future__ import annotations

import ipaddress
import secrets

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from tornado.web import HTTPError

from handlers.web.plain import PlainHandler

_FROM_A_PROXY = ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via")


class HealthHandler(PlainHandler):
    """`/health`: whether this process can reach its database, and write. Nothing else is told: anybody may ask."""

    async def get(self) -> None:
        """200 when it can; 503 `database_away` or `disk_full` when not. Asked often, it looks every few seconds."""
        state = await self.settings["health"].state()
        self.set_status(200 if state == "ok" else 503)
        self.write({"status": state})


class MetricsHandler(PlainHandler):
    """`/metrics` for Prometheus, if the installation says so: `who` is off, loopback, or token (as a bearer's)."""

    def initialize(self, who: str, token: str) -> None:
        """Who may ask, and with which token."""
        self._who, self._expected = who, token

    async def get(self) -> None:
        """The metrics of this process; 404 for all others, as if there were none."""
        if not self._may():
            raise HTTPError(404)
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.write(generate_latest())

    def _may(self) -> bool:
        headers = self.request.headers
        if self._who == "token":
            kind, _, sent = headers.get("Authorization", "").partition(" ")
            return kind.lower() == "bearer" and secrets.compare_digest(sent.encode(), self._expected.encode())
        if self._who != "loopback" or any(name in headers for name in _FROM_A_PROXY):
            return False
        try:
            return ipaddress.ip_address(self.request.remote_ip or "").is_loopback
        except ValueError:
            return False


class NowhereHandler(PlainHandler):
    """Any address that there is not: a bare 404."""

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here, so nothing is to be protected."""

    def prepare(self) -> None:
        raise HTTPError(404)
