"""Rules of regulations by the console's door: read by an officer, changed and marked by who runs the system (X06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.rulebook import versions
from models.organization.records import Person
from tests.handlers.test_messages import officer, signed_in
from tests.support.doors import Desk

__all__ = ["officer"]


def _rows(body: Any, part: str) -> Any:
    return next(item for item in body["parts"] if item["name"] == part)


@pytest.mark.gen_test(timeout=30)
async def test_rules_are_read_by_officers_and_changed_by_who_runs_the_system(
    officer: Person, desk: Callable[[], Desk]
) -> None:
    in_transaction(versions.install)
    console = await signed_in(desk, officer)
    books = (await console("GET", "/rules")).json["items"]
    assert {book["name"] for book in books} >= {"accidents", "certificates", "limits", "inspections", "qr"}
    assert all(book["unchecked"] and not book["problems"] for book in books)
    read = (await console("GET", "/rules/certificates")).json
    assert (read["may_edit"], read["shown"]) == (False, 1)
    rows = [{"code": "*", "validity_years": 6, "review_apply_days": 30, "warn_days": 90}]
    change = {"on": 1, "note": "新规", "parts": {"periods": {"rows": rows}}}
    assert (await console("PUT", "/rules/certificates", json=change)).status == 403
    account = Account.get(Account.id == Person.get_by_id(officer.id).account_id)
    Assignment.create(account_id=account.id, role=builtin("system_administrator"), company_id=None)
    console = await signed_in(desk, officer)
    made = await console("PUT", "/rules/certificates", json=change)
    assert (made.status, made.json["version"], _rows(made.json, "periods")["rows"]) == (200, 2, rows)
    assert (await console("PUT", "/rules/certificates", json=change)).status == 409
    rows[0]["validity_years"] = 0
    wrong = await console("PUT", "/rules/certificates", json={**change, "on": 2})
    assert (wrong.status, set(wrong.json["error"]["fields"])) == (422, {"periods"})
    body = {"part": "periods", "version": 2, "seen": "总局网站 PDF 第 12 页"}
    marked = (await console("POST", "/rules/certificates/marks", json=body)).json
    assert _rows(marked, "periods")["mark"]["seen"] == body["seen"]
    (check,) = marked["checks"]
    assert (check["by"], check["seen"], check["holds"]) == (account.name, body["seen"], True)
    taken_back = (await console("POST", "/rules/certificates/marks", json={**body, "seen": None})).json
    (check,) = taken_back["checks"]
    assert check["withdrawn_at"] and not check["holds"], "what was taken back stays in the record"
    assert _rows(taken_back, "periods")["mark"] is None
    assert (await console("POST", "/rules/certificates/withdrawals", json={"version": 2})).status == 409
    assert (await console("GET", "/rules/nothing")).status == 404
