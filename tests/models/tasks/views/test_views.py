"""A task and a case as the doors show them, and to whom (H02, H05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.tasks.engine.case_actions import add_signers, comment
from models.tasks.records import Follow
from models.tasks.views.task import case_view, subject_cases, task_view
from tests.models.tasks.units import Unit, approve


def test_a_task_with_what_may_be_decided(unit: Unit) -> None:
    outcomes: list[dict[str, Any]] = [
        {"key": "yes", "title": "是", "needs": ["level", "pictures"], "optional": ["amount"], "next": "next"},
        {"key": "no", "title": "否", "comment": "required", "next": "end:refused"},
    ]
    unit.flow(approve("one", unit.id("白")), approve("two", unit.id("陈"), outcomes=outcomes, hours=8))
    case = unit.start(unit.thing(amount=7))
    unit.does("白", case, comment="好")
    task = unit.task("陈", case)
    view = task_view(unit.actor("陈"), task.id)
    assert view["state"] == "open" and view["case"]["id"] == str(case.id) and view["due_at"]
    assert [(item["key"], item["title"], item["comment"]) for item in view["outcomes"]] == [
        ("yes", "是", "optional"), ("no", "否", "required"),
    ]  # fmt: skip
    fields = [
        (item["name"], item["kind"], item["required"], item["default"])
        for item in view["outcomes"][0]["fields"]
    ]
    assert fields == [
        ("level", "choice", True, None),
        ("pictures", "photos", True, None),
        ("amount", "integer", False, 7),
    ]
    assert view["may"] == {
        "hand_on": True,
        "add_signer": True,
        "back": [{"key": "back:one", "title": "步骤one"}],
        "comment": True,
    }
    officer = task_view(unit.actor("管"), task.id)
    assert officer["outcomes"] == [] and not officer["may"]["hand_on"]
    unit.decide("陈", task, "no", comment="不行")
    done = task_view(unit.actor("陈"), task.id)
    assert done["outcomes"] == [] and done["done"]["by"] == "陈" and done["done"]["comment"] == "不行"
    for stranger in "冯外":
        with pytest.raises(NotFound):
            task_view(unit.actor(stranger), task.id)


def test_a_case_as_a_picture_with_its_record(unit: Unit) -> None:
    unit.flow(
        approve("one", unit.id("白"), unit.id("丁")), approve("two", unit.id("陈")),
        approve("never", unit.id("冯"), when={"field": "amount", "op": "gt", "value": 5}), approve("last", unit.id("高")),
    )  # fmt: skip
    case = unit.start(unit.thing(amount=1))
    unit.does("白", case, comment="<b>可以</b>")
    unit.does("陈", case, "back:one")
    in_transaction(add_signers, unit.actor("丁"), unit.task("丁", case).id, [unit.id("冯")], before=True)
    view = case_view(unit.actor("安"), case.id)
    assert [(item["key"], item["state"], item["visit"]) for item in view["steps"]] == [
        ("one", "done", 1), ("two", "returned", 1), ("one", "open", 2), ("one+", "open", 1),
        ("two", "ahead", 0), ("never", "ahead", 0), ("last", "ahead", 0),
    ]  # fmt: skip
    first = view["steps"][0]["people"]
    assert [(one["name"], one["state"], one["outcome_title"], one["comment"]) for one in first] == [
        ("白", "done", "同意", "<b>可以</b>"), ("丁", "cancelled", None, ""),
    ]  # fmt: skip
    assert [item["act"] for item in view["events"]] == ["started", "decided", "decided", "signers_added"]
    assert view["may"] == {"withdraw": True, "urge": True, "comment": True, "reassign": False}
    assert case_view(unit.actor("管"), case.id)["may"]["reassign"]
    assert [item["id"] for item in subject_cases(unit.actor("安"), "thing", case.subject_id)] == [
        str(case.id)
    ]


def test_who_may_see_a_case(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    case = unit.start(unit.thing())
    for name in "安白管":
        assert case_view(unit.actor(name), case.id)["title"] == "试验"
    for name in "冯高外":
        with pytest.raises(NotFound):
            case_view(unit.actor(name), case.id)
    in_transaction(comment, unit.actor("安"), case.id, "请看", [unit.id("冯")])
    Follow.create(
        company=unit.company, person=unit.id("高"), subject_kind="thing", subject_id=case.subject_id
    )
    for name in "冯高":
        assert case_view(unit.actor(name), case.id)
    for view in (case_view, task_view):
        with pytest.raises(NotFound):
            view(unit.actor("安"), "12; DROP TABLE task")
