"""What an open step offers on a card, which can't be written on, and what many may be decided alike by (H05, H06)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.tasks.records import CaseStep
from models.tasks.views.offered_outcomes import MAX_MANY, StepView, choice_of, offered_to, step_view
from tests.models.tasks.units import Unit, approve

LEVELS = (("low", "低"), ("high", "高"))
OUTCOMES = [
    {"key": "yes", "title": "是"},
    {"key": "grade", "title": "定级", "needs": ["level"]},
    {"key": "write", "title": "写明", "needs": ["note"]},
    {"key": "both", "title": "都填", "needs": ["level", "urgent"]},
    {"key": "shoot", "title": "拍照", "needs": ["pictures"]},
    {"key": "say", "title": "说明", "comment": "required"},
    {"key": "may", "title": "可填", "optional": ["level"], "comment": "optional"},
    {"key": "rise", "title": "上报", "next": "up"},
]


def looked(step_id: int) -> StepView | None:
    return in_transaction(step_view, step_id, write=False)


def asked(step_id: int, key: str) -> Any:
    return in_transaction(choice_of, step_id, key, write=False)


def offered(unit: Unit, name: str, *ids: Any) -> dict[str, list[str]]:
    found = in_transaction(offered_to, unit.actor(name), ids, write=False)
    return {task: [outcome.key for outcome in outcomes] for task, outcomes in found.items()}


def test_what_needs_writing_one_choice_or_nothing(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), outcomes=OUTCOMES, text="看清楚"))
    case = unit.start(unit.thing(level="high"))
    step = CaseStep.get(CaseStep.case == case.id)
    view = looked(step.id)
    assert view is not None and view.is_open and view.text == "看清楚"
    assert view.names == {unit.id("白"): "白"}
    assert [offer.outcome.key for offer in view.offers] == [
        "yes", "grade", "write", "both", "shoot", "say", "may",
    ], "nobody is above to send it up to"  # fmt: skip
    assert [offer.outcome.key for offer in view.offers if offer.written] == ["write", "both", "shoot", "say"]
    ((key, choice),) = [(offer.outcome.key, offer.choice) for offer in view.offers if offer.choice]
    assert (key, choice.name, choice.options, choice.chosen) == ("grade", "level", LEVELS, "high")
    assert asked(step.id, "grade") == (choice, step.version)
    for other in ("yes", "write", "may", "gone"):
        assert asked(step.id, other) == (None, step.version)
    unit.does("白", case, "yes")
    view = looked(step.id)
    assert view is not None and not view.is_open and view.offers == ()


def test_what_nobody_chose_yet_begins_with_the_first(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), outcomes=OUTCOMES))
    case = unit.start(unit.thing())
    step = CaseStep.get(CaseStep.case == case.id)
    assert asked(step.id, "grade")[0].chosen == "low"


def test_a_step_that_is_not_there(unit: Unit) -> None:
    assert looked(10**9) is None
    assert asked(10**9, "yes") == (None, 0)


def test_many_may_be_decided_alike_by_what_needs_nothing(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), outcomes=OUTCOMES))
    first, second, gone, done = (unit.start(unit.thing()) for _ in range(4))
    ids = [unit.task("白", case).id for case in (first, second, gone, done)]
    type(gone).update(subject_id=10**9).where(type(gone).id == gone.id).execute()
    unit.does("白", done, "yes")
    assert offered(unit, "白", *ids, 0) == {str(ids[0]): ["yes", "may"], str(ids[1]): ["yes", "may"]}
    assert offered(unit, "陈", *ids) == {}, "they are not asked"
    for wrong in ([], range(1, MAX_MANY + 2)):
        with pytest.raises(Invalid):
            offered(unit, "白", *wrong)
    many = [*ids, *range(10**9, 10**9 + MAX_MANY - len(ids))]
    assert len(offered(unit, "白", *many)) == 2
