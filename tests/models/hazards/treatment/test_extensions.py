"""More time: asked once at a time, decided by who is responsible, and the open step follows (X06)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.hazards.display.hazard_json import hazard_view
from models.hazards.records import Extension, Hazard
from models.hazards.timeline import timeline
from models.hazards.treatment import extensions
from models.tasks.engine import case_actions
from models.tasks.records import CaseStep, Task
from tests.models.hazards.grid_company import Land
from tests.support.company_settings import set_to


@pytest.fixture
def rectifying(land: Land) -> Hazard:
    hazard = land.snap()
    land.judge(hazard)
    land.plan(hazard, days=3)
    return land.now(hazard)


def ask(land: Land, hazard: Hazard, who: str = "电", days: float = 5, reason: Any = "等配件") -> Extension:
    until = (now() + timedelta(days=days)).isoformat()
    made: Extension = in_transaction(extensions.ask, land.actor(who), hazard.id, until, reason)
    return made


def decide(land: Land, extension: Extension, who: str = "站", outcome: str = "grant", **more: Any) -> None:
    land.does(who, land.case_of(extension, "extension"), outcome, **more)  # type: ignore[arg-type]


def step_of(hazard: Hazard, land: Land) -> CaseStep:
    query = CaseStep.select().where(CaseStep.case == land.case_of(hazard).id, CaseStep.key == "rectify")
    found: CaseStep = query.order_by(CaseStep.id.desc()).first()
    return found


def test_granted_moves_the_deadline_and_the_open_step(land: Land, rectifying: Hazard) -> None:
    extension = ask(land, rectifying)
    assert land.holders(extension, "extension") == {"站": "decide"}  # type: ignore[arg-type]
    shown = hazard_view(land.actor("电"), rectifying.id)["extension"]
    assert (shown["state"], shown["reason"]) == ("asked", "等配件")
    decide(land, extension)
    hazard, step = land.now(rectifying), step_of(rectifying, land)
    until = Extension.get_by_id(extension.id).due_at
    assert (hazard.due_at, hazard.extensions, step.due_at) == (until, 1, until)
    assert step.next_nudge_at == until - timedelta(hours=24)
    task = land.task("电", land.case_of(hazard))
    assert (task.due_at, task.rank_at) == (until, until)
    assert Extension.get_by_id(extension.id).state == "granted"
    titles = [item["title"] for item in timeline(land.actor("友"), hazard.id)]
    assert titles == [
        "上报",
        "发起",
        "是隐患",
        "安排整改",
        "延期：发起",
        "期限已延",
        "延期：同意延期",
        "延期：已完成",
    ]


def test_a_return_keeps_the_new_deadline(land: Land, rectifying: Hazard) -> None:
    decide(land, ask(land, rectifying))
    until = land.now(rectifying).due_at
    land.submit(rectifying)
    land.does("站", land.case_of(rectifying), "send_back", comment="没有装套管")
    assert step_of(rectifying, land).due_at == until


def test_refused_changes_nothing_and_may_be_asked_again(land: Land, rectifying: Hazard) -> None:
    extension = ask(land, rectifying)
    with pytest.raises(Conflict) as twice:
        ask(land, rectifying)
    assert twice.value.code == "already_asked"
    with pytest.raises(Invalid):
        decide(land, extension, outcome="refuse")
    decide(land, extension, outcome="refuse", comment="今天就能改")
    assert (land.now(rectifying).due_at, Extension.get_by_id(extension.id).state) == (
        rectifying.due_at,
        "refused",
    )
    again = ask(land, rectifying)
    in_transaction(case_actions.withdraw, land.actor("电"), land.case_of(again, "extension").id)  # type: ignore[arg-type]
    assert Extension.get_by_id(again.id).state == "withdrawn"
    assert ask(land, rectifying).id


def test_of_a_major_one_the_company_decides(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    five = {"duty_note": "总", "funds": "年度", "plan_note": "停用"}
    land.plan(hazard, "总", **five)
    assert land.holders(ask(land, hazard), "extension") == {"总": "decide"}  # type: ignore[arg-type]


def test_nobody_grants_their_own(land: Land, rectifying: Hazard) -> None:
    land.does("电", land.case_of(rectifying), "give_back", comment="换人")
    land.plan(rectifying, rectifier=land.id("站"), reviewer=land.id("总"))
    extension = ask(land, rectifying, "站")
    assert land.holders(extension, "extension") == {"总": "decide"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "reason", "fields"),
    [(2, "等", {"due_at"}), (-1, "等", {"due_at"}), (400, "等", {"due_at"}), (5, "", {"reason"}), (5, "长" * 301, {"reason"})],
)  # fmt: skip
def test_what_can_not_be(land: Land, rectifying: Hazard, days: float, reason: str, fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        ask(land, rectifying, days=days, reason=reason)
    assert set(caught.value.fields) == fields
    assert Extension.select().count() == 0
    with pytest.raises(Invalid):
        in_transaction(extensions.ask, land.actor("电"), rectifying.id, "明天", "等")


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("late", "seconds", "cause"),
    [
        (False, 0, "要晚于现在的期限"),
        (False, 1, ""),
        (False, 362 * 86400, ""),
        (False, 362 * 86400 + 1, "最多延期 365 天"),
        (True, -3600 * 24, "要延到现在以后"),
        (True, -3600 * 24 + 1, ""),
    ],
)
def test_until_when_more_time_may_be_asked_for(
    land: Land, rectifying: Hazard, clock: Any, late: bool, seconds: int, cause: str
) -> None:
    """`seconds` after the deadline that it has (of one that is a day late: after a day later than that)."""
    set_to(extensions.LONGEST, land.company.id, 365)
    assert rectifying.due_at is not None
    until = rectifying.due_at + timedelta(seconds=seconds)
    if late:
        clock.forward(days=4)  # it was due in three
        until += timedelta(days=2)
    if not cause:
        assert (
            in_transaction(
                extensions.ask, land.actor("电"), rectifying.id, until.isoformat(), "等配件"
            ).due_at
            == until
        )
        return
    with pytest.raises(Invalid) as refused:
        in_transaction(extensions.ask, land.actor("电"), rectifying.id, until.isoformat(), "等配件")
    assert cause in refused.value.fields["due_at"]


def test_not_in_the_last_hour_but_after_it(land: Land, rectifying: Hazard, clock: Any) -> None:
    clock.forward(days=2, hours=23, minutes=30)
    with pytest.raises(Conflict) as late:
        ask(land, rectifying)
    assert late.value.code == "too_late"
    clock.forward(hours=1)
    assert hazard_view(land.actor("电"), rectifying.id)["overdue"]
    decide(land, ask(land, rectifying))
    assert not hazard_view(land.actor("电"), rectifying.id)["overdue"]


def test_who_may_ask_and_when(land: Land, rectifying: Hazard) -> None:
    with pytest.raises(Forbidden):
        ask(land, rectifying, "友")
    with pytest.raises(NotFound):
        ask(land, rectifying, "外")
    assert hazard_view(land.actor("电"), rectifying.id)["can"]["extend"]
    assert not hazard_view(land.actor("友"), rectifying.id)["can"]["extend"]
    acts_on = land.task("电", land.case_of(rectifying))
    in_transaction(case_actions.hand_on, land.actor("电"), acts_on.id, land.id("友"))
    assert ask(land, rectifying, "友").asker_id == land.id("友")  # who has the task now
    reported = land.snap()
    with pytest.raises((Conflict, Forbidden)):
        ask(land, reported, "管")


def test_what_is_put_right_needs_no_more_time(land: Land, rectifying: Hazard) -> None:
    extension = ask(land, rectifying)
    land.submit(rectifying)
    assert Extension.get_by_id(extension.id).state == "withdrawn"
    assert land.case_of(extension, "extension").state == "withdrawn"  # type: ignore[arg-type]
    open_ones = Task.select().where(Task.subject_kind == "extension", Task.state == "open")
    assert open_ones.count() == 0
