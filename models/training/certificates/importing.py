"""Certificates from an Excel sheet: what is wrong with them, and how they are saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.core import history
from models.core.db.batch import Batch
from models.core.errors import Invalid, Malformed
from models.core.ledger import Remark
from models.core.security.actor import Actor
from models.equipment.standards import certificate_versions
from models.organization.records import Person
from models.training.certificate_types.names import known_kinds
from models.training.certificates.doubts import all_doubts
from models.training.records import IMPORT_CERTIFICATES, Certificate
from models.training.rules import entries

Values = dict[str, Any]
_CHUNK = 400


def check(actor: Actor, rows: list[Values]) -> Mapping[int, Mapping[str, Malformed]]:
    """Codes that there are not, days in the wrong order, and entries that stand in the sheet twice."""
    projects = known_kinds(actor.company_id)
    faults: dict[int, dict[str, Malformed]] = {}
    seen: set[tuple[Any, ...]] = set()
    for place, row in enumerate(rows):
        found = faults.setdefault(place, {})
        try:
            rows_of = entries(_filled(row), projects)
        except Invalid as error:
            found.update({name: Malformed("wrong", sentence) for name, sentence in error.fields.items()})
            continue
        for values in rows_of:
            key = (values["person"], values["number"].casefold(), values["code"].casefold())
            if key in seen:
                found["number"] = Malformed("twice", "这本证书的这个项目在表里出现了两次，请删去一行")
            seen.add(key)
    return {place: found for place, found in faults.items() if found}


def remarks(actor: Actor, rows: list[Values]) -> Mapping[int, Remark]:
    """What is still to be held against the certificate once it is on file."""
    projects = known_kinds(actor.company_id)
    told: dict[int, Remark] = {}
    for place, row in enumerate(rows):
        found = (all_doubts(Certificate(**values), projects) for values in entries(_filled(row), projects))
        doubts = list(dict.fromkeys(sentence for sentences in found for sentence in sentences))
        if doubts:
            told[place] = Remark(f"{'；'.join(doubts)}。")
    return told


def prepare(actor: Actor, rows: list[Values], batch: Batch) -> tuple[int, int]:
    """Write all rows; gives how many are made and how many brought up to date: one for each project."""
    created = updated = 0
    projects = known_kinds(actor.company_id)
    wanted = sorted({row["person"] for row in rows})
    persons = {row.id: row for part in _parts(wanted) for row in Person.select().where(Person.id.in_(part))}
    there = _there(wanted)
    names: history.Names = {}
    for row in rows:
        company, person = persons[row["person"]].company_id, row["person"]
        actor.require(IMPORT_CERTIFICATES, Certificate(company=company, person=person))
        for values in entries(_filled(row), projects):
            found = there.get((person, values["number"].casefold(), values["code"].casefold()))
            if found is None:
                made = Certificate(**values, company=company, source="imported")
                batch.create(actor, made, history.differences(Certificate, {}, values, names))
                created += 1
                continue
            updated += 1
            lines = history.differences(Certificate, dict(found.__data__), values, names)
            if lines:
                judged = {"source": "imported", "rules": certificate_versions()}
                batch.change(actor, found, {**values, **judged}, lines)
    return created, updated


def _filled(row: Values) -> Values:
    return {name: value for name, value in row.items() if value is not None}


def _there(persons: Sequence[int]) -> dict[tuple[int, str, str], Certificate]:
    """What these people have, by person, number and code (the servers compare without regard to case)."""
    return {
        (row.person_id, row.number.casefold(), row.code.casefold()): row
        for part in _parts(persons)
        for row in Certificate.select().where(Certificate.person.in_(part))
    }


def _parts(items: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
