"""Standing in for somebody: dated, told to both, never two at once, never in a circle (X05)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.tasks.engine.case_actions import reassign
from models.tasks.people.offboarding import hand_over
from models.tasks.people.proxies import LONGEST, acting_for, end_early, set_proxy, stand_ins
from models.tasks.records import Proxy, Task
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit, approve

FIRST, LAST = date(2026, 11, 22), date(2026, 11, 25)


def away(unit: Unit, absent: str, instead: str, by: str = "管", **values: Any) -> Proxy:
    wanted = {"person": unit.id(absent), "proxy": unit.id(instead), "starts_on": FIRST, "ends_on": LAST}
    return in_transaction(set_proxy, unit.actor(by), {**wanted, **values})


def test_both_may_do_the_task_and_both_are_told(unit: Unit) -> None:
    away(unit, "白", "陈", reason="休假")
    pass_all_on()
    assert told("proxy.set") == [("【代理】2026-11-22 到 2026-11-25 由陈代理白", ["白", "陈"])]
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    pass_all_on()
    assert [names for _, names in told("step.opened")] == [["白", "陈"]]
    done = unit.decide("陈", unit.task("白", case))
    assert (done.first, done.task.done_by_id) == (True, unit.id("陈"))
    with pytest.raises(Conflict) as refusal:
        unit.decide("白", done.task)
    assert refusal.value.code == "done_already" and "陈" in refusal.value.cause


def test_only_on_its_days_and_only_until_it_is_ended(unit: Unit, clock: Any) -> None:
    proxy = away(unit, "白", "陈")
    mine = [unit.id("陈")]
    assert acting_for(mine, date(2026, 11, 21)) == {} == acting_for(mine, date(2026, 11, 26))
    assert acting_for(mine) == {unit.id("白"): unit.id("陈")} == acting_for(mine, LAST)
    in_transaction(end_early, unit.actor("管"), proxy)
    assert acting_for(mine) == {}
    with pytest.raises(Conflict):
        in_transaction(end_early, unit.actor("管"), Proxy.get_by_id(proxy.id))
    pass_all_on()
    assert told("proxy.set")[-1] == ("【代理结束】陈不再代理白", ["白", "陈"])


def test_a_chain_is_followed_and_a_circle_leads_nowhere(unit: Unit) -> None:
    a, b, c = unit.id("安"), unit.id("白"), unit.id("陈")
    away(unit, "安", "白")
    away(unit, "白", "陈")
    assert acting_for([c]) == {b: c, a: c}
    assert stand_ins([a, b]) == {a: [b, c], b: [c]}
    away(unit, "陈", "安")
    assert acting_for([c]) == {b: c, a: c}
    assert stand_ins([a]) == {a: [b, c]}


def test_who_has_left_stands_in_for_nobody(unit: Unit) -> None:
    away(unit, "白", "陈")
    unit.leave("陈")
    assert stand_ins([unit.id("白")]) == {} and acting_for([unit.id("陈")]) == {}


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (date(2026, 11, 25), date(2026, 11, 30), False),
        (date(2026, 11, 22), date(2026, 11, 22), False),
        (date(2026, 11, 26), date(2026, 11, 30), True),
    ],
)
def test_two_at_once_are_refused(unit: Unit, first: date, last: date, fits: bool) -> None:
    away(unit, "白", "陈")
    if fits:
        away(unit, "白", "丁", starts_on=first, ends_on=last)
        return
    with pytest.raises(Conflict) as refusal:
        away(unit, "白", "丁", starts_on=first, ends_on=last)
    assert refusal.value.code == "overlapping" and "陈" in refusal.value.cause
    assert Proxy.select().count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("proxy", {"proxy": "白"}),
        ("proxy", {"proxy": "外"}),
        ("ends_on", {"ends_on": date(2026, 11, 20), "starts_on": date(2026, 11, 18)}),
        ("ends_on", {"ends_on": date(2026, 11, 21)}),
        ("ends_on", {"ends_on": date(2028, 11, 21)}),
        ("ends_on", {"ends_on": None}),
        ("starts_on", {"starts_on": None}),
        ("starts_on", {"starts_on": None, "ends_on": None}),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(unit: Unit, field: str, values: Any) -> None:
    named = {key: unit.id(value) if isinstance(value, str) else value for key, value in values.items()}
    with pytest.raises(Invalid) as refusal:
        away(unit, "白", "陈", **named)
    assert list(refusal.value.fields) == [field]


def test_the_last_days_that_make_sense(unit: Unit, clock: Any) -> None:
    clock.set(2026, 11, 25)
    longest = LONGEST.of(None)
    away(unit, "白", "陈", starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 25))
    away(unit, "丁", "陈", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 25))
    first = date(2026, 12, 1)
    with pytest.raises(Invalid):
        away(unit, "安", "陈", starts_on=first, ends_on=first + timedelta(days=longest + 1))
    away(unit, "安", "陈", starts_on=first, ends_on=first + timedelta(days=longest))


@pytest.mark.parametrize(("day", "ends"), [(25, True), (26, False)])
def test_on_its_last_day_it_can_still_be_ended_early(unit: Unit, clock: Any, day: int, ends: bool) -> None:
    proxy = away(unit, "白", "陈")
    clock.set(2026, 11, day)
    if ends:
        assert in_transaction(end_early, unit.actor("管"), proxy).ended_at is not None
    else:
        with pytest.raises(Conflict):
            in_transaction(end_early, unit.actor("管"), proxy)


def test_who_has_left_neither_is_away_nor_stands_in(unit: Unit) -> None:
    unit.leave("陈")
    for absent, instead, field in (("白", "陈", "proxy"), ("陈", "白", "person")):
        with pytest.raises(Invalid) as refusal:
            away(unit, absent, instead)
        assert list(refusal.value.fields) == [field]


def test_a_worker_sets_only_their_own(unit: Unit) -> None:
    away(unit, "白", "陈", by="白")
    with pytest.raises((Forbidden, NotFound)):
        away(unit, "丁", "陈", by="白")
    with pytest.raises(NotFound):
        away(unit, "外", "陈", by="管")


def test_nobody_makes_themselves_the_stand_in_of_another_nor_takes_their_approvals(unit: Unit) -> None:
    """An officer would decide in the director's place for up to a year (I1)."""
    with pytest.raises(Forbidden, match="自己代理"):
        away(unit, "白", "管", by="管")
    with pytest.raises(Forbidden, match="自己代理"):
        in_transaction(hand_over, unit.actor("管"), unit.people["白"], unit.people["管"])
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    with pytest.raises(Invalid, match="不能把别人的审批调给自己"):
        in_transaction(reassign, unit.actor("管"), case.id, [unit.id("管")])


def test_the_stand_in_of_somebody_greater_is_set_by_themselves(unit: Unit) -> None:
    unit.join("总", unit.company, "company_administrator")
    with pytest.raises(Forbidden, match="不能为"):
        away(unit, "总", "陈", by="管")
    away(unit, "总", "陈", by="总")


def test_what_was_done_for_others_stays_in_ones_list(unit: Unit, clock: Any) -> None:
    from models.tasks.views import inbox

    away(unit, "白", "陈")
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    todo = in_transaction(inbox.page, unit.actor("陈"), "todo")
    assert [item["for"]["name"] for item in todo["items"]] == ["白"]
    assert todo["counts"] == {"todo": 1, "overdue": 0, "approvals": 1, "unread": 0}
    unit.decide("陈", unit.task("白", case))
    clock.forward(days=30)
    done = in_transaction(inbox.page, unit.actor("陈"), "done")["items"]
    assert [(item["for"]["name"], item["done_by"]["name"]) for item in done] == [("白", "陈")]
    theirs = in_transaction(inbox.page, unit.actor("白"), "done")["items"]
    assert [(item["for"], item["done_by"]["name"]) for item in theirs] == [(None, "陈")]
    assert Task.select().count() == 1
