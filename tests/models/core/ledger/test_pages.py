"""Where the front ends show a thing, what hangs on a row, what can be made on a phone, and a row sent twice (X01)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.core.ledger import ledger_named
from models.core.ledger.changes import once
from models.core.ledger.changes.once import RowRequest
from models.core.ledger.pages import console_page, phone_page
from models.core.ledger.phone_face import PhoneFace
from models.core.ledger.reading.related import SHOWN, related_lists
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.training.records import Certificate
from tests.models.core import small_ledgers


@pytest.mark.parametrize(
    ("kind", "phone", "console"),
    [
        ("hazard", "/pages/hazards/hazard?id=7", "/ledgers/hazards/7"),
        ("extension", "", ""),
        ("errand", "", "/ledgers/given-tasks/7"),
        ("nothing", "", ""),
    ],
)
def test_where_a_thing_is_shown(kind: str, phone: str, console: str) -> None:
    assert (phone_page(kind, 7), console_page(kind, 7)) == (phone, console)


def test_a_kind_without_a_page_of_its_own_has_its_ledgers_if_that_has_a_face() -> None:
    from models.core.chapters import all_kinds

    for name, kind in all_kinds().items():
        ledger = ledger_named(kind.ledger) if kind.ledger else None
        if not kind.phone:
            face = f"/pages/ledger/row?ledger={kind.ledger}&id=3"
            assert phone_page(name, 3) == (face if ledger is not None and ledger.phone is not None else "")
        assert console_page(name, 3) == (f"/ledgers/{kind.ledger}/3" if kind.ledger else "")


def who(company: Any, *rights: str, scope: Scope = Scope.COMPANY) -> Actor:
    return Actor(account_id=1, name="安", company_id=company.id, rights=dict.fromkeys(rights, scope))


@pytest.mark.one_engine
def test_what_hangs_on_a_row_is_told_of_ledgers_that_may_be_read(database: Any) -> None:
    unit, other = small_ledgers.company("甲公司"), small_ledgers.company("乙公司")
    person, stranger = small_ledgers.person(unit), small_ledgers.person(other)
    for number in range(SHOWN + 1):
        Certificate.create(
            company=unit, person=person, number=f"T{number}", code="N1", valid_until="2027-01-01"
        )
    persons = ledger_named("persons")
    assert persons is not None
    told = {
        one["ledger"]: one
        for one in related_lists(who(unit, "persons.read", "certificates.read"), persons, person.id)
    }
    hangs = told["certificates"]
    assert (hangs["by"], hangs["count"]["value"], len(hangs["items"]), hangs["create"]) == (
        "person",
        SHOWN + 1,
        SHOWN,
        False,
    )
    assert (hangs["by_title"], hangs["many"]) == ("持证人", False)
    may = who(unit, "persons.read", "certificates.read", "certificates.create")
    may_make = {one["ledger"]: one["create"] for one in related_lists(may, persons, person.id)}
    assert may_make["certificates"] and set(may_make) == set(told)
    assert related_lists(who(unit, "persons.read"), persons, person.id) == []
    for actor, row in ((who(unit, "persons.read"), stranger.id), (who(other, "persons.read"), person.id)):
        with pytest.raises(NotFound):
            related_lists(actor, persons, row)


@pytest.mark.parametrize(
    ("form", "changes", "makes"),
    [
        ((), True, True),
        ((), False, False),
        (("company", "name", "type"), True, True),
        (("company", "name"), True, False),
        (("name", "type"), True, False),
    ],
)
def test_a_row_can_be_made_on_a_phone_that_asks_for_all_that_is_required(
    form: tuple[str, ...], changes: bool, makes: bool
) -> None:
    ledger = small_ledgers.EQUIPMENT
    face = PhoneFace(form=form, changes=changes)
    assert face.makes(ledger) is makes
    assert face.asks(ledger) == list(form or ledger.form_fields())


@pytest.mark.parametrize(
    "face", [{"title": "no"}, {"second": ("no",)}, {"badge": "no"}, {"form": ("no",)}, {"actions": ("no",)}]
)
def test_a_face_names_what_is_there(face: dict[str, Any]) -> None:
    PhoneFace(title="name", second=("type",), badge="state", form=("name",), actions=("move",)).check(
        small_ledgers.EQUIPMENT
    )
    with pytest.raises(LookupError, match="no"):
        PhoneFace(**face).check(small_ledgers.EQUIPMENT)


def test_only_what_the_phone_makes_can_wait_there() -> None:
    PhoneFace(offline=True).check(small_ledgers.EQUIPMENT)
    with pytest.raises(LookupError, match="none can wait"):
        PhoneFace(offline=True, changes=False).check(small_ledgers.EQUIPMENT)


@pytest.mark.one_engine
def test_a_row_that_is_sent_twice_is_made_once(world: Any, clock: Any) -> None:
    ledger = small_ledgers.EQUIPMENT
    values = {"name": "1号", "type": str(small_ledgers.forklift().id), "company": str(world.a.id)}
    first = in_transaction(once.create, world.in_a, ledger, values, key="k1")
    again = in_transaction(once.create, world.in_a, ledger, {**values, "name": "2号"}, key="k1")
    assert (again["id"], again["values"]["name"]) == (first["id"], "1号")
    assert in_transaction(once.create, world.in_a, ledger, values, key="k2")["id"] != first["id"]
    assert in_transaction(once.sweep) == 0
    clock.forward(days=30)
    assert in_transaction(once.sweep) == 0, "thirty days are kept whole"
    clock.forward(minutes=1)
    assert in_transaction(once.sweep) == 2 and not RowRequest.select().exists()
