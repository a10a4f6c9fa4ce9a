"""A certificate is found by its full number, though an identity number in it is kept masked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.ledger.reading import listing
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.training.ledgers import CERTIFICATES
from models.training.records import Certificate
from tests.models.core import small_ledgers


def found(actor: Actor, q: str) -> list[int]:
    page = listing.list_rows(actor, CERTIFICATES, ListQuery.parse(CERTIFICATES, q=q))
    return sorted(int(row["id"]) for row in page["items"])


def two_of_one_mask(world: Any) -> tuple[Certificate, Certificate, str]:
    """Certificates of two people whose identity numbers begin and end alike."""
    first = small_ledgers.person(world.a)
    second = next(
        person
        for person in (small_ledgers.person(world.a) for _ in range(200))
        if person.id_number[-1] == first.id_number[-1]
    )
    one, other = (
        Certificate.create(
            company=world.a, person=person, number=f"T{person.id_number}", code="N1", valid_until="2030-01-01"
        )
        for person in (first, second)
    )
    return one, other, f"T{first.id_number}"


@pytest.mark.parametrize("spelling", [str, str.lower, lambda text: text.replace("3", "３")])
def test_who_may_see_numbers_whole_finds_the_one(world: Any, spelling: Any) -> None:
    one, _, number = two_of_one_mask(world)
    assert found(world.in_a, spelling(number)) == [one.id]
    nobody = "00" if number[-2:] != "00" else "11"
    assert found(world.in_a, number[:-2] + nobody) == []


def test_who_may_not_finds_what_the_list_shows_alike(world: Any) -> None:
    one, other, number = two_of_one_mask(world)
    rights = {name: scope for name, scope in world.in_a.rights.items() if name != "persons.reveal"}
    plain = replace(world.in_a, rights=rights)
    assert found(plain, number) == sorted([one.id, other.id])
    assert found(plain, "N1") == sorted([one.id, other.id])
