"""Whom a refused worker can call: a safety officer of the unit, told to people of that unit alone."""

from __future__ import annotations

from collections.abc import Iterable

from models.core.bulk import select_in
from models.core.errors import AnbanError


def add_contacts(refused: Iterable[tuple[int, AnbanError]]) -> None:
    """Write `details.contact` into each refusal; takes pairs of company id and refusal."""
    pairs = list(refused)
    rows = select_in(
        "SELECT p.company_id, p.name, p.phone, p.may_review FROM person p JOIN binding b ON b.person_id = p.id"
        " WHERE p.role = 'safety_officer' AND b.state = 'approved' AND p.company_id IN ({keys})",
        {company for company, _ in pairs},
    )
    officers: dict[int, tuple[bool, str, str]] = {}
    for company, name, phone, may_review in rows:
        best = officers.get(company)
        if best is None or (bool(may_review), name) > (best[0], best[1]):
            officers[company] = (bool(may_review), name, phone)
    for company, error in pairs:
        if company in officers:
            _, name, phone = officers[company]
            error.details["contact"] = {"name": name, "phone": phone}
