"""Who is asked: never who asked it themselves, who has left or is switched off; a step without anybody says so (H06)."""

from __future__ import annotations

import pytest

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.objectives.posts.leaving_post import give_up
from models.objectives.records import PersonPost, Post
from models.organization.records import Person
from models.tasks.engine.case_actions import reassign, urge, withdraw
from models.tasks.engine.reassignment import release
from models.tasks.records import CaseStep, Task
from tests.models.tasks.units import Unit, approve


def test_nobody_approves_what_they_asked_for(unit: Unit) -> None:
    unit.above("安", "高")
    unit.flow(approve("one", unit.id("安")))
    assert unit.asked(unit.start(unit.thing())) == {"高": "one"}
    unit.flow(approve("one", unit.id("安"), own="allow"))


@pytest.mark.parametrize(
    ("own", "asked"), [("up", {"白": "one"}), ("skip", {"白": "one"}), ("allow", {"安": "one", "白": "one"})]
)
def test_own_when_others_are_there_and_nobody_is_above(unit: Unit, own: str, asked: dict[str, str]) -> None:
    unit.flow(approve("one", unit.id("安"), unit.id("白")), own=own)
    assert unit.asked(unit.start(unit.thing())) == asked


def test_who_stands_in_for_the_starter_is_of_their_own_line(unit: Unit) -> None:
    unit.above("安", "冯")
    unit.above("白", "高")
    unit.above("高", "丁")
    node = {
        "key": "b",
        "title": "第二步",
        "who": [{"by": "person", "id": unit.id("安")}, {"by": "superior", "of": "a"}],
    }
    unit.flow(approve("a", unit.id("白")), node)
    case = unit.start(unit.thing())
    unit.does("白", case)
    assert set(unit.asked(case)) == {"冯", "高"}, "冯 for 安; 丁 is above 高, who may decide"


@pytest.mark.parametrize("between", ["", "leaves", "switched off"])
def test_the_starter_in_a_line_makes_room_for_the_next_who_is_there(unit: Unit, between: str) -> None:
    unit.above("白", "安")
    unit.above("安", "高")
    unit.above("高", "丁")
    if between:
        (unit.leave if between == "leaves" else unit.switch_off)("高")
    unit.flow(
        approve("a", unit.id("白")), {"key": "b", "title": "第二步", "who": [{"by": "superior", "of": "a"}]}
    )
    case = unit.start(unit.thing())
    unit.does("白", case)
    assert unit.asked(case) == {"丁" if between else "高": "b"}


def test_nobody_above_who_asked_leaves_the_step_to_be_reassigned(unit: Unit) -> None:
    unit.flow(approve("one", unit.id("安")))
    case = unit.start(unit.thing())
    step = CaseStep.get(CaseStep.case == case.id)
    assert step.stranded and unit.asked(case) == {} and len(unit.news("step.stranded")) == 1
    with pytest.raises(Conflict, match="没有人可以催"):
        in_transaction(urge, unit.actor("安"), case.id)
    unit.join("监", unit.other, "safety_officer")
    with pytest.raises(NotFound):
        in_transaction(reassign, unit.actor("监"), case.id, [unit.id("白")])
    with pytest.raises(Forbidden):
        in_transaction(reassign, unit.actor("白"), case.id, [unit.id("白")])
    with pytest.raises(Invalid, match="发起人"):
        in_transaction(reassign, unit.actor("管"), case.id, [unit.id("安")])
    in_transaction(reassign, unit.actor("管"), case.id, [unit.id("白")], "由白来批")
    assert unit.asked(case) == {"白": "one"} and not CaseStep.get_by_id(step.id).stranded
    unit.does("白", case)
    assert unit.case(case).state == "approved"


def test_leavers_and_the_switched_off_are_not_asked_and_all_of_them_strands(unit: Unit) -> None:
    unit.flow(approve("one", *map(unit.id, "白陈丁外")))
    unit.leave("白")
    unit.switch_off("陈")
    assert unit.asked(unit.start(unit.thing())) == {"丁": "one"}
    unit.switch_off("丁")
    case = unit.start(unit.thing())
    assert unit.asked(case) == {} and CaseStep.get(CaseStep.case == case.id).stranded
    in_transaction(withdraw, unit.actor("安"), case.id)
    assert unit.case(case).state == "withdrawn"


def test_role_post_field_doer_and_superior(unit: Unit) -> None:
    post = Post.create(standing="in_force", company=unit.company, name="值班长")
    PersonPost.create(standing="in_force", company=unit.company, person=unit.id("冯"), post=post)
    unit.above("白", "高")
    by = [
        {"by": "role", "code": "safety_officer"}, {"by": "post", "id": post.id}, {"by": "field", "name": "helper"},
        {"by": "doer", "step": "a"}, {"by": "superior", "of": "a"},
    ]  # fmt: skip
    steps = [approve("a", unit.id("白"))]
    steps += [{"key": f"s{n}", "title": f"第{n}", "who": [rule]} for n, rule in enumerate(by)]
    unit.flow(*steps)
    case = unit.start(unit.thing(helper=unit.id("丁")))
    for name in "白管冯丁白高":
        assert list(unit.asked(case)) == [name]
        unit.does(name, case)
    assert unit.case(case).state == "approved"


