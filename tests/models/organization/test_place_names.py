"""What a sheet calls a site, a department, a kind of equipment: found in whatever spelling (Q05, Q13)."""

from __future__ import annotations

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Malformed
from models.core.excel.imports.lookups import find_all
from models.core.fields import Link
from models.core.ledger import all_ledgers
from models.equipment.importing import types_named
from models.equipment.records import EquipmentType
from models.organization import place_names
from tests.models.organization.conftest import Town
from tests.support.statement_log import listening


@pytest.mark.parametrize("text", ["一号厂", " 一号厂 ", "一 号 厂", "一号\u200b厂"])
def test_a_site_in_any_spelling(town: Town, text: str) -> None:
    assert place_names.sites(town.officer)(text) == town.site.id


def test_nobodys_and_other_companies_sites_are_told_apart(town: Town) -> None:
    town.node("外厂", "site", town.other)
    for text in ("外厂", "没有的厂", "装配车间"):
        with pytest.raises(Malformed):
            place_names.sites(town.officer)(text)
    assert place_names.departments(town.officer)("一号厂／装配 车间") == town.department.id


@pytest.mark.parametrize("text", ["叉车", " 叉 车", "５１１０", "5110"])
def test_a_kind_of_equipment_in_any_spelling(town: Town, text: str) -> None:
    assert types_named(town.officer)(text) == EquipmentType.get(EquipmentType.code == "5110").id


def test_the_beginning_of_one_kind_alone_names_it(town: Town) -> None:
    find = types_named(town.officer)
    for row in EquipmentType.select():
        begun = [other for other in EquipmentType.select() if other.name.startswith(row.name[:-1])]
        if len(begun) == 1 and len(row.name) > 2:
            assert find(row.name[:-1]) == row.id
            break
    else:
        raise AssertionError("no kind has a beginning of its own")
    with pytest.raises(Malformed, match="没有设备种类"):
        find(row.name[:1])


def test_a_sheet_of_names_that_nobody_knows_costs_no_question_for_each(town: Town) -> None:
    """Whoever writes 50,000 different places into a sheet keeps no worker busy: what is there is read once.

    Of all sheets, and all columns in which somebody names another row.
    """
    few, many = ([f"没有这个{place}" for place in range(size)] for size in (3, 900))
    asked = {}
    for ledger in all_ledgers():
        for name in ledger.importing.columns if ledger.importing is not None else ():
            link = ledger.field_named(name)
            if isinstance(link, Link):
                counts = []
                for texts in (few, many):
                    with listening() as said:
                        found = in_transaction(find_all, town.boss, ledger, name, link, texts)
                    assert all(isinstance(one, Malformed) for one in found.values())
                    counts.append(len(said))
                asked[ledger.name, name] = counts
    assert ("persons", "department") in asked
    assert {key: counts for key, counts in asked.items() if counts[1] > counts[0] + 900 // 400} == {}
