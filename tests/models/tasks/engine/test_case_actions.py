"""Handing on, signers, taking back, urging, comments, many at once (H05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core import history
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound, TooMany
from models.tasks.engine.case_actions import (
    URGE_EVERY,
    add_signers,
    comment,
    decide_many,
    hand_on,
    reassign,
    urge,
    withdraw,
)
from models.tasks.engine.decide import Decided, decide_for
from models.tasks.engine.reassignment import release
from models.tasks.engine.start import start
from models.tasks.records import Case, CaseEvent, CaseStep, Proxy, Task
from models.tasks.views.case import case_view
from tests.models.tasks.invariants import check
from tests.models.tasks.things import Thing
from tests.models.tasks.units import Unit, approve
from tests.support.company_settings import set_to


def do(act: Any, *args: Any, **more: Any) -> Any:
    return in_transaction(act, *args, **more)


def test_handed_on_the_task_is_the_others(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), unit.id("丁")))
    case = unit.start(unit.thing())
    task = unit.task("白", case)
    for wrong in (unit.id("外"), unit.id("丁"), unit.id("安"), unit.id("白")):
        with pytest.raises(Invalid):
            do(hand_on, unit.actor("白"), task.id, wrong)
    do(hand_on, unit.actor("白"), task.id, unit.id("陈"), "你熟悉")
    assert set(unit.asked(case)) == {"陈", "丁"}
    assert unit.news("task.handed")[0] | {"version": 0} == {
        "task": task.id, "of": unit.id("白"), "to": unit.id("陈"), "persons": [unit.id("陈")], "comment": "你熟悉",
        "waits": False, "step": task.step_id, "version": 0, "by": "白",
    }  # fmt: skip
    with pytest.raises(Forbidden, match="陈"):
        unit.decide("白", task)
    unit.does("陈", case)
    assert unit.case(case).state == "approved"


def test_signers_before_give_their_opinion_and_the_task_comes_back(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    case = unit.start(unit.thing())
    task = unit.task("白", case)
    do(add_signers, unit.actor("白"), task.id, [unit.id("陈"), unit.id("丁")], before=True, comment="请先看")
    assert unit.asked(case) == {"陈": "one+"}
    with pytest.raises(Conflict) as refused:
        unit.decide("白", task)
    assert refused.value.code == "not_your_turn" and "陈" in refused.value.cause
    with pytest.raises(Conflict, match="不能再加签"):
        do(add_signers, unit.actor("陈"), unit.task("陈", case).id, [unit.id("冯")], before=True)
    unit.does("陈", case, "disagree", comment="我看不行")
    assert unit.asked(case) == {"丁": "one+"}
    unit.does("丁", case)
    assert unit.asked(case) == {"白": "one"}
    unit.does("白", case)
    assert unit.case(case).state == "approved"


def test_signers_after_must_agree_before_it_counts(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), outcomes=[{"key": "agree", "title": "同意", "does": "praise"},
              {"key": "refuse", "title": "不同意", "does": "blame", "needs": ["note"], "next": "end:refused"}]))  # fmt: skip
    first, second = unit.start(unit.thing()), unit.start(unit.thing())
    for case in (first, second):
        do(
            add_signers,
            unit.actor("白"),
            unit.task("白", case).id,
            [unit.id("陈"), unit.id("丁")],
            before=False,
        )
        assert unit.asked(case) == {"白": "one"}
        unit.does("白", case)
        assert unit.asked(case) == {"陈": "one+"} and unit.thing_state(case) == "new"
    unit.does("陈", first)
    unit.does("丁", first)
    assert (unit.case(first).state, unit.thing_state(first)) == ("approved", "good")
    with pytest.raises(Invalid):
        unit.does("陈", second, "refuse")
    unit.does("陈", second, "refuse", values={"note": "不妥"})
    assert (unit.case(second).state, unit.thing_state(second)) == ("refused", "bad")
    assert not CaseStep.select().where(CaseStep.state.in_(("open", "ahead"))).exists()


def test_signers_after_a_refusal_that_is_only_noted_are_not_waited_for(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), unit.id("陈"), rule="all", refusal="noted"))
    case = unit.start(unit.thing())
    do(add_signers, unit.actor("白"), unit.task("白", case).id, [unit.id("丁")], before=False)
    unit.does("陈", case)
    unit.does("白", case, "refuse", comment="不妥")
    assert unit.case(case).state == "approved" and unit.asked(case) == {}


@pytest.mark.parametrize("goes", ["白", "丁"])
def test_signers_stay_while_who_asked_them_is_there_and_go_with_them(unit: Unit, goes: str) -> None:
    unit.flow(approve("one", unit.id("白"), unit.id("丁"), rule="all"))
    case = unit.start(unit.thing())
    do(add_signers, unit.actor("白"), unit.task("白", case).id, [unit.id("陈")], before=True)
    assert unit.asked(case) == {"陈": "one+", "丁": "one"}
    task = unit.task(goes, case, "waiting" if goes == "白" else "open")
    unit.leave(goes)
    do(release, unit.house(), task.id)
    if goes == "丁":
        assert unit.asked(case) == {"陈": "one+"}, "another's leaving takes no opinion away"
        unit.does("陈", case, "disagree", comment="先停机")
        assert unit.asked(case) == {"白": "one"}
    else:
        assert unit.asked(case) == {"丁": "one"}, "nobody is there any more who wanted to hear it"


def test_signers_keep_the_order_of_those_who_sign_after(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白"), unit.id("陈"), rule="order"))
    case = unit.start(unit.thing())
    do(add_signers, unit.actor("白"), unit.task("白", case).id, [unit.id("丁")], before=False)
    do(add_signers, unit.actor("白"), unit.task("白", case).id, [unit.id("冯")], before=True)
    for name in "冯白丁陈":
        assert list(unit.asked(case)) == [name]
        unit.does(name, case)
    assert unit.case(case).state == "approved"


def _moves(unit: Unit, case: Case, name: str) -> None:
    """Something else happens to what the case is about."""
    thing = Thing.get_by_id(case.subject_id)
    thing.move(name, unit.house())
    history.note(unit.house(), thing, name)


def _signer_after_a_decision_that_is_no_longer_possible(unit: Unit) -> Case:
    unit.flow(
        approve("one", unit.id("白"), outcomes=[{"key": "rest", "title": "放回", "does": "rest"}]),
        approve("two", unit.id("陈")),
    )
    case = unit.start(unit.thing())
    do(_moves, unit, case, "work")
    do(add_signers, unit.actor("白"), unit.task("白", case).id, [unit.id("丁")], before=False)
    unit.does("白", case, "rest")
    do(_moves, unit, case, "rest")
    return case


def test_the_last_signer_leaves_and_what_was_decided_is_not_possible_any_more(unit: Unit) -> None:
    """A leaver's hand-over must not fail for it: whoever decided is asked once more."""
    case = _signer_after_a_decision_that_is_no_longer_possible(unit)
    with pytest.raises(Conflict):
        unit.does("丁", case)  # who is there is told
    unit.leave("丁")
    do(release, unit.house(), unit.task("丁", case).id)
    assert unit.asked(case) == {"白": "one"}
    check(case.id)
    do(_moves, unit, case, "work")
    unit.does("白", case, "rest")
    assert (unit.asked(case), unit.thing_state(case)) == ({"陈": "two"}, "new")
    check(case.id)


