"""Several doors at the same moment: one decides, the others are told who it was (H05, H06)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from models.core.db.connection import database, in_transaction
from models.core.errors import AnbanError, Conflict
from models.core.events.outbox import Outbox
from models.tasks.assigned.given_tasks import give_once
from models.tasks.engine.case_actions import hand_on, withdraw
from models.tasks.engine.decide import decide, decide_for
from models.tasks.engine.start import start
from models.tasks.records import CaseEvent, CaseStep, Errand, GivenTask, Task
from tests.models.tasks.units import Unit, approve

DOORS = ("console", "phone", "chat")


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each gives or raises, all begun together."""
    ready = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        ready.wait(10)
        try:
            results[number] = in_transaction(work)
        except AnbanError as error:
            results[number] = error
        finally:
            if not database.is_closed():
                database.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_one_person_by_three_doors_does_it_once(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")), approve("two", unit.id("陈")))
    case = unit.start(unit.thing())
    task = unit.task("白", case)
    actors = [unit.actor("白", DOORS[number % 3]) for number in range(8)]
    works: list[Callable[[], Any]] = [partial(decide, actor, task.id, "agree") for actor in actors[:5]]
    works += [partial(decide_for, unit.id("白"), task.step_id, "refuse", comment="不", way="card")] * 3
    results = at_once(*works)
    assert [result.first for result in results].count(True) == 1
    assert len({result.outcome for result in results}) == 1
    decided = CaseEvent.select().where(CaseEvent.case_id == case.id, CaseEvent.act == "decided")
    assert decided.count() == 1 and Outbox.select().where(Outbox.kind == "step.closed").count() == 1


def test_several_who_may_decide_have_one_winner_and_the_others_are_told(unit: Unit) -> None:
    names = "白陈丁冯高"
    unit.flow(approve("one", *map(unit.id, names)), approve("two", unit.id("管")))
    for _ in range(3):
        case = unit.start(unit.thing())
        tasks = {name: unit.task(name, case).id for name in names}
        actors = {name: unit.actor(name, DOORS[place % 3]) for place, name in enumerate(names)}
        works = [
            partial(decide, actors[name], tasks[name], "agree", comment=name) for name in (*names, *names[:3])
        ]
        results = at_once(*works)
        firsts = [result for result in results if not isinstance(result, AnbanError) and result.first]
        assert len(firsts) == 1
        winner = firsts[0].task.comment
        for name, result in zip((*names, *names[:3]), results, strict=True):
            if name == winner:
                assert not isinstance(result, AnbanError)
            else:
                assert isinstance(result, Conflict) and result.code == "done_already"
                assert result.details["by"] == winner and result.details["outcome_title"] == "同意"
        assert unit.asked(case) == {"管": "two"}
        states = [row.state for row in Task.select().where(Task.id.in_(list(tasks.values())))]
        assert sorted(states) == ["cancelled"] * 4 + ["done"]


def test_started_twice_at_once_there_is_one_case(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    thing, actor = unit.thing(), unit.actor("安")
    results = at_once(*[partial(start, actor, "thing", thing)] * 6)
    refused = [result for result in results if isinstance(result, AnbanError)]
    assert len(refused) == 5 and {error.code for error in refused} == {"already_running"}
    assert CaseStep.select().count() == 1


def test_given_by_the_same_press_at_once_it_is_given_once(unit: Unit) -> None:
    data = {"title": "清点", "persons": [unit.id("白"), unit.id("陈")]}
    for number in range(4):
        works = [
            partial(give_once, unit.actor("管", DOORS[place % 3]), data, key=f"k{number}")
            for place in range(6)
        ]
        results = at_once(*works)
        assert [made for _, made in results].count(True) == 1
        assert len({row.id for row, _ in results}) == 1
    assert (GivenTask.select().count(), Errand.select().count()) == (4, 8)
    assert Outbox.select().where(Outbox.kind == "given.made").count() == 4


def test_decided_withdrawn_and_handed_on_at_once_one_comes_after_the_other(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    for _ in range(4):
        case = unit.start(unit.thing())
        task = unit.task("白", case)
        holder, starter = unit.actor("白"), unit.actor("安")
        works: list[Callable[[], Any]] = [
            partial(decide, holder, task.id, "agree"),
            partial(withdraw, starter, case.id),
            partial(hand_on, holder, task.id, unit.id("丁")),
        ]
        decided, withdrawn, _ = at_once(*works)
        state = unit.case(case).state
        ended = [not isinstance(one, AnbanError) for one in (decided, withdrawn)]
        assert ended.count(True) == 1
        assert state == ("approved" if ended[0] else "withdrawn") and unit.asked(case) == {}
