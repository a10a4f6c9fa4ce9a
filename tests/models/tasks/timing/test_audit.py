"""No case is lost: what has nobody is found, mended where the flow names somebody, and told where not (H06)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.administration.records import Account
from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.tasks.engine.case_actions import reassign
from models.tasks.engine.decide import decide_for
from models.tasks.notify.reminders import locked
from models.tasks.records import Case, CaseStep, Task
from models.tasks.timing import audit, deadlines
from models.tasks.timing.audit_fixes import fixes
from models.tasks.views.case import case_view
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit, approve


def kinds() -> list[str]:
    return sorted(gap.kind for gap in audit.audit())


def test_a_healthy_house_has_no_gaps(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")), approve("b", unit.id("陈")))
    first, _ = unit.start(unit.thing()), unit.start(unit.thing())
    unit.does("白", first)
    unit.does("陈", first)
    assert audit.work() == 0 and kinds() == []


def test_all_approvers_locked_is_found_and_told_with_who_could(unit: Unit) -> None:
    unit.above("白", "丁")
    unit.flow(approve("a", unit.id("白"), unit.id("陈")))
    case = unit.start(unit.thing(name="补丁"))
    unit.switch_off("白")
    assert audit.work() == 0, "one of them is there"
    unit.switch_off("陈")
    assert audit.work() == 1
    step = CaseStep.get()
    assert step.stranded and kinds() == ["stranded"] and unit.asked(case) == {}
    pass_all_on()
    ((title, names),) = told("step.stranded")
    assert title == "【没有人办理】补丁" and names == ["管"]
    assert (fixes(case, step)[0].name, fixes(case, step)[0].why) == ("丁", "原办理人的上级")
    seen = {
        name: in_transaction(case_view, unit.actor(name), case.id, write=False)["fixes"] for name in "管安"
    }
    assert seen["管"][0]["name"] == "丁" and seen["安"] == [], "for who may reassign"
    assert audit.work() == 0, "told once"
    in_transaction(reassign, unit.actor("管"), case.id, [fixes(case, step)[0].person_id])
    assert unit.asked(case) == {"丁": "a"} and audit.work() == 0 and kinds() == []


def test_who_the_flow_names_by_now_gets_the_step(unit: Unit) -> None:
    """A changed organisation strands nothing: the field was filled anew, or a superior set, since."""
    unit.flow({"key": "a", "title": "办", "kind": "fill", "who": [{"by": "field", "name": "helper"}]})
    thing = unit.thing(helper=unit.id("白"))
    case = unit.start(thing)
    unit.leave("白")
    thing.change(helper=unit.id("丁"))
    assert audit.work() == 1
    assert unit.asked(case) == {"丁": "a"} and not CaseStep.get().stranded


def test_a_stranded_step_is_taken_up_as_soon_as_there_is_somebody(unit: Unit) -> None:
    unit.flow({"key": "a", "title": "办", "kind": "fill", "who": [{"by": "field", "name": "helper"}]})
    thing = unit.thing()
    case = unit.start(thing)
    assert CaseStep.get().stranded and audit.work() == 0
    thing.change(helper=unit.id("丁"))
    assert audit.work() == 1
    assert unit.asked(case) == {"丁": "a"} and not CaseStep.get().stranded
    pass_all_on()
    assert [names for _, names in told("step.opened")] == [["丁"]]
    assert "healed" in unit.acts(case)


def test_one_after_the_other_does_not_wait_for_who_has_gone(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈"), rule="order"))
    case = unit.start(unit.thing())
    unit.leave("白")
    assert audit.work() == 1
    assert unit.asked(case) == {"陈": "a"}


def test_what_was_broken_by_hand_is_found_and_told_once(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    cases = [unit.start(unit.thing(name=f"第 {n}")) for n in range(4)]
    CaseStep.update(state="done").where(CaseStep.case == cases[0].id).execute()
    Case.update(running_key=None).where(Case.id == cases[1].id).execute()
    Case.update(state="approved").where(Case.id == cases[2].id).execute()
    CaseStep.insert(case=cases[3].id, key="b", title="b", kind="fill", position=2).execute()
    added = CaseStep.get(CaseStep.case == cases[3].id, CaseStep.key == "b")
    Task.create(
        company=unit.company, person=unit.id("陈"), step=added.id, subject_kind="thing", subject_id=1, title="b",
        rank_at=added.opened_at,
    )  # fmt: skip
    assert kinds() == ["key_left", "key_missing", "no_open_step", "step_of_ended", "two_positions"]
    audit.work()
    audit.work()
    pass_all_on()
    assert len(told("case.broken")) == 5
    assert {tuple(names) for _, names in told("case.broken")} == {("管",)}


def lock(unit: Unit, name: str, minutes: int) -> None:
    """Somebody typed wrong passwords, until the account was locked for so long."""
    until = house_clock.now() + timedelta(minutes=minutes)
    Account.update(locked_until=until, failures=11).where(Account.id == unit.accounts[name].id).execute()


def test_all_approvers_locked_out_by_wrong_passwords_keep_the_case(unit: Unit, clock: Any) -> None:
    """A lock passes by itself: nothing is taken from anybody, the ladder goes on, and who may reassign is told once."""
    ladder = [{"after": 0, "who": [{"by": "starter"}]}]
    unit.flow(approve("a", unit.id("白"), unit.id("陈"), hours=1, ladder=ladder))
    case = unit.start(unit.thing(name="补丁"))
    lock(unit, "白", 60)
    assert (audit.work(), kinds()) == (0, []), "one of them is there"
    lock(unit, "陈", 4)
    assert (audit.work(), kinds()) == (0, []), "a slip of the finger"
    lock(unit, "陈", 45)
    assert (audit.work(), kinds()) == (0, ["locked"])
    audit.work()
    pass_all_on()
    ((title, names),) = told("step.locked")
    assert (title.partition(" · ")[0], names) == ("【账号锁定】补丁", ["管"])
    step = CaseStep.get()
    assert not step.stranded
    assert set(unit.asked(case)) == {"白", "陈"}
    assert unit.acts(case).count("locked") == 1
    clock.forward(minutes=61)
    deadlines.work(50)
    pass_all_on()
    assert [names for _, names in told("step.overdue")] == [["安"]]
    assert kinds() == []
    in_transaction(decide_for, unit.id("白"), step.id, "agree", way="card")
    assert unit.case(case).state == "approved"


def test_who_is_locked_out_decides_by_card_all_the_same(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    case = unit.start(unit.thing())
    lock(unit, "白", 60)
    in_transaction(decide_for, unit.id("白"), CaseStep.get().id, "agree", way="card")
    assert unit.case(case).state == "approved"


def test_who_may_reassign_hears_of_locked_accounts_twice_a_day_at_most(unit: Unit, clock: Any) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈")))
    unit.start(unit.thing(name="补丁"))

    def heard() -> list[str]:
        audit.work()
        pass_all_on()
        return [title.partition(" · ")[0] for title, _ in told("step.locked")]

    lock(unit, "白", 10)
    lock(unit, "陈", 60)
    assert heard() == [], "ten minutes are no news"
    lock(unit, "白", 30)
    assert len(heard()) == 1
    (row,) = Outbox.select().where(Outbox.kind == "step.locked")
    assert locked(row) is not None
    CaseStep.update(state="done").execute()
    assert locked(row) is None, "what was decided before it is told is told nobody"
    CaseStep.update(state="open").execute()
    (news,) = unit.news("step.locked")
    assert (news["names"], news["until"]) == (["白", "陈"], "08:30"), "who is first to be back"
    for hours, times in ((11, 1), (1, 2)):  # the moment itself is another time
        clock.forward(hours=hours)
        lock(unit, "白", 30)
        lock(unit, "陈", 30)
        assert len(heard()) == times
