"""The loop of a hazard: snapped, judged, planned, put right, reviewed, closed; and every way out of it (E07, E09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid, NotFound
from models.core.files import photos
from models.core.ledger import all_ledgers
from models.hazards.display.hazard_json import hazard_view
from models.hazards.display.on_cards import hazard_details
from models.hazards.ledgers import HAZARDS
from models.hazards.records import Hazard, HazardSource, MajorCriterion
from models.hazards.report import manual
from models.hazards.report.open_hazard import LEDGER
from models.hazards.treatment import extensions, withdraw
from models.messages.records import Message
from models.tasks.records import CaseStep, Task
from models.tasks.views import inbox
from models.tasks.views.task import task_view
from tests.models.hazards.grid_company import Land
from tests.models.tasks.relay import pass_all_on, told
from tests.support.statement_log import listening


def test_from_the_photo_to_the_end(land: Land, clock: Any) -> None:
    hazard = land.snap(photos=[land.photo("工")])
    assert land.holders(hazard) == {"班": "judge"}  # the room has no owner of its own: its area's does it
    assert "等班确认" in hazard_view(land.actor("工"), hazard.id)["became"]
    land.judge(hazard)
    assert land.holders(hazard) == {"站": "plan"}  # general: the site's owner
    clock.forward(hours=1)
    land.plan(hazard)
    assert land.holders(hazard) == {"电": "rectify"}
    step = CaseStep.get(CaseStep.case == land.case_of(hazard).id, CaseStep.key == "rectify")
    assert step.due_at == land.now(hazard).due_at
    land.submit(hazard)
    assert land.holders(hazard) == {"站": "review"}
    land.does("站", land.case_of(hazard), "pass", values={"review_note": "合格"})
    done = land.now(hazard)
    assert (done.state, done.level, done.review_note, done.rectified_at) == (
        "closed",
        "general",
        "合格",
        now(),
    )
    assert done.closed_at == now()
    assert land.case_of(hazard).state == "approved"
    shown = hazard_view(land.actor("工"), hazard.id)
    assert (len(shown["photos_before"]), len(shown["photos_after"])) == (1, 1)
    assert shown["became"].startswith("电已整改完成")
    confirmed, closed = land.news("hazard.confirmed"), land.news("hazard.closed")
    assert (confirmed[0]["level"], confirmed[0]["person"]) == ("general", land.id("工"))
    assert (closed[0]["in_time"], closed[0]["person"]) == (True, land.id("电"))


def test_a_major_one_goes_to_the_company_and_asks_for_the_five(land: Land) -> None:
    hazard = land.snap()
    criterion = MajorCriterion.get(MajorCriterion.code == "TZ-03")
    land.judge(hazard, level="major", criterion=str(criterion.id))
    assert land.holders(hazard) == {"总": "plan"}
    with pytest.raises(Invalid) as caught:
        land.plan(hazard, "总")
    assert set(caught.value.fields) == {"duty_note", "funds", "plan_note"}
    land.plan(
        hazard, "总", duty_note="总经理负责", funds="年度安措费", plan_note="停用并围挡", funds_wan="3.5"
    )
    land.submit(hazard)
    assert land.holders(hazard) == {"总": "review"}
    assert land.now(hazard).criterion_id == criterion.id


def test_a_criterion_makes_it_a_major_one(land: Land) -> None:
    hazard = land.snap()
    with pytest.raises(Invalid) as caught:
        land.judge(hazard, criterion=str(MajorCriterion.get().id))
    assert set(caught.value.fields) == {"criterion"}
    assert land.now(hazard).state == "reported"


def test_a_source_is_a_hazard_too_and_both_point_at_each_other(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard, outcome="source", source_name="低压配电", source_risk="yellow")
    source = HazardSource.get()
    assert (source.name, source.risk, source.grid_id, source.site_id) == (
        "低压配电", "yellow", land.nodes["配电室"].id, land.sites[0].id,
    )  # fmt: skip
    assert (land.now(hazard).source_id, land.now(hazard).state) == (source.id, "planning")
    assert hazard_view(land.actor("友"), hazard.id)["source"] == {"id": str(source.id), "name": "低压配电"}


def test_it_is_none_and_the_reporter_hears_why(land: Land) -> None:
    hazard = land.snap()
    with pytest.raises(Invalid):
        land.judge(hazard, outcome="no")
    land.judge(hazard, outcome="no", reason="是绝缘护套，没有破损")
    assert land.now(hazard).state == "rejected"
    assert hazard_view(land.actor("工"), hazard.id)["became"] == "判定不是隐患：是绝缘护套，没有破损"


def test_it_is_sent_up_until_nobody_is_above(land: Land) -> None:
    hazard = land.snap()
    case = land.case_of(hazard)
    for who, next_one in (("班", "站"), ("站", "总")):
        land.does(who, case, "up", comment="我定不了")
        assert land.holders(hazard) == {next_one: "judge"}
    with pytest.raises(Conflict):
        land.does("总", case, "up", comment="再往上")
    assert land.holders(hazard) == {"总": "judge"}


def test_a_repeat_is_tied_to_the_first(land: Land) -> None:
    first, second = land.snap(), land.snap("友")
    with pytest.raises(Invalid) as caught:
        land.judge(second, outcome="repeat", duplicate_of=str(second.id))
    assert set(caught.value.fields) == {"duplicate_of"}
    land.judge(second, outcome="repeat", duplicate_of=str(first.id))
    assert (land.now(second).state, land.now(second).duplicate_of_id) == ("rejected", first.id)
    assert first.number in hazard_view(land.actor("友"), second.id)["became"]
    third = land.snap("友")
    land.judge(third, outcome="repeat", duplicate_of=str(second.id))
    assert land.now(third).duplicate_of_id == first.id  # never a chain


def test_it_is_sent_back_and_back_again_and_its_deadline_stays(land: Land, clock: Any) -> None:
    hazard = land.snap()
    case = land.case_of(hazard)
    land.judge(hazard)
    land.does("站", case, "again", comment="说不清是哪根电缆")
    assert (land.now(hazard).state, land.holders(hazard)) == ("reported", {"班": "judge"})
    land.judge(hazard)
    land.plan(hazard)
    due = land.now(hazard).due_at
    land.does("电", case, "give_back", comment="要停电，请先协调")
    assert (land.now(hazard).state, land.holders(hazard)) == ("planning", {"站": "plan"})
    clock.forward(hours=30)
    land.plan(hazard, days=5)
    assert land.now(hazard).due_at == due + timedelta(hours=30 + 48)
    land.submit(hazard)
    before = CaseStep.select().where(CaseStep.key == "rectify").order_by(CaseStep.id.desc()).first().due_at
    clock.forward(hours=5)
    land.does("站", case, "send_back", comment="套管没有装")
    again = CaseStep.select().where(CaseStep.key == "rectify").order_by(CaseStep.id.desc()).first()
    assert (land.now(hazard).state, again.due_at) == ("rectifying", before)
    land.submit(hazard)
    land.does("站", case, "pass")
    shown = hazard_view(land.actor("工"), hazard.id)
    assert [len(shown[f"photos_{stage}"]) for stage in ("returned", "after")] == [1, 1], "none is lost"
    assert int(shown["photos_after"][0]["id"]) > int(shown["photos_returned"][0]["id"]), (
        "the newest is the after"
    )


WRONG_PLANS: list[tuple[dict[str, Any], set[str]]] = [
    ({"days": -1}, {"due_at"}),
    ({"days": 4000}, {"due_at"}),
    ({"rectifier": None}, {"rectifier"}),
    ({"rectifier": "999999"}, {"rectifier"}),
    ({"measures": ""}, {"measures"}),
    ({"measures": "长" * 1001}, {"measures"}),
    ({"rectifier": "外"}, {"rectifier"}),
    ({"reviewer": "电"}, {"reviewer"}),
    ({"rectifier": "站"}, {"reviewer"}),  # who would review it, as nobody else is named
    ({"state": "closed"}, {"state"}),
]


@pytest.mark.parametrize(("values", "fields"), WRONG_PLANS)
def test_a_plan_that_can_not_be(land: Land, values: dict[str, Any], fields: set[str]) -> None:
    hazard = land.snap()
    land.judge(hazard)
    wanted = {name: land.id(value) if value in land.people else value for name, value in values.items()}
    with pytest.raises(Invalid) as caught:
        land.plan(hazard, **wanted)
    assert set(caught.value.fields) == fields
    assert land.now(hazard).state == "planning"
    assert land.holders(hazard) == {"站": "plan"}


def test_without_a_photo_of_after_nothing_is_put_right(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard)
    land.plan(hazard)
    for wrong in ([], [land.photo("工")], ["999999"], ["x"]):  # none, another's, none that is there, no id
        with pytest.raises(Invalid) as caught:
            land.submit(hazard, photos_after=wrong)
        assert set(caught.value.fields) == {"photos_after"}
    assert land.now(hazard).state == "rectifying"
    assert photos.of(LEDGER, [hazard.id]).count() == 0


def test_the_reporter_takes_it_back_until_it_is_judged(land: Land) -> None:
    hazard = land.snap()
    with pytest.raises(Conflict):
        in_transaction(withdraw.withdraw, land.actor("友"), hazard.id)
    in_transaction(withdraw.withdraw, land.actor("工"), hazard.id, "看错了")
    assert (land.now(hazard).state, land.case_of(hazard).state) == ("withdrawn", "withdrawn")
    assert land.tasks_of("班") == []
    task = Task.get(Task.person == land.id("班"), Task.subject_id == hazard.id)
    with pytest.raises(Conflict) as late:
        land.decide("班", task, "no", values={"reason": "晚了"})
    assert late.value.code == "case_withdrawn"
    judged = land.snap()
    land.judge(judged)
    with pytest.raises(Conflict):
        in_transaction(withdraw.withdraw, land.actor("工"), judged.id)
    in_transaction(withdraw.withdraw, land.actor("管"), judged.id, "重复登记")
    assert land.now(judged).state == "withdrawn"


def test_strangers_do_not_see_it(land: Land) -> None:
    hazard = land.snap()
    assert hazard_view(land.actor("友"), hazard.id)["mine"] is False  # all of the company may
    for nobody in (hazard.id, 0, 2**63 - 1):
        with pytest.raises(NotFound):
            hazard_view(land.actor("外"), nobody)
    land.leave("友")
    with pytest.raises(NotFound):
        hazard_view(land.actor("友"), hazard.id)


def test_a_grid_without_owners_strands_and_says_so(land: Land) -> None:
    hazard = land.snap()
    assert Hazard.select().count() == 1
    for name in ("班", "站", "总"):
        land.leave(name)
    second = land.snap("友")
    assert land.holders(second) == {}
    assert CaseStep.get(CaseStep.case == land.case_of(second).id).stranded
    assert land.news("step.stranded")
    assert hazard.id != second.id


def test_what_waits_is_listed_with_as_few_questions_for_many_as_for_one(land: Land) -> None:
    """Places, people and pictures of a page of hazards are asked for once; so are those of requests for more time."""
    actor = land.actor("站")

    def more(count: int) -> None:
        for number in range(count):
            hazard = land.snap(what=f"电缆裸露{number}", photos=[land.photo("工")])
            land.judge(hazard)
            other = land.snap(what=f"护栏松动{number}")
            land.judge(other)
            land.plan(other)
            due = (now() + timedelta(days=9)).isoformat()
            in_transaction(extensions.ask, land.actor("电"), other.id, due, "等配件")

    more(1)
    with listening() as few:
        assert len(in_transaction(inbox.page, actor, "todo")["items"]) == 2
    more(3)
    with listening() as many:
        page = in_transaction(inbox.page, actor, "todo")
    assert {item["kind"] for item in page["items"]} == {"case"} and len(page["items"]) == 8
    assert len({item["subject"]["kind"] for item in page["items"]}) == 2
    assert all(item["place"] for item in page["items"])
    assert len(few) == len(many) <= 24


def test_a_step_is_told_by_its_case_and_a_correction_by_the_trail(land: Land) -> None:
    """H04, J05: the reporter hears once of each, whichever way it came about."""
    assert HAZARDS in all_ledgers()
    land.join("管", land.company, "safety_officer")
    hazard = land.snap()
    pass_all_on()
    land.judge(hazard)
    land.plan(hazard)
    assert land.news("row.changed") == [], "the case tells its steps"
    in_transaction(manual.edit, land.actor("管", "console"), land.now(hazard), {"what": "电缆破皮"})
    pass_all_on()
    assert [persons for _, persons in told("row.changed")] == [["工"]]
    assert Message.get(Message.kind == "row.changed").link.endswith(f"id={hazard.id}")


def test_a_major_one_says_by_which_criterion_where_it_is_judged(land: Land) -> None:
    hazard = land.snap()
    for outcome in ("hazard", "source"):
        with pytest.raises(Invalid) as caught:
            land.judge(hazard, outcome=outcome, level="major", criterion=None)
        assert set(caught.value.fields) == {"criterion"}
    form = task_view(land.actor("班"), land.tasks_of("班")[0].id)["outcomes"][0]["fields"]
    (asked,) = [field for field in form if field["name"] == "criterion"]
    assert (asked["required"], asked["needed_when"]) == (False, ["level", "major"])
    land.judge(hazard, level="major")
    assert land.now(hazard).criterion_id is not None
    land.does("总", land.case_of(hazard), "again", comment="不够")
    land.judge(hazard, level="general")
    assert land.now(hazard).criterion_id is land.now(hazard).criterion_said is None


def test_the_words_of_the_criterion_stay_as_they_were(land: Land) -> None:
    hazard = land.snap()
    criterion = MajorCriterion.get()
    land.judge(hazard, level="major", criterion=str(criterion.id))
    said = land.now(hazard).criterion_said or ""
    assert said.startswith(criterion.title) and said.endswith("（待核对）")
    in_transaction(criterion.change, title="改了", confirmed=True)
    assert ("判定标准", said) in hazard_details(land.now(hazard)).facts


def test_one_judged_major_before_criteria_were_asked_for_says_it_at_the_plan(land: Land) -> None:
    hazard = land.snap()
    land.judge(hazard, level="major")
    in_transaction(land.now(hazard).change, criterion=None)
    five = {"duty_note": "站长", "funds": "安措费", "plan_note": "停用"}
    with pytest.raises(Invalid) as caught:
        land.plan(hazard, "总", criterion=None, **five)
    assert set(caught.value.fields) == {"criterion"}
    land.plan(hazard, "总", **five)
    assert land.now(hazard).criterion_said
