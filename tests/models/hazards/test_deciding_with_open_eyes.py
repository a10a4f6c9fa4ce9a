"""What the reviewer of a hazard sees, what the request for more time shows, and from which row one's task is reached (E09, X06)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.hazards.display.hazard_json import hazard_view
from models.hazards.ledgers import HAZARDS
from models.hazards.records import Extension
from models.hazards.treatment.extensions import ask
from models.tasks.assigned.given_tasks import give
from models.tasks.engine.case_actions import hand_on, reassign
from models.tasks.ledgers import CASES
from models.tasks.records import Errand
from models.tasks.views import my_task
from models.tasks.views.task import task_view
from tests.models.hazards.grid_company import Land


def about(land: Land, name: str, case: Any) -> dict[str, Any]:
    found: dict[str, Any] = task_view(land.actor(name), land.task(name, case).id)["about"]
    return found


def test_the_reviewer_sees_before_beside_after_measures_and_result_first(land: Land) -> None:
    hazard = land.snap(what="插座烧黑", photos=[land.photo("工")])
    case = land.case_of(hazard)
    land.judge(hazard)
    assert [one["name"] for one in about(land, "站", case)["pictures"]] == ["现场"]
    land.plan(hazard, measures="换插座，重新穿线")
    assert [fact[0] for fact in about(land, "电", case)["facts"]][:3] == ["问题", "整改措施", "期限"]
    land.submit(hazard)
    first = about(land, "站", case)
    assert [one["name"] for one in first["pictures"]] == ["整改前", "整改后"]
    assert [fact[0] for fact in first["facts"]][:3] == ["问题", "整改措施", "整改情况"]
    land.does("站", case, "send_back", comment="只换了面板")
    assert about(land, "电", case)["words"][0]["text"] == "只换了面板"
    land.submit(hazard)
    second = about(land, "站", case)
    assert [one["name"] for one in second["pictures"]] == ["整改前", "整改后", "上次整改后"], (
        "the newest is the after"
    )
    assert [one["id"] for one in second["pictures"]][:2] != [one["id"] for one in first["pictures"]]


def test_more_time_is_decided_with_reason_and_hazard_in_sight(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard)
    land.plan(hazard, measures="换电缆")
    until = clocks.now() + timedelta(days=9)
    in_transaction(ask, land.actor("电"), hazard.id, until.isoformat(), "电缆下周到货")
    extension = Extension.get()
    owner = my_task.of_row(land.actor("站"), "hazards", hazard.id)
    assert owner == my_task.of_row(land.actor("站"), "hazards", str(hazard.id))
    facts = dict(task_view(land.actor("站"), str(owner["task"]))["about"]["facts"])
    assert (facts["原因"], facts["申请人"], facts["整改措施"]) == ("电缆下周到货", "电", "换电缆")
    assert land.actor("站").person_ids and extension.state == "asked"


def test_from_a_row_to_the_task_that_is_mine_and_nobody_elses(land: Land) -> None:
    hazard = land.snap()
    task = str(land.task("班", land.case_of(hazard)).id)
    nothing = {"task": None, "case": None}
    assert my_task.of_row(land.actor("班"), HAZARDS.name, hazard.id)["task"] == task
    assert my_task.of_row(land.actor("班"), CASES.name, land.case_of(hazard).id)["task"] == task
    for name, ledger, row in (
        ("站", "hazards", hazard.id), ("外", "hazards", hazard.id), ("班", "hazards", hazard.id + 1),
        ("班", "persons", hazard.id), ("班", "no-such", hazard.id), ("班", "hazards", 0),
    ):  # fmt: skip
        assert my_task.of_row(land.actor(name), ledger, row) == nothing
    land.judge(hazard)
    assert my_task.of_row(land.actor("班"), "hazards", hazard.id) == nothing, "done"


def test_who_has_it_now_is_named_after_a_hand_on_and_gets_it_back(land: Land) -> None:
    hazard = land.snap()
    case = land.case_of(hazard)
    land.judge(hazard)
    land.plan(hazard)
    in_transaction(hand_on, land.actor("电"), land.task("电", case).id, land.id("友"), "我休假")
    assert (land.now(hazard).rectifier_id, dict(about(land, "友", case)["facts"])["整改人"]) == (
        land.id("友"),
        "友",
    )
    assert "友正在整改" in hazard_view(land.actor("工"), hazard.id)["became"]
    land.submit(hazard, "友")
    land.does("站", case, "send_back", comment="套管没有装")
    assert land.holders(hazard) == {"友": "rectify"}
    in_transaction(reassign, land.actor("管"), case.id, [land.id("电")], "友调走了")
    assert land.now(hazard).rectifier_id == land.id("电")
    land.submit(hazard, "电")
    in_transaction(hand_on, land.actor("站"), land.task("站", case).id, land.id("总"), "")
    assert land.now(hazard).rectifier_id == land.id("电"), (
        "of a step that the flow finds otherwise nothing is written"
    )


def test_of_two_who_were_given_the_same_work_one_may_hand_theirs_to_the_other(land: Land) -> None:
    asked = {"title": "看灭火器", "persons": [land.id("电"), land.id("友")], "needs_review": False}
    given = in_transaction(give, land.actor("管"), asked)
    (task,) = [one for one in land.tasks_of("电") if one.subject_kind == "errand"]
    in_transaction(hand_on, land.actor("电"), task.id, land.id("友"), "")
    people = [row.person_id for row in Errand.select().where(Errand.given == given.id).order_by(Errand.id)]
    assert sorted(people) == sorted([land.id("电"), land.id("友")]), "each of them has one of their own name"
    (other,) = [one for one in land.tasks_of("友") if one.subject_kind == "errand" and one.id != task.id]
    in_transaction(hand_on, land.actor("友"), other.id, land.id("班"), "")
    assert land.id("班") in {row.person_id for row in Errand.select().where(Errand.given == given.id)}


def test_a_number_of_a_form_is_read_as_it_was_written(land: Land) -> None:
    form = [{"title": "长度", "kind": "number"}, {"title": "合格", "kind": "flag"}]
    asked = {
        "title": "量钢丝绳",
        "text": "四根都量",
        "persons": [land.id("电")],
        "needs_review": True,
        "form": form,
    }
    in_transaction(give, land.actor("管"), asked)
    (task,) = land.tasks_of("电")
    land.decide("电", task, "submit", values={"result": "量好了", "f1": "12.0", "f2": True})
    (review,) = land.tasks_of("管")
    view = task_view(land.actor("管"), review.id)
    assert view["about"]["facts"][:4] == [
        ["完成情况", "量好了"],
        ["长度", "12"],
        ["合格", "是"],
        ["办理人", "电"],
    ]
    assert ["长度", "12"] in view["shown"]["facts"]
