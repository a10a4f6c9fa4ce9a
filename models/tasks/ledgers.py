"""How tasks and approvals are listed and put right on the console: all of them, and those that people gave (H01, H03, H05)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from models.core import clock
from models.core.fields import Choice, Link, LongText, References
from models.core.ledger import Action, Column, Derived, Filter, HomeNumber, Ledger, Rules, Section
from models.core.security.actor import Actor
from models.organization.records import Person
from models.tasks.assigned import given_tasks
from models.tasks.assigned.progress import progress_of
from models.tasks.engine.case_actions import reassign, urge, withdraw
from models.tasks.records import DONE, OPEN, Case, CaseStep, Errand, GivenTask, Task
from models.tasks.rights import (
    ACT_TASKS,
    EXPORT_CASES,
    EXPORT_TASKS,
    GIVE_TASKS,
    READ_ALL_CASES,
    READ_ALL_TASKS,
    REASSIGN_TASKS,
)
from models.tasks.subjects import kind_choices
from models.tasks.views.items import is_late, served_or_none

GROUP = "任务管理"
Loaded = dict[int, Any]
Values = dict[str, Any]
_YES = "yes"
_IN_TIME, _TOO_LATE = "in_time", "late"


def _late(actor: Actor, rows: Sequence[Task]) -> Loaded:
    return {row.id: is_late(row) for row in rows}


def _is_late(values: Sequence[str]) -> Any:
    late = (Task.state == OPEN) & (Task.due_at < clock.now())
    return late if _YES in values else ~late


def _in_time(actor: Actor, rows: Sequence[Task]) -> Loaded:
    """Whether a task with a deadline was done by then; empty for one that is not done."""
    done = {row.id: row for row in rows if row.state == DONE and row.due_at is not None}
    return {key: _IN_TIME if row.done_at <= row.due_at else _TOO_LATE for key, row in done.items()}


def _was_in_time(values: Sequence[str]) -> Any:
    done = (Task.state == DONE) & Task.due_at.is_null(False)
    wanted = {_IN_TIME: Task.done_at <= Task.due_at, _TOO_LATE: Task.done_at > Task.due_at}
    return done & reduce(or_, (wanted[value] for value in values if value in wanted), Task.id.is_null())


def _kind_titles(actor: Actor, rows: Sequence[Case]) -> Loaded:
    found = {kind: served_or_none(kind) for kind in {row.kind for row in rows}}
    return {row.id: (served.title if (served := found[row.kind]) else row.kind) for row in rows}


def _open_steps(rows: Sequence[Case]) -> dict[int, list[CaseStep]]:
    found: dict[int, list[CaseStep]] = {row.id: [] for row in rows}
    query = CaseStep.select().where(CaseStep.case.in_(list(found) or [0]), CaseStep.state == OPEN)
    for step in query.order_by(CaseStep.id):
        found[step.case_id].append(step)
    return found


def _steps(actor: Actor, rows: Sequence[Case]) -> Loaded:
    return {key: "、".join(step.title for step in steps) for key, steps in _open_steps(rows).items()}


def _manned(actor: Actor, rows: Sequence[Case]) -> Loaded:
    """Whether somebody is there: yes, or that a step has nobody; what has ended needs nobody."""
    steps = _open_steps(rows)
    return {key: "nobody" if any(s.stranded for s in found) else _YES for key, found in steps.items()}


def _is_manned(values: Sequence[str]) -> Any:
    stranded = CaseStep.select(CaseStep.case).where(CaseStep.state == OPEN, CaseStep.stranded)
    return Case.id.in_(stranded) if "nobody" in values else Case.id.not_in(stranded)


def _reassign(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    return [reassign(actor, rows[0].id, [values["person"]], values.get("comment") or "")]


def _urge(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    return [urge(actor, row.id) for row in rows]


def _withdraw(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    return [withdraw(actor, rows[0].id, values.get("comment") or "")]


def _persons(actor: Actor, rows: Sequence[GivenTask]) -> Loaded:
    found: Loaded = {row.id: [] for row in rows}
    query = Errand.select(Errand.given, Person.id, Person.name).join(Person, on=(Errand.person == Person.id))
    for key, person, name in query.where(Errand.given.in_(list(found) or [0])).order_by(Errand.id).tuples():
        found[key].append({"id": str(person), "label": name})
    return found


def _progress(actor: Actor, rows: Sequence[GivenTask]) -> Loaded:
    """完成人数/总人数, and how many are late."""
    told = {}
    for key, count in progress_of([row.id for row in rows]).items():
        late = f"，{count['overdue']} 人超时" if count["overdue"] else ""
        told[key] = f"{count['done']}/{count['total']}{late}"
    return told


def _cancel(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    return [given_tasks.cancel(actor, rows[0].id, values.get("comment") or "")]


def _remind(actor: Actor, rows: list[Any], values: Values) -> str:
    return f"已提醒 {given_tasks.remind(actor, rows[0].id)} 人"


TASKS = Ledger(
    name="all-tasks",  # /tasks is what I have to do
    record=Task,
    title="所有任务",
    group=GROUP,
    system="H01",
    noun="任务",
    measure="件",
    empty="还没有任务。流程走到谁那里、指派给谁、定期工作到期，都会在这里列出。",
    columns=(
        Column("title", 280, fixed=True),
        Column("person", 100),
        Column("kind", 100),
        Column("state", 100),
        Column("late", 80),
        Column("due_at", 170),
        Column("opened_at", 170),
        Column("done_at", 170),
        Column("done_by", 110),
        Column("outcome_title", 110),
        Column("comment", 220, shown=False),
        Column("way", 100, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("kind", "choice"),
        Filter("late", "choice"),
        Filter("in_time", "choice"),
        Filter("person", "reference"),
        Filter("due_at", "date_range"),
        Filter("opened_at", "date_range"),
        Filter("company", "reference"),
    ),
    search=("title",),
    search_title="任务",
    sort="-id",
    derived=(
        Derived(
            "late", "超时", "flag", load=_late, where=_is_late, choices=(Choice(_YES, "已超时"), Choice("no", "没有超时"))
        ),
        Derived(
            "in_time", "按期", "choice", load=_in_time, where=_was_in_time, shown=False,
            choices=(Choice(_IN_TIME, "按期办结", "good"), Choice(_TOO_LATE, "超期办结", "bad")),
        ),
    ),
    label=lambda row: str(row.title),
    tone=lambda row, values: "bad" if row.state == OPEN and values.get("late") else "plain",
    related=("person",),
    rights={"read": READ_ALL_TASKS, "export": EXPORT_TASKS},
    home=(HomeNumber("late", "超期没有办的任务", {"state": [OPEN], "late": [_YES]}, "watch", "bad"),),
)  # fmt: skip

GIVEN_TASKS = Ledger(
    name="given-tasks",
    record=GivenTask,
    title="指派任务",
    group=GROUP,
    system="H03",
    noun="指派任务",
    measure="件",
    empty="还没有指派过任务。点“新增”，写清要做什么、谁来做、什么时候做完。",
    columns=(
        Column("number", 150, fixed=True),
        Column("title", 260),
        Column("state", 100),
        Column("progress", 140),
        Column("due_at", 170),
        Column("giver", 100),
        Column("persons", 240),
        Column("needs_review", 90),
        Column("created_at", 170, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("giver", "reference"),
        Filter("due_at", "date_range"),
        Filter("company", "reference"),
    ),
    search=("number", "title"),
    search_title="编号、任务",
    form=(
        Section("任务", ("company", "title", "text", "due_at")),
        Section("谁来做", ("persons", "needs_review")),
    ),
    sort="-id",
    derived=(
        Derived(
            "persons", "办理人", "references", load=_persons, to="persons", required=True, create_only=True,
            field=References("办理人", "persons", most=given_tasks.MAX_PERSONS),
        ),
        Derived("progress", "完成", "text", load=_progress, help="完成人数/总人数"),
    ),
    label=lambda row: f"{row.number} {row.title}",
    rights={"read": GIVE_TASKS, "create": GIVE_TASKS},
    rules=Rules(given_tasks.give),
    actions=(
        Action("remind", "催办", GIVE_TASKS, _remind, gives="message", when={"state": ("open",)}),
        Action(
            "cancel", "取消", GIVE_TASKS, _cancel, tone="danger", when={"state": ("open",)},
            confirm="没有做完的人不用再做，会通知他们；已经做完的保留。",
            fields=(("comment", LongText("原因", max=200)),),
        ),
    ),
    live=True,
)  # fmt: skip

CASES = Ledger(
    name="all-cases",
    record=Case,
    title="所有审批",
    group=GROUP,
    system="H05",
    noun="审批",
    measure="件",
    empty="还没有审批。隐患、计划、延期这些事一发起，就会在这里列出。",
    columns=(
        Column("number", 150, fixed=True),
        Column("title", 260),
        Column("kind_title", 110),
        Column("state", 100),
        Column("step", 140),
        Column("manned", 110),
        Column("starter", 100),
        Column("started_at", 170),
        Column("ended_at", 170),
        Column("outcome", 120),
        Column("site", 140, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("kind_title", "choice"),
        Filter("manned", "choice"),
        Filter("starter", "reference"),
        Filter("started_at", "date_range"),
        Filter("site", "reference"),
        Filter("company", "reference"),
    ),
    search=("number", "title"),
    search_title="编号、标题",
    sort="-id",
    derived=(
        Derived(
            "kind_title", "类型", "text", load=_kind_titles, where=lambda values: Case.kind.in_(list(values)),
            column=Case.kind,
            choices=kind_choices(),
        ),
        Derived("step", "现在到", "text", load=_steps),
        Derived(
            "manned", "办理人", "choice", load=_manned, where=_is_manned,
            choices=(Choice("nobody", "没有人办", "bad"), Choice(_YES, "正常")),
        ),
    ),
    label=lambda row: f"{row.number or ''} {row.title}".strip(),
    tone=lambda row, values: "bad" if values.get("manned") == "nobody" else "plain",
    rights={"read": READ_ALL_CASES, "export": EXPORT_CASES},
    actions=(
        Action(
            "reassign", "调整办理人", REASSIGN_TASKS, _reassign, tone="primary", when={"state": ("running",)},
            confirm="现在这一步改由选定的人办理，原来的办理人不用再办。",
            fields=(
                ("person", Link("办理人", Person, to="persons", required=True)),
                ("comment", LongText("说明", max=500)),
            ),
        ),
        Action("urge", "催办", ACT_TASKS, _urge, where="bulk", when={"state": ("running",)}),
        Action(
            "withdraw", "撤回", REASSIGN_TASKS, _withdraw, tone="danger", when={"state": ("running",)},
            confirm="流程到此为止，可以重新发起。",
            fields=(("comment", LongText("原因", max=500)),),
        ),
    ),
)  # fmt: skip
