"""Which accident rules an administrator can put in force, and which are refused at their part (G02)."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from models.accidents.regulations.rulebook import ACCIDENT_RULES
from models.core.rulebook.declaration import Unfit


def rules_with(part: str, place: int = 0, **values: Any) -> Any:
    content = copy.deepcopy(ACCIDENT_RULES.seed)
    content[part]["rows"][place].update(values)
    return ACCIDENT_RULES.rules_of(content)


@pytest.mark.parametrize("part", ["levels", "special_levels"])
@pytest.mark.parametrize("name", ["deaths", "serious_injuries", "direct_loss_wan"])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_higher_level_begins_with_more_and_never_with_the_same(part: str, name: str, place: int) -> None:
    below = ACCIDENT_RULES.seed[part]["rows"][place - 1][name]
    assert rules_with(part, place, **{name: below + 1})
    with pytest.raises(Unfit) as found:
        rules_with(part, place, **{name: below})
    assert found.value.part == part and "应比" in found.value.sentence


def test_levels_stand_in_their_order() -> None:
    content = copy.deepcopy(ACCIDENT_RULES.seed)
    content["levels"]["rows"].reverse()
    with pytest.raises(Unfit, match="四行"):
        ACCIDENT_RULES.rules_of(content)
    content["levels"]["rows"] = content["levels"]["rows"][:3]
    with pytest.raises(Unfit):
        ACCIDENT_RULES.rules_of(content)


@pytest.mark.parametrize(("days", "short", "fits"), [(30, 7, True), (30, 30, True), (30, 31, False)])
def test_the_shorter_window_for_changes_is_no_longer_one(days: int, short: int, fits: bool) -> None:
    if fits:
        assert rules_with("changes", days=days, short_days=short).change_days_short == short
        return
    with pytest.raises(Unfit) as found:
        rules_with("changes", days=days, short_days=short)
    assert found.value.part == "changes"


@pytest.mark.parametrize(
    ("part", "other"), [("special_situations", "special_situations"), ("reporting", "further_reporting")]
)
def test_a_code_is_used_once(part: str, other: str) -> None:
    code = ACCIDENT_RULES.seed[part]["rows"][0]["code"]
    with pytest.raises(Unfit, match=f"代号 {code} 用了两次"):
        rules_with(other, len(ACCIDENT_RULES.seed[other]["rows"]) - 1, code=code)


def test_categories_of_one_day_are_of_one_standard() -> None:
    with pytest.raises(Unfit) as found:
        rules_with("categories", standard="GB 1-2026")
    assert found.value.part == "categories"
    rules = rules_with("categories", name="被车撞", short=True, special=True)
    assert "被车撞" in rules.short_categories and "被车撞" in rules.special_categories
    assert "物体打击" not in rules.categories(max(since for since, _ in rules.catalogues))


@pytest.mark.parametrize(("written", "types"), [("1; 4110 ；5", ("1", "4110", "5")), ("", ()), (" ; ", ())])
def test_types_of_equipment_in_a_cell(written: str, types: tuple[str, ...]) -> None:
    assert rules_with("special_situations", equipment_types=written).situations[0].equipment_types == types
