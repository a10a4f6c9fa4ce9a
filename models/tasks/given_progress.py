"""How far a task is that was given to people: of each of them, and in numbers (H03)."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import fn

from models.core import clock
from models.tasks.records import Errand

_UNDER_WAY = ("doing", "reviewing")


def progress_of(given_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """For each given task: total, done, reviewing, cancelled, overdue; two queries for any number."""
    ids = sorted(set(given_ids))
    names = ("total", "doing", "reviewing", "done", "cancelled", "overdue")
    found = {item: dict.fromkeys(names, 0) for item in ids}
    states = (
        Errand.select(Errand.given, Errand.state, fn.COUNT(Errand.id))
        .where(Errand.given.in_(ids or (0,)))
        .group_by(Errand.given, Errand.state)
    )
    for given, state, count in states.tuples():
        found[given][state] += count
        found[given]["total"] += count
    late = (
        Errand.select(Errand.given, fn.COUNT(Errand.id))
        .where(Errand.given.in_(ids or (0,)), Errand.state.in_(_UNDER_WAY), Errand.due_at < clock.now())
        .group_by(Errand.given)
    )
    for given, count in late.tuples():
        found[given]["overdue"] = count
    return found