def test_a_group_role_reaches_every_company_below(unit: Unit) -> None:
    boss = unit.join("督", unit.group)
    Assignment.create(account_id=unit.accounts["督"].id, role=builtin("group_safety"), company_id=None)
    unit.flow({"key": "one", "title": "集团", "who": [{"by": "role", "code": "group_safety"}]})
    case = unit.start(unit.thing())
    assert Task.get(Task.person == boss.id).company_id == unit.company.id
    unit.does("督", case)
    assert unit.case(case).state == "approved"


@pytest.mark.parametrize(
    ("site", "asked"),
    [("一厂", {"白", "丁"}), ("二厂", {"陈"}), (None, {"白", "陈", "丁", "冯"}), ("别家的", {"冯"})],
)
def test_the_officer_of_a_site_is_asked_for_what_is_there(
    unit: Unit, site: str | None, asked: set[str]
) -> None:
    """白 and 陈 have the role for a site, 丁 for wherever they work, 冯 for another unit's site; without one all are asked."""
    sites = {name: unit._company(name, "site", unit.company) for name in ("一厂", "二厂", "别家的")}
    for name, node in (("白", "一厂"), ("陈", "二厂"), ("丁", None), ("冯", "别家的")):
        Assignment.create(
            account_id=unit.accounts[name].id, role=builtin("site_officer"), company_id=unit.company.id,
            node_id=sites[node].id if node else None,
        )  # fmt: skip
    Person.update(site=sites["一厂"]).where(Person.id == unit.id("丁")).execute()
    unit.flow({"key": "one", "title": "厂站", "who": [{"by": "role", "code": "site_officer"}]})
    case = unit.start(unit.thing(site=sites[site] if site else None))
    assert set(unit.asked(case)) == asked


def test_one_who_leaves_is_replaced_and_nobody_left_strands(unit: Unit) -> None:
    node = approve("one", unit.id("白"))
    node["who"].append({"by": "field", "name": "helper"})
    unit.flow(node)
    thing = unit.thing()
    case = unit.start(thing)
    thing.change(helper=unit.id("陈"))
    unit.leave("白")
    in_transaction(release, unit.house(), unit.task("白", case).id)
    assert unit.asked(case) == {"陈": "one"}
    unit.leave("陈")
    in_transaction(release, unit.house(), unit.task("陈", case).id)
    assert unit.asked(case) == {} and len(unit.news("step.stranded")) == 1
    assert unit.acts(case)[-2:] == ["released", "stranded"]


def test_who_is_gone_when_their_turn_comes_is_passed_over(unit: Unit) -> None:
    unit.flow(approve("one", *map(unit.id, "白陈丁"), rule="order"))
    first, last = unit.start(unit.thing()), unit.start(unit.thing())
    unit.switch_off("陈")  # the auditor has not looked yet
    unit.does("白", first)
    assert unit.asked(first) == {"丁": "one"}
    unit.switch_off("丁")
    unit.does("白", last)
    step = CaseStep.get(CaseStep.case == last.id)
    assert unit.asked(last) == {} and step.stranded and unit.acts(last)[-2:] == ["released", "stranded"]


def test_where_all_sign_the_last_who_is_there_does_not_leave_it_with_who_has_gone(unit: Unit) -> None:
    unit.flow(approve("one", *map(unit.id, "白陈丁"), rule="all"))
    case = unit.start(unit.thing())
    unit.switch_off("陈")  # the auditor has not looked yet
    unit.does("丁", case)
    assert set(unit.asked(case)) == {"白", "陈"}
    unit.does("白", case)
    step = CaseStep.get(CaseStep.case == case.id)
    assert unit.asked(case) == {} and step.stranded and unit.acts(case)[-2:] == ["released", "stranded"]


def test_a_signer_who_leaves_does_not_keep_those_after_them(unit: Unit) -> None:
    unit.flow(approve("one", *map(unit.id, "白陈丁"), rule="order"))
    case = unit.start(unit.thing())
    unit.does("白", case)
    unit.leave("陈")
    in_transaction(release, unit.house(), unit.task("陈", case).id)
    assert unit.asked(case) == {"丁": "one"}


def test_a_post_that_is_given_up_takes_along_what_the_flow_gave_by_it(unit: Unit) -> None:
    post = Post.create(standing="in_force", company=unit.company, name="值班长")
    for name in ("冯", "丁"):
        PersonPost.create(standing="in_force", company=unit.company, person=unit.id(name), post=post)
    by_post = {"key": "one", "title": "值班", "who": [{"by": "post", "id": post.id}]}
    unit.flow(by_post)
    case = unit.start(unit.thing())
    other = unit.flow(approve("one", unit.id("冯")))
    named = unit.start(unit.thing(name="另一件"), flow_id=other.id)
    assert set(unit.asked(case)) == {"冯", "丁"}
    in_transaction(give_up, unit.house(), PersonPost.get(PersonPost.person == unit.id("冯")))
    assert unit.asked(case) == {"丁": "one"}
    assert unit.asked(named) == {"冯": "one"}, "who was named for another reason keeps it"
    PersonPost.create(standing="in_force", company=unit.company, person=unit.id("白"), post=post)
    in_transaction(give_up, unit.house(), PersonPost.get(PersonPost.person == unit.id("丁")))
    assert unit.asked(case) == {"白": "one"}
    in_transaction(give_up, unit.house(), PersonPost.get(PersonPost.person == unit.id("白")))
    assert unit.asked(case) == {}
    assert len(unit.news("step.stranded")) == 1
