"""Whether the floor of deciding and the product do the same work: each decides both steps of a case of its own, of the same
person; what they answer and every row that they leave must say the same.

Ids and moments are each side's own: an id is called by its table and its place there, a moment by its being one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from models.core.db.connection import database

#: Decides a task with this token, with 同意, and gives what was answered.
Decide = Callable[[int, str], Any]

_STEPS = "SELECT id FROM case_step WHERE case_id = {case}"
_ROWS = {
    "step": "SELECT * FROM case_step WHERE case_id = {case} ORDER BY id",
    "task": f"SELECT * FROM task WHERE step_id IN ({_STEPS}) ORDER BY id",
    "event": "SELECT * FROM case_event WHERE case_id = {case} ORDER BY id",
    "news": "SELECT * FROM outbox WHERE subject_id = {case} ORDER BY id",
    "trail": "SELECT * FROM change_log WHERE row_id = {case} AND `table` = 'investment_plan' ORDER BY id",
    "case": "SELECT * FROM flow_case WHERE id = {case}",
    "plan": "SELECT * FROM investment_plan WHERE id = {case}",
}
_WAITS = f"SELECT id FROM task WHERE state = 'open' AND step_id IN ({_STEPS})"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+\d\d:\d\d)?")


def differences(decide: Mapping[str, Decide], cases: Mapping[str, int], token: str) -> list[str]:
    """What the sides, by name, do differently with a case each, in words; nothing if they do the same."""
    done = {side: _work(decide[side], cases[side], token) for side in decide}
    (one, first), *others = done.items()
    return [f"{one} and {other}: {fault}" for other, second in others for fault in _unlike(first, second, "")]


def _work(decide: Decide, case: int, token: str) -> Any:
    answers = []
    for _ in range(2):
        ((task,),) = _asked(_WAITS, case)[1]
        answers.append(decide(int(task), token))
    rows = {}
    for name, sql in _ROWS.items():
        columns, found = _asked(sql, case)
        rows[name] = [dict(zip(columns, map(_plain, row), strict=True)) for row in found]
    names = {str(case): "case"}
    for name, listed in rows.items():
        names |= {str(row["id"]): f"{name} {place}" for place, row in enumerate(listed) if row["id"] != case}
    if str(case) in {
        str(row["id"]) for row in rows["step"]
    }:  # what was planted has its case's number everywhere
        names[str(case)] = "case"
    return _masked({"answers": answers, "rows": rows}, names)


def _asked(sql: str, case: int) -> tuple[list[str], list[Any]]:
    with database.connection_context():
        cursor = database.execute_sql(sql.format(case=int(case)))
        return [column[0] for column in cursor.description], list(cursor.fetchall())


def _plain(value: Any) -> Any:
    """A value as JSON has it; text that holds JSON is read, as its blanks say nothing."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        return json.loads(value)
    return value if isinstance(value, (str, int, type(None))) else str(value)


def _masked(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _masked(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, names) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    text = str(value)
    if text in names:
        return names[text] if isinstance(value, str) else [names[text]]  # text and number are not the same
    if isinstance(value, str):
        return _MOMENT.sub("at", text.replace(next(iter(names)), "case"))
    return value


def _unlike(one: Any, other: Any, where: str) -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [fault for key in one for fault in _unlike(one[key], other[key], f"{where}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [fault for place, pair in pairs for fault in _unlike(*pair, f"{where}/{place}")]
    return [] if one == other else [f"{where} is {one} here and {other} there"]
