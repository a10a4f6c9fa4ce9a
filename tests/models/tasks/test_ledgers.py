"""The console's ledgers of tasks and approvals: what they show, what their buttons do (H01, H03, H05, H07, X05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid
from models.core.ledger import all_ledgers
from models.core.ledger.changes.editing import act, create, delete, edit
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.tasks.records import Case, Errand, Flow, FlowVersion, GivenTask, Proxy, Task
from models.tasks.timing import audit
from tests.models.tasks.relay import pass_all_on, told
from tests.models.tasks.units import Unit, approve

LEDGERS = {ledger.name: ledger for ledger in all_ledgers()}


def rows(unit: Unit, ledger: str, by: str = "管", **filters: Any) -> list[dict[str, Any]]:
    asked = ListQuery.parse(LEDGERS[ledger], filters=filters)
    found = in_transaction(list_rows, unit.actor(by, "console"), LEDGERS[ledger], asked)
    return [row["values"] for row in found["items"]]


def press(unit: Unit, ledger: str, action: str, ids: list[int], by: str = "管", **values: Any) -> Any:
    return in_transaction(act, unit.actor(by, "console"), LEDGERS[ledger], action, ids, values)


def test_a_stranded_case_is_found_and_put_right(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    case, other = unit.start(unit.thing(name="甲")), unit.start(unit.thing(name="乙"))
    unit.does("白", other)
    unit.leave("白")
    audit.work()
    (row,) = rows(unit, "all-cases", manned=["nobody"])
    assert (row["title"], row["step"], row["manned"]) == ("甲", "步骤a", "nobody")
    assert [row["title"] for row in rows(unit, "all-cases", manned=["yes"])] == ["乙"]
    press(unit, "all-cases", "reassign", [case.id], person=str(unit.id("丁")), comment="他走了")
    assert unit.asked(case) == {"丁": "a"} and rows(unit, "all-cases", manned=["nobody"]) == []
    press(unit, "all-cases", "withdraw", [case.id], comment="不办了")
    assert unit.case(case).state == "withdrawn"


def test_all_tasks_with_what_is_late(unit: Unit, clock: Any) -> None:
    unit.flow(approve("a", unit.id("白"), hours=1))
    case = unit.start(unit.thing(name="甲"))
    clock.forward(hours=1)
    assert rows(unit, "all-tasks", late=["yes"]) == [], "the moment itself is not late"
    assert [row["late"] for row in rows(unit, "all-tasks", late=["no"])] == [False]
    clock.forward(hours=1)
    (row,) = rows(unit, "all-tasks", late=["yes"])
    assert (row["title"], row["late"], row["state"]) == ("步骤a：甲", True, "open")
    unit.does("白", case)
    assert rows(unit, "all-tasks", late=["yes"]) == []
    assert [row["late"] for row in rows(unit, "all-tasks")] == [True], "it was done too late"


def test_what_was_done_in_time_and_what_was_not(unit: Unit, clock: Any) -> None:
    unit.flow(approve("a", unit.id("白"), hours=1))
    intime, last, late = (unit.start(unit.thing(name=name)) for name in ("早", "最后一刻", "迟"))
    unit.start(unit.thing(name="没办"))
    unit.does("白", intime)
    clock.forward(hours=1)
    unit.does("白", last)
    clock.forward(seconds=1)
    unit.does("白", late)

    def told() -> dict[str, str]:
        """What is said of each beside the list: nothing of what is not done, or had no deadline."""
        tasks = list(Task.select())
        loaded = LEDGERS["all-tasks"].derived_named("in_time").load(unit.actor("管", "console"), tasks)
        return {task.title[4:]: loaded[task.id] for task in tasks if task.id in loaded}

    assert told() == {"早": "in_time", "最后一刻": "in_time", "迟": "late"}
    for chosen, names in (
        (["in_time"], {"早", "最后一刻"}), (["late"], {"迟"}), (["in_time", "late"], {"早", "最后一刻", "迟"}),
    ):  # fmt: skip
        assert {row["title"][4:] for row in rows(unit, "all-tasks", in_time=chosen)} == names
    Task.update(due_at=None).where(Task.title == "步骤a：早").execute()
    assert [row["title"] for row in rows(unit, "all-tasks", in_time=["in_time"])] == ["步骤a：最后一刻"]
    assert set(told()) == {"最后一刻", "迟"}


def tones(unit: Unit, ledger: str) -> dict[str, str]:
    asked = ListQuery.parse(LEDGERS[ledger])
    found = in_transaction(list_rows, unit.actor("管", "console"), LEDGERS[ledger], asked)
    return {row["values"]["title"]: row["tone"] for row in found["items"]}


def test_only_what_is_open_and_late_is_red(unit: Unit, clock: Any) -> None:
    unit.flow(approve("a", unit.id("白"), hours=1))
    late, done, intime = (unit.start(unit.thing(name=name)) for name in ("迟", "迟了办的", "按时办的"))
    unit.does("白", intime)
    clock.forward(hours=2)
    unit.does("白", done)
    unit.start(unit.thing(name="新"))
    assert unit.asked(late) == {"白": "a"}
    assert tones(unit, "all-tasks") == {
        "步骤a：迟": "bad", "步骤a：迟了办的": "plain", "步骤a：按时办的": "plain", "步骤a：新": "plain",
    }  # fmt: skip


def test_given_from_the_console(unit: Unit) -> None:
    values = {
        "title": "清点", "needs_review": False,
        "persons": [{"id": str(unit.id(name)), "label": name} for name in ("白", "陈")],
    }  # fmt: skip
    in_transaction(create, unit.actor("管", "console"), LEDGERS["given-tasks"], values)
    (row,) = rows(unit, "given-tasks")
    assert (row["progress"], [one["label"] for one in row["persons"]]) == ("0/2", ["白", "陈"])
    given = GivenTask.get()
    assert press(unit, "given-tasks", "remind", [given.id])["message"] == "已提醒 2 人"
    press(unit, "given-tasks", "cancel", [given.id], comment="算了")
    assert {errand.state for errand in Errand.select()} == {"cancelled"}


def test_proxies_are_set_and_ended_and_a_leaver_hands_over(unit: Unit) -> None:
    values = {
        "person": str(unit.id("白")), "proxy": str(unit.id("陈")), "starts_on": "2026-11-22", "ends_on": "2026-11-25",
    }  # fmt: skip
    in_transaction(create, unit.actor("管", "console"), LEDGERS["proxies"], values)
    assert [row["state"] for row in rows(unit, "proxies")] == ["now"]
    press(unit, "proxies", "end", [Proxy.get().id])
    assert [row["state"] for row in rows(unit, "proxies")] == ["over"]
    unit.flow(approve("a", unit.id("白")))
    unit.start(unit.thing())
    done = press(unit, "proxies", "hand-over", [], person=str(unit.id("白")), to=str(unit.id("丁")))
    assert done["message"] == "已交接 1 件待办"
    pass_all_on()
    assert [names for _, names in told("work.handed_over")] == [["白", "丁"]]


def test_flows_of_ones_own_and_the_groups(unit: Unit) -> None:
    officer = unit.actor("管", "console")
    with pytest.raises((Invalid, Forbidden)):
        in_transaction(create, officer, LEDGERS["flows"], {"kind_title": "errand", "name": "全集团的"})
    values = {"kind_title": "errand", "name": "本单位的", "company": str(unit.company.id)}
    in_transaction(create, officer, LEDGERS["flows"], values)
    admin = unit.join("集管", unit.group, "administrator")
    in_transaction(
        create,
        unit.actor(admin.name, "console"),
        LEDGERS["flows"],
        {"kind_title": "errand", "name": "通用的"},
    )
    assert Flow.get(Flow.name == "通用的").company_id is None, "who manages the group draws its own"
    Flow.delete().where(Flow.name == "通用的").execute()
    own = Flow.get(Flow.company == unit.company.id)
    shown = {row["name"]: (row["version_text"], row["origin"]) for row in rows(unit, "flows")}
    assert shown["本单位的"] == ("未发布", "自建") and shown["指派任务"] == ("第 1 版", "内置")
    built_in = Flow.get(Flow.code == "errand")
    with pytest.raises(Forbidden):
        in_transaction(edit, officer, LEDGERS["flows"], built_in.id, built_in.version, {"enabled": False})
    with pytest.raises(Forbidden) as switched:  # what new cases take is decided by who publishes
        in_transaction(edit, officer, LEDGERS["flows"], own.id, own.version, {"enabled": False})
    assert switched.value.details["right"] == "flows.publish"
    in_transaction(delete, officer, LEDGERS["flows"], own.id)  # a draft that was never in force
    assert Flow.get_or_none(Flow.id == own.id) is None
    with pytest.raises(Forbidden):
        in_transaction(delete, unit.actor("白", "console"), LEDGERS["flows"], Flow.get().id)
    assert Case.select().count() == 0


def test_a_unit_copies_the_groups_flow_and_draws_its_own(unit: Unit) -> None:
    flow = unit.flow(approve("a", unit.id("白")))
    press(unit, "flows", "copy", [flow.id])
    kept = Flow.select().where(Flow.kind == "thing", Flow.id != flow.id).get()
    assert (kept.company_id, kept.published, kept.code) == (unit.company.id, None, None)
    assert kept.draft == FlowVersion.get(FlowVersion.flow == flow.id).definition
    assert unit.start(unit.thing()).flow_version.flow_id == flow.id, "until it is published nothing changes"
    with pytest.raises(Invalid):
        press(unit, "flows", "copy", [flow.id], company=unit.other.id)
    with pytest.raises(Forbidden):
        press(unit, "flows", "copy", [flow.id], by="白")
    press(unit, "flows", "copy", [flow.id])
    press(unit, "flows", "copy", [kept.id])
    names = [row.name for row in Flow.select().where(Flow.company == unit.company).order_by(Flow.id)]
    assert names == [f"{flow.name}（本单位{each}）" for each in ("", " 2", " 3")], "told apart"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("published", "code", "goes"),
    [(None, None, True), (1, None, False), (None, "own", False), (1, "own", False)],
)
def test_only_a_flow_that_was_never_in_force_and_is_not_built_in_is_deleted(
    unit: Unit, published: int | None, code: str | None, goes: bool
) -> None:
    flow = Flow.create(company=unit.company, kind="thing", name="试验", published=published, code=code)
    officer = unit.administrator()
    if goes:
        in_transaction(delete, officer, LEDGERS["flows"], flow.id)
    else:
        with pytest.raises(Forbidden):
            in_transaction(delete, officer, LEDGERS["flows"], flow.id)
    assert Flow.select().where(Flow.id == flow.id).exists() is not goes
