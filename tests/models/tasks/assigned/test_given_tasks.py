"""Tasks that people give each other: seen done, reviewed, reminded, called off (H03)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from models.messages.records import Message
from models.tasks.assigned import given_tasks
from models.tasks.assigned.progress import given_view, progress_of
from models.tasks.people.offboarding import hand_over
from models.tasks.records import Case, Errand, GivenTask, Task
from models.tasks.views import inbox
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit

FORM = [
    {"title": "数量", "kind": "integer", "required": True},
    {"title": "结论", "kind": "choice", "choices": ["合格", "不合格"]},
    {"title": "state", "kind": "text"},
]


def give(unit: Unit, *names: str, by: str = "管", **values: Any) -> GivenTask:
    data = {"title": "清点灭火器", "persons": [unit.id(name) for name in names], **values}
    return in_transaction(given_tasks.give, unit.actor(by), data)


def case_of(unit: Unit, row: GivenTask, name: str) -> Case:
    errand = Errand.get(Errand.given == row.id, Errand.person == unit.id(name))
    return Case.select().where(Case.kind == "errand", Case.subject_id == errand.id).get()


def test_from_giving_to_the_last_review(unit: Unit, clock: Any) -> None:
    row = give(unit, "白", "陈", due_at=(clock() + timedelta(hours=10)).isoformat(), form=FORM)
    assert row.number.startswith("RW261122-") and row.giver_id == unit.id("管")
    pass_all_on()
    assert told("step.opened") == [("【待办理】清点灭火器 · 今天 18:00前", [name]) for name in ("白", "陈")]
    first = case_of(unit, row, "白")
    with pytest.raises(Invalid) as refusal:
        unit.does("白", first, "submit", values={})
    assert list(refusal.value.fields) == ["f1"]
    unit.does("白", first, "submit", values={"f1": "12", "f2": "合格", "f3": "cancelled"})
    errand = Errand.get(Errand.person == unit.id("白"))
    assert (errand.state, errand.values) == ("reviewing", {"f1": 12, "f2": "合格", "f3": "cancelled"})
    unit.does("管", first, "send_back", comment="数错了")
    assert Errand.get_by_id(errand.id).state == "doing"
    unit.does("白", first, "submit", values={"f1": 13})
    unit.does("管", first, "accept")
    assert progress_of([row.id])[row.id] == {
        "total": 2, "doing": 1, "reviewing": 0, "done": 1, "cancelled": 0, "overdue": 0,
    }  # fmt: skip
    pass_all_on()
    assert GivenTask.get_by_id(row.id).state == "open"
    second = case_of(unit, row, "陈")
    unit.does("陈", second, "submit", values={"f1": 1})
    unit.does("管", second, "accept")
    pass_all_on()
    assert GivenTask.get_by_id(row.id).state == "closed"
    (item,) = in_transaction(inbox.page, unit.actor("管"), "given")["items"]
    assert (item["title"], item["state_text"], item["progress"]["done"]) == ("清点灭火器", "已结束", 2)


def test_late_is_who_has_not_done_it_after_the_last_moment(unit: Unit, clock: Any) -> None:
    row = give(unit, "白", "陈", "丁", due_at=(clock() + timedelta(hours=10)).isoformat(), needs_review=False)
    unit.does("丁", case_of(unit, row, "丁"), "submit", values={"result": "好"})

    def late() -> tuple[int, list[bool]]:
        view = in_transaction(given_view, unit.actor("管", "console"), row)
        return progress_of([row.id])[row.id]["overdue"], [person["late"] for person in view["persons"]]

    clock.forward(hours=10)
    assert late() == (0, [False] * 3)
    clock.forward(seconds=1)
    assert late() == (2, [True, True, False])


def test_without_review_it_is_done_when_it_is_submitted(unit: Unit) -> None:
    row = give(unit, "白", needs_review=False)
    with pytest.raises(Invalid) as refusal:
        unit.does("白", case_of(unit, row, "白"), "submit")
    assert list(refusal.value.fields) == ["result"], "without a form a few words are asked for"
    unit.does("白", case_of(unit, row, "白"), "submit", values={"result": "都在"})
    errand = Errand.get()
    assert (errand.state, errand.result) == ("done", "都在")
    pass_all_on()
    assert GivenTask.get().state == "closed"


def test_calling_it_off_tells_who_has_it_still_to_do(unit: Unit) -> None:
    row = give(unit, "白", "陈", needs_review=False)
    unit.does("白", case_of(unit, row, "白"), "submit", values={"result": "好"})
    in_transaction(given_tasks.cancel, unit.actor("管"), row.id, "不用了")
    pass_all_on()
    ((title, names),) = told("given.cancelled")
    assert title == "【已取消】清点灭火器" and names == ["陈"]
    assert Message.get(Message.kind == "given.cancelled").text == f"{row.number} 管取消了这个任务：不用了"
    assert sorted(e.state for e in Errand.select()) == ["cancelled", "done"]
    assert Task.select().where(Task.state == "open").count() == 0
    assert GivenTask.get().state == "cancelled"
    with pytest.raises(Conflict):
        in_transaction(given_tasks.cancel, unit.actor("管"), row.id)


def test_calling_it_off_without_a_word_and_with_nobody_left_to_do_it(unit: Unit) -> None:
    row, done = give(unit, "白"), give(unit, "陈", needs_review=False, title="已做的")
    unit.does("陈", case_of(unit, done, "陈"), "submit", values={"result": "好"})
    for given in (row, done):
        in_transaction(given_tasks.cancel, unit.actor("管"), given.id)
    pass_all_on()
    assert told("given.cancelled") == [("【已取消】清点灭火器", ["白"])], "nobody had the other one to do"
    assert Message.get(Message.kind == "given.cancelled").text == f"{row.number} 管取消了这个任务"


def test_reminding_urges_those_who_have_not_done_it(unit: Unit) -> None:
    row = give(unit, "白", "陈")
    unit.does("白", case_of(unit, row, "白"), "submit", values={"result": "好"})
    assert in_transaction(given_tasks.remind, unit.actor("管"), row.id) == 1
    pass_all_on()
    assert [names for _, names in told("step.urged")] == [["陈"]]
    with pytest.raises(TooMany):
        in_transaction(given_tasks.remind, unit.actor("管"), row.id)


def test_a_return_finds_who_has_it_now(unit: Unit) -> None:
    row = give(unit, "白")
    case = case_of(unit, row, "白")
    in_transaction(hand_over, unit.actor("管"), unit.people["白"], unit.people["丁"])
    unit.does("丁", case, "submit", values={"result": "好"})
    unit.does("管", case, "send_back", comment="再看看")
    assert unit.asked(case) == {"丁": "do"}


def test_a_lost_answer_and_a_second_press_give_it_once(unit: Unit) -> None:
    data = {"title": "清点灭火器", "persons": [unit.id("白"), unit.id("陈")]}
    first, made = in_transaction(given_tasks.give_once, unit.actor("管"), data, key="k1")
    again, twice = in_transaction(given_tasks.give_once, unit.actor("管"), {**data, "title": ""}, key="k1")
    assert (made, twice, again.id) == (True, False, first.id)
    assert (GivenTask.select().count(), Errand.select().count(), Case.select().count()) == (1, 2, 2)
    other = unit.join("管二", unit.company, "safety_officer")
    theirs, made = in_transaction(given_tasks.give_once, unit.actor(other.name), data, key="k1")
    assert made and theirs.id != first.id, "a key is its owner's"
    with pytest.raises(Forbidden):
        in_transaction(given_tasks.give_once, unit.actor("白"), data, key="k1")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"persons": []}, "persons"),
        ({"persons": ["x"]}, "persons"),
        ({"persons": "外"}, "persons"),
        ({"due_at": "2020-01-01T00:00:00+08:00"}, "due_at"),
        ({"due_at": "明天"}, "due_at"),
        ({"form": [{"title": ""}]}, "form"),
        ({"form": [{"title": "甲", "kind": "choice", "choices": ["只有一个"]}]}, "form"),
        ({"form": [{"title": "甲", "kind": "table"}]}, "form"),
        ({"form": [{"title": "甲"}] * 21}, "form"),
        ({"form": "甲"}, "form"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(unit: Unit, values: Any, field: str) -> None:
    if values.get("persons") == "外":
        values = {"persons": [unit.id("外")]}
    with pytest.raises(Invalid) as refusal:
        give(unit, "白", **values)
    assert field in refusal.value.fields
    assert GivenTask.select().count() == 0


def test_who_may_not_give_sees_and_changes_nothing(unit: Unit) -> None:
    row = give(unit, "白")
    with pytest.raises(Forbidden):
        give(unit, "陈", by="白")
    with pytest.raises(Forbidden):
        in_transaction(given_tasks.cancel, unit.actor("白"), row.id)
    stranger = unit.join("外管", unit.other, "safety_officer")
    with pytest.raises(NotFound):
        in_transaction(given_tasks.cancel, unit.actor(stranger.name), row.id)
