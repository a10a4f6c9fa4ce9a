"""Certificates from an Excel sheet: what is wrong with them, and how they are saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core import history
from models.core.actor import Actor
from models.core.errors import Invalid, Malformed
from models.duty.records import OperatorCode
from models.organization.records import Person
from models.training.records import IMPORT_CERTIFICATES, Certificate
from models.training.rules import clean

Values = dict[str, Any]


def check(actor: Actor, rows: list[Values]) -> Mapping[int, Mapping[str, Malformed]]:
    """Codes that there are not, days in the wrong order, and entries that stand in the sheet twice."""
    known = {row.code for row in OperatorCode.select(OperatorCode.code)}
    faults: dict[int, dict[str, Malformed]] = {}
    seen: set[tuple[Any, ...]] = set()
    for place, row in enumerate(rows):
        found = faults.setdefault(place, {})
        try:
            values = clean(row, None, known=known)
        except Invalid as error:
            found.update({name: Malformed("wrong", sentence) for name, sentence in error.fields.items()})
            continue
        key = (values.get("person"), values.get("number"), values.get("code"))
        if all(key) and key in seen:
            found["number"] = Malformed("twice", "这本证书的这个项目在表里出现了两次，请删去一行")
        seen.add(key)
    return {place: found for place, found in faults.items() if found}


def save(actor: Actor, rows: list[Values]) -> tuple[int, int]:
    """Write all rows; gives how many were made and how many brought up to date."""
    created = updated = 0
    known = {row.code for row in OperatorCode.select(OperatorCode.code)}
    persons = {row.id: row for row in Person.select().where(Person.id.in_({row["person"] for row in rows}))}
    for row in rows:
        values = clean({name: value for name, value in row.items() if value is not None}, None, known=known)
        person = persons[values["person"]]
        actor.require(IMPORT_CERTIFICATES, Certificate(company=person.company_id, person=person.id))
        there = Certificate.get_or_none(
            Certificate.person == person.id,
            Certificate.number == values["number"],
            Certificate.code == values["code"],
        )
        if there is None:
            made = Certificate.create(**values, company=person.company_id, source="imported")
            history.note(actor, made, "created", history.differences(Certificate, {}, values))
            created += 1
            continue
        old = dict(there.__data__)
        lines = history.differences(Certificate, old, values)
        if lines:
            there.change(**values, source="imported")
            history.note(actor, there, "edited", lines)
        updated += 1
    return created, updated
