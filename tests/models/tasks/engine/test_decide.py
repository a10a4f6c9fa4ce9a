"""A task is done once, by its holder; everybody else is told who did it (H05, H06)."""

from __future__ import annotations

import pytest

from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.tasks.records import Task
from tests.models.tasks.units import Unit, approve


def test_a_case_goes_from_step_to_step_and_ends(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")), approve("two", unit.id("陈")))
    case = unit.start(unit.thing())
    assert unit.asked(case) == {"白": "one"}
    unit.does("白", case, comment="可以")
    assert unit.asked(case) == {"陈": "two"}
    unit.does("陈", case)
    case = unit.case(case)
    assert (case.state, case.running_key, unit.asked(case)) == ("approved", None, {})
    assert unit.acts(case) == ["started", "decided", "decided", "ended"]
    assert [item["persons"] for item in unit.news("step.opened")] == [[unit.id("白")], [unit.id("陈")]]
    assert len(unit.news("step.closed")) == 2 and len(unit.news("case.ended")) == 1


def test_the_same_again_changes_nothing_and_others_are_told_who_did_it(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), unit.id("陈")))
    case = unit.start(unit.thing())
    mine, others = unit.task("白", case), unit.task("陈", case)
    assert unit.decide("白", mine).first
    again = unit.decide("白", mine, "refuse", comment="改主意了")
    assert (again.first, again.outcome) == (False, "agree")
    with pytest.raises(Conflict) as refused:
        unit.decide("陈", others)
    assert refused.value.code == "done_already"
    assert refused.value.details["by"] == "白" and refused.value.details["outcome_title"] == "同意"
    assert unit.case(case).state == "approved" and Task.get_by_id(mine.id).comment is None


def test_a_task_is_nobody_elses(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    case = unit.start(unit.thing())
    task = unit.task("白", case)
    with pytest.raises(NotFound):
        unit.decide("陈", task)
    with pytest.raises(NotFound):
        unit.decide("外", task)
    with pytest.raises(Forbidden, match="白"):
        unit.decide("管", task)
    with pytest.raises(Invalid, match="只能选"):
        unit.decide("白", task, "maybe")
    assert unit.asked(case) == {"白": "one"}


def test_lines_are_filled_in_one_by_one(unit: Unit) -> None:
    """A list of findings, each with its boxes: checked at the line that is wrong, kept as JSON can keep it."""
    outcomes = [{"key": "done", "title": "完成", "needs": ["found"]}]
    unit.flow(approve("one", unit.id("白"), outcomes=outcomes), approve("two", unit.id("陈")))
    case = unit.start(unit.thing())
    for wrong, said in (
        ([], "请填写发现"), ([{"what": "裂纹"}, {"on": "2026-11-25"}], "请填第 2 条的问题"),
        ([{"what": "裂纹", "who": "x"}], "第 1 条的内容格式不对"), ([{"what": "裂纹"}] * 4, "最多 3 条"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            unit.does("白", case, "done", values={"found": wrong})
        assert refused.value.fields == {"found": said}
    unit.does("白", case, "done", values={"found": [{"what": "裂纹", "on": "2026-11-25", "count": "2"}]})
    assert unit.task("白", case, "done").values == {
        "found": [{"what": "裂纹", "on": "2026-11-25", "count": 2}]
    }
    assert unit.asked(case) == {"陈": "two"}
