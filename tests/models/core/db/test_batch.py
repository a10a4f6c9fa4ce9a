"""Many rows put in at once are what one would be, and refer to one another as they should (Q05, X10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from peewee import Database, IntegrityError

from models.core.db.batch import RULES_AT_ONCE, Batch
from models.core.db.connection import in_transaction, is_sqlite, when_idle
from models.core.errors import Conflict
from models.core.events import listeners
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.core.security.actor import Actor
from models.core.security.crypto import hash_id_number
from models.equipment.records import Equipment, EquipmentType
from models.organization.records import Binding, Company, Person
from tests.models.core.small_ledgers import id_number
from tests.support.prepared_rows import lay_standards

SYSTEM = Actor(account_id=None, name="系统")


def test_a_row_is_kept_as_by_itself(database: Database) -> None:
    lay_standards()
    company = Company.create(name="甲", kind="company", path="/")
    kind = EquipmentType.select().first()
    values: dict[str, Any] = {
        "company": company.id, "name": '带"引号\\的 ’%s 🚜\n', "type": kind.id, "state": "in_use", "quick_open": True,
        "next_inspection_on": date(2027, 2, 28), "lng": Decimal("120.155070"), "operator_codes": ["N1", "Q2"],
    }  # fmt: skip
    alone = Equipment.create(**values, label_code="AAAAAAAAAA")
    batch = Batch()
    made = batch.add(Equipment, {**values, "label_code": "BBBBBBBBBB"})
    in_transaction(batch.put)
    one, other = Equipment.get_by_id(alone.id).__data__, Equipment.get_by_id(made.id).__data__
    differing = {name for name in one if one[name] != other[name]}
    assert differing <= {"id", "label_code", "created_at", "updated_at"}
    raw = "SELECT lng, quick_open, next_inspection_on, version FROM equipment ORDER BY id"
    first, second = database.execute_sql(raw).fetchall()
    assert first == second


def test_rows_refer_to_one_another_and_their_trails_to_them(database: Database) -> None:
    company = Company.create(name="甲", kind="company", path="/")
    batch = Batch()
    group = batch.add(Company, {"name": "上级", "kind": "group", "path": "/"})
    below = [
        batch.add(Company, {"name": f"厂{n}", "kind": "site", "parent": group, "path": "/"}) for n in range(3)
    ]
    people = []
    for number in range(1200):
        person = Person(
            company=company.id, name=f"人{number}", id_number=id_number(number), phone=f"139{number:08d}"
        )
        made = batch.create(
            SYSTEM, person, [{"field": "name", "title": "姓名", "old": None, "new": person.name}]
        )
        batch.add(Binding, {"company": company.id, "person": made, "state": "approved"})
        people.append((made, person))
    in_transaction(batch.put)
    assert {row.name: row.parent_id for row in Company.select().where(Company.kind == "site")} == {
        f"厂{n}": group.id for n in range(3)
    }
    assert [Company.get_by_id(one.id).name for one in below] == ["厂0", "厂1", "厂2"]
    kept = {row.id: row for row in Person.select()}
    assert len(kept) == 1200
    for made, person in people:
        row = kept[made.id or 0]
        assert (row.name, row.id_number, row.id_hash) == (
            person.name, person.id_number, hash_id_number(person.id_number),
        )  # fmt: skip
    assert {row.person_id for row in Binding.select()} == set(kept)
    told = {line.row_id: line.changes[0]["new"] for line in Change.select().where(Change.table == "person")}
    assert told == {row.id: row.name for row in kept.values()}


def test_all_or_nothing_and_once_more(database: Database) -> None:
    """What was rolled back can be put in again: a transaction that met a busy lock is tried anew."""
    batch = Batch()
    first = batch.add(Company, {"name": "甲", "kind": "company", "path": "/"})
    batch.add(Company, {"name": "乙", "kind": "site", "parent": first, "path": "/"})
    batch.do(lambda: Outbox.create(kind=None))

    with pytest.raises(IntegrityError):
        in_transaction(batch.put)
    assert Company.select().count() == 0
    Company.create(name="旧", kind="company", path="/")
    batch._rules.clear()
    in_transaction(batch.put)
    assert Company.get(Company.name == "乙").parent_id == Company.get(Company.name == "甲").id == first.id


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    """What a reader writes by the way is left for later while somebody else writes."""
    seen: list[bool] = []

    def note() -> None:
        Outbox.create(kind="by the way")

    def writing() -> None:
        reader = Thread(target=lambda: seen.append(when_idle(note)))
        reader.start()
        reader.join(5)

    in_transaction(writing)
    assert seen == [not is_sqlite()]
    assert when_idle(note)
    assert Outbox.select().count() == 1 + seen[0]


def _people(count: int) -> list[Person]:
    company = Company.create(name="甲", kind="company", path="/")
    for place in range(count):
        Person.create(company=company.id, name=f"人{place}", id_number=id_number(place), phone="13900000000")
    return list(Person.select().order_by(Person.id))


def test_rows_are_changed_as_by_themselves(database: Database) -> None:
    """More than a statement holds; each with its version, its trail, and its followers told."""
    rows = _people(6)
    by_itself, others = rows[0], rows[1:]
    values: dict[str, Any] = {"phone": "13911111111", "name": '带"引号\\的 ’%s'}
    by_itself.change(**values)
    batch, lines = Batch(), [{"field": "phone", "title": "手机", "old": "", "new": "13911111111"}]
    for row in others:
        batch.change(SYSTEM, row, {**values, "name": f"{values['name']}{row.id}"}, lines)
    heard: list[Any] = []
    function = listeners.hearer(lambda table, noted: heard.append((table, dict(noted))))
    try:
        in_transaction(batch.put)
    finally:
        listeners._hearers.remove(function)
    for row in others:
        now = Person.get_by_id(row.id)
        assert (now.name, now.phone, now.version) == (f"{values['name']}{row.id}", "13911111111", 2)
        assert now.id_number == row.id_number
        assert now.updated_at >= row.updated_at
    written = {line.row_id: line.id for line in Change.select().where(Change.action == "edited")}
    assert heard == [("person", {row.id: [written[row.id]] for row in others})]


def test_a_row_that_somebody_else_has_changed_stops_all_of_them(database: Database) -> None:
    rows = _people(3)
    batch = Batch()
    for row in rows:
        batch.change(SYSTEM, row, {"phone": "13922222222"}, [])
    Person.get_by_id(rows[1].id).change(phone="13933333333")
    with pytest.raises(Conflict) as caught:
        in_transaction(batch.put)
    assert caught.value.code == "changed_meanwhile"
    assert [row.phone for row in Person.select().order_by(Person.id)] == [
        "13900000000", "13933333333", "13900000000",
    ]  # fmt: skip


def test_what_would_hold_others_up_is_refused_before_it_begins(database: Database) -> None:
    batch = Batch()
    for _ in range(RULES_AT_ONCE):
        batch.do(int)
    batch.require_few_rules()
    if not is_sqlite():
        batch.require_few_rules(1)
        return
    with pytest.raises(Conflict) as caught:
        batch.require_few_rules(1)
    assert caught.value.code == "too_many_at_once"
    assert "拆成几个文件" in caught.value.advice
