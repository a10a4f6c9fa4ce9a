"""What a database says of a key that is taken, as a sentence at the field that can be changed, from either engine."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import IntegrityError

from models.core.db.peewee_parts import indexes_of
from models.core.errors import Conflict, Invalid
from models.core.ledger.changes.unique_keys import refusal, taken_columns
from models.equipment.records import Equipment
from models.organization.records import Person
from models.training.records import Certificate
from tests.models.core import small_ledgers

PERSONS, CERTIFICATES, EQUIPMENT = small_ledgers.PERSONS, small_ledgers.CERTIFICATES, small_ledgers.EQUIPMENT


def _key(record: Any, *names: str) -> Any:
    """The unique key of these columns."""
    return next(
        index
        for index in indexes_of(record)
        if index.unique and [one.name for one in index.columns] == list(names)
    )


def _said(record: Any, *names: str) -> list[IntegrityError]:
    """What SQLite, MySQL and MariaDB say of it."""
    table = record._meta.table_name
    columns = ", ".join(f"{table}.{record._meta.fields[name].column_name}" for name in names)
    key = _key(record, *names).name
    return [
        IntegrityError(f"UNIQUE constraint failed: {columns}"),
        IntegrityError(1062, f"Duplicate entry 'a\nb' for key '{table}.{key}'"),
        IntegrityError(1062, f"Duplicate entry 'a' for key '{key}'"),
    ]


def _unique(record: Any) -> list[list[str]]:
    return [[one.name for one in index.columns] for index in indexes_of(record) if index.unique]


@pytest.mark.parametrize("record", [Person, Certificate, Equipment])
def test_each_key_is_known_by_the_words_of_each_engine(record: Any) -> None:
    ledger = {Person: PERSONS, Certificate: CERTIFICATES, Equipment: EQUIPMENT}[record]
    assert _unique(record)
    for names in _unique(record):
        for error in _said(record, *names):
            assert [one.name for one in taken_columns(ledger, error)] == names


@pytest.mark.parametrize(
    "text",
    [
        "UNIQUE constraint failed: another_table.name",
        "UNIQUE constraint failed: person.company_id, another_table.name",
        "Duplicate entry 'a' for key 'person.no_such_key'",
        "NOT NULL constraint failed: person.name",
    ],
)
def test_what_is_about_something_else(text: str) -> None:
    assert taken_columns(PERSONS, IntegrityError(text)) == []


def test_a_key_that_is_no_unique_one_is_none() -> None:
    plain = [index for index in indexes_of(Person) if not index.unique]
    for index in plain:
        assert taken_columns(PERSONS, IntegrityError(f"Duplicate entry 'a' for key '{index.name}'")) == []


def test_the_sentence_stands_at_what_is_written() -> None:
    key = next(names for names in _unique(Certificate) if "number" in names)
    refused = refusal(CERTIFICATES, _said(Certificate, *key)[0], {"number": "33"})
    assert isinstance(refused, Invalid) and list(refused.fields) == ["number"]
    assert refused.fields["number"].startswith("同一持证人") and "“33”" in refused.fields["number"]
    bare = refusal(CERTIFICATES, _said(Certificate, *key)[0], {})
    assert "“" not in bare.fields["number"]
    key = next(names for names in _unique(Person) if "id_hash" in names)
    number = small_ledgers.id_number(1)
    refused = refusal(PERSONS, _said(Person, *key)[0], {"id_number": number})
    assert list(refused.fields) == ["id_number"] and number not in refused.fields["id_number"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FOREIGN KEY constraint failed", "reference_gone"),
        ("Cannot add or update a child row: a foreign key constraint fails", "reference_gone"),
        ("UNIQUE constraint failed: another_table.name", "already_there"),
        ("Duplicate entry 'a' for key 'x'", "already_there"),
        ("NOT NULL constraint failed: person.name", "not_saved"),
    ],
)
def test_what_else_a_database_refuses(text: str, code: str) -> None:
    refused = refusal(PERSONS, IntegrityError(text), {})
    assert isinstance(refused, Conflict) and refused.code == code
