"""Floor: the decided task as the phone's door answers it (docs/tasks.md), word for word, read with as few statements as by
hand: the task with its case, flow, plan and unit; the steps; their people; all that was done; the plan's items.

The in-process measure leaves this out on both sides: there the rule answers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from scripts.bench.floors.deciding_sql import Row, Steps

TASK = """SELECT t.id, t.title, t.text, t.state, t.opened_at, t.due_at, t.done_at, t.outcome, t.outcome_title, t.comment,
 t.version, p.id, p.name, d.id, d.name, c.id, c.number, c.title, c.state, c.outcome, c.starter_name, c.started_at,
 c.ended_at, c.kind, c.subject_id, f.name, v.number, v.definition, i.year, i.total_wan, o.name, c.starter_id, m.name,
 i.note, s.title
 FROM task t JOIN case_step s ON s.id = t.step_id JOIN flow_case c ON c.id = s.case_id
 JOIN flow_version v ON v.id = c.flow_version_id JOIN flow f ON f.id = v.flow_id
 JOIN investment_plan i ON i.id = c.subject_id JOIN company o ON o.id = i.company_id
 JOIN person p ON p.id = t.person_id LEFT JOIN person d ON d.id = t.done_by_id
 LEFT JOIN person m ON m.id = i.maker_id WHERE t.id = %s"""
STEPS = """SELECT id, `key`, title, kind, rule, state, visit, stranded, opened_at, closed_at, due_at, added FROM case_step
 WHERE case_id = %s ORDER BY id"""
PEOPLE = """SELECT t.step_id, t.id, p.id, p.name, d.id, d.name, t.state, t.outcome_title, t.comment, t.done_at, t.due_at
 FROM case_step s JOIN task t ON t.step_id = s.id JOIN person p ON p.id = t.person_id
 LEFT JOIN person d ON d.id = t.done_by_id WHERE s.case_id = %s ORDER BY t.place, t.id"""
EVENTS = """SELECT id, at, act, name, for_name, title, comment, door, detail, step_id FROM case_event WHERE case_id = %s
 ORDER BY id"""
ITEMS = """SELECT i.name, i.category, i.due_month, i.amount_wan, p.name FROM investment_item i
 LEFT JOIN person p ON p.id = i.person_id WHERE i.plan_id = %s ORDER BY i.amount_wan DESC, i.id"""
STATES = {"done": "已办", "open": "办理中", "cancelled": "已取消", "running": "办理中", "approved": "已完成"}
TASK_STATES = {"done": "已办", "open": "待办", "waiting": "等待", "cancelled": "已取消"}


def answer(task_id: int, now: datetime) -> Steps:
    """The task, what it is about, and its case with all steps and all that was done."""
    (row,) = yield TASK, (task_id,)
    steps = yield STEPS, (row[15],)
    people = yield PEOPLE, (row[15],)
    events = yield EVENTS, (row[15],)
    items = yield ITEMS, (row[24],)
    late = row[3] == "open" and row[5] < now
    facts = [
        ["编制单位", row[30]],
        ["年度", f"{row[28]} 年"],
        ["合计", f"{row[29]:.2f} 万元"],
        ["项目", f"{len(items)} 项"],
    ]
    return {
        "id": str(row[0]), "kind": "case", "title": row[1], "text": row[2] or "", "number": row[16],
        "subject": {"kind": row[23], "id": str(row[24]), "title": row[17]},
        "case": _case(row, steps, people, events, now), "person": {"id": str(row[11]), "name": row[12]}, "for": None,
        "from": {"name": row[20]}, "state": row[3], "opened_at": _at(row[4]), "due_at": _at(row[5]), "late": late,
        "done_at": _at(row[6]), "done_by": {"id": str(row[13]), "name": row[14]}, "outcome": row[7],
        "outcome_title": row[8], "picture": None, "place": row[30], "version": row[10],
        "shown": {"facts": facts, "pictures": [], "path": "", "tone": "warn"}, "outcomes": [], "unit": None,
        "about": {"words": _words(events), "facts": _facts(row), "pictures": [], "amounts": _amounts(row, items)},
        "done": {"by": row[14], "for": None, "at": _at(row[6]), "outcome_title": row[8], "comment": row[9] or ""},
        "may": {"hand_on": False, "add_signer": False, "back": [], "comment": True},
    }  # fmt: skip


def _words(events: list[Row]) -> list[dict[str, Any]]:
    said = [row for row in events if row[6] and row[2] in ("started", "decided")]
    return [
        {"name": row[3], "for": row[4], "did": row[5], "text": row[6], "at": _at(row[1])}
        for row in reversed(said[-3:])
    ]


def _facts(row: Row) -> list[list[str]]:
    facts = [["年度", f"{row[28]} 年"], ["编制单位", row[30]], ["编制人", row[32]], ["说明", row[33] or ""]]
    return [fact for fact in facts if fact[1]]


def _amounts(row: Row, items: list[Row]) -> dict[str, Any]:
    lines = [
        {
            "name": item[0], "amount": f"{item[3]:.2f}",
            "note": "，".join(part for part in (item[1], item[2] and f"{item[2]} 月", item[4]) if part),
        }
        for item in items[:200]
    ]  # fmt: skip
    return {"unit": "万元", "lines": lines, "more": max(0, len(items) - 200), "total": f"{row[29]:.2f}"}


def _case(row: Row, steps: list[Row], people: list[Row], events: list[Row], now: datetime) -> dict[str, Any]:
    running = row[18] == "running"
    been = {step[1] for step in steps}
    ahead = [plan for plan in json.loads(row[27])["steps"] if plan["key"] not in been] if running else []
    starter = row[31] == row[11]
    return {
        "id": str(row[15]), "number": row[16], "title": row[17], "state": row[18], "state_text": STATES[row[18]],
        "outcome": row[19], "starter": row[20], "started_at": _at(row[21]), "ended_at": _at(row[22]),
        "subject": {"kind": row[23], "id": str(row[24]), "title": row[17], "path": ""},
        "flow": {"name": row[25], "version": row[26]},
        "steps": [*(_step(step, people, now) for step in steps), *map(_ahead, ahead)],
        "events": [_event(event) for event in events], "fixes": [],
        "may": {"withdraw": running and starter, "urge": running and starter, "comment": True, "reassign": False},
    }  # fmt: skip


def _step(step: Row, people: list[Row], now: datetime) -> dict[str, Any]:
    return {
        "id": str(step[0]), "key": step[1], "title": step[2], "kind": step[3], "rule": step[4], "state": step[5],
        "state_text": STATES[step[5]], "visit": step[6], "stranded": bool(step[7]), "opened_at": _at(step[8]),
        "closed_at": _at(step[9]), "due_at": _at(step[10]), "late": (step[9] or now) > step[10],
        "added": bool(step[11]), "people": [_person(one, now) for one in people if one[0] == step[0]],
    }  # fmt: skip


def _person(one: Row, now: datetime) -> dict[str, Any]:
    other = one[4] is not None and one[4] != one[2]
    return {
        "id": str(one[2]), "name": one[5] if other else one[3], "for": one[3] if other else None, "state": one[6],
        "task": str(one[1]), "state_text": TASK_STATES[one[6]], "outcome_title": one[7], "comment": one[8] or "",
        "at": _at(one[9]), "late": one[6] == "open" and one[10] < now,
    }  # fmt: skip


def _ahead(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": None, "key": plan["key"], "title": plan["title"], "kind": "approve", "rule": "any", "state": "ahead",
        "state_text": "未到", "visit": 0, "stranded": False, "opened_at": None, "closed_at": None, "due_at": None,
        "late": False, "added": False, "people": [],
    }  # fmt: skip


def _event(event: Row) -> dict[str, Any]:
    return {
        "id": str(event[0]), "at": _at(event[1]), "act": event[2], "name": event[3], "for": event[4],
        "title": event[5], "comment": event[6] or "", "door": event[7], "detail": _detail(event[8]),
        "step": str(event[9]) if event[9] else None,
    }  # fmt: skip


def _detail(stored: str | None) -> dict[str, Any]:
    detail = json.loads(stored or "{}")
    return {name: detail[name] for name in ("people", "to", "of") if detail.get(name)}


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment + timedelta(hours=8):%Y-%m-%dT%H:%M:%S}+08:00"
