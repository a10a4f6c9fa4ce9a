"""The doors by plain HTTP: to arrange what a journey needs, and to look at what it left, beside the browser."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from models.demo import PASSWORD
from tests.journeys.desk import OFFICER
from tests.journeys.people import Newcomer
from tests.support.started_program import Server

CHOSEN = "Xuan#Ze2026anban"


class Office:
    """The console door, signed in."""

    def __init__(self, server: Server, login: str = OFFICER, password: str = PASSWORD) -> None:
        self._wire = requests.Session()
        self._base = f"{server.url}/api/console/v1"
        self._wire.get(f"{self._base}/session")
        self._ask("POST", "/session", {"login": login, "password": password})

    def _ask(self, method: str, path: str, body: Any = None, *, key: str = "", **more: Any) -> Any:
        headers = {"X-XSRFToken": self._wire.cookies.get("_xsrf", "")}
        headers |= {"Idempotency-Key": key} if key else {}
        answer = self._wire.request(method, self._base + path, json=body, headers=headers, timeout=30, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def ledgers(self) -> list[dict[str, Any]]:
        """All ledgers that are open to this account, as they are declared."""
        return list(self._ask("GET", "/ledgers")["items"])

    def rows(self, ledger: str, **asked: Any) -> list[dict[str, Any]]:
        """The first rows of a ledger for a query (`q="叉车"`, or filters as `**{"f.state": "waiting"}`)."""
        return self._ask("GET", f"/{ledger}", params={"limit": 100, **asked})["items"]

    def row(self, ledger: str, name: str) -> dict[str, Any]:
        """The one row with this name, whole."""
        found = [row for row in self.rows(ledger, q=name) if row["values"].get("name") == name]
        assert len(found) == 1, f"{len(found)} rows of {ledger} named {name}"
        return self.whole(ledger, found[0]["id"])

    def whole(self, ledger: str, row: str) -> dict[str, Any]:
        """A row with all its values."""
        return dict(self._ask("GET", f"/{ledger}/{row}"))

    def add(self, ledger: str, **values: Any) -> dict[str, Any]:
        """A new row."""
        return self._ask("POST", f"/{ledger}", {"values": values})

    def report(self, **facts: Any) -> dict[str, Any]:
        """A flash report, told by the preset."""
        return self._ask("POST", "/accidents/reports", facts, key=uuid.uuid4().hex)

    def give(self, title: str, *persons: str, company: str) -> dict[str, Any]:
        """A task given to people, without a form."""
        body = {"company": company, "title": title, "persons": list(persons), "needs_review": False}
        return self._ask("POST", "/tasks/given", body, key=uuid.uuid4().hex)

    def change(self, ledger: str, row: dict[str, Any], **values: Any) -> dict[str, Any]:
        """A row changed."""
        return self._ask("PATCH", f"/{ledger}/{row['id']}", {"version": row["version"], "values": values})

    def delete(self, ledger: str, row: str) -> None:
        """A row deleted."""
        self._ask("DELETE", f"/{ledger}/{row}")

    def act(self, ledger: str, action: str, *ids: str, **values: Any) -> Any:
        """A button of a ledger pressed for rows."""
        return self._ask("POST", f"/{ledger}/actions/{action}", {"ids": list(ids), "values": values})

    def reassign(self, case: str, *people: str) -> None:
        """The open step of a case is theirs from now on; any one of them does it."""
        self._ask("POST", f"/cases/{case}/reassign", {"persons": list(people), "comment": ""})

    def label(self, name: str) -> str:
        """The code on an equipment's label, as printed."""
        return str(self.row("equipment", name)["values"]["label"])

    def hire_file(self, person: Newcomer) -> str:
        """A file for somebody of this unit, without an account; gives its id."""
        company = self.row("companies", "江澜重工机械有限公司")["id"]
        row = self.add(
            "persons", company=company, name=person.name, id_number=person.number, phone=person.phone
        )
        return str(row["id"])

    def hire(self, server: Server, person: Newcomer, **certificate: Any) -> str:
        """Somebody of this unit who has chosen a password (`CHOSEN`) already; gives the id of their file.

        `certificate` are the values of one to give them, if there are any.
        """
        company = self.row("companies", "江澜重工机械有限公司")["id"]
        row = self.add("persons", company=company, name=person.name, id_number=person.number,
                       phone=person.phone, open_account=True)  # fmt: skip
        settle(server, person)
        if certificate:
            wanted = {"number": f"T{person.number}", "code": "N1", "valid_until": "2029-06-30", **certificate}
            self.add("certificates", person=row["id"], **wanted)
        return str(row["id"])


def settle(server: Server, person: Newcomer) -> None:
    """Let somebody change their first password to `CHOSEN` by the phone door."""
    base = f"{server.url}/api/mp/v1"
    body = {"provider": "password", "login": person.phone, "password": person.first_password}
    session = requests.post(f"{base}/session", json=body, timeout=30)
    assert session.ok, session.text
    changed = requests.post(
        f"{base}/password", json={"current": person.first_password, "new": CHOSEN}, timeout=30,
        headers={"Authorization": f"Bearer {session.json()['token']}"},
    )  # fmt: skip
    assert changed.ok, changed.text


@pytest.fixture(scope="module")
def office(live_server: Server) -> Office:
    """The reviewing officer of the factory, by plain HTTP."""
    return Office(live_server)
