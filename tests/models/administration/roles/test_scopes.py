"""本厂站 and 本部门 mean what they say (J04): every scope × every record with an owner, in random trees.

What a list gives (`see`), what may be opened (`may`) and what is meant, written here a second time in its plainest form,
are the same rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import pytest
from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
)

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment, Role
from models.core.db.connection import database, is_sqlite
from models.core.fields import Picks
from models.core.records import Base, Record
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.organization.records import Binding, Company, Person
from tests.models.administration.conftest import House

RIGHT, OTHER_RIGHT = "persons.read", "equipment.read"
NUMBER = "330102199003070019"
_numbers = itertools.count(10**6)


def _records(kind: type[Base] = Record) -> Iterator[type[Record]]:
    for record in kind.__subclasses__():
        yield from _records(record)
        if (
            record.company_field is not None
            and record.__module__.startswith("models.")
            and not record.__subclasses__()
        ):
            yield record  # type: ignore[misc]


OWNED = sorted(set(_records()), key=lambda record: record.__name__)


@dataclass
class Tree:
    """A unit with sites and departments, one with the same beside it, and somebody of the first."""

    unit: Company
    beside: Company
    nodes: list[Company]
    account: Account
    person: Person | None

    def within(self, node_id: Any, top_id: Any) -> bool:
        """Whether a node is another one or lies below it: asked by walking up."""
        while node_id is not None:
            if node_id == top_id:
                return True
            node_id = Company.get_by_id(node_id).parent_id
        return False


def _grow(house: House, random: Random, *, place: bool = True) -> Tree:
    unit = house.node(f"单位{next(_numbers)}", "company", house.group)
    beside = house.node(f"别家{next(_numbers)}", "company", house.group)
    nodes = []
    for company in (unit, beside):
        sites = [house.node(f"厂{next(_numbers)}", "site", company) for _ in range(random.randint(1, 3))]
        parents = [*sites, company]  # a department may stand directly under its company
        nodes += sites + [
            house.node(f"部门{next(_numbers)}", "department", random.choice(parents))
            for _ in range(random.randint(1, 5))
        ]
    own = [node for node in nodes if node.company_root == unit.id]
    account = Account.create(company=unit, login=f"u{next(_numbers)}", name="陈一", id_number=NUMBER)
    person = None
    if place and random.random() < 0.85:
        department = random.choice([*(node for node in own if node.kind == "department"), None])
        above = None if department is None else Company.get_by_id(department.parent_id)
        site = above if above is not None and above.kind == "site" else None
        if department is None and random.random() < 0.7:
            site = random.choice([node for node in own if node.kind == "site"])
        person = Person.create(
            company=unit, name="陈一", id_number=NUMBER, phone="13800000001", site=site, department=department,
            account_id=account.id,
        )  # fmt: skip
        Binding.create(company=unit, person=person, state="approved")
    return Tree(unit, beside, nodes, account, person)


Granted = tuple[Scope, int | None]


def _give(tree: Tree, granted: Sequence[Granted], right: str = RIGHT) -> None:
    for scope, node in granted:
        role = Role.create(name=f"角色{next(_numbers)}", grants=[{"right": right, "scope": scope.key}])
        Assignment.create(account_id=tree.account.id, role=role, company_id=tree.unit.id, node_id=node)


def meant(tree: Tree, granted: Iterable[Granted], row: Record) -> bool:
    """Whether any of the grants means the row."""
    return any(_means(tree, scope, node, row) for scope, node in granted)


def _means(tree: Tree, scope: Scope, node_id: int | None, row: Record) -> bool:
    company = row.scope_value("company")
    if company is None:
        return scope == Scope.GROUP or type(row).shared_when_no_company
    if scope == Scope.GROUP:
        return True
    if company != tree.unit.id:
        return False
    if scope == Scope.COMPANY:
        return True
    own = tree.account.id if type(row).self_is == "account" else tree.person and tree.person.id
    if own is not None and row.scope_value("self") == own:
        return True
    if scope == Scope.SELF:
        return False
    places = [row.scope_value("department"), *([row.scope_value("site")] if scope == Scope.SITE else [])]
    return any(
        tree.within(place, top)
        for place in places
        if place is not None
        for top in _tops(tree, scope, node_id)
    )


def _tops(tree: Tree, scope: Scope, node_id: int | None) -> list[int]:
    """From where a grant of 本厂站 or 本部门 reaches."""
    person = tree.person
    own = [] if person is None else [person.department_id]
    if person is not None and scope == Scope.SITE:
        own.append(person.site_id)
    own = [place for place in own if place is not None]
    if node_id is None:
        return own
    node = Company.get_or_none(Company.id == node_id)
    if node is None or (node.company_root != tree.unit.id and node.kind not in ("group", "plate")):
        return []
    if node.kind == "department" or (node.kind == "site" and scope == Scope.SITE):
        return [node_id]
    return [place for place in own if tree.within(place, node_id)]


@contextmanager
def _undone() -> Iterator[None]:
    """What is written inside is taken back, and need not fit to other rows."""
    with database.atomic() as transaction:
        if is_sqlite():
            database.execute_sql("PRAGMA defer_foreign_keys = ON")
        else:
            database.execute_sql("SET foreign_key_checks = 0")
        try:
            yield
        finally:
            transaction.rollback()
            if not is_sqlite():
                database.execute_sql("SET foreign_key_checks = 1")


def _rows(tree: Tree, record: type[Record], random: Random) -> list[Any]:
    """Rows of a record in every kind of place, with anything in the columns that do not matter here."""
    if record is Company:
        return list(Company.select())
    places: dict[str, list[Any]] = {}
    levels = {
        "company": [tree.unit.id, tree.unit.id, tree.unit.id, tree.beside.id],
        "site": [*(node.id for node in tree.nodes if node.kind == "site"), None],
        "department": [*(node.id for node in tree.nodes if node.kind == "department"), None],
        "self": [tree.person.id if tree.person else 1, 0, None],
    }
    for level, values in levels.items():
        column = record.scope_field(level)
        if column is None or column.primary_key:
            continue
        if level == "self" and record.self_is == "account":
            values = [tree.account.id, 0]
        places[column.name] = [value for value in values if value is not None or column.null]
        if level == "company" and column.null:
            places[column.name].append(None)
    combined = list(itertools.product(*places.values()))
    chosen = random.sample(combined, min(len(combined), 25))
    for values in chosen:
        with suppress(IntegrityError), database.atomic():  # of some there is one, such as one's own binding
            _insert(record, dict(zip(places, values, strict=True)))
    return list(record.select())  # with those that were there: what is one's own by its very id


def _insert(record: type[Record], values: dict[str, Any]) -> None:
    filled = {
        field.name: _anything(field)
        for field in record._meta.sorted_fields
        if not field.primary_key and (field.default is None or field.unique) and not field.null
    }
    key = record._meta.primary_key
    if not isinstance(key, AutoField):  # numbered with another row of it
        filled[key.name] = next(_numbers)
    record.insert(**{**filled, **values}).execute()


def _anything(field: Any) -> Any:
    number = next(_numbers)
    if isinstance(field, DateTimeField):
        return datetime(2026, 1, 1, tzinfo=UTC)
    if isinstance(field, DateField):
        return date(2026, 1, 1)
    if isinstance(field, BooleanField):
        return False
    if isinstance(field, (ForeignKeyField, BigIntegerField)):
        return number
    if isinstance(field, (IntegerField, DecimalField, FloatField)):
        return number % 30000
    if isinstance(field, Picks):
        return [field.options[0].value]
    if getattr(field, "kind", "") in ("facts", "grants", "lines"):
        return []
    return str(number)[-(getattr(field, "max_length", 0) or 7) :]


def _compare(
    tree: Tree, actor: Actor, granted: Sequence[Granted], record: type[Record], random: Random
) -> None:
    with _undone():
        rows = _rows(tree, record, random)
        assert len(rows) > 1
        ids = {row.get_id() for row in rows}
        query = actor.see(record.select(record._meta.primary_key), record, RIGHT)
        listed = {row.get_id() for row in query} & ids
        opened = {row.get_id() for row in rows if actor.may(RIGHT, row)}
        wanted = {row.get_id() for row in rows if meant(tree, granted, row)}
    said = f"{record.__name__} by {granted}"
    assert listed == wanted, f"the list of {said}"
    assert opened == wanted, f"opening a {said}"


@pytest.mark.parametrize("seed", range(24))
def test_a_list_what_may_be_opened_and_what_is_meant_are_the_same_rows(house: House, seed: int) -> None:
    random = Random(seed)
    tree = _grow(house, random)
    nodes = [None, None, tree.unit.id, house.group.id, *(node.id for node in tree.nodes)]
    granted = [
        (
            random.choice([Scope.SELF, Scope.DEPARTMENT, Scope.DEPARTMENT, Scope.SITE, Scope.SITE]),
            random.choice(nodes),
        )
        for _ in range(random.randint(1, 3))
    ]
    granted += [(scope, None) for scope in (Scope.COMPANY, Scope.GROUP) if seed % 8 == int(scope)]
    _give(tree, granted)
    _give(tree, [(Scope.SITE, node.id) for node in tree.nodes if node.kind == "site"], OTHER_RIGHT)
    actor = actor_for_account(tree.account, "console")
    for record in OWNED:
        _compare(tree, actor, granted, record, random)


def test_all_records_with_an_owner_are_walked() -> None:
    names = {record.__name__ for record in OWNED}
    assert {
        "Person",
        "Equipment",
        "Hazard",
        "Accident",
        "Case",
        "Task",
        "Account",
        "Role",
        "Company",
    } <= names


def test_a_department_is_the_department_not_its_site(house: House) -> None:
    """73 people were reached where 本部门 was given: the whole site of somebody in a department of it."""
    site = house.node("一号厂", "site", house.company)
    own, next_door = (house.node(name, "department", site) for name in ("机修", "化验"))
    person = Person.create(
        company=house.company, name="陈一", id_number=NUMBER, phone="13800000001", site=site, department=own
    )
    Binding.create(company=house.company, person=person, state="approved")
    account = house.account(role="", id_number=NUMBER)
    Person.update(account_id=account.id).where(Person.id == person.id).execute()
    others = [
        Person.create(
            company=house.company,
            name=f"人{n}",
            id_number=f"{n}",
            phone="13800000002",
            site=site,
            department=where,
        )
        for n, where in enumerate((own, next_door, None))
    ]
    tree = Tree(house.company, house.company, [], account, person)
    _give(tree, [(Scope.DEPARTMENT, None)])
    actor = actor_for_account(account, "console")
    seen = {row.id for row in actor.see(Person.select(), Person, RIGHT)}
    assert seen == {person.id, others[0].id}


def test_a_file_without_department_reaches_oneself_alone(house: House) -> None:
    site = house.node("一号厂", "site", house.company)
    house.node("机修", "department", site)
    person = Person.create(
        company=house.company, name="陈一", id_number=NUMBER, phone="13800000001", site=site
    )
    Binding.create(company=house.company, person=person, state="approved")
    Person.create(company=house.company, name="人", id_number="1", phone="13800000002", site=site)
    account = house.account(role="", id_number=NUMBER)
    Person.update(account_id=account.id).where(Person.id == person.id).execute()
    _give(Tree(house.company, house.company, [], account, person), [(Scope.DEPARTMENT, None)])
    actor = actor_for_account(account, "console")
    assert [row.id for row in actor.see(Person.select(), Person, RIGHT)] == [person.id]


def test_a_role_does_not_widen_what_another_one_gives(house: House) -> None:
    """本厂站 of the one role and 本厂站 of the other are the site of each, for the rights of each."""
    first, second = (house.node(name, "site", house.company) for name in ("一号厂", "二号厂"))
    account = house.account(role="")
    tree = Tree(house.company, house.company, [], account, None)
    _give(tree, [(Scope.SITE, first.id)])
    _give(tree, [(Scope.SITE, second.id)], OTHER_RIGHT)
    actor = actor_for_account(account, "console")
    assert actor.places_of(RIGHT).sites == (first.id,)
    assert actor.places_of(OTHER_RIGHT).sites == (second.id,)
