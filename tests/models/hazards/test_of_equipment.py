"""Hazards hang on the equipment at which they were seen (E09)."""

from __future__ import annotations

from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.ledger.reading.related import related_lists
from models.equipment.ledgers import EQUIPMENT
from models.equipment.records import Equipment
from models.hazards.ledgers import HAZARDS
from tests.models.hazards.grid_company import Land


def test_equipment_shows_its_hazards(land: Land) -> None:
    cabinet, other = land.machine(), land.machine("泵房")
    seen = land.snap(equipment=str(cabinet.id))
    land.snap(equipment=str(other.id))
    land.snap()
    who = land.actor("管", "console")
    asked = ListQuery.parse(HAZARDS, filters={"equipment": [str(cabinet.id)]})
    found = list_rows(who, HAZARDS, asked)["items"]
    assert [row["values"]["number"] for row in found] == [seen.number]
    assert found[0]["values"]["equipment"] == {"id": str(cabinet.id), "label": "1号配电柜"}
    hanging = {one["ledger"]: one for one in related_lists(who, EQUIPMENT, cabinet.id)}
    assert [row["id"] for row in hanging["hazards"]["items"]] == [str(seen.id)]
    assert not hanging["hazards"]["create"]


def test_a_hazard_outlives_its_equipment(land: Land) -> None:
    cabinet = land.machine()
    land.snap(equipment=str(cabinet.id))
    Equipment.delete().where(Equipment.id == cabinet.id).execute()
    (row,) = list_rows(land.actor("管", "console"), HAZARDS, ListQuery.parse(HAZARDS))["items"]
    assert row["values"]["equipment"] is None
