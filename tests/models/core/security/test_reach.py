"""How far a right reaches: a list and a single row say the same, whatever the scope and whosever the row is (J04)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from models.core.errors import Forbidden, NotFound
from models.core.security import rights
from models.core.security.actor import Actor, Places, missing_right
from models.core.security.rights import Scope, all_rights, declare, known
from models.equipment.records import EquipmentType
from models.objectives.records import Post
from models.organization.records import Person
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
READ, EDIT = "persons.read", "persons.edit"


@pytest.fixture
def people(world: Any) -> dict[str, Person]:
    """Somebody at the top of the unit, at its site, in its department, in both, and of another unit."""
    department = small_ledgers.company("甲车间", world.a, "department")
    world.department = department
    rows = {
        "own": small_ledgers.person(world.a), "site": small_ledgers.person(world.a, site=world.site),
        "department": small_ledgers.person(world.a, department=department),
        "both": small_ledgers.person(world.a, site=world.site, department=department),
        "plain": small_ledgers.person(world.a), "other": small_ledgers.person(world.b),
    }  # fmt: skip
    return {name: Person.get_by_id(row.id) for name, row in rows.items()}


def seen(actor: Actor, record: Any = Person, right: str = READ) -> set[int]:
    return {row.id for row in actor.see(record.select(), record, right)}


def test_a_list_and_a_row_say_the_same(world: Any, people: dict[str, Person]) -> None:
    every = list(people.values())
    for scope, sites, departments, own in product(
        Scope, ((), (world.site.id,)), ((), (world.department.id,)), ((), (people["own"].id,))
    ):
        actor = Actor(
            7, "甲", world.a.id, {READ: scope}, (world.a.id, world.b.id), sites, departments, person_ids=own
        )
        one_by_one = {row.id for row in every if actor.may(READ, row)}
        assert seen(actor) == one_by_one, (scope, sites, departments, own)
        narrowed = actor.narrowed(Person.name == "王大友", Person, READ)
        assert {row.id for row in Person.select().where(narrowed)} == one_by_one


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope.SELF, {"own"}),
        (Scope.DEPARTMENT, {"own", "department", "both"}),
        (Scope.SITE, {"own", "department", "both", "site"}),
        (Scope.COMPANY, {"own", "department", "both", "site", "plain"}),
        (Scope.GROUP, {"own", "department", "both", "site", "plain", "other"}),
    ],
)
def test_each_scope_takes_in_those_before_it(
    world: Any, people: dict[str, Person], scope: Scope, names: set[str]
) -> None:
    places = {READ: Places((world.site.id,), (world.department.id,))}
    actor = Actor(
        7,
        "甲",
        world.a.id,
        {READ: scope},
        (world.a.id, world.b.id),
        places=places,
        person_ids=(people["own"].id,),
    )
    assert seen(actor) == {people[name].id for name in names}
    elsewhere = replace(actor, places={EDIT: places[READ]})
    if scope in (Scope.SITE, Scope.DEPARTMENT):
        assert seen(elsewhere) == {people["own"].id}, "places of another right open nothing"
        assert seen(replace(elsewhere, sites=(world.site.id,))) >= {people["own"].id}


def test_nobody_sees_anything_without_a_unit_or_files(world: Any, people: dict[str, Person]) -> None:
    for scope in (Scope.SELF, Scope.SITE, Scope.COMPANY):
        assert seen(Actor(7, "甲", None, {READ: scope})) == set()
    assert seen(Actor(7, "甲", None, {READ: Scope.GROUP})) == set()
    assert seen(Actor(7, "甲", None, {READ: Scope.GROUP}, (world.b.id,))) == {people["other"].id}
    with pytest.raises(Forbidden):
        seen(Actor(7, "甲", world.a.id, {}))


def test_rows_of_everybody(world: Any) -> None:
    """Of no company: whoever reads such rows at all; where a row could have one, who reaches the group, or all if it is so
    declared."""
    kind = small_ledgers.forklift()
    for scope in Scope:
        actor = Actor(7, "甲", world.a.id, {"operator-codes.read": scope, "posts.read": scope}, (world.a.id,))
        assert actor.may("operator-codes.read", kind)
        assert kind.id in seen(actor, EquipmentType, "operator-codes.read")
    shared, theirs = Post.create(company=None, name="人人岗"), Post.create(company=world.b, name="别家岗")
    mine = Post.create(company=world.a, name="自己岗")
    for scope, wanted in (
        (Scope.COMPANY, {shared.id, mine.id}),
        (Scope.SELF, {shared.id}),
        (Scope.GROUP, {shared.id, mine.id}),
    ):
        actor = Actor(7, "甲", world.a.id, {"posts.read": scope}, (world.a.id,))
        ids = {shared.id, mine.id, theirs.id}
        assert seen(actor, Post, "posts.read") & ids == wanted
        assert {row.id for row in (shared, mine, theirs) if actor.may("posts.read", row)} == wanted
    unit = Actor(7, "甲", world.a.id, {"companies.read": Scope.COMPANY}, (world.a.id,))
    assert unit.companies("companies.read") == (world.a.id,)


def test_what_is_refused_and_what_is_not_there(world: Any, people: dict[str, Person]) -> None:
    site = Actor(7, "甲", world.a.id, {READ: Scope.COMPANY, EDIT: Scope.SITE}, sites=(world.site.id,))
    site.require(EDIT, people["site"])
    with pytest.raises(Forbidden) as refused:
        site.require(EDIT, people["plain"])
    assert "只到本厂站" in refused.value.cause
    with pytest.raises(NotFound):
        site.require(EDIT, people["other"])
    with pytest.raises(Forbidden) as refused:
        site.require("persons.delete")
    assert "这一步需要" in refused.value.cause and refused.value.details == {"right": "persons.delete"}
    nowhere = Actor(7, "甲", None, {READ: Scope.COMPANY})
    with pytest.raises(NotFound):
        nowhere.require(READ, people["plain"])
    assert not site.may("persons.delete") and site.may(READ) and not site.may(EDIT, people["other"])
    assert missing_right(READ).advice.startswith("请联系本单位管理员，在")


def test_whose_companies_a_right_reaches(world: Any) -> None:
    both = (world.a.id, world.b.id)
    for scope, reached, whole in (
        (Scope.GROUP, both, both), (Scope.COMPANY, both[:1], both[:1]), (Scope.SITE, both[:1], ()), (Scope.SELF, both[:1], ()),
    ):  # fmt: skip
        actor = Actor(7, "甲", world.a.id, {READ: scope}, both)
        assert (actor.companies(READ), actor.whole_companies(READ)) == (reached, whole)
    assert actor.companies(EDIT) == () == actor.whole_companies(EDIT)
    assert Actor(7, "甲", None, {READ: Scope.COMPANY}, both).companies(READ) == ()


def test_a_company_that_was_founded_just_now_is_reached_by_who_reaches_the_group() -> None:
    chief = Actor(7, "总", 1, {READ: Scope.COMPANY, EDIT: Scope.GROUP}, (1,))
    for _ in range(2):
        chief.takes_in(2)
    assert chief.group_companies == (1, 2)
    unit = Actor(7, "安", 1, {READ: Scope.COMPANY}, (1,))
    unit.takes_in(2)
    assert unit.group_companies == (1,)


def test_rights_are_told_once_the_first_password_is_changed() -> None:
    actor = Actor(7, "甲", 1, {READ: Scope.SITE})
    assert actor.rights_told() == {READ: "site"}
    assert replace(actor, must_change_password=True).rights_told() == {}


@pytest.fixture
def declared() -> Iterator[None]:
    all_rights()
    before = dict(rights._rights)
    yield
    rights._rights.clear()
    rights._rights.update(before)


def test_a_right_is_declared_once(declared: None) -> None:
    assert declare("test.read", "看", "试") == declare("test.read", "看", "试") == known("test.read")
    for other in (("看看", "试"), ("看", "别的")):
        with pytest.raises(ValueError, match="twice"):
            declare("test.read", *other)
    with pytest.raises(LookupError):
        known("test.none")
