"""A step that is done by whom a field of its subject names (整改人): the field follows where the task goes (H05).

So nobody reads the name of who handed it on long ago, and what is sent back comes to who has it now.
"""

from __future__ import annotations

from typing import Any

from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.flow.conditions import met
from models.tasks.records import CaseStep


def follow(turn: CaseTransaction, step: CaseStep, before: int, to: int) -> None:
    """Write `to` where the flow found `before` for this step; nothing for a step that found them in another way."""
    if step.added:
        return
    for rule in turn.plan(step).who:
        name = str(rule.get("name")) if rule.get("by") == "field" else ""
        field: Any = turn.served.record._meta.fields.get(name)
        if field is None or not met(rule.get("when"), turn.subject):
            continue
        value = turn.subject.__data__.get(name)
        if value == before and _is_free(turn.subject, name, to):
            turn.change_subject(**{name: to})
        elif isinstance(value, list) and before in value:
            turn.change_subject(**{name: list(dict.fromkeys(to if one == before else one for one in value))})


def _is_free(subject: Any, name: str, to: int) -> bool:
    """Whether no other row has this name already where each may be named once (one errand of a task for each person)."""
    record, meta = type(subject), type(subject)._meta
    for columns, unique in (index for index in meta.indexes if isinstance(index, tuple)):
        if not unique or name not in columns:
            continue
        same = record.select().where(record.id != subject.id, meta.fields[name] == to)
        for other in columns:
            if other != name:
                same = same.where(meta.fields[other] == subject.__data__.get(other))
        if same.exists():
            return False
    return True
