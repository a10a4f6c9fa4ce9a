"""Whether the key of a start is the one that the data was written under (X11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.security.key_check import look
from models.organization.records import Company, Person
from tests.models.core.small_ledgers import id_number

OLD, NEW, OTHER = ("a" * 40, "b" * 40, "c" * 40)


@pytest.fixture
def company(database: Any) -> Iterator[Company]:
    under(OLD)
    yield Company.create(name="清源水务", kind="company", path="/1/")
    configure(Config())


def under(key: str, *before: str) -> None:
    configure(Config(secret_key=key, previous_keys=before))


def person(company: Company, place: int) -> Person:
    return Person.create(company=company, name="工", id_number=id_number(place), phone=f"1380000{place:04}")


def found() -> str:
    return in_transaction(look, write=False)


def test_where_there_is_nothing_any_key_fits(company: Company) -> None:
    assert found() == "fits"
    under(OTHER)
    assert found() == "fits"


def test_a_lost_key_opens_nothing(company: Company) -> None:
    person(company, 1)
    assert found() == "fits"
    under(OTHER)
    assert found() == "lost"
    person(company, 2)
    assert found() == "fits", "one that can't be opened is a fault of its row"


def test_the_order_of_the_keys_is_that_of_the_hashes(company: Company) -> None:
    person(company, 1)
    under(NEW, OLD)
    assert found() == "fits", "people are found under the oldest"
    under(NEW, OTHER, OLD)
    assert found() == "fits"
    under(NEW, OLD, OTHER)
    assert found() == "order"
    Person.update(id_hash="").execute()
    assert found() == "fits", "nobody is looked for by it"
