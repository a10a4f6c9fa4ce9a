"""会签, one after the other, refusals, conditions, notices, copies, sending up and back (H05, H06)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.core import clock
from models.core.errors import Conflict, Invalid
from models.grid.records import GridNode
from models.tasks.records import CaseStep, Task
from tests.models.tasks.things import Thing
from tests.models.tasks.units import Unit, approve


def test_all_must_agree(unit: Unit) -> None:
    unit.flow(approve("one", *map(unit.id, "白陈丁"), rule="all"))
    case = unit.start(unit.thing())
    unit.does("陈", case)
    unit.does("白", case)
    assert unit.asked(case) == {"丁": "one"} and unit.case(case).state == "running"
    assert len(unit.news("step.decided")) == 2
    unit.does("丁", case)
    assert unit.case(case).state == "approved"


@pytest.mark.parametrize(
    ("refusal", "after_one", "after_two", "end"),
    [("ends", "refused", None, "refused"), ("majority", "running", "refused", "refused"),
     ("noted", "running", "running", "approved")],
)  # fmt: skip
def test_a_refusal_means_what_the_flow_says(
    unit: Unit, refusal: str, after_one: str, after_two: str | None, end: str
) -> None:
    unit.flow(approve("one", *map(unit.id, "白陈丁"), rule="all", refusal=refusal))
    case = unit.start(unit.thing())
    unit.does("白", case, "refuse", comment="不妥")
    assert unit.case(case).state == after_one
    if after_two is not None:
        unit.does("陈", case, "refuse", comment="我也觉得")
        assert unit.case(case).state == after_two
    if unit.case(case).state == "running":
        unit.does("丁", case)
    assert unit.case(case).state == end and unit.asked(case) == {}


def test_a_minority_that_refuses_last_does_not_keep_the_step(unit: Unit) -> None:
    unit.flow(approve("one", *map(unit.id, "白陈丁"), rule="all", refusal="majority"))
    case = unit.start(unit.thing())
    for name in "白陈":
        unit.does(name, case)
    unit.does("丁", case, "refuse", comment="不妥")
    assert unit.case(case).state == "approved"


def test_one_after_the_other_as_listed(unit: Unit) -> None:
    unit.flow(approve("one", *map(unit.id, "丁白陈"), rule="order"))
    case = unit.start(unit.thing())
    waiting = unit.task("白", case, "waiting")
    with pytest.raises(Conflict, match="丁") as refused:
        unit.decide("白", waiting)
    assert refused.value.code == "not_your_turn"
    for name in "丁白陈":
        assert list(unit.asked(case)) == [name]
        unit.does(name, case)
    assert unit.case(case).state == "approved"
    assert [item["persons"] for item in unit.news("step.opened")] == [[unit.id(name)] for name in "丁白陈"]


def test_steps_that_do_not_apply_are_skipped_and_notices_told(unit: Unit) -> None:
    high = {"field": "level", "op": "eq", "value": "high"}
    big = {"any": [high, {"field": "amount", "op": "ge", "value": 100}]}
    unit.flow(
        approve("small", unit.id("白"), when={"field": "amount", "op": "lt", "value": 10}),
        {"key": "tell", "title": "通知", "kind": "notify", "who": [{"by": "person", "id": unit.id("丁")}]},
        approve("big", unit.id("陈"), when=big),
    )  # fmt: skip
    case = unit.start(unit.thing(amount=100))
    assert unit.asked(case) == {"陈": "big"}
    states = {row.key: row.state for row in CaseStep.select().where(CaseStep.case == case.id)}
    assert states == {"small": "skipped", "tell": "done", "big": "open"}
    assert [item["persons"] for item in unit.news("case.copied")] == [[unit.id("丁")]]
    other = unit.start(unit.thing(amount=20))
    assert unit.case(other).state == "approved" and unit.acts(other)[-1] == "ended"


def test_an_outcome_moves_the_subject_and_writes_what_was_filled_in(unit: Unit) -> None:
    from tests.models.tasks.things import calls, photos

    outcomes = [
        {"key": "work", "title": "办理", "needs": ["level", "helper"], "optional": ["wish", "pictures"],
         "does": "work", "effect": "count", "next": "next"},
        {"key": "no", "title": "不办", "needs": ["note", "pictures"], "does": "blame", "next": "end:refused"},
    ]  # fmt: skip
    copies = [{"by": "field", "name": "helper", "when": {"field": "level", "op": "eq", "value": "high"}}]
    unit.flow(approve("one", unit.id("白"), outcomes=outcomes, copies=copies), approve("two", unit.id("陈")))
    case = unit.start(unit.thing())
    with pytest.raises(Invalid) as refused:
        unit.does("白", case, "no", values={"note": "太" * 201, "colour": 1, "pictures": []})
    assert set(refused.value.fields) == {"note", "colour", "pictures"}
    with pytest.raises(Invalid) as refused:
        unit.does("白", case, "work", values={"level": "middling", "helper": unit.id("外")})
    assert set(refused.value.fields) == {"level", "helper"}
    values = {"level": "high", "helper": str(unit.id("丁")), "wish": "快点", "pictures": ["7", "9"]}
    unit.does("白", case, "work", values=values)
    thing = Thing.get_by_id(case.subject_id)
    assert (thing.state, thing.level, thing.helper_id) == ("middle", "high", unit.id("丁"))
    assert calls == [("count", "work", unit.id("白"))] and photos == [(7, "after"), (9, "after")]
    assert unit.news("case.copied")[0]["persons"] == [unit.id("丁")]
    assert unit.task("白", case, "done").values["wish"] == "快点"


def test_signers_values_are_written_together(unit: Unit) -> None:
    outcomes = [
        {
            "key": "yes",
            "title": "同意",
            "optional": ["note", "amount"],
            "does": "praise",
            "next": "end:approved",
        }
    ]
    unit.flow(approve("one", unit.id("白"), unit.id("陈"), rule="all", outcomes=outcomes))
    case = unit.start(unit.thing())
    unit.does("白", case, "yes", values={"amount": 5, "note": "白的话"})
    assert unit.thing_state(case) == "new"
    unit.does("陈", case, "yes", values={"note": "陈的话"})
    thing = Thing.get_by_id(case.subject_id)
    assert (thing.state, thing.amount, thing.note) == ("good", 5, "陈的话")


def grid_of(unit: Unit, *owners: str | None) -> GridNode:
    """A line of the grid from the company down, each with its owner."""
    node, path = None, "/"
    for level, owner in enumerate(owners, 2):
        node = GridNode.create(
            company=unit.company, parent=node, level=str(level), name=f"第{level}级", label_code=f"G{level:09}",
            owner=unit.id(owner) if owner else None,
        )  # fmt: skip
        path = f"{path}{node.id}/"
        GridNode.update(path=path).where(GridNode.id == node.id).execute()
    assert node is not None
    return node


UP = [{"key": "yes", "title": "是", "next": "next"}, {"key": "up", "title": "上报", "next": "up"}]


def test_sent_up_the_grid_until_there_is_nobody_above(unit: Unit) -> None:
    node = grid_of(unit, "白", "陈", None, "丁")
    unit.flow(
        {
            "key": "judge",
            "title": "确认",
            "who": [{"by": "grid_owner", "level": 0}],
            "hours": 8,
            "outcomes": UP,
        }
    )
    case = unit.start(unit.thing(grid=node.id))
    due = CaseStep.get(CaseStep.case == case.id).due_at
    for name in "丁陈":
        assert unit.asked(case) == {name: "judge"}
        unit.does(name, case, "up")
    with pytest.raises(Conflict) as refused:
        unit.does("白", case, "up")
    assert refused.value.code == "no_higher_level"
    unit.does("白", case, "yes")
    steps = list(CaseStep.select().where(CaseStep.case == case.id).order_by(CaseStep.id))
    assert [(step.visit, step.lift, step.state) for step in steps] == [
        (1, 0, "done"),
        (2, 2, "done"),  # nobody is set at the place between
        (3, 3, "done"),
    ]
    assert {step.due_at for step in steps} == {due}


def test_a_return_keeps_the_deadline_and_leads_the_subject_back(unit: Unit, clock: object) -> None:
    work = [{"key": "work", "title": "办", "does": "work", "next": "next"}]
    check = [{"key": "good", "title": "好", "does": "praise", "next": "next"},
             {"key": "again", "title": "重办", "does": "rest", "next": "one"},
             {"key": "anew", "title": "重来", "does": "rest", "next": "one", "restart": True}]  # fmt: skip
    unit.flow(
        approve("one", unit.id("白"), hours=24, outcomes=work),
        approve("two", unit.id("陈"), hours=8, outcomes=check),
    )
    case = unit.start(unit.thing())
    due = unit.task("白", case).due_at
    clock.forward(hours=5)  # type: ignore[attr-defined]
    unit.does("白", case, "work")
    unit.does("陈", case, "again")
    assert unit.asked(case) == {"白": "one"} and unit.task("白", case).due_at == due
    assert unit.thing_state(case) == "new"
    unit.does("白", case, "work")
    later = unit.task("陈", case)
    assert later.due_at == _now() + timedelta(hours=8)  # it came to them anew
    unit.decide("陈", later, "back:one", comment="再看看")
    assert unit.task("白", case).due_at == due and unit.thing_state(case) == "new"
    unit.does("白", case, "work")
    unit.does("陈", case, "anew")
    assert unit.task("白", case).due_at == _now() + timedelta(hours=24)
    states = [step.state for step in CaseStep.select().where(CaseStep.case == case.id).order_by(CaseStep.id)]
    assert states == ["done", "returned", "done", "returned", "done", "returned", "open"]


def _now() -> object:
    return clock.now()


def test_back_goes_to_where_it_came_from_and_no_farther(unit: Unit) -> None:
    back = [{"key": "yes", "title": "是", "next": "next"}, {"key": "back", "title": "退回", "next": "back"}]
    unit.flow(
        *(approve(key, unit.id(name), outcomes=back) for key, name in zip("abc", "白陈丁", strict=True))
    )
    case = unit.start(unit.thing())
    for name in "白陈":
        unit.does(name, case, "yes")
    unit.does("丁", case, "back")
    assert unit.asked(case) == {"陈": "b"}
    unit.does("陈", case, "back")
    assert unit.asked(case) == {"白": "a"}
    with pytest.raises(Conflict) as refused:
        unit.does("白", case, "back")
    assert refused.value.code == "nowhere_back"
    with pytest.raises(Invalid):
        unit.does("白", case, "back:c")
    assert Task.select().where(Task.state == "open").count() == 1
