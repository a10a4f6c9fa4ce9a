"""References of every shape: one row, several, in the boxes of lines; what is there already stays (J04)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.fields import Lines, Link, References, Text
from models.core.ledger.declaration import Derived
from models.core.ledger.reference_check import ReferenceCheck, pointed_at
from models.core.security.rights import Scope
from models.equipment.records import Equipment
from models.organization.records import Company, Person
from tests.models.core import small_ledgers

PERSONS = References("人员", "persons")
STEPS = Lines(
    "步骤", {"who": Link("谁", Person, to="persons"), "what": Link("设备", Equipment), "note": Text("备注")}
)
ONE = Link("负责人", Person, to="persons")


def refused(world: Any, field: Any, value: Any, **options: Any) -> str | None:
    """The sentence for a field called `extra` of a form about equipment, as somebody of company A sends it."""
    ledger = options.pop("ledger", small_ledgers.EQUIPMENT)
    values = {"company": options.pop("company", world.a.id), "extra": field.clean(value)}
    check = ReferenceCheck(options.pop("who", world.in_a), ledger, "equipment.create", **options)
    fields = {"company": ledger.record._meta.fields["company"], "extra": field}
    return check.refused(fields, values).get("extra")


def test_one_row_several_rows_and_lines_are_checked_alike(world: Any) -> None:
    ours, theirs = small_ledgers.person(world.a), small_ledgers.person(world.b)
    for field, wrap in (
        (ONE, str),
        (PERSONS, lambda row_id: [str(row_id)]),
        (STEPS, lambda row_id: [{"who": str(row_id), "note": "一"}]),
    ):
        assert refused(world, field, wrap(ours.id)) is None
        assert refused(world, field, wrap(theirs.id)) is not None
        assert refused(world, field, wrap(10**9)) is not None
    assert "有 1 项" in str(refused(world, PERSONS, [str(ours.id), str(theirs.id)]))


def test_who_reaches_both_companies_still_joins_none_of_them(world: Any) -> None:
    group = small_ledgers.actor(None, world.a, world.b)
    ours, theirs = small_ledgers.person(world.a), small_ledgers.person(world.b)
    assert refused(world, PERSONS, [str(ours.id)], who=group) is None
    assert "另一家单位" in str(refused(world, PERSONS, [str(ours.id), str(theirs.id)], who=group))
    assert "另一家单位" in str(refused(world, STEPS, [{"who": str(theirs.id)}], who=group))


def test_an_action_points_where_its_rows_are(world: Any) -> None:
    group = small_ledgers.actor(None, world.a, world.b)
    theirs = small_ledgers.person(world.b)
    ask = {"extra": ONE.clean(str(theirs.id))}
    for companies, wrong in (({world.b.id}, False), ({world.a.id}, True), ({world.a.id, world.b.id}, True)):
        check = ReferenceCheck(group, small_ledgers.EQUIPMENT, "equipment.edit", companies=companies)
        assert bool(check.refused({"extra": ONE}, ask)) is wrong


def test_what_a_row_points_at_already_stays(world: Any) -> None:
    """Also where whoever changes something else could not pick it any more; but in the same box alone."""
    truck = small_ledgers.equipment(world.a)
    theirs = small_ledgers.person(world.b)
    Equipment.update(id=theirs.id + 1000).where(Equipment.id == small_ledgers.equipment(world.b).id).execute()
    Person.update(id=theirs.id + 1000).where(Person.id == theirs.id).execute()
    theirs = Person.get_by_id(theirs.id + 1000)  # as a piece of their equipment is called
    there = [{"id": str(theirs.id), "label": "他"}]
    for field, shown, sent in (
        (PERSONS, there, [str(theirs.id)]),
        (STEPS, [{"who": there[0], "what": None, "note": ""}], [{"who": str(theirs.id)}]),
    ):
        kept = Derived("extra", "x", field.kind, load=lambda actor, rows, shown=shown: {truck.id: shown})
        ledger = replace_derived(kept)
        assert refused(world, field, sent, ledger=ledger, record=truck) is None
        assert refused(world, field, sent, record=truck, ledger=replace_derived(kept, empty=True)) is not None
        if field is STEPS:
            other = [{"what": str(theirs.id)}]
            assert refused(world, field, other, ledger=ledger, record=truck) is not None


def replace_derived(item: Derived, *, empty: bool = False) -> Any:
    """The ledger of equipment with one derived value more; with `empty` no row has it."""
    if empty:
        item = replace(item, load=lambda actor, rows: {})
    with small_ledgers._unregistered():
        return replace(
            small_ledgers.EQUIPMENT, name="equipment", derived=(*small_ledgers.EQUIPMENT.derived, item)
        )


def test_a_place_of_another_kind_is_no_site(world: Any) -> None:
    site = small_ledgers.company("甲厂站", world.a, "site")
    link = Link("厂站", Company, to="companies", only=("kind", "site"))
    assert refused(world, link, str(site.id)) is None
    assert refused(world, link, str(world.a.id)) is not None


def test_lines_say_in_which_box_they_point(world: Any) -> None:
    value = STEPS.clean([{"who": "5", "what": "7"}, {"who": "6"}])
    assert [(part, ids) for part, _, ids in pointed_at(STEPS, value)] == [
        ("who", [5]), ("who", [6]), ("what", [7]),
    ]  # fmt: skip


@pytest.mark.parametrize("scope", [Scope.COMPANY, Scope.SITE])
def test_who_sees_a_site_alone_points_into_the_company(world: Any, scope: Scope) -> None:
    """Who may enter equipment of a site picks among what the house shows of the company, and nothing beyond."""
    who = small_ledgers.actor(world.a, scope=scope)
    theirs = small_ledgers.person(world.b)
    assert refused(world, ONE, str(theirs.id), who=who) is not None
