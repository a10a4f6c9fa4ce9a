"""Two at once: moves that together would make a circle, first places of the same name, deciders of one hazard (E01, E09)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from models.core.db.connection import database, in_transaction
from models.core.errors import AnbanError
from models.grid import rules
from models.grid.records import GridNode
from models.tasks.engine.decide import decide
from models.tasks.records import Task
from tests.models.hazards.grid_company import Land


def both(*works: Callable[[], Any]) -> list[Any]:
    """Run the works on threads that begin together; gives what each gave or raised."""
    gate = threading.Barrier(len(works))
    given: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        gate.wait()
        try:
            given[place] = in_transaction(works[place])
        except AnbanError as error:
            given[place] = error
        finally:
            if not database.is_closed():
                database.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return given


def test_two_moves_never_make_a_circle(land: Land) -> None:
    """Levels alone forbid it, where none is left out; the lock sees to it whatever the levels are."""
    house = land.house()
    one, two = land.add("甲区", 3, "公司"), land.add("乙区", 4, "公司")
    for _ in range(4):
        both(
            lambda: rules.move_node(house, GridNode.get_by_id(two.id), one.id),
            lambda: rules.move_node(house, GridNode.get_by_id(one.id), land.nodes["公司"].id),
        )
        for row in GridNode.select():
            ids = [int(part) for part in row.path.split("/") if part]
            assert ids[-1] == row.id
            assert len(ids) == len(set(ids))
            assert row.parent_id == (ids[-2] if len(ids) > 1 else None)
        in_transaction(rules.move_node, house, GridNode.get_by_id(two.id), land.nodes["公司"].id)


def test_two_first_places_of_one_name_are_one(land: Land) -> None:
    """No key guards the top, where the parent is empty."""
    GridNode.update(owner=None).execute()
    for node in sorted(GridNode.select(), key=lambda row: -row.path.count("/")):
        node.delete_instance()
    values = {"company": land.company.id, "name": "污水", "level": "1"}
    house = land.house()
    given = both(*[lambda: rules.create_node(house, values)] * 2)
    assert sum(isinstance(item, AnbanError) for item in given) == 1
    assert GridNode.select().count() == 1


def test_of_two_who_decide_one_wins_and_the_other_is_told(land: Land) -> None:
    hazard = land.snap()
    task = Task.get(Task.subject_kind == "hazard", Task.subject_id == hazard.id)
    phone, chat = land.actor("班"), land.actor("班", "chat")
    given = both(
        lambda: decide(phone, task.id, "hazard", values={"level": "general"}),
        lambda: decide(chat, task.id, "no", values={"reason": "不是"}),
    )
    assert sorted(item.first for item in given) == [False, True]  # the same person again changes nothing
    assert len({item.outcome for item in given}) == 1
    assert land.now(hazard).state == {"hazard": "planning", "no": "rejected"}[given[0].outcome]