def test_and_whoever_decided_has_left_too(unit: Unit) -> None:
    case = _signer_after_a_decision_that_is_no_longer_possible(unit)
    unit.leave("白")
    unit.leave("丁")
    do(release, unit.house(), unit.task("丁", case).id)
    assert unit.asked(case) == {}
    assert len(unit.news("step.stranded")) == 1
    check(case.id)
    do(reassign, unit.actor("管"), case.id, [unit.id("冯")])
    assert unit.asked(case) == {"冯": "one"}


def test_withdrawn_by_the_starter_and_nothing_can_be_done_then(unit: Unit) -> None:
    unit.flow(
        approve("one", unit.id("白"), outcomes=[{"key": "work", "title": "办", "does": "work"}]),
        approve("two", unit.id("陈")),
    )
    thing = unit.thing()
    case = unit.start(thing)
    with pytest.raises(Conflict) as refused:
        unit.start(thing)
    assert (refused.value.code, refused.value.details) == ("already_running", {"case": str(case.id)})
    assert "安已经发起" in refused.value.cause
    unit.does("白", case, "work")
    task = unit.task("陈", case)
    with pytest.raises(Forbidden):
        do(withdraw, unit.actor("陈"), case.id)
    with pytest.raises(NotFound):
        do(withdraw, unit.actor("外"), case.id)
    do(withdraw, unit.actor("安"), case.id, "写错了")
    assert (unit.case(case).state, unit.thing_state(case), unit.asked(case)) == ("withdrawn", "new", {})
    told = case_view(unit.actor("陈"), case.id)["events"]
    assert [item["title"] for item in told] == ["发起", "办", "撤回"], "one line for one act"
    assert (told[-1]["name"], told[-1]["comment"]) == ("安", "写错了")
    for act in (
        lambda: unit.decide("陈", task),
        lambda: do(withdraw, unit.actor("安"), case.id),
        lambda: do(urge, unit.actor("安"), case.id),
        lambda: do(reassign, unit.actor("管"), case.id, [unit.id("丁")]),
        lambda: do(hand_on, unit.actor("陈"), task.id, unit.id("丁")),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "case_withdrawn"
    assert unit.case(unit.start(thing)).state == "running"


def test_urged_at_most_every_ten_minutes(unit: Unit, clock: Any) -> None:
    unit.flow(approve("one", unit.id("白")))
    case = unit.start(unit.thing())
    with pytest.raises(Forbidden):
        do(urge, unit.actor("白"), case.id)
    do(urge, unit.actor("安"), case.id)
    clock.forward(minutes=9)
    with pytest.raises(TooMany) as refused:
        do(urge, unit.actor("安"), case.id)
    assert refused.value.retry_after == 60
    clock.forward(minutes=1)
    do(urge, unit.actor("安"), case.id)
    assert [item["persons"] for item in unit.news("step.urged")] == [[unit.id("白")]] * 2
    set_to(URGE_EVERY, unit.company.id, 60)
    clock.forward(minutes=59)
    with pytest.raises(TooMany, match="刚催过") as refused:
        do(urge, unit.actor("安"), case.id)
    assert refused.value.cause == "60 分钟内只能催一次"


def test_comments_are_kept_as_written_and_not_longer_than_2000(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    case = unit.start(unit.thing())
    script = "<script>alert('x')</script>" * 400
    with pytest.raises(Invalid, match="最多 2000 个字，现在有 10000 个"):
        unit.does("白", case, comment=script[:10_000])
    with pytest.raises(Invalid, match="最多 2000 个字") as refused:
        do(comment, unit.actor("安"), case.id, script[:10_000])
    assert set(refused.value.fields) == {"text"}
    do(comment, unit.actor("安"), case.id, script[:2000], [unit.id("丁")])
    event = CaseEvent.get(CaseEvent.act == "commented")
    assert event.comment == script[:2000] and unit.news("case.commented")[0]["mentions"] == [unit.id("丁")]
    with pytest.raises(NotFound):
        do(comment, unit.actor("冯"), case.id, "我是谁")
    do(comment, unit.actor("丁"), case.id, "看到了")  # who was called in may answer
    with pytest.raises(Invalid):
        do(comment, unit.actor("安"), case.id, "喂", [unit.id("外")])
    unit.does("白", case, comment=script[:2000])
    assert unit.task("白", case, "done").comment == script[:2000]


def test_many_at_once_each_by_itself(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("白")))
    cases = [unit.start(unit.thing()) for _ in range(3)]
    ids = [unit.task("白", case).id for case in cases]
    unit.decide("白", ids[1])
    do(withdraw, unit.actor("安"), cases[2].id)
    results = decide_many(unit.actor("白"), [*ids, 10**12], "agree")
    kinds = [(item, getattr(found, "first", None), getattr(found, "code", None)) for item, found in results]
    assert kinds == [
        (ids[0], True, None), (ids[1], False, None), (ids[2], None, "case_withdrawn"),
        (10**12, None, "not_found"),
    ]  # fmt: skip
    assert all(isinstance(found, (Decided, AnbanError)) for _, found in results)


def test_a_stand_in_does_the_task_and_both_names_stand_there(unit: Unit, clock: Any) -> None:
    from models.core.clock import today

    unit.flow(approve("one", unit.id("白")))
    case = unit.start(unit.thing())
    Proxy.create(
        company=unit.company, person=unit.id("白"), proxy=unit.id("陈"), starts_on=today(), ends_on=today()
    )
    step = CaseStep.get(CaseStep.case == case.id)
    done = do(decide_for, unit.id("陈"), step.id, "agree", way="card")
    assert done.first and done.task.person_id == unit.id("白") and done.task.done_by_id == unit.id("陈")
    event = CaseEvent.get(CaseEvent.act == "decided")
    assert (event.name, event.for_name, event.person_id) == ("陈", "白", unit.id("陈"))
    assert not do(decide_for, unit.id("陈"), step.id, "agree", way="card").first
    with pytest.raises(Conflict) as refused:
        do(decide_for, unit.id("白"), step.id, "refuse", way="card")
    assert refused.value.details["by"] == "陈"
    with pytest.raises(NotFound):
        do(decide_for, unit.id("丁"), step.id, "agree", way="card")


def test_no_flow_no_case(unit: Unit) -> None:
    with pytest.raises(Conflict) as refused:
        do(start, unit.actor("安"), "thing", unit.thing())
    assert refused.value.code == "no_flow"
    assert Task.select().count() == 0


def test_only_what_is_still_to_do_is_given_back(unit: Unit) -> None:
    """Each state of a task: one that is done, or was taken away, stays as it is when its holder goes."""
    unit.flow(approve("all", unit.id("白"), unit.id("丁")))
    case = unit.start(unit.thing())
    open_, other = unit.task("白", case), unit.task("丁", case)
    unit.does("丁", case)
    before = Task.get_by_id(other.id)
    do(release, unit.actor("安"), other.id)
    after = Task.get_by_id(other.id)
    assert (after.state, after.version) == (before.state, before.version)
    do(release, unit.actor("安"), open_.id)
    assert Task.get_by_id(open_.id).state not in ("open", "waiting")
