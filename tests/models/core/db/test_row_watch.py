"""Whoever changes rows that are summed up tells their sums, by whatever query, and one that changes nothing tells nothing."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db import row_watch
from models.core.db.connection import in_transaction
from models.core.db.writes import insert_rows
from models.core.views import kept_sums
from models.core.views.records import KeptSum
from models.equipment.records import Equipment
from models.hazards.records import Hazard
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine


@pytest.fixture
def hazards(world: Any) -> list[Hazard]:
    kept_sums.make_ready()
    return [
        Hazard.create(company=world.a, number=f"YH-{number}", what="电缆裸露", state="reported")
        for number in range(3)
    ]


def written(work: Any) -> int:
    """How many rows of sums an act writes; all sums agree with their rows behind it."""
    before = KeptSum.select().count()
    in_transaction(work)
    assert kept_sums.recount_all() == 0
    return KeptSum.select().count() - before


def test_each_way_of_changing_rows_is_heard_of(world: Any, hazards: list[Hazard]) -> None:
    first = Hazard.id == hazards[0].id
    assert written(lambda: Hazard.update(level="major").where(first).execute())
    assert written(
        lambda: Hazard.update(state="closed").where(first).where(Hazard.level == "major").execute()
    )
    assert written(lambda: hazards[1].change(level="general"))
    assert written(lambda: Hazard.delete().where(first).execute())
    assert written(lambda: hazards[2].delete_instance())
    assert written(lambda: Hazard.create(company=world.a, number="YH-9", what="x", state="reported"))
    assert Hazard.select().count() == 2


def test_what_changes_nothing_that_counts_is_not_told(world: Any, hazards: list[Hazard]) -> None:
    assert written(lambda: Hazard.update(what="另一句").execute()) == 0
    assert written(lambda: Hazard.update(level="major").where(Hazard.id == 10**6).execute()) == 0
    assert written(lambda: Hazard.delete().where(Hazard.id == 10**6).execute()) == 0
    assert written(lambda: insert_rows(Hazard, [])) == 0


def test_rows_that_nobody_watches_are_changed_as_they_are(world: Any) -> None:
    assert row_watch.watcher_of(Equipment) is None and row_watch.watcher_of(Hazard) is not None
    row = small_ledgers.equipment(world.a)
    assert written(lambda: Equipment.update(state="stopped").execute()) == 0
    assert Equipment.get_by_id(row.id).state == "stopped"
    row_watch.inserted(Equipment, [row.id])


def test_several_rows_that_are_watched_go_in_by_the_rule_for_many(world: Any) -> None:
    rows = [
        {"company": world.a.id, "number": f"YH-{number}", "what": "x", "state": "reported"}
        for number in range(2)
    ]
    with pytest.raises(TypeError, match="writes"):
        in_transaction(lambda: Hazard.insert_many(rows).execute())
    assert not Hazard.select().exists()
