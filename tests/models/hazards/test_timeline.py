"""经过: who did what when, each step a line of its own with what came with it (E09)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import NotFound
from models.hazards.timeline import timeline
from models.hazards.treatment import withdraw
from models.tasks.engine import case_actions, reassignment
from tests.models.hazards.grid_company import Land


def test_the_timeline_says_who_when_by_which_door(land: Land, clock: Any) -> None:
    hazard = land.snap()
    clock.forward(minutes=5)
    land.judge(hazard, reason="确实裸露")
    clock.forward(minutes=5)
    land.plan(hazard)
    told = timeline(land.actor("友"), hazard.id)
    assert [(item["title"], item["name"], item["door_text"]) for item in told] == [
        ("上报", "工", "手机"), ("发起", "工", "手机"), ("是隐患", "班", "手机"), ("安排整改", "站", "手机"),
    ]  # fmt: skip
    assert {line["title"]: line["new"] for line in told[2]["changes"]}["判定说明"] == "确实裸露"
    assert {line["title"]: line["new"] for line in told[3]["changes"]}["整改人"] == "电"
    with pytest.raises(NotFound):
        timeline(land.actor("外"), hazard.id)


def test_a_withdrawal_is_one_line_of_the_timeline_however_it_came(land: Land) -> None:
    by_hazard, by_case = land.snap(), land.snap()
    in_transaction(withdraw.withdraw, land.actor("工"), by_hazard.id, "看错了")
    in_transaction(case_actions.withdraw, land.actor("工"), land.case_of(by_case).id, "看错了")
    for hazard in (by_hazard, by_case):
        told = timeline(land.actor("友"), hazard.id)
        assert [(item["title"], item["comment"]) for item in told] == [
            ("上报", None), ("发起", None), ("撤回", "看错了"),
        ]  # fmt: skip


@pytest.mark.parametrize("apart", [0, 0.02])
def test_steps_within_a_second_have_a_line_each_with_what_came_with_them(
    land: Land, clock: Any, apart: float
) -> None:
    hazard = land.snap()
    case = land.case_of(hazard)
    clock.forward(seconds=apart)
    land.judge(hazard)
    clock.forward(seconds=apart)
    land.plan(hazard)
    for result in ("面板已更换", "面板和线都换了"):
        clock.forward(seconds=apart)
        land.submit(hazard, result=result)
        clock.forward(seconds=apart)
        land.does("站", case, "send_back", comment="再看一遍")
    told = timeline(land.actor("友"), hazard.id)
    results = [[line["new"] for line in item["changes"] if line["title"] == "整改情况"] for item in told]
    assert [(item["title"], found) for item, found in zip(told, results, strict=True)] == [
        ("上报", []), ("发起", []), ("是隐患", []), ("安排整改", []), ("提交整改", ["面板已更换"]), ("退回整改", []),
        ("提交整改", ["面板和线都换了"]), ("退回整改", []),
    ]  # fmt: skip


def test_a_hand_on_is_one_line_that_says_to_whom(land: Land, clock: Any) -> None:
    hazard = land.snap()
    clock.forward(minutes=1)
    land.judge(hazard)
    clock.forward(minutes=1)
    land.plan(hazard)
    clock.forward(minutes=1)
    task = land.tasks_of("电")[0]
    in_transaction(reassignment.hand_on, land.actor("电"), task.id, land.id("友"), "我今天休息")
    told = timeline(land.actor("友"), hazard.id)
    assert [item["title"] for item in told] == ["上报", "发起", "是隐患", "安排整改", "转办"]
    assert {line["title"]: line["new"] for line in told[-1]["changes"]}["整改人"] == "友"
    clock.forward(minutes=1)
    land.submit(hazard, "友")
    in_transaction(reassignment.hand_on, land.actor("站"), land.tasks_of("站")[0].id, land.id("班"), "")
    handed = timeline(land.actor("友"), hazard.id)[-1]
    assert (handed["title"], handed["changes"]) == ("转办", [{"title": "新办理人", "old": None, "new": "班"}])
