"""How one task, one case and one given task are told in a list, with each thing there and not there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.core.security.actor import Actor
from models.tasks.records import Case, CaseStep, GivenTask, Task
from models.tasks.subjects import SubjectFacts
from models.tasks.views import items

NOW = datetime(2026, 11, 22, tzinfo=UTC)  # 08:00 in Shanghai, where the test's clock stands
NAMES = {1: "甲", 2: "乙", 3: "丙"}


def _task(**values: Any) -> Task:
    given: dict[str, Any] = {
        "id": 5, "kind": "approve", "title": "审批", "subject_kind": "thing", "subject_id": 9, "company_id": 4,
        "person_id": 1, "state": "open", "opened_at": NOW, "version": 1,
    }  # fmt: skip
    return Task(**{**given, **values})


CASE = Case(id=7, title="1号叉车", number="LC-1", starter_name="丙", kind="thing", subject_id=9)
STEP = CaseStep(id=8, title="初审")


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("due", "done", "late"),
    [
        (None, None, False),
        (None, 5, False),
        (0, None, False),
        (-1, None, True),
        (1, None, False),
        (1, 1, False),
        (1, 2, True),
        (-1, -1, False),
    ],
)
def test_what_is_late(due: int | None, done: int | None, late: bool) -> None:
    def at(minutes: int | None) -> Any:
        return None if minutes is None else NOW + timedelta(minutes=minutes)

    assert items.is_late(_task(due_at=at(due), done_at=at(done))) is late


@pytest.mark.parametrize(
    ("task", "case", "giver"),
    [
        (_task(handed_from_id=2), CASE, "乙"),
        (_task(handed_from_id=99), CASE, "丙"),
        (_task(), CASE, "丙"),
        (_task(), Case(starter_name=None), ""),
        (_task(), None, ""),
    ],
)
def test_who_it_comes_from(task: Task, case: Case | None, giver: str) -> None:
    assert items._giver(task, case, NAMES) == giver


def test_a_task_of_a_case_and_one_that_stands_alone() -> None:
    whole = items.task_item(
        _task(text="请看", done_by_id=2), STEP, CASE, SubjectFacts(picture_id=3, place="仓库"), NAMES, {4: "一公司"},
        {3: "/p/3"}, mine={1: 2},
    )  # fmt: skip
    assert (whole["number"], whole["text"], whole["subject"]["title"]) == ("LC-1", "请看", "1号叉车")
    assert whole["case"] == {"id": "7", "title": "1号叉车", "step": "初审"}
    assert whole["unit"] == {"id": "4", "name": "一公司"} and whole["for"] == whole["person"] == {
        "id": "1",
        "name": "甲",
    }
    assert (whole["done_by"], whole["picture"], whole["place"]) == ({"id": "2", "name": "乙"}, "/p/3", "仓库")
    alone = items.task_item(_task(person_id=99), None, None, SubjectFacts(), NAMES, {}, {})
    assert (alone["number"], alone["text"], alone["subject"]["title"], alone["case"]) == (
        "",
        "",
        "审批",
        None,
    )
    assert alone["unit"] is alone["for"] is alone["done_by"] is alone["picture"] is None
    assert alone["person"] == {"id": "99", "name": ""}
    half = items.task_item(_task(), None, CASE, SubjectFacts(), NAMES, {}, {})
    assert half["case"] is None and half["number"] == "LC-1"
    assert (
        items.task_item(_task(), STEP, Case(id=1, title="x", number=None), SubjectFacts(), NAMES, {}, {})[
            "number"
        ]
        == ""
    )


@pytest.mark.usefixtures("clock")
def test_a_given_task_is_late_while_it_is_open_alone() -> None:
    def told(state: str, minutes: int | None) -> dict[str, Any]:
        due = None if minutes is None else NOW + timedelta(minutes=minutes)
        row = GivenTask(id=1, title="扫地", state=state, created_at=NOW, due_at=due, version=1)
        return items.given_items([row], {1: {"done": 2}} if minutes else {})[0]

    assert [told("open", minutes)["late"] for minutes in (-1, 0, 1, None)] == [True, False, False, False]
    assert told("done", -1)["late"] is False
    assert told("open", -1)["progress"] == {"done": 2} and told("open", None)["progress"] == {}
    assert told("open", None)["text"] == told("open", None)["number"] == ""


def test_units_are_named_to_who_works_for_several(database: Any) -> None:
    one, two = (Actor(1, "甲", person_ids=ids) for ids in ((1,), (1, 2)))
    assert items.units_of(one, [_task()]) == {}
    assert items.units_of(two, [_task()]) == {}, "a unit that is gone"


def test_everybody_whom_tasks_name() -> None:
    assert items.people_of([_task(done_by_id=2, handed_from_id=3), _task(person_id=4)]) == {1, 2, 3, 4, None}
    assert items.person_json(None, NAMES) is None
    assert items.names_of([None]) == {} == items.pictures_of(Actor(1, "甲"), [None])
