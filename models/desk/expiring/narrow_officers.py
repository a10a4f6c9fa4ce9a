"""Who answers for a part of a company, a site or a department, and so hears of what ends there alone (J04, C02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models.core.ledger import Ledger
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import EDIT_PERSONS, Person
from models.tasks.people.person_actor import actor_of
from models.tasks.people.responsible import persons_with

_NARROW = (Scope.DEPARTMENT, Scope.SITE)


@dataclass(frozen=True)
class NarrowOfficers:
    """Those of a company whose right to see to what ends reaches a site or a department: by their file, who they are."""

    actors: dict[int, Actor]

    def of(self, ledger: Ledger, row: Any, holder: Person | None) -> list[int]:
        """Files of those at whose place a row is; `holder` is the person whose own it is, if it is somebody's."""
        return [
            person
            for person, actor in self.actors.items()
            if _sees_to(actor, ledger, row) or _keeps_file_of(actor, ledger, row, holder)
        ]


def narrow_officers(company_id: int, ledgers: Iterable[Ledger]) -> NarrowOfficers:
    """The narrow officers of a company for what ends in some ledgers; three queries for each of them."""
    rights = {ledger.expires.right for ledger in ledgers if ledger.expires is not None} | {EDIT_PERSONS}
    found: set[int] = set()
    for right in rights:
        found.update(persons_with(right, company_id, at_least=Scope.DEPARTMENT))
    own = Person.select(Person.id).where(Person.id.in_(sorted(found) or [0]), Person.company == company_id)
    actors = {row.id: actor_of(row.id, "system", unit_id=company_id) for row in own.order_by(Person.id)}
    narrow = {
        person: actor
        for person, actor in actors.items()
        if any(actor.rights.get(right) in _NARROW for right in rights)
    }
    return NarrowOfficers(narrow)


def holders(reminders: Iterable[tuple[Ledger, Any]]) -> dict[int, Person]:
    """By id, the people whose own the rows are: their certificates, not what they only look after."""
    ids = {row.scope_value("self") for ledger, row in reminders if is_held(ledger)}
    rows = Person.select().where(Person.id.in_(sorted(ids - {None}) or [0]))
    return {row.id: row for row in rows}


def is_held(ledger: Ledger) -> bool:
    """Whether a row is somebody's own, so that it is where they are."""
    return ledger.expires is not None and bool(ledger.expires.person) and (
        ledger.expires.person == ledger.record.self_field
    )  # fmt: skip


def _sees_to(actor: Actor, ledger: Ledger, row: Any) -> bool:
    assert ledger.expires is not None
    right = ledger.expires.right
    return actor.rights.get(right) in _NARROW and actor.may(right, row)


def _keeps_file_of(actor: Actor, ledger: Ledger, row: Any, holder: Person | None) -> bool:
    """Whoever keeps the files of a site's people sees that their papers are renewed, if they may read them."""
    if holder is None or actor.rights.get(EDIT_PERSONS) not in _NARROW:
        return False
    return actor.may(EDIT_PERSONS, holder) and actor.may(ledger.rights["read"], row)
