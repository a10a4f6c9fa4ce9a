"""Faults of conditions (H07): a field that is gone, a comparison that means nothing, a value that it can't have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core.errors import Malformed
from models.tasks.flow.checks.faults import Look
from models.tasks.flow.conditions import BARE, OPS, ORDERED, comparable

_DEEP = 5


def check_condition(look: Look, path: str, condition: Any, *, depth: int = 0) -> None:
    """Note the faults of a condition; None is no condition."""
    if condition is None:
        return
    if not isinstance(condition, Mapping) or depth > _DEEP:
        look.fault(path, "条件的格式不对，请删掉重新添加")
        return
    for joined in ("all", "any"):
        if joined in condition:
            parts = condition[joined]
            if not isinstance(parts, list) or not parts or len(condition) > 1:
                look.fault(path, "组合条件里要有至少一个条件，请添加或删掉")
                return
            for number, part in enumerate(parts):
                check_condition(look, f"{path}.{joined}.{number}", part, depth=depth + 1)
            return
    _check_one(look, path, condition)


def _check_one(look: Look, path: str, condition: Mapping[str, Any]) -> None:
    name, op = condition.get("field"), condition.get("op")
    field = look.fields.get(name) if isinstance(name, str) else None
    if field is None:
        look.fault(f"{path}.field", f"条件用的字段“{str(name)[:30]}”已经没有了，请换一个字段或删掉条件")
        return
    if op not in OPS:
        look.fault(f"{path}.op", f"请选择“{field.title}”怎么比较")
        return
    if op in ORDERED and not comparable(field):
        look.fault(f"{path}.op", f"“{field.title}”不能比大小，请改成“等于”或“是其中之一”")
        return
    if op in BARE:
        return
    wanted = condition.get("value")
    values = wanted if op == "in" and isinstance(wanted, list) else [wanted]
    if op == "in" and (not isinstance(wanted, list) or not wanted):
        look.fault(f"{path}.value", f"请选择“{field.title}”的几个值")
        return
    for value in values:
        try:
            clean = field.clean(value)
        except Malformed as error:
            look.fault(f"{path}.value", f"“{field.title}”不会是这个值：{error.message}")
            return
        if clean in (None, "", []):
            look.fault(f"{path}.value", f"请填写“{field.title}”和什么比较；要判断空不空，请选“没有填写”")
            return
