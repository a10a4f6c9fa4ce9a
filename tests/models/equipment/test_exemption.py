"""Exempting one machine from its scan, and which machines a list finds so (Q02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.clock import now
from models.core.errors import AnbanError
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.equipment.exemption import end_exemption, exempt
from models.equipment.ledgers import EQUIPMENT
from models.equipment.records import Equipment
from tests.models.equipment.test_equipment import forklift
from tests.models.equipment.test_equipment import town as _town
from tests.models.organization.conftest import Town
from tests.support.clocks import Clock

town = _town


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("只作展示", "只作展示"),
        ("  只作  展示 ", "只作 展示"),
        ("作展示", None),
        (" 作 展 ", None),
        ("", None),
    ],
)
def test_a_reason_says_something(town: Town, clock: Clock, reason: str, said: str | None) -> None:
    truck = forklift(town)
    if said is None:
        with pytest.raises(AnbanError) as refused:
            exempt(town.boss, truck, reason)
        assert set(refused.value.fields) == {"reason"}
    else:
        made = Equipment.get_by_id(exempt(town.boss, truck, reason).id)
        assert (made.exempt_reason, made.exempt_by, made.exempt_at) == (said, town.boss.name, now())
        assert (made.mode, made.required_codes) == ("none", "")


def test_once_and_back_by_the_codes_that_were_chosen(town: Town) -> None:
    truck = forklift(town, operator_codes=["N1", "N2"])
    with pytest.raises(AnbanError) as refused:
        end_exemption(town.boss, truck)
    assert refused.value.code == "not_exempt"
    exempt(town.boss, truck, "只作展示")
    with pytest.raises(AnbanError) as refused:
        exempt(town.boss, truck, "又登记一次")
    assert refused.value.code == "already_exempt"
    end_exemption(town.boss, truck)
    again = Equipment.get_by_id(truck.id)
    assert (again.exempt_reason, again.exempt_by, again.exempt_at) == (None, None, None)
    assert (again.mode, again.required_codes) == ("clock_in", "N1,N2")


def found(town: Town, **filters: Any) -> list[str]:
    query = ListQuery.parse(EQUIPMENT, filters=filters, sort="id")
    return [item["values"]["name"] for item in list_rows(town.officer, EQUIPMENT, query)["items"]]


def test_the_list_finds_what_is_exempt_and_what_is_not(town: Town) -> None:
    shown, used = forklift(town, "展车"), forklift(town, "叉车")
    exempt(town.boss, shown, "只作展示")
    assert found(town, exemption=["yes"]) == ["展车"] and found(town, exemption=["no"]) == ["叉车"]
    assert found(town, exemption=["yes", "no"]) == ["展车", "叉车"]
    rows = list_rows(town.officer, EQUIPMENT, ListQuery.parse(EQUIPMENT, sort="id"))["items"]
    assert [(row["values"]["exemption"], row["tone"]) for row in rows] == [("yes", "plain"), ("no", "plain")]
    assert [row["values"]["needed_codes"] for row in rows] == ["", "N1"]
    for state, tone in (("stopped", "warn"), ("scrapped", "bad"), ("in_use", "plain")):
        Equipment.update(state=state).where(Equipment.id == used.id).execute()
        rows = list_rows(town.officer, EQUIPMENT, ListQuery.parse(EQUIPMENT, sort="id"))["items"]
        assert rows[1]["tone"] == tone
