"""What a sheet calls a site, a department, a kind of equipment: found in whatever spelling (Q05, Q13)."""

from __future__ import annotations

import pytest

from models.core.errors import Malformed
from models.equipment.importing import type_named
from models.equipment.records import EquipmentType
from models.organization import place_names
from tests.models.organization.conftest import Town


@pytest.mark.parametrize("text", ["一号厂", " 一号厂 ", "一 号 厂", "一号\u200b厂"])
def test_a_site_in_any_spelling(town: Town, text: str) -> None:
    assert place_names.site(town.officer, text) == town.site.id


def test_nobodys_and_other_companies_sites_are_told_apart(town: Town) -> None:
    town.node("外厂", "site", town.other)
    for text in ("外厂", "没有的厂", "装配车间"):
        with pytest.raises(Malformed):
            place_names.site(town.officer, text)
    assert place_names.department(town.officer, "一号厂／装配 车间") == town.department.id


@pytest.mark.parametrize("text", ["叉车", " 叉 车", "５１１０", "5110"])
def test_a_kind_of_equipment_in_any_spelling(town: Town, text: str) -> None:
    assert type_named(town.officer, text) == EquipmentType.get(EquipmentType.code == "5110").id
