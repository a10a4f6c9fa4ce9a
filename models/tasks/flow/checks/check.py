"""What is wrong with a flow before anybody has to walk it (H07): every fault, where it is, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.tasks.flow import definition as said_in
from models.tasks.flow.checks.conditions import check_condition
from models.tasks.flow.checks.endings import check_endings
from models.tasks.flow.checks.faults import FlowFault, Look
from models.tasks.flow.checks.graph import check_graph
from models.tasks.flow.checks.outcomes import check_outcomes
from models.tasks.flow.checks.people import check_rules
from models.tasks.flow.checks.transitions import check_states, doubtful
from models.tasks.subjects import Served

MAX_STEPS = 60
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_KINDS = (said_in.APPROVE, said_in.FILL, said_in.NOTIFY)
_RULES = (said_in.ANY, said_in.ALL, said_in.ORDER)
_REFUSALS = (said_in.ENDS, said_in.MAJORITY, said_in.NOTED)
_OWN = (said_in.OWN_UP, said_in.OWN_ALLOW, said_in.OWN_SKIP)
_YEAR = 8760  # hours


def check(definition: Any, served: Served) -> list[FlowFault]:
    """Every fault of a definition for a kind, in the order of its steps; empty when it may be published."""
    steps = definition.get("steps") if isinstance(definition, Mapping) else None
    if not isinstance(steps, list) or not steps:
        return [FlowFault("steps", "流程还没有步骤，请至少加一步")]
    if len(steps) > MAX_STEPS:
        return [FlowFault("steps", f"最多 {MAX_STEPS} 步，请合并一些步骤")]
    look = Look(definition, served)
    _one_of(look, "own", definition.get("own"), _OWN, "发起人自己审批时的处理")
    for number, step in enumerate(steps):
        if not isinstance(step, Mapping):
            look.fault(f"steps.{number}", "这一步的格式不对，请删掉重新添加")
        else:
            _check_step(look, f"steps.{number}", step)
    if not look.faults:  # where steps lead can only be followed once they are whole
        check_graph(look)
    if not look.faults:  # and what becomes of the subject, once they make a flow
        check_states(look)
    if not look.faults:  # and what it is when the case is over
        check_endings(look)
    return look.faults


def _check_step(look: Look, path: str, step: Mapping[str, Any]) -> None:
    key, title = step.get("key"), step.get("title")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        look.fault(f"{path}.key", "步骤的代号只能用小写字母、数字、横线，以字母开头，最多 30 个字")
    elif look.keys.count(key) > 1:
        look.fault(f"{path}.key", f"有两步的代号都是“{key}”，请改掉一个")
    if not isinstance(title, str) or not title.strip() or len(title) > 40:
        look.fault(f"{path}.title", "请填写步骤名称，最多 40 个字")
    kind = step.get("kind", said_in.APPROVE)
    if not _one_of(look, f"{path}.kind", kind, _KINDS, "步骤的类型"):
        return
    _one_of(look, f"{path}.rule", step.get("rule"), _RULES, "几个人怎么办理")
    _one_of(look, f"{path}.refusal", step.get("refusal"), _REFUSALS, "有人不同意时怎么办")
    _one_of(look, f"{path}.own", step.get("own"), _OWN, "发起人自己审批时的处理")
    check_condition(look, f"{path}.when", step.get("when"))
    check_rules(look, f"{path}.who", step.get("who"), empty="请选择这一步由谁办理")
    if step.get("copies") is not None:
        check_rules(look, f"{path}.copies", step["copies"], empty="")
    if kind == said_in.NOTIFY:
        look.target(f"{path}.next", step.get("next"), (said_in.NEXT,))
    else:
        check_outcomes(look, path, step)
        _check_times(look, path, step)


def _one_of(look: Look, path: str, value: Any, known: Sequence[str], what: str) -> bool:
    if value is None or value in known:
        return True
    look.fault(path, f"{what}不能是“{str(value)[:20]}”，请重新选择")
    return False


def _check_times(look: Look, path: str, step: Mapping[str, Any]) -> None:
    hours, due = step.get("hours"), step.get("due")
    if hours is not None and not _number(hours, 0.1):
        look.fault(f"{path}.hours", "办理时限请填 1 到 8760 小时")
    if due is not None:
        column = look.fields.get(due) if isinstance(due, str) else None
        if column is None:
            look.fault(f"{path}.due", f"期限用的字段“{str(due)[:20]}”已经没有了，请重新选择")
        elif column.kind != "moment":
            look.fault(f"{path}.due", f"“{column.title}”不是时间，不能当期限，请换一个时间字段")
    remind, ladder = step.get("remind") or (), step.get("ladder") or ()
    if (remind or ladder) and hours is None and due is None:
        look.fault(f"{path}.hours", "设了提醒，但没有办理期限，提醒不会发生，请填期限或去掉提醒")
    if not isinstance(remind, (list, tuple)) or not all(_number(item, 0.1) for item in remind):
        look.fault(f"{path}.remind", "到期前提醒请填提前几小时，如 24")
    if not isinstance(ladder, (list, tuple)):
        look.fault(f"{path}.ladder", "超时提醒的格式不对，请删掉重新添加")
        return
    for number, rung in enumerate(ladder):
        where = f"{path}.ladder.{number}"
        if not isinstance(rung, Mapping) or not _number(rung.get("after", 0), 0):
            look.fault(where, "超时提醒请填超过期限几小时后")
        else:
            check_rules(look, f"{where}.who", rung.get("who"), empty="请选择超时后告诉谁", ladder=True)


def _number(value: Any, least: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= _YEAR


__all__ = ["FlowFault", "check", "doubtful"]
