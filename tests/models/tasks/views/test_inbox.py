"""The lists: whose rows, in which order, page by page, along their indexes (H01–H06)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.administration.records import Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.errors import Forbidden, Invalid
from models.organization.records import Binding, Person
from models.tasks.notify.subscriptions import follow
from models.tasks.records import NO_DEADLINE, Case, CaseStep, FlowVersion, GivenTask, Task
from models.tasks.views import inbox
from models.tasks.views.inbox import Filters
from models.tasks.views.task import task_view
from tests.models.tasks.units import Unit, approve
from tests.support.query_plans import plans as explained
from tests.support.statement_log import listening

FAR = datetime.fromisoformat(NO_DEADLINE)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def titles(
    unit: Unit, name: str, box: str, filters: Filters | None = None, *, cases: bool = False
) -> list[str]:
    ask = inbox.cases if cases else inbox.page
    found: list[str] = []
    cursor = None
    while True:
        page = in_transaction(ask, unit.actor(name), box, cursor, filters, limit=2)
        assert len(page["items"]) <= 2
        found += [item["title"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


def task(unit: Unit, name: str, title: str, **values: Any) -> Task:
    due = values.get("due_at")
    wanted = {
        "company": unit.company, "person": unit.id(name), "kind": "periodic", "subject_kind": "post_work",
        "subject_id": 1, "title": title, "rank_at": due or FAR,
    }  # fmt: skip
    return Task.create(**{**wanted, **values})


def test_what_i_have_to_do_by_deadline_then_what_has_none(unit: Unit, clock: Any) -> None:
    task(unit, "白", "没有期限")
    for hours in (5, 1, 3, 3):
        task(unit, "白", f"{hours} 小时", due_at=clock() + timedelta(hours=hours))
    task(unit, "陈", "别人的", due_at=clock())
    task(unit, "白", "办过的", state="done", done_at=clock())
    assert titles(unit, "白", "todo") == ["1 小时", "3 小时", "3 小时", "5 小时", "没有期限"]
    clock.forward(hours=1)
    now = in_transaction(inbox.page, unit.actor("白"), "todo")
    assert [item["late"] for item in now["items"]] == [False] * 5, "the last moment is in time"
    assert now["counts"]["overdue"] == 0
    assert titles(unit, "白", "todo", Filters(overdue=True)) == []
    clock.forward(hours=1)
    late = in_transaction(inbox.page, unit.actor("白"), "todo", None, Filters(overdue=True))
    assert [(item["title"], item["late"]) for item in late["items"]] == [("1 小时", True)]
    assert late["counts"] == {"todo": 5, "overdue": 1, "approvals": 0, "unread": 0}
    assert titles(unit, "白", "todo", Filters(q="期限")) == ["没有期限"]
    assert titles(unit, "白", "todo", Filters(q="100%")) == []
    assert titles(unit, "白", "todo", Filters(kind="case")) == []
    assert titles(unit, "白", "done") == ["办过的"]


def test_who_works_for_two_units_sees_whose_each_task_is(unit: Unit, clock: Any) -> None:
    task(unit, "白", "巡查", due_at=clock())
    alone = in_transaction(inbox.page, unit.actor("白"), "todo")["items"]
    assert [item["unit"] for item in alone] == [None], "who works for one unit needs no telling"
    other = Person.create(
        company=unit.other,
        name="白",
        id_number=unit.people["白"].id_number,
        phone=unit.people["白"].phone,
        account_id=unit.accounts["白"].id,
    )
    Binding.create(company=unit.other, person=other, state="approved")
    task(unit, "白", "巡查", due_at=clock() + timedelta(hours=1), person=other.id, company=unit.other)
    found = in_transaction(inbox.page, unit.actor("白"), "todo")["items"]
    assert [(item["title"], item["unit"]) for item in found] == [
        ("巡查", {"id": str(company.id), "name": company.name}) for company in (unit.company, unit.other)
    ]
    assert in_transaction(task_view, unit.actor("白"), found[1]["id"])["unit"] == found[1]["unit"]


def test_all_that_i_may_see_and_no_other_company(unit: Unit, clock: Any) -> None:
    task(unit, "白", "甲", due_at=clock())
    task(unit, "陈", "乙")
    task(unit, "外", "外家的", company=unit.other)
    assert titles(unit, "管", "all") == ["甲", "乙"]
    with pytest.raises(Forbidden):
        titles(unit, "白", "all")


@pytest.mark.one_engine
def test_what_i_gave_by_state_and_by_lateness(unit: Unit, clock: Any) -> None:
    for title, state, hours in (
        ("迟", "open", -1), ("此刻", "open", 0), ("将到", "open", 1), ("无期限", "open", None), ("迟了办完", "done", -1),
    ):  # fmt: skip
        due = None if hours is None else clock() + timedelta(hours=hours)
        GivenTask.create(
            company=unit.company,
            giver=unit.id("白"),
            title=title,
            state=state,
            due_at=due,
            number=f"ZP-{title}",
        )
    assert titles(unit, "白", "given") == ["迟了办完", "无期限", "将到", "此刻", "迟"]
    assert titles(unit, "白", "given", Filters(overdue=True)) == ["迟"]
    assert titles(unit, "白", "given", Filters(state="done")) == ["迟了办完"]
    assert titles(unit, "白", "given", Filters(q="迟 完")) == ["迟了办完"]
    assert titles(unit, "陈", "given") == []


def test_approvals_waiting_done_started_and_all(unit: Unit) -> None:
    unit.flow(
        approve("a", unit.id("白")),
        {"key": "b", "title": "填写", "kind": "fill", "who": [{"by": "person", "id": unit.id("陈")}]},
    )
    first, second = (unit.start(unit.thing(name=name), by="安") for name in ("甲", "乙"))
    assert titles(unit, "白", "waiting", cases=True) == ["甲", "乙"]
    assert titles(unit, "安", "started", cases=True) == ["乙", "甲"]
    assert titles(unit, "管", "all", cases=True) == ["乙", "甲"]
    unit.does("白", first)
    assert titles(unit, "白", "waiting", cases=True) == ["乙"]
    assert titles(unit, "白", "done", cases=True) == ["甲"]
    assert titles(unit, "陈", "waiting", cases=True) == [], "filling in is a task, no approval"
    assert titles(unit, "陈", "todo") == ["填写：甲"]
    (item,) = in_transaction(inbox.cases, unit.actor("白"), "done")["items"]
    assert (item["step"], item["outcome_title"], item["state_text"]) == ("填写", "同意", "办理中")
    assert titles(unit, "管", "all", Filters(q="乙"), cases=True) == ["乙"]
    assert titles(unit, "管", "all", Filters(state="approved"), cases=True) == []
    assert titles(unit, "管", "all", Filters(kind="hazard"), cases=True) == []
    with pytest.raises(Forbidden):
        titles(unit, "白", "all", cases=True)
    assert Case.select().count() == 2 and second.id


def test_what_i_follow_with_how_it_stands(unit: Unit) -> None:
    unit.flow(approve("a", unit.id("白")))
    thing = unit.thing(name="甲")
    unit.start(thing)
    in_transaction(follow, unit.actor("管"), "thing", thing.id)
    (item,) = in_transaction(inbox.page, unit.actor("管"), "followed")["items"]
    assert (item["title"], item["case"]["step"], item["state_text"]) == ("甲", "步骤a", "办理中")
    assert titles(unit, "白", "followed") == []


def test_what_i_follow_is_late_ended_or_gone(unit: Unit, clock: Any) -> None:
    unit.flow(approve("a", unit.id("白"), hours=1), approve("b", unit.id("陈")))
    officer = unit.actor("管")
    late, ended, twice = (unit.thing(name=name, code=f"SY-{name}") for name in ("迟", "完", "再"))
    for thing in (late, ended, twice):
        case = unit.start(thing)
        in_transaction(follow, officer, "thing", thing.id)
        if thing is not late:
            unit.does("白", case)
            unit.does("陈", case)
    unit.start(twice)
    in_transaction(follow, officer, "persons", unit.id("丁"))
    clock.forward(hours=1)
    assert not any(item["late"] for item in in_transaction(inbox.page, officer, "followed")["items"])
    clock.forward(seconds=1)
    rows = {item["title"]: item for item in in_transaction(inbox.page, officer, "followed")["items"]}
    assert {title: (item["state"], item["late"], item["number"]) for title, item in rows.items()} == {
        "迟": ("running", True, "SY-迟"), "完": ("approved", False, "SY-完"), "再": ("running", True, "SY-再"),
        "丁": ("", False, ""),
    }  # fmt: skip
    assert (rows["完"]["case"]["step"], rows["完"]["due_at"], rows["丁"]["case"]) == ("", None, None)
    assert rows["迟"]["due_at"] is not None and rows["再"]["case"]["step"] == "步骤a", (
        "how its newest case stands"
    )
    Binding.delete().where(Binding.person == unit.id("丁")).execute()
    Person.delete().where(Person.id == unit.id("丁")).execute()
    lost = in_transaction(inbox.page, officer, "followed")["items"][0]
    assert (lost["title"], lost["state"], lost["state_text"], lost["case"]) == ("丁", "gone", "已删除", None)


def test_cases_that_are_late_by_number_and_kind(unit: Unit, clock: Any) -> None:
    unit.flow(approve("a", unit.id("白"), hours=1), approve("b", unit.id("陈")))
    late, moved = (unit.start(unit.thing(name=name, code=f"SY-{name}")) for name in ("迟", "过"))
    unit.does("白", moved)
    clock.forward(hours=1)
    assert titles(unit, "安", "started", Filters(overdue=True), cases=True) == []
    clock.forward(seconds=1)
    assert titles(unit, "安", "started", Filters(overdue=True), cases=True) == ["迟"], (
        "a step that is over is not late"
    )
    shown = {
        item["title"]: item for item in in_transaction(inbox.cases, unit.actor("安"), "started")["items"]
    }
    assert (shown["迟"]["late"], shown["过"]["late"], shown["过"]["due_at"]) == (True, False, None)
    assert titles(unit, "安", "started", Filters(q="SY-过"), cases=True) == ["过"]
    assert titles(unit, "安", "started", Filters(q="SY 迟"), cases=True) == ["迟"]
    assert titles(unit, "安", "started", Filters(kind="thing"), cases=True) == ["过", "迟"]
    assert titles(unit, "安", "started", Filters(kind="errand"), cases=True) == []
    assert titles(unit, "安", "started", Filters(state="running"), cases=True) == ["过", "迟"] and late.id


def test_all_of_one_company_and_in_another_state(unit: Unit, clock: Any) -> None:
    boss = unit.join("督", unit.group)
    Assignment.create(account_id=unit.accounts["督"].id, role=builtin("group_safety"), company_id=None)
    task(unit, "白", "甲", due_at=clock())
    task(unit, "白", "乙", state="done", done_at=clock())
    task(unit, "外", "外家的", company=unit.other)
    unit.flow(approve("a", unit.id("丁")))
    unit.start(unit.thing(name="丙"))
    assert titles(unit, "督", "all", Filters(company=unit.other.id)) == ["外家的"]
    assert titles(unit, "督", "all", Filters(state="done")) == ["乙"]
    assert set(titles(unit, "督", "all")) == {"甲", "外家的", "步骤a：丙"}
    assert titles(unit, "督", "all", Filters(company=unit.company.id), cases=True) == ["丙"]
    assert titles(unit, "督", "all", Filters(company=unit.other.id), cases=True) == [] and boss.id
    assert titles(unit, "管", "all", Filters(company=unit.other.id)) == [], "out of reach is not there"


@pytest.mark.parametrize("cursor", ["x", "1.", "99999999999999999999999.1", "-1", "1.2.3", "１.２"])
def test_a_cursor_that_is_none_is_refused(unit: Unit, cursor: str) -> None:
    with pytest.raises(Invalid):
        in_transaction(inbox.page, unit.actor("白"), "todo", cursor)


def test_a_box_that_is_none_is_refused(unit: Unit) -> None:
    with pytest.raises(Invalid):
        in_transaction(inbox.page, unit.actor("白"), "lost")


def plans(database: Any, run: Any) -> list[str]:
    """How the engine carries out what reads a page of ids for `run`."""

    def matters(sql: str) -> bool:
        return "ORDER BY" in sql and any(name in sql for name in ("rank_at", "done_at", "flow_case"))

    return [line for plan in explained(database, run, matters) for line in plan]


@pytest.fixture
def many(unit: Unit, database: Any) -> Unit:
    """Two thousand tasks of ten people, most of them done, each of a step of its own."""
    version = FlowVersion.get(FlowVersion.flow == unit.flow(approve("a", unit.id("白"))).id)
    people = [unit.id(name) for name in unit.NAMES]
    rows, size = [], 2000
    for number in range(size):
        state = "open" if number % 10 == 0 else "done"
        at = NOW + timedelta(minutes=number % 977)
        rows.append(
            {
                "company": unit.company.id, "person": people[number // 10 % len(people)], "kind": "case",
                "subject_kind": "thing", "subject_id": number, "title": f"第 {number} 件", "state": state,
                "due_at": at, "rank_at": at, "done_at": at if state == "done" else None,
                "done_by": people[0] if state == "done" else None,
            }
        )  # fmt: skip
    cases = [
        {
            "company": unit.company.id, "flow_version": version.id, "kind": "thing", "subject_id": number,
            "title": f"第 {number} 件", "starter": people[number % len(people)],
        }
        for number in range(size)
    ]  # fmt: skip
    with database.atomic():
        for start in range(0, size, 500):
            Case.insert_many(cases[start : start + 500]).execute()
        ids = [row.id for row in Case.select(Case.id).order_by(Case.id)]
        CaseStep.insert_many(
            [{"case": case_id, "key": "a", "title": "a", "kind": "approve"} for case_id in ids]
        ).execute()
        steps = [row.id for row in CaseStep.select(CaseStep.id).order_by(CaseStep.id)]
        for row, step in zip(rows, steps, strict=True):
            row["step"] = step
        for start in range(0, size, 500):
            Task.insert_many(rows[start : start + 500]).execute()
    if "PooledSqliteDatabase" not in type(database).__name__:
        for table in ("task", "flow_case", "case_step"):
            database.execute_sql(f"ANALYZE TABLE {table}").fetchall()
    return unit


@pytest.mark.parametrize(
    ("who", "ask", "box", "index"),
    [
        ("白", "page", "todo", "task_person_id_state_rank_at_id"),
        ("白", "page", "done", "task_person_id_state_done_at_id"),
        ("管", "page", "all", "task_company_id_state_rank_at_id"),
        ("白", "cases", "waiting", "task_person_id_state_rank_at_id"),
        ("白", "cases", "done", "task_person_id_state_done_at_id"),
        ("白", "cases", "started", "flow_case_starter_id"),
        ("管", "cases", "all", "flow_case_company_id"),
    ],
)
def test_every_list_is_read_along_its_index(
    many: Unit, database: Any, who: str, ask: str, box: str, index: str
) -> None:
    run = getattr(inbox, ask)
    actor = many.actor(who)
    first = in_transaction(run, actor, box, limit=10)
    assert len(first["items"]) == 10 and first["next"]
    for cursor in (None, first["next"]):
        plan = plans(database, lambda cursor=cursor: in_transaction(run, actor, box, cursor, limit=10))
        assert plan
        # The table that the page is of stands first; what is joined to it follows by its key.
        outer = [line for line in plan if "case_step" not in line and " t2 " not in line]
        assert all(index in line for line in outer), plan
        for line in plan:
            for bad in ("TEMP B-TREE", "filesort", "temporary"):
                assert bad not in line, plan


def test_no_list_asks_once_for_every_row(many: Unit) -> None:
    """As many statements for forty rows as for ten."""
    counts = []
    for limit in (10, 40):
        with listening() as asked:
            in_transaction(inbox.cases, many.actor("白"), "done", limit=limit)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_of_all_that_i_have_to_do_the_approvals_alone(unit: Unit) -> None:
    """One list; what waits for a decision is found in it, and stands in no other list of things to do."""
    unit.flow(approve("a", unit.id("白"), title="确认"))
    case = unit.start(unit.thing(name="方案"))
    task(unit, "白", "点检")
    assert sorted(titles(unit, "白", "todo")) == ["点检", "确认：方案"]
    assert titles(unit, "白", "todo", Filters(kind="approve")) == ["确认：方案"]
    assert (
        len(in_transaction(inbox.cases, unit.actor("白"), "waiting", None, Filters(kind="approve"))["items"])
        == 1
    )
    unit.does("白", case)
    assert titles(unit, "白", "todo", Filters(kind="approve")) == []
    assert titles(unit, "白", "done", Filters(kind="approve")) == ["确认：方案"]
