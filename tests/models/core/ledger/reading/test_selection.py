"""How rows are read for a list: by companies one by one where an index gives the order, and what the phone is told of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.files.attachments import Attachment
from models.core.files.in_lists import first_pictures
from models.core.ledger import PhoneFace
from models.core.ledger.reading.describe import kinds, on_the_phone, readable_ledgers
from models.core.ledger.reading.listing import Selection
from models.core.ledger.reading.options import _by_name, options
from models.core.ledger.reading.query import ListQuery
from models.core.security.rights import Scope
from models.equipment.records import EquipmentType, OperatorCode
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
CLOCK_INS, PERSONS, EQUIPMENT = small_ledgers.CLOCK_INS, small_ledgers.PERSONS, small_ledgers.EQUIPMENT


def selection(actor: Any, ledger: Any = CLOCK_INS, q: str = "", sort: str = "", **filters: Any) -> Selection:
    query = ListQuery.parse(ledger, q=q, filters=filters, sort=sort)
    return Selection(actor, ledger, query, ledger.rights["read"])


def forced(actor: Any, ledger: Any = CLOCK_INS, q: str = "", sort: str = "", **filters: Any) -> str | None:
    query = ListQuery.parse(ledger, q=q, filters=filters, sort=sort)
    return Selection(actor, ledger, query, ledger.rights["read"]).index_to_force(query)


def test_which_index_is_walked(world: Any) -> None:
    """Of one company's rows in the order of the index; where anything else narrows them, the database chooses."""
    index = "clock_in_company_id_scanned_at_id"
    for filters in ({}, {"scanned_at": {"from": "2026-11-01"}}, {"day": {"from": "2026-11-01"}},
                    {"company": [str(world.a.id)]}):  # fmt: skip
        assert forced(world.in_a, **filters) == index, filters
    assert forced(world.over, company=[str(world.a.id)]) == index == forced(world.over), "company by company"
    assert forced(world.in_a, code=["N1"]) is None and forced(world.in_a, q="王大友") is None
    own = small_ledgers.actor(world.a, rights={"clock-ins.read": Scope.SELF}, person_ids=(1,))
    assert forced(own) is None
    assert forced(world.in_a, PERSONS, sort="phone") == "person_company_id_phone"
    assert forced(world.in_a, EQUIPMENT, sort="state") is None, "there is no such index"


def test_rows_of_several_companies_are_read_company_by_company_in_one_order(world: Any, clock: Any) -> None:
    for number in range(6):
        clock.forward(minutes=1)
        small_ledgers.clock_in(world.a if number % 2 else world.b, person_name=f"人{number}")
    whole = selection(world.over)
    assert len(whole.readers) == 2 and len(selection(world.in_a).readers) == 1
    assert len(selection(world.over, PERSONS, sort="name").readers) == 1, "texts are not merged"
    assert [row.person_name for row in whole.fetch(None, 4)] == ["人5", "人4", "人3", "人2"]
    assert [row.person_name for row in whole.fetch(None, 2, back=True)] == ["人0", "人1"]
    assert [row.person_name for row in whole.stream(2)] == [f"人{number}" for number in range(5, -1, -1)]
    assert [row.person_name for row in selection(world.over, sort="scanned_at").stream(2)] == [
        f"人{number}" for number in range(6)
    ]
    assert [row.person_name for row in selection(world.in_a).stream(2)] == ["人5", "人3", "人1"]
    assert (
        whole.count(99) == 6
        and whole.count(4) == 4
        and selection(world.over, company=[str(world.b.id)]).count(9) == 3
    )
    assert selection(world.in_a, company=[str(world.b.id)]).count(9) == 0


def test_the_first_three_photos_of_each_row(world: Any) -> None:
    rows = [small_ledgers.equipment(world.a) for _ in range(3)]

    def attach(row: Any, mime: str = "image/png", ledger: str = "equipment") -> str:
        values = {"name": "x", "sha256": "0" * 64, "path": "p", "size": 1, "account_name": "甲"}
        return str(Attachment.create(ledger=ledger, row_id=row.id, mime=mime, **values).id)

    ids = [attach(rows[0]) for _ in range(4)]
    document, other, alone = (
        attach(rows[1], "application/pdf"),
        attach(rows[1], ledger="persons"),
        attach(rows[1]),
    )
    shown = first_pictures("equipment").load(world.in_a, rows)
    assert shown == {rows[0].id: ids[:3], rows[1].id: [alone], rows[2].id: []}
    assert document and other and first_pictures("equipment").load(world.in_a, []) == {}


def test_the_phone_has_ledgers_with_a_face_that_are_for_the_actor(world: Any) -> None:
    faces = {
        "persons": replace(PERSONS, group="乙", phone=PhoneFace(place=2)),
        "equipment": replace(EQUIPMENT, group="乙", phone=PhoneFace(place=1)),
        "clock-ins": replace(CLOCK_INS, group="甲", phone=PhoneFace(right="persons.edit")),
    }
    order = [ledger.name for ledger in readable_ledgers(world.in_a)]
    names = [ledger.name for ledger in on_the_phone(world.in_a)]
    assert set(names) == set(faces) <= set(order) and names.index("equipment") < names.index("persons")
    reader = small_ledgers.actor(
        world.a, rights=dict.fromkeys(("persons.read", "clock-ins.read"), Scope.COMPANY)
    )
    assert [ledger.name for ledger in on_the_phone(reader)] == ["persons"], "the log asks for a further right"


def test_kinds_say_where_the_phone_shows_them() -> None:
    told = {kind["name"]: kind for kind in kinds()}
    assert told["accident"]["phone"].startswith("/pages/") and told["accident"]["ledger"] == "accidents"
    for kind in told.values():
        if kind["phone"].startswith("/pages/ledger/row"):
            assert kind["phone"].endswith(f"ledger={kind['ledger']}")
    assert {"", *(kind["phone"] for kind in told.values())} > {""}


def test_choices_of_rows_without_a_ledger_are_found_by_name_or_code(world: Any) -> None:
    def found(model: Any, q: str) -> set[str] | None:
        where = _by_name(model, q)
        return None if where is None else {row.code for row in model.select().where(where)}

    small_ledgers.forklift()
    EquipmentType.create(code="1000", name="锅炉")
    OperatorCode.create(code="N1", project="叉车司机", category="场车")
    assert (
        found(EquipmentType, "叉车")
        == {"5110"}
        == found(EquipmentType, "5110")
        == found(EquipmentType, "5110 叉")
    )
    assert found(EquipmentType, "0") == {"5110", "1000"} and found(EquipmentType, "5110 锅炉") == set()
    assert found(EquipmentType, "  ") is None
    assert found(OperatorCode, "N1") == {"N1"} and found(OperatorCode, "司机") == set(), (
        "one that has a code alone"
    )
    assert [item["label"] for item in options(world.in_a, EQUIPMENT, "type", q="5110")["items"]] == ["叉车"]
