"""上报上级: a step that was sent up stays at its level, whoever comes, goes or changes below it and at it (E07, E01)."""

from __future__ import annotations

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict
from models.grid import rules
from models.hazards.records import Hazard
from models.tasks.engine.reassignment import release
from models.tasks.timing.audit import work as audit
from tests.models.hazards.grid_company import Land


def own(land: Land, place: str, who: str) -> None:
    in_transaction(rules.change_owner, land.house(), land.node(place), land.id(who) if who else None)


@pytest.fixture
def sent_up(land: Land) -> Hazard:
    """A hazard in the switch room that 班 has sent up to 站, who owns the site."""
    hazard = land.snap()
    land.does("班", land.case_of(hazard), "up", comment="拿不准")
    assert land.holders(hazard) == {"站": "judge"}
    return hazard


def test_another_owner_of_the_level_takes_it_over(land: Land, sent_up: Hazard) -> None:
    own(land, "一厂", "友")
    assert land.holders(sent_up) == {"友": "judge"}


def test_a_new_owner_below_does_not_bring_it_down(land: Land, sent_up: Hazard) -> None:
    own(land, "配电室", "电")
    own(land, "一厂", "友")
    assert land.holders(sent_up) == {"友": "judge"}


def test_a_place_below_without_an_owner_does_not_push_it_up(land: Land, sent_up: Hazard) -> None:
    own(land, "配电区", "")
    assert land.holders(sent_up) == {"站": "judge"}
    own(land, "一厂", "友")
    assert land.holders(sent_up) == {"友": "judge"}


def test_its_level_without_an_owner_gives_it_to_the_next_above(land: Land, sent_up: Hazard) -> None:
    own(land, "一厂", "")
    assert land.holders(sent_up) == {"总": "judge"}


def test_who_sent_it_up_leaves_and_then_who_has_it(land: Land, sent_up: Hazard) -> None:
    """It is not left with nobody, though there are fewer in the line now than places it was sent up."""
    land.leave("班")
    land.leave("站")
    in_transaction(release, land.house(), land.tasks_of("站")[0].id)
    audit()
    assert land.holders(sent_up) == {"总": "judge"}


def test_sent_up_further_after_a_change_below(land: Land, sent_up: Hazard) -> None:
    own(land, "配电区", "")
    land.does("站", land.case_of(sent_up), "up", comment="请公司定")
    assert land.holders(sent_up) == {"总": "judge"}
    with pytest.raises(Conflict) as refused:
        land.does("总", land.case_of(sent_up), "up", comment="还要上报")
    assert refused.value.code == "no_higher_level"


def test_who_owns_two_levels_does_not_get_it_twice(land: Land) -> None:
    own(land, "一厂", "班")
    hazard = land.snap()
    land.does("班", land.case_of(hazard), "up", comment="拿不准")
    assert land.holders(hazard) == {"总": "judge"}
