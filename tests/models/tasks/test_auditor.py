"""No case is lost: what has nobody is found, mended where the flow names somebody, and told where not (H06)."""

from __future__ import annotations

from models.core.database import in_transaction
from models.tasks import auditor
from models.tasks.acts import reassign
from models.tasks.auditor_fixes import fixes
from models.tasks.records import Case, CaseStep, Task
from tests.models.tasks.relaying import pass_all_on, told
from tests.models.tasks.units import Unit, approve


def kinds() -> list[str]:
    return sorted(gap.kind for gap in auditor.audit())


def test_a_healthy_house_has_no_gaps(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")), approve("b", unit.id("陈")))
    first, _ = unit.start(unit.thing()), unit.start(unit.thing())
    unit.does("白", first)
    unit.does("陈", first)
    assert auditor.work() == 0 and kinds() == []


def test_all_approvers_locked_is_found_and_told_with_who_could(unit: Unit) -> None:
    unit.above("白", "丁")
    unit.flow(approve("a", unit.id("白"), unit.id("陈")))
    case = unit.start(unit.thing(name="补丁"))
    unit.switch_off("白")
    assert auditor.work() == 0, "one of them is there"
    unit.switch_off("陈")
    assert auditor.work() == 1
    step = CaseStep.get()
    assert step.stranded and kinds() == ["stranded"] and unit.asked(case) == {}
    pass_all_on()
    ((title, names),) = told("step.stranded")
    assert title == "【没有人办理】补丁" and names == ["管"]
    assert (fixes(case, step)[0].name, fixes(case, step)[0].why) == ("丁", "原办理人的上级")
    assert auditor.work() == 0, "told once"
    in_transaction(reassign, unit.actor("管"), case.id, [fixes(case, step)[0].person_id])
    assert unit.asked(case) == {"丁": "a"} and auditor.work() == 0 and kinds() == []


def test_who_the_flow_names_by_now_gets_the_step(unit: Unit) -> None:
    """A changed organisation strands nothing: the field was filled anew, or a superior set, since."""
    unit.flow({"key": "a", "title": "办", "kind": "fill", "who": [{"by": "field", "name": "helper"}]})
    thing = unit.thing(helper=unit.id("白"))
    case = unit.start(thing)
    unit.leave("白")
    thing.change(helper=unit.id("丁"))
    assert auditor.work() == 1
    assert unit.asked(case) == {"丁": "a"} and not CaseStep.get().stranded


def test_a_stranded_step_is_taken_up_as_soon_as_there_is_somebody(unit: Unit) -> None:
    unit.flow({"key": "a", "title": "办", "kind": "fill", "who": [{"by": "field", "name": "helper"}]})
    thing = unit.thing()
    case = unit.start(thing)
    assert CaseStep.get().stranded and auditor.work() == 0
    thing.change(helper=unit.id("丁"))
    assert auditor.work() == 1
    assert unit.asked(case) == {"丁": "a"} and not CaseStep.get().stranded
    pass_all_on()
    assert [names for _, names in told("step.opened")] == [["丁"]]
    assert "healed" in unit.acts(case)


def test_one_after_the_other_does_not_wait_for_who_has_gone(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白"), unit.id("陈"), rule="order"))
    case = unit.start(unit.thing())
    unit.leave("白")
    assert auditor.work() == 1
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
    auditor.work()
    auditor.work()
    pass_all_on()
    assert len(told("case.broken")) == 5
    assert {tuple(names) for _, names in told("case.broken")} == {("管",)}
