"""Tasks made many at once: each once, whoever dies in between or does the same beside (A05)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from models.core.db.connection import database as shared
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid
from models.core.events.outbox import Outbox
from models.messages.records import LOW, Message
from models.tasks.engine.reassignment import hand_on
from models.tasks.records import Task
from models.tasks.timing import periodic
from models.tasks.timing.periodic import MADE, PIECE, PeriodicTask, make
from models.tasks.views import inbox
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit


def works(unit: Unit, count: int, *, start: int = 0, title: str = "巡检", **more: Any) -> list[PeriodicTask]:
    return [
        PeriodicTask(unit.company.id, unit.id("白"), "post_work", 7, title, f"k{number}", **more)
        for number in range(start, start + count)
    ]


def test_twice_makes_and_tells_once(unit: Unit) -> None:
    rows = works(unit, PIECE + 5)
    assert make(rows) == PIECE + 5
    assert Outbox.select().where(Outbox.kind == MADE).count() == 2, "one for each piece"
    assert make(rows) == 0
    assert make([*rows, *works(unit, 2, start=PIECE + 5)]) == 2
    assert Task.select().count() == PIECE + 7
    assert [len(news["persons"]) for news in unit.news(MADE)] == [PIECE, 5, 2]


def test_who_is_killed_has_made_whole_pieces(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = works(unit, PIECE * 3)
    real, calls = periodic._announce, []

    def dies(fresh: Any) -> None:
        calls.append(len(fresh))
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(fresh)

    monkeypatch.setattr(periodic, "_announce", dies)
    with pytest.raises(KeyboardInterrupt):
        make(rows)
    assert Task.select().count() == PIECE and len(unit.news(MADE)) == 1
    monkeypatch.setattr(periodic, "_announce", real)
    assert make(rows) == PIECE * 2
    assert Task.select().count() == PIECE * 3 and len(unit.news(MADE)) == 3


def test_two_at_once_make_each_once(unit: Unit) -> None:
    rows = works(unit, 600)
    made: list[int] = []
    start = threading.Barrier(2)

    def run(part: list[PeriodicTask]) -> None:
        start.wait()
        made.append(make(part))

    parts = (rows[:400], rows[200:])
    threads = [threading.Thread(target=run, args=(part,)) for part in parts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(made) == 600 == Task.select().count()
    assert sum(len(news["persons"]) for news in unit.news(MADE)) == 600


def test_it_may_be_part_of_a_larger_transaction(unit: Unit) -> None:
    class Stop(Exception):
        pass

    def all_or_nothing() -> None:
        make(works(unit, 3))
        raise Stop

    with pytest.raises(Stop):
        in_transaction(all_or_nothing)
    assert Task.select().count() == 0 == Outbox.select().where(Outbox.kind == MADE).count()
    assert shared.obj is not None


def test_they_come_as_small_news_and_stand_in_the_list(unit: Unit, clock: Any) -> None:
    due = clock() + timedelta(hours=10)
    make([*works(unit, 1, title="巡检叉车", due_at=due), *works(unit, 1, start=1, title="查灭火器")])
    pass_all_on()
    assert told(MADE) == [("【待办】巡检叉车 · 今天 18:00前", ["白"]), ("【待办】查灭火器", ["白"])]
    assert {message.urgency for message in Message.select()} == {LOW}, "bundled into one card"
    page = in_transaction(inbox.page, unit.actor("白"), "todo")
    assert [(item["title"], item["kind"], item["case"]) for item in page["items"]] == [
        ("巡检叉车", "periodic", None), ("查灭火器", "periodic", None),
    ]  # fmt: skip


def test_one_that_stands_alone_is_handed_on_to_somebody_else_of_the_unit(unit: Unit) -> None:
    make([PeriodicTask(unit.company.id, unit.id("白"), "post_work", 1, "巡检", "k1")])
    task = Task.get()
    for name in ("外", "白"):
        with pytest.raises(Invalid) as refused:
            in_transaction(hand_on, unit.actor("白"), task.id, unit.id(name))
        assert set(refused.value.fields) == {"person"}
    in_transaction(hand_on, unit.actor("白"), task.id, unit.id("陈"))
    assert Task.get().person_id == unit.id("陈")
    Task.update(state="done").execute()
    with pytest.raises(Conflict) as over:
        in_transaction(hand_on, unit.actor("陈"), task.id, unit.id("丁"))
    assert (over.value.code, Task.get().person_id) == ("moved_on", unit.id("陈"))
