"""What hangs on a row, and whole groups of what a field may hold: by the rights of each ledger (J01, A06)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.errors import Forbidden, NotFound
from models.core.fields import People
from models.core.ledger import Derived, Ledger, Rules
from models.core.ledger.declaration import hanging_on
from models.core.ledger.groupings import groupings, takes_groups
from models.core.ledger.reading.describe import offered
from models.core.ledger.reading.related import SHOWN, related_lists
from models.core.security.rights import Scope
from models.organization.records import Binding, Person
from models.training.records import Certificate
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
PERSONS = small_ledgers.PERSONS


@pytest.fixture
def hanging(world: Any) -> Ledger:
    """Certificates hang on their person."""
    return replace(small_ledgers.CERTIFICATES, related=("person",))


def certificate(person: Any, number: int) -> None:
    Certificate.create(
        company=person.company_id, person=person, number=f"N{number}", code="N1", state="valid",
        valid_from="2025-01-01", valid_until=f"2027-01-{number + 1:02}", catalogue="2019", name=person.name,
    )  # fmt: skip


def test_rows_of_other_ledgers_that_name_a_row(world: Any, hanging: Ledger) -> None:
    person, other = small_ledgers.person(world.a), small_ledgers.person(world.a)
    for number in range(SHOWN + 2):
        certificate(person, number)
    certificate(other, 9)
    assert hanging_on(PERSONS) == [(hanging, "person")] and hanging_on(small_ledgers.EQUIPMENT) == []
    (told,) = related_lists(world.in_a, PERSONS, person.id)
    assert (told["ledger"], told["by"], told["many"], told["create"]) == (
        "certificates",
        "person",
        False,
        True,
    )
    assert (len(told["items"]), told["count"]["value"]) == (SHOWN, SHOWN + 2)
    assert [each["count"]["value"] for each in related_lists(world.in_a, PERSONS, other.id)] == [1]
    with pytest.raises(NotFound):
        related_lists(world.in_b, PERSONS, person.id)


def test_who_may_not_read_the_other_ledger_or_make_rows_there(world: Any, hanging: Ledger) -> None:
    person = small_ledgers.person(world.a)
    alone = small_ledgers.actor(world.a, rights={"persons.read": Scope.COMPANY})
    assert related_lists(alone, PERSONS, person.id) == []
    reader = small_ledgers.actor(
        world.a, rights=dict.fromkeys(("persons.read", "certificates.read"), Scope.COMPANY)
    )
    assert [each["create"] for each in related_lists(reader, PERSONS, person.id)] == [False]
    with pytest.raises(Forbidden):
        related_lists(replace(reader, rights={"certificates.read": Scope.COMPANY}), PERSONS, person.id)
    replace(small_ledgers.CERTIFICATES, related=("person",), form=())
    assert [each["create"] for each in related_lists(world.in_a, PERSONS, person.id)] == [False], (
        "no form asks for it"
    )


def test_what_a_ledger_has_is_offered_to_who_has_the_right(world: Any) -> None:
    whole = ("create", "edit", "delete", "import", "read", "export")
    assert [offered(PERSONS, world.in_a, name) for name in whole] == [True] * 6
    bare = replace(PERSONS, rules=Rules(), importing=None)
    assert [offered(bare, world.in_a, name) for name in whole] == [False] * 4 + [True] * 2
    alone = small_ledgers.actor(world.a, rights={"persons.read": Scope.COMPANY})
    assert [offered(PERSONS, alone, name) for name in whole] == [False] * 4 + [True, False]
    assert not offered(small_ledgers.COMPANIES, world.in_a, "edit"), "it has no such right"


@pytest.fixture
def taking(world: Any) -> Ledger:
    """Equipment with a field that takes several people."""
    people = Derived(
        "crew", "人员", "references", load=lambda actor, rows: {}, field=People("人员", Person, to="persons")
    )
    return replace(small_ledgers.EQUIPMENT, derived=(*small_ledgers.EQUIPMENT.derived, people))


def test_whole_groups_of_people_may_be_taken(world: Any, taking: Ledger) -> None:
    department = small_ledgers.company("甲车间", world.a, "department")
    inside = small_ledgers.person(world.a, "王", department=department)
    outside, left = small_ledgers.person(world.a, "李"), small_ledgers.person(world.a, "赵")
    stranger = small_ledgers.person(world.b, "外")
    for person, state in (
        (inside, "approved"),
        (outside, "approved"),
        (left, "ended"),
        (stranger, "approved"),
    ):
        Binding.create(company=person.company_id, person=person, state=state, origin="entered")
    assert takes_groups(taking) and not takes_groups(small_ledgers.EQUIPMENT)
    told = groupings(world.in_a, taking, "crew")
    found = {(each["kind"], each["title"]): set(each["ids"]) for each in told["items"]}
    assert found[("全部", "全部")] == {str(inside.id), str(outside.id)}
    assert found[("部门", "甲车间")] == {str(inside.id)}
    assert told["names"] == {str(inside.id): "王", str(outside.id): "李"}, "who is in none is not named"
    with pytest.raises(Forbidden):
        groupings(small_ledgers.actor(world.a, rights={"persons.read": Scope.COMPANY}), taking, "crew")


def test_of_too_many_people_no_groups_are_offered(
    world: Any, taking: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.core.ledger import groupings as module

    for _ in range(2):
        person = small_ledgers.person(world.a)
        Binding.create(company=world.a, person=person, state="approved", origin="entered")
    monkeypatch.setattr(module, "MOST", 2)
    assert groupings(world.in_a, taking, "crew")["items"]
    monkeypatch.setattr(module, "MOST", 1)
    assert groupings(world.in_a, taking, "crew") == {"items": [], "names": {}}
