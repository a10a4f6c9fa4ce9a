"""The phone door by plain HTTP: what others do on their phones, beside the one in the browser."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from PIL import Image

from models.demo import PASSWORD
from tests.support.started_program import Server


def photo(colour: str = "orange") -> bytes:
    """A small JPEG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


class PhoneDoor:
    """Somebody at the phone door, signed in."""

    def __init__(self, server: Server, login: str) -> None:
        self._base = f"{server.url}/api/mp/v1"
        body = {"provider": "password", "login": login, "password": PASSWORD}
        self._wire = requests.Session()
        self._wire.headers["Authorization"] = f"Bearer {self.ask('POST', '/session', json=body)['token']}"

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The answer to a request that must be granted."""
        answer = self._wire.request(method, self._base + path, timeout=30, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def place(self, name: str, parent: str | None = None) -> str:
        """The id of the first place of this name, found as a thumb does: level by level."""
        nodes = self.ask("GET", "/grid", params={"parent": parent} if parent else {})["items"]
        for node in nodes:
            if node["name"] == name:
                return str(node["id"])
        below = [self.place(name, node["id"]) for node in nodes if not node["leaf"]]
        return next((found for found in below if found), "")

    def snap(self, what: str, place: str) -> str:
        """A hazard reported with a photo; gives its id."""
        sent = self.ask("POST", "/photos?ledger=hazards", files={"file": ("a.jpg", photo(), "image/jpeg")})
        body = {"what": what, "grid": place, "photos": [sent["id"]]}
        made = self.ask("POST", "/hazards", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
        return str(made["id"])

    def task(self, hazard: str) -> str:
        """My open task about a hazard."""
        case = self.ask("GET", f"/hazards/{hazard}/view")["case"]
        return str(self.ask("GET", "/tasks/mine", params={"case": case})["task"])

    def decide(self, task: str, outcome: str, **values: Any) -> None:
        """A task done."""
        self.ask("POST", f"/tasks/{task}/decide", json={"outcome": outcome, "values": values})

    def judge(self, hazard: str) -> None:
        """A reported hazard is one, a general one."""
        self.decide(self.task(hazard), "hazard", level="general")

    def arrange(self, hazard: str, rectifier: str) -> None:
        """A hazard given to somebody to put right."""
        (person,) = self.ask("GET", "/tasks/people", params={"q": rectifier})["items"]
        due = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        self.decide(
            self.task(hazard), "assign", rectifier=person["id"], due_at=due, measures="换盖板，刷警示漆"
        )
