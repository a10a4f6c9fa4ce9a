"""A flow with faults is not published; every fault is named, where it is, with what to do (H07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.events.outbox import Outbox
from models.tasks.flow.builtin import built_in_flows, install_flows
from models.tasks.flow.checks.check import check
from models.tasks.flow.preview import try_flow
from models.tasks.flow.publishing import draft_of, publish, save_draft
from models.tasks.records import Flow, FlowVersion, Task
from models.tasks.subjects import served_kind
from tests.models.tasks.units import Unit, approve

WHO = [{"by": "starter"}]
YES, NO = {"key": "yes", "title": "是"}, {"key": "no", "title": "否", "next": "end:refused"}


def step(key: str = "one", **said: Any) -> dict[str, Any]:
    return {"key": key, "title": f"步骤{key}", "who": WHO, **said}


def ends(key: str, to: str) -> dict[str, Any]:
    """A step that has one way on."""
    return step(key, outcomes=[{"key": "yes", "title": "是", "next": to}])


FAULTS: list[tuple[list[Any], str, str]] = [
    ([], "steps", "至少加一步"),
    (["?"], "steps.0", "格式不对"),
    ([step("一")], "steps.0.key", "小写字母"),
    ([step(), step()], "steps.0.key", "两步的代号"),
    ([step(title="")], "steps.0.title", "请填写步骤名称"),
    ([step(kind="think")], "steps.0.kind", "重新选择"),
    ([step(rule="most")], "steps.0.rule", "重新选择"),
    ([step(refusal="cry")], "steps.0.refusal", "重新选择"),
    ([step(own="me")], "steps.0.own", "重新选择"),
    ([step(who=[])], "steps.0.who", "由谁办理"),
    ([step(who=[{"by": "magic"}])], "steps.0.who.0", "重新选择"),
    ([step(who=[{"by": "role"}])], "steps.0.who.0.code", "补全"),
    ([step(who=[{"by": "role", "code": "king"}])], "steps.0.who.0.code", "换一个角色"),
    ([step(who=[{"by": "person", "id": 10**9}])], "steps.0.who.0.id", "换一个人"),
    ([step(who=[{"by": "grid_owner", "level": 7}])], "steps.0.who.0.level", "1 到 5"),
    ([step(who=[{"by": "field", "name": "gone"}])], "steps.0.who.0.name", "换一个字段"),
    ([step(who=[{"by": "field", "name": "amount"}])], "steps.0.who.0.name", "不是人员"),
    ([step(who=[{"by": "holder"}])], "steps.0.who.0", "超时提醒"),
    ([step(who=[{"by": "doer", "step": "gone"}])], "steps.0.who.0.step", "换一步"),
    ([step(who=[{"by": "superior", "of": "holder"}])], "steps.0.who.0.of", "发起人的上级"),
    ([step(when={"field": "gone", "op": "eq", "value": 1})], "steps.0.when.field", "换一个字段或删掉条件"),
    ([step(when={"field": "name", "op": "gt", "value": "x"})], "steps.0.when.op", "不能比大小"),
    ([step(when={"field": "amount", "op": "ge", "value": "多"})], "steps.0.when.value", "这里要填整数"),
    ([step(when={"field": "level", "op": "eq", "value": "mid"})], "steps.0.when.value", "只能选"),
    ([step(when={"field": "level", "op": "in", "value": []})], "steps.0.when.value", "几个值"),
    ([step(when={"field": "level", "op": "eq", "value": ""})], "steps.0.when.value", "没有填写"),
    ([step(when={"any": []})], "steps.0.when", "至少一个条件"),
    ([step(outcomes=[])], "steps.0.outcomes", "1 到 8"),
    ([step(outcomes=[YES, YES])], "steps.0.outcomes.0.key", "代号都是"),
    ([step(outcomes=[{"key": "back:x", "title": "是"}])], "steps.0.outcomes.0.key", "小写字母"),
    ([step(outcomes=[YES, {"key": "no", "title": "否"}])], "steps.0.outcomes.1.next", "之后到哪一步"),
    ([step(outcomes=[{**YES, "next": "gone"}])], "steps.0.outcomes.0.next", "重新选择"),
    ([step(outcomes=[YES, {**NO, "next": "up"}])], "steps.0.outcomes.1.next", "网格责任人"),
    ([step(outcomes=[YES, {**NO, "next": "back"}])], "steps.0.outcomes.1.next", "没有步骤可退"),
    ([step(outcomes=[{**YES, "needs": ["gone"]}])], "steps.0.outcomes.0.needs.0", "去掉它"),
    ([step(outcomes=[{**YES, "does": "fly"}])], "steps.0.outcomes.0.does", "重新选择"),
    ([step(outcomes=[{**YES, "effect": "boom"}])], "steps.0.outcomes.0.effect", "去掉它"),
    ([step(outcomes=[{**YES, "comment": "long"}])], "steps.0.outcomes.0.comment", "意见"),
    ([step(hours=-1)], "steps.0.hours", "8760"),
    ([step(due="gone")], "steps.0.due", "重新选择"),
    ([step(due="on")], "steps.0.due", "换一个时间字段"),
    ([step(remind=[4])], "steps.0.hours", "没有办理期限"),
    ([step(hours=4, remind=["x"])], "steps.0.remind", "提前几小时"),
    ([step(hours=4, ladder=[{"after": 1}])], "steps.0.ladder.0.who", "告诉谁"),
    ([step(copies=[{"by": "role", "code": "king"}])], "steps.0.copies.0.code", "换一个角色"),
    ([ends("one", "end:approved"), step("two")], "steps.1", "没有步骤会走到“步骤two”"),
    ([ends("one", "two"), ends("two", "one")], "steps.0", "永远不会结束"),
    ([step("one", when={"field": "urgent", "op": "eq", "value": True}),
      step("two", kind="notify", next="one")], "steps.1.next", "不经任何人又回到它自己"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "path", "words"), FAULTS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_fault_is_found_where_it_is(unit: Unit, steps: list[Any], path: str, words: str) -> None:
    faults = check({"steps": steps}, served_kind("thing"))
    assert path in {fault.path for fault in faults}, faults
    assert words in next(fault.sentence for fault in faults if fault.path == path)


def test_what_is_no_definition_at_all_is_no_crash(unit: Unit) -> None:
    for wrong in (
        None,
        7,
        [],
        {},
        {"steps": 1},
        {"steps": [{}]},
        {"steps": [{"who": 3, "outcomes": {}, "when": 4}]},
    ):
        assert check(wrong, served_kind("thing"))


def test_the_shipped_flows_have_no_faults_and_are_published_once(unit: Unit) -> None:
    shipped = built_in_flows()
    assert {"errand", "hazard", "extension"} <= {said["code"] for said in shipped}
    assert all(not check(said["definition"], served_kind(said["kind"])) for said in shipped)
    assert FlowVersion.select().count() == len(shipped) and in_transaction(install_flows) == 0


def test_drawn_tried_published_and_running_cases_keep_theirs(unit: Unit) -> None:
    officer = unit.actor("管", "console")
    with pytest.raises(
        Forbidden
    ) as forbidden:  # drafts are an officer's, what is in force is an administrator's
        in_transaction(publish, officer, Flow.create(company=unit.company, kind="thing", name="草稿").id)
    assert forbidden.value.details["right"] == "flows.publish"
    officer = unit.administrator()
    flow = Flow.create(company=unit.company, kind="thing", name="本单位的")
    faulty = {"steps": [step(who=[]), step("two", when={"field": "gone", "op": "filled"})]}
    in_transaction(save_draft, officer, flow.id, faulty)
    with pytest.raises(Invalid) as refused:
        in_transaction(publish, officer, flow.id)
    assert [fault["path"] for fault in refused.value.details["faults"]] == [
        "steps.0.who",
        "steps.1.when.field",
    ]
    first = {"steps": [approve("one", unit.id("白"))]}
    in_transaction(save_draft, officer, flow.id, first)
    assert in_transaction(publish, officer, flow.id).number == 1
    case = unit.start(unit.thing())
    second = {"steps": [approve("one", unit.id("陈")), approve("two", unit.id("丁"))]}
    in_transaction(save_draft, officer, flow.id, second)
    assert draft_of(officer, flow.id) == second
    assert unit.asked(unit.start(unit.thing())) == {"白": "one"}  # a draft is nobody's flow yet
    assert in_transaction(publish, officer, flow.id).number == 2
    with pytest.raises(Conflict, match="没有可发布的修改"):
        in_transaction(publish, officer, flow.id)
    assert unit.asked(unit.start(unit.thing())) == {"陈": "one"}
    unit.does("白", case)
    assert unit.case(case).state == "approved"  # by the version that it began with
    assert len(unit.news("flow.published")) == 2


def test_the_groups_flow_is_not_a_companys_to_change(unit: Unit) -> None:
    flow = unit.flow(approve("one", unit.id("白")))
    with pytest.raises(Forbidden, match="全集团通用"):
        in_transaction(save_draft, unit.actor("管", "console"), flow.id, {"steps": [step()]})
    with pytest.raises(Forbidden):
        in_transaction(save_draft, unit.actor("白"), flow.id, {"steps": [step()]})


def test_who_would_get_this_is_answered_without_writing(unit: Unit) -> None:
    unit.above("管", "高")
    definition = {
        "steps": [
            approve("one", unit.id("白"), when={"field": "amount", "op": "ge", "value": 10}, hours=24),
            {"key": "two", "title": "第二步", "who": [{"by": "field", "name": "helper"}, {"by": "superior", "of": "starter"}]},
            {"key": "three", "title": "第三步", "who": [{"by": "doer", "step": "two"}], "copies": [{"by": "starter"}]},
        ]
    }  # fmt: skip
    officer = unit.actor("管", "console")
    thing = unit.thing(amount=3, helper=unit.id("丁"))
    before = (Outbox.select().count(), Task.select().count())
    tried = in_transaction(try_flow, officer, definition, "thing", thing.id, write=False)
    assert [(item["skipped"], [one["name"] for one in item["who"]]) for item in tried] == [
        (True, []), (False, ["丁", "高"]), (False, ["丁"]),
    ]  # fmt: skip
    assert [one["why"] for one in tried[1]["who"]] == ["表单里填的人", "上级"]
    typed = try_flow(officer, definition, "thing", {"amount": "12", "helper": str(unit.id("外"))})
    assert [one["name"] for one in typed[0]["who"]] == ["白"] and typed[0]["due"]
    assert [one["name"] for one in typed[1]["who"]] == ["高"] and [
        one["name"] for one in typed[2]["copies"]
    ] == ["管"]
    with pytest.raises(Invalid) as refused:
        try_flow(officer, definition, "thing", {"amount": "many", "gone": 1})
    assert set(refused.value.fields) == {"amount", "gone"}
    with pytest.raises(Invalid, match="由谁办理"):
        try_flow(officer, {"steps": [step(who=[])]}, "thing", thing.id)
    assert (Outbox.select().count(), Task.select().count()) == before


@pytest.mark.one_engine
def test_a_draft_has_two_hundred_steps_at_most_and_is_of_the_version_that_was_seen(unit: Unit) -> None:
    officer = unit.administrator()
    flow = Flow.create(company=unit.company, kind="thing", name="长的")
    kept = in_transaction(save_draft, officer, flow.id, {"steps": [{}] * 200})
    assert len(draft_of(officer, flow.id)["steps"]) == 200
    for wrong in ({"steps": [{}] * 201}, {"steps": "x"}, {}, [], None):
        with pytest.raises(Invalid):
            in_transaction(save_draft, officer, flow.id, wrong)
    assert in_transaction(save_draft, officer, flow.id, {"steps": []}, version=kept.version).draft == {
        "steps": []
    }
    with pytest.raises(Conflict):
        in_transaction(save_draft, officer, flow.id, {"steps": []}, version=kept.version)
