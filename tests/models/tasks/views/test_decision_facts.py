"""What who decides is shown before the buttons: the words that led here, and none that did not (H05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.tasks.engine.case_actions import add_signers, comment, hand_on, urge
from models.tasks.records import Case
from models.tasks.views.task import case_view, task_view
from models.tasks.wording import number
from tests.models.tasks.units import Unit, approve

BACK = [
    {"key": "agree", "title": "同意", "style": "primary"},
    {"key": "return", "title": "退回", "comment": "required", "next": "back"},
]


def said(unit: Unit, name: str, case: Case) -> list[tuple[str, str, str]]:
    """Who said what in doing what, as somebody's open task shows it, the newest first."""
    view: dict[str, Any] = task_view(unit.actor(name), unit.task(name, case).id)
    return [(one["name"], one["did"], one["text"]) for one in view["about"]["words"]]


@pytest.fixture
def case(unit: Unit) -> Case:
    unit.flow(approve("one", unit.id("白")), approve("two", unit.id("陈"), outcomes=BACK))
    return unit.start(unit.thing())


def test_who_gets_it_back_reads_why(unit: Unit, case: Case) -> None:
    assert said(unit, "白", case) == []
    unit.does("白", case, comment="按预算")
    assert said(unit, "陈", case) == [("白", "同意", "按预算")]
    unit.does("陈", case, "return", comment="报价单没有附")
    assert said(unit, "白", case) == [("陈", "退回", "报价单没有附"), ("白", "同意", "按预算")]
    unit.does("白", case, comment="已附")
    assert said(unit, "陈", case) == [("白", "同意", "已附"), ("陈", "退回", "报价单没有附")], (
        "not what came before"
    )


def test_who_has_it_handed_on_reads_why_and_the_other_step_does_not(unit: Unit, case: Case) -> None:
    in_transaction(hand_on, unit.actor("白"), unit.task("白", case).id, unit.id("丁"), "我出差，请代看")
    assert said(unit, "丁", case) == [("白", "转办", "我出差，请代看")]
    unit.does("丁", case)
    assert said(unit, "陈", case) == []


def test_a_signer_reads_what_is_asked_and_who_asked_reads_the_opinion(unit: Unit, case: Case) -> None:
    in_transaction(
        add_signers, unit.actor("白"), unit.task("白", case).id, [unit.id("丁")], before=True, comment="要停机吗"
    )  # fmt: skip
    assert said(unit, "丁", case) == [("白", "前加签", "要停机吗")]
    unit.does("丁", case, "disagree", comment="先停机再修")
    assert said(unit, "白", case)[0] == ("丁", "不同意", "先停机再修")


def test_remarks_and_urging_are_no_words_of_who_sent_it(unit: Unit, case: Case) -> None:
    in_transaction(comment, unit.actor("安"), case.id, "有进展吗", [])
    in_transaction(urge, unit.actor("安"), case.id)
    assert said(unit, "白", case) == []


def test_a_case_says_what_it_is_about_and_which_task_is_mine(unit: Unit, case: Case) -> None:
    unit.does("白", case, comment="按预算")
    view = case_view(unit.actor("陈"), case.id)
    assert view["mine"] == str(unit.task("陈", case).id)
    assert [one["text"] for one in view["about"]["words"]] == ["按预算"]
    assert case_view(unit.actor("白"), case.id)["mine"] is None, "done already"
    assert case_view(unit.actor("管"), case.id)["mine"] is None


@pytest.mark.parametrize(
    ("value", "words"),
    [(12.0, "12"), (12.5, "12.5"), (100, "100"), (0, "0"), (0.1 + 0.2, "0.30000000000000004"), (True, ""), ("12", ""), (-3.0, "-3")],
)  # fmt: skip
def test_numbers_as_one_writes_them(value: Any, words: str) -> None:
    assert number(value) == words
