"""Which machines should be manned, which are, and which had nobody on some days: each by its filter (Q10, X16)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.core import clock as clocks
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.equipment.ledgers import EQUIPMENT, TO_BE_MANNED, to_be_manned
from models.equipment.records import Equipment, EquipmentType
from tests.models.core import small_ledgers
from tests.models.organization.conftest import Town

pytestmark = pytest.mark.one_engine


@pytest.fixture
def town(database: Any, clock: Any) -> Town:
    return Town()


def machine(town: Town, name: str, **values: Any) -> Equipment:
    kind = EquipmentType.get(EquipmentType.code == "5110")
    given = {"type": kind, "mode": "clock_in", "label_code": name, "name": name, "company": town.company}
    return Equipment.create(**{**given, **values})


def listed(town: Town, **filters: Any) -> list[str]:
    query = ListQuery.parse(EQUIPMENT, filters=filters, sort="name")
    return sorted(row["values"]["name"] for row in list_rows(town.officer, EQUIPMENT, query)["items"])


def test_what_should_be_manned_is_the_same_in_a_rule_and_in_a_list(town: Town) -> None:
    machine(town, "A")
    machine(town, "B", state="stopped")
    machine(town, "C", mode="maintenance")
    machine(town, "D", exempt_reason="长期停放")
    machine(town, "E", company=town.other)
    wanted = {row.name for row in Equipment.select().where(to_be_manned(), Equipment.company == town.company)}
    assert wanted == {"A"} == set(listed(town, **TO_BE_MANNED))
    assert listed(town, exemption=["yes"]) == ["D"] and listed(town, exemption=["yes", "no"]) == [
        "A",
        "B",
        "C",
        "D",
    ]


def test_where_somebody_is_today(town: Town) -> None:
    rows = [machine(town, name) for name in "AB"]
    small_ledgers.clock_in(town.company, equipment_id=rows[0].id)
    small_ledgers.clock_in(town.company, equipment_id=rows[1].id, scanned_at=clocks.now() - timedelta(days=1))
    assert (listed(town, manned=["yes"]), listed(town, manned=["no"])) == (["A"], ["B"])
    assert listed(town, manned=["yes", "no"]) == ["A", "B"]
    shown = {row["values"]["name"]: row["values"]["manned"] for row in
             list_rows(town.officer, EQUIPMENT, ListQuery.parse(EQUIPMENT))["items"]}  # fmt: skip
    assert shown == {"A": "yes", "B": "no"}


def test_on_which_days_nobody_was_there(town: Town) -> None:
    """Of machines that were there by then: a day means all of it, from midnight to midnight where the unit is."""
    rows = {name: machine(town, name) for name in "ABC"}
    day = date(2026, 11, 20)
    Equipment.update(created_at=clocks.midnight(day - timedelta(days=9))).where(
        Equipment.name.in_(["A", "B"])
    ).execute()
    first, last = clocks.midnight(day), clocks.midnight(day + timedelta(days=1)) - timedelta(seconds=1)
    small_ledgers.clock_in(town.company, equipment_id=rows["A"].id, scanned_at=first)
    small_ledgers.clock_in(town.company, equipment_id=rows["B"].id, scanned_at=last)

    def nobody(low: str, high: str) -> list[str]:
        return listed(town, nobody_on={"from": low, "to": high})

    assert nobody("2026-11-20", "2026-11-20") == []
    assert nobody("2026-11-19", "2026-11-19") == ["A", "B"] == nobody("2026-11-21", "2026-11-21")
    assert nobody("2026-11-19", "2026-11-21") == [] and nobody("2026-11-21", "") == ["A", "B", "C"]
    assert nobody("", "2026-11-20") == [] and nobody("", "2026-11-19") == ["A", "B"]
    Equipment.update(created_at=last).where(Equipment.name == "C").execute()
    assert nobody("2026-11-20", "2026-11-20") == ["C"] and nobody("2026-11-19", "2026-11-19") == ["A", "B"]
