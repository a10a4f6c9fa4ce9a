"""Whom a refused worker can call: a safety officer of the unit, told to people of that unit and to who has applied to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from models.core.db.bulk import select_in
from models.core.errors import AnbanError


def add_contacts(refused: Iterable[tuple[int, AnbanError, int | None]]) -> None:
    """Write `details.contact` into each refusal; takes the company, the refusal and the account that is refused.

    An officer who is refused is given a colleague's number, never their own.
    """
    asked = list(refused)
    rows = select_in(
        "SELECT p.company_id, p.name, p.phone, p.may_review, p.account_id FROM person p"
        " JOIN binding b ON b.person_id = p.id"
        " WHERE p.role = 'safety_officer' AND b.state = 'approved' AND p.company_id IN ({keys})",
        {company for company, _, _ in asked},
    )
    officers: dict[int, list[tuple[bool, str, str, int | None]]] = defaultdict(list)
    for company, name, phone, may_review, account in rows:
        officers[company].append((bool(may_review), name, phone, account))
    for found in officers.values():
        found.sort(key=lambda each: each[:2], reverse=True)
    for company, error, mine in asked:
        for _, name, phone, account in officers[company]:
            if mine is None or account != mine:
                error.details["contact"] = {"name": name, "phone": phone}
                break
