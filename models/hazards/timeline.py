"""What happened to a hazard, in order: who, when, by which door (E09)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.core.fields import moment_text
from models.core.history import Change
from models.core.security.actor import Actor
from models.hazards.access import find_hazard
from models.hazards.records import Extension, Hazard
from models.tasks.records import CaseEvent, CaseStep

DOORS = {
    "phone": "手机", "console": "网页", "chat": "企业微信", "card": "企业微信", "import": "导入", "system": "系统",
    "cli": "系统",
}  # fmt: skip
_ACTS = {
    "created": "上报",
    "edited": "修改",
    "attached": "添加附件",
    "detached": "删除附件",
    "withdraw": "撤回",
}
_BRING_EDITS = ("decided", "handed", "reassigned")
_TOGETHER = timedelta(seconds=2)
# What the case's own events say already.
_SAID = ("asked_extension", "extended")


def timeline(actor: Actor, hazard_id: int) -> list[dict[str, Any]]:
    """Everything that was done to a hazard, the oldest first: {at, name, for, title, step, comment, door, changes}.

    What its case tells (with the opinions), what of it was changed, and how its requests for more time went. A change
    that came with a decision or the withdrawal stands beside it. Raises NotFound, Forbidden.
    """
    hazard = find_hazard(actor, hazard_id)
    told = [_event(row, steps) for row, steps in _events(hazard)]
    assert Hazard.transitions is not None
    moved = {item.name for item in Hazard.transitions.items}
    changes = Change.select().where(Change.table == "hazard", Change.row_id == hazard.id).order_by(Change.id)
    for change in changes:
        beside = _act(told, change) if change.action in moved or change.action == "edited" else None
        if beside is not None:
            beside["changes"] += _lines(change)
        elif change.action not in _SAID and change.action not in moved - {"withdraw"}:
            told.append(_change(change))
    for item in told:
        if item["_to"] and item["_to"] not in {line["new"] for line in item["changes"]}:
            item["changes"].append({"title": "新办理人", "old": None, "new": item["_to"]})
    told.sort(key=lambda item: item["_at"])
    return [{name: value for name, value in item.items() if not name.startswith("_")} for item in told]


def _events(hazard: Hazard) -> list[tuple[CaseEvent, dict[int, str]]]:
    asked = [row.id for row in Extension.select(Extension.id).where(Extension.hazard == hazard.id)]
    mine = (CaseEvent.subject_kind == "hazard") & (CaseEvent.subject_id == hazard.id)
    if asked:
        mine |= (CaseEvent.subject_kind == "extension") & CaseEvent.subject_id.in_(asked)
    rows = list(CaseEvent.select().where(mine).order_by(CaseEvent.id))
    steps = CaseStep.select(CaseStep.id, CaseStep.title).where(
        CaseStep.id.in_({row.step_id for row in rows} - {None} or {0})
    )
    titles = {row.id: row.title for row in steps}
    return [(row, titles) for row in rows]


def _event(row: CaseEvent, steps: dict[int, str]) -> dict[str, Any]:
    extension = row.subject_kind == "extension"
    detail: Any = row.detail or {}
    given = row.act in ("handed", "reassigned")
    return {
        "_to": "、".join(detail.get("people") or [detail.get("to") or ""]) if given else "",
        "_at": (row.at, 1, row.id),
        "_account": row.account_id,
        "_act": row.act,
        "_moved": False,
        "at": moment_text(row.at),
        "name": row.name,
        "for": row.for_name,
        "title": f"延期：{row.title}" if extension else row.title,
        "step": steps.get(row.step_id or 0),
        "comment": row.comment,
        "door": row.door,
        "door_text": DOORS.get(row.door, row.door),
        "changes": [],
    }


def _act(told: list[dict[str, Any]], change: Change) -> dict[str, Any] | None:
    """The decision or the withdrawal that a change came with: the nearest in time by the same account.

    An act and its changes are written in one transaction, so that the next act is always farther off. Where the clock
    stood still, the acts have their changes in their order: each move is the next act's, an edit the last one's.
    """
    moves = change.action != "edited"
    acts = ("withdrawn",) if change.action == "withdraw" else ("decided",) if moves else _BRING_EDITS
    near = [
        item
        for item in told
        if item["_act"] in acts
        and item["_account"] == change.account_id
        and abs(item["_at"][0] - change.at) < _TOGETHER
    ]
    if not near:
        return None
    least = min(abs(item["_at"][0] - change.at) for item in near)
    same = [item for item in near if abs(item["_at"][0] - change.at) == least]
    free = [item for item in same if not item["_moved"]]
    taken = [item for item in same if item["_moved"]]
    found = (free or same)[0] if moves or not taken else taken[-1]
    found["_moved"] |= moves
    return found


def _change(change: Change) -> dict[str, Any]:
    return {
        "_at": (change.at, 0, change.id),
        "_account": change.account_id,
        "_to": "",
        "_act": change.action,
        "_moved": False,
        "at": moment_text(change.at),
        "name": change.account_name,
        "for": None,
        "title": _ACTS.get(change.action, "修改"),
        "step": None,
        "comment": None,
        "door": change.door,
        "door_text": DOORS.get(change.door, change.door),
        "changes": _lines(change),
    }


def _lines(change: Change) -> list[dict[str, Any]]:
    lines: Any = change.changes or []
    return [{"title": line["title"], "old": line.get("old"), "new": line.get("new")} for line in lines]
