"""Floor: a task decided, as an expert writes it by hand in an afternoon: the same reads and writes, and no more.

It writes the very rows that the product writes, in one transaction: the task, its step, the next step and its task or else
the plan with its line in the trail and the case; one event for each act, one row of the outbox for each piece of news with
the same payload. `same_work` holds both sides' rows and answers against each other before anything is measured.

`decision` yields statements and is sent their rows (of an INSERT the id that it made), so that one text serves a blocking
driver (`deciding`) and a Tornado handler on asyncmy (`deciding_floor`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any

Row = Any
Statement = tuple[str, tuple[Any, ...]]
Steps = Generator[Statement, list[Row], dict[str, Any]]

WHO = """SELECT a.id, a.name, p.id, p.company_id FROM session s JOIN account a ON a.id = s.account_id
 JOIN person p ON p.account_id = a.id JOIN binding b ON b.person_id = p.id AND b.state = 'approved'
 WHERE s.token_hash = %s AND s.revoked_at IS NULL AND s.expires_at > %s AND a.state = 'active'"""
MAY = """SELECT r.id FROM assignment s JOIN role r ON r.id = s.role_id WHERE s.account_id = %s
 AND r.grants LIKE '%%tasks.act%%' LIMIT 1"""
PROXY = "SELECT person_id FROM proxy WHERE proxy_id = %s AND starts_on <= %s AND ends_on >= %s AND ended_at IS NULL"
TASK = """SELECT t.id, t.person_id, t.state, t.version, s.id, s.case_id, t.company_id FROM task t
 JOIN case_step s ON s.id = t.step_id WHERE t.id = %s"""
LOCK = "SELECT id, state, flow_version_id, subject_id, title, version, kind FROM flow_case WHERE id = %s FOR UPDATE"
AGAIN = "SELECT id, person_id, state FROM task WHERE step_id = %s"
DEFINITION = "SELECT definition FROM flow_version WHERE id = %s"
STEPS = "SELECT id, `key`, visit, state, version, lift, due_at FROM case_step WHERE case_id = %s ORDER BY id"
SUBJECT = "SELECT id, state, version, maker_id, company_id FROM investment_plan WHERE id = %s FOR UPDATE"
DONE = """UPDATE task SET state = 'done', done_at = %s, done_by_id = %s, outcome = %s, outcome_title = %s, comment = %s,
 way = 'system', door = 'phone', updated_at = %s, version = version + 1 WHERE id = %s AND state = 'open'"""
OTHERS = (
    "UPDATE task SET state = 'cancelled', updated_at = %s WHERE step_id = %s AND state IN ('open', 'waiting')"
)
CLOSE = """UPDATE case_step SET state = 'done', closed_at = %s, outcome = %s, next_nudge_at = NULL, version = version + 1
 WHERE id = %s AND version = %s"""
NEXT = """SELECT p.id, p.name FROM person p JOIN binding b ON b.person_id = p.id AND b.state = 'approved'
 LEFT JOIN account a ON a.id = p.account_id WHERE p.id = %s AND (a.state IS NULL OR a.state = 'active')"""
OPEN = """INSERT INTO case_step (case_id, `key`, visit, position, title, kind, rule, state, lift, stranded, subject_state,
 opened_at, due_at, nudges, version) VALUES (%s, %s, 1, %s, %s, 'approve', 'any', 'open', 0, 0, %s, %s, %s, 0, 1)"""
GIVE = """INSERT INTO task (version, created_at, updated_at, company_id, person_id, kind, step_id, subject_kind,
 subject_id, title, state, place, opened_at, due_at, rank_at) VALUES (1, %s, %s, %s, %s, 'case', %s, %s, %s,
 %s, 'open', 0, %s, %s, %s)"""
MOVE = "UPDATE investment_plan SET state = %s, version = version + 1, updated_at = %s WHERE id = %s AND version = %s"
TRAIL = """INSERT INTO change_log (`table`, row_id, company_id, account_id, account_name, door, action, changes, at)
 VALUES ('investment_plan', %s, %s, %s, %s, 'phone', %s, %s, %s)"""
END = """UPDATE flow_case SET state = 'approved', outcome = %s, ended_at = %s, running_key = NULL, version = version + 1,
 updated_at = %s WHERE id = %s AND version = %s"""
EVENT = """INSERT INTO case_event (company_id, case_id, step_id, task_id, subject_kind, subject_id, act, title, person_id,
 account_id, name, comment, detail, door, at) VALUES """
_EVENT = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'phone', %s)"
NEWS = (
    "INSERT INTO outbox (kind, company_id, subject_id, payload, created_at, state, attempts, due_at) VALUES "
)
_NEWS = "(%s, %s, %s, %s, %s, 0, 0, %s)"


def sign_in(token: str, now: datetime) -> Generator[Statement, list[Row], Row]:
    """Who has this token, and may act on tasks."""
    (who,) = yield WHO, (hashlib.sha256(token.encode()).hexdigest(), now)
    if not (yield MAY, (who[0],)):
        raise PermissionError
    return who


def decision(who: Row, task_id: int, key: str, comment: str, now: datetime) -> Steps:
    """Everything between BEGIN and COMMIT of one decision. For whom one stands in is asked, as in the product, only where
    the task is not one's own; so are others' tasks written only where there are any."""
    (task,) = yield TASK, (task_id,)
    (case,) = yield LOCK, (task[5],)
    state = {row[0]: row[2] for row in (yield AGAIN, (task[4],))}
    mine = {who[2]}
    if task[1] not in mine:
        mine.update(row[0] for row in (yield PROXY, (who[2], now.date(), now.date())))
    if task[1] not in mine or state.pop(task_id) != "open" or case[1] != "running":
        raise PermissionError
    ((said,),) = yield DEFINITION, (case[2],)
    definition = json.loads(said)
    steps = yield STEPS, (case[0],)
    (subject,) = yield SUBJECT, (case[3],)
    step = next(row for row in steps if row[0] == task[4])
    place = next(n for n, plan in enumerate(definition["steps"]) if plan["key"] == step[1])
    outcome = next(item for item in definition["steps"][place]["outcomes"] if item["key"] == key)
    yield DONE, (now, who[2], key, outcome["title"], comment or None, now, task_id)
    if not {"open", "waiting"}.isdisjoint(state.values()):
        yield OTHERS, (now, step[0])
    yield CLOSE, (now, key, step[0], step[4])
    events = [
        (
            task[6],
            case[0],
            step[0],
            task_id,
            case[6],
            case[3],
            "decided",
            outcome["title"],
            who[2],
            who[0],
            who[1],
            comment,
            json.dumps({"outcome": key, "way": "system"}),
            now,
        )
    ]
    closed = {"state": "done", "outcome": outcome["title"], "step": step[0], "version": step[4] + 1}
    news = [("step.closed", closed)]
    if outcome["next"] == "next":
        moved = {
            "act": "decided",
            "title": f"{definition['steps'][place]['title']}：{outcome['title']}",
            "doer": who[2],
        }
        news.append(("case.moved", moved))
        yield from _open(case, task, subject, definition["steps"][place + 1], place + 2, news, now)
    else:
        yield from _end(case, task, subject, outcome, who, events, news, now)
    yield EVENT + ", ".join([_EVENT] * len(events)), tuple(value for row in events for value in row)
    rows = [
        (kind, task[6], case[0], json.dumps({**payload, "by": who[1]}, ensure_ascii=False), now, now)
        for kind, payload in news
    ]
    yield NEWS + ", ".join([_NEWS] * len(rows)), tuple(value for row in rows for value in row)
    return {"task": str(task_id), "outcome": key, "outcome_title": outcome["title"]}


def _open(
    case: Row, task: Row, subject: Row, plan: Mapping[str, Any], position: int, news: list[Any], now: datetime
) -> Steps:
    due = now + timedelta(hours=plan["hours"])
    ((person, _),) = yield NEXT, (subject[3],)
    ((opened,),) = yield OPEN, (case[0], plan["key"], position, plan["title"], subject[1], now, due)
    title = f"{plan['title']}：{case[4]}"
    yield GIVE, (now, now, task[6], person, opened, case[6], case[3], title, now, due, due)
    news.append(("step.opened", {"persons": [person], "step": opened, "version": 1}))
    return {}


def _end(
    case: Row, task: Row, subject: Row, outcome: Mapping[str, Any], who: Row, events: list[Any], news: list[Any],
    now: datetime,
) -> Steps:  # fmt: skip
    yield MOVE, ("approved", now, subject[0], subject[2])
    lines = json.dumps(
        [{"field": "state", "title": "状态", "old": "审批中", "new": "已生效"}], ensure_ascii=False
    )
    yield TRAIL, (subject[0], subject[4], who[0], who[1], outcome["does"], lines, now)
    yield END, (outcome["title"], now, now, case[0], case[5])
    events.append(
        (
            task[6],
            case[0],
            None,
            None,
            case[6],
            case[3],
            "ended",
            "已完成",
            who[2],
            who[0],
            who[1],
            None,
            None,
            now,
        )
    )
    news.append(("case.ended", {"state": "approved", "outcome": outcome["title"]}))
    return {}
