"""Faults of a step's outcomes (H07): inputs, transitions and effects that are gone, and ways that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from models.tasks.flow.checks.faults import Look
from models.tasks.flow.definition import BACK, END_REFUSED, NEXT, UP
from models.tasks.flow.outcome_form import ALL
from models.tasks.people.finders import finder_of
from models.tasks.subjects import Effect

MAX_OUTCOMES = 8
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_COMMENTS = ("none", "optional", "required")


def check_outcomes(look: Look, path: str, step: Mapping[str, Any]) -> None:
    """Note the faults of the outcomes of a step; a step without any has the usual ones."""
    outcomes = step.get("outcomes")
    if outcomes is None:
        return
    where = f"{path}.outcomes"
    if not isinstance(outcomes, list) or not 1 <= len(outcomes) <= MAX_OUTCOMES:
        look.fault(where, f"办理结果要有 1 到 {MAX_OUTCOMES} 个")
        return
    keys = [said.get("key") if isinstance(said, Mapping) else None for said in outcomes]
    for number, said in enumerate(outcomes):
        if not isinstance(said, Mapping):
            look.fault(f"{where}.{number}", "办理结果的格式不对，请删掉重新添加")
            continue
        if keys.count(said.get("key")) > 1:
            look.fault(f"{where}.{number}.key", f"有两个办理结果的代号都是“{said.get('key')}”，请改掉一个")
        _check_outcome(look, f"{where}.{number}", said, step, first=number == 0)


def _check_outcome(
    look: Look, path: str, said: Mapping[str, Any], step: Mapping[str, Any], *, first: bool
) -> None:
    key, title = said.get("key"), said.get("title")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        look.fault(f"{path}.key", "办理结果的代号只能用小写字母、数字、横线，以字母开头，最多 30 个字")
    if not isinstance(title, str) or not title.strip() or len(title) > 20:
        look.fault(f"{path}.title", "请填写办理结果的名称，最多 20 个字")
    if said.get("comment") not in (None, *_COMMENTS):
        look.fault(f"{path}.comment", "意见只能是不填、可填或必填")
    _check_inputs(look, path, said)
    _check_does(look, path, said)
    _check_next(look, path, said, step, first=first)


def _check_inputs(look: Look, path: str, said: Mapping[str, Any]) -> None:
    for part in ("needs", "optional"):
        names = said.get(part) or ()
        if not isinstance(names, (list, tuple)):
            look.fault(f"{path}.{part}", "要填的内容格式不对，请重新选择")
            continue
        for number, name in enumerate(names):
            known = name == ALL or (isinstance(name, str) and name in look.inputs) or _is_photo(look, name)
            if not known:
                look.fault(f"{path}.{part}.{number}", f"要填的“{str(name)[:30]}”已经没有了，请去掉它")


def _is_photo(look: Look, name: Any) -> bool:
    return isinstance(name, str) and name in look.served.photo_inputs


def _check_does(look: Look, path: str, said: Mapping[str, Any]) -> None:
    does, effect = said.get("does"), said.get("effect")
    table = look.served.record.transitions
    known = () if table is None else tuple(item.name for item in table.items)
    if does and does not in known:
        look.fault(f"{path}.does", f"{look.served.title}没有“{str(does)[:30]}”这个动作，请重新选择")
    if effect and effect not in look.served.effects:
        look.fault(f"{path}.effect", f"{look.served.title}没有“{str(effect)[:30]}”这个处理，请去掉它")
    elif effect:
        _check_effect(look, f"{path}.effect", look.served.effects[effect], said)


def _check_effect(look: Look, path: str, effect: Effect, said: Mapping[str, Any]) -> None:
    asked = said.get("needs") or ()
    lacking = [name for name in effect.needs if name not in asked and ALL not in asked]
    if lacking:
        titles = "、".join(f"“{look.inputs[name].title}”" for name in lacking)
        look.fault(path, f"“{effect.title}”要用到{titles}，请把它放进必填，或去掉这个处理")


def _check_next(
    look: Look, path: str, said: Mapping[str, Any], step: Mapping[str, Any], *, first: bool
) -> None:
    to, where = said.get("next"), f"{path}.next"
    if to is None and not first:
        look.fault(where, f"请选择“{said.get('title')}”之后到哪一步")
        return
    look.target(where, to, (NEXT, UP, BACK))
    if to == UP and not _rises(step):
        look.fault(where, "“上报上级”要求办理人是网格责任人或上级，请改办理人，或改下一步")
    if to == BACK and look.steps and look.steps[0] is step:
        look.fault(where, "第一步前面没有步骤可退，请改下一步")
    if first and to == END_REFUSED:
        look.fault(where, "第一个办理结果表示通过，不能以“未通过”结束，请调整顺序")


def _rises(step: Mapping[str, Any]) -> bool:
    who = step.get("who")
    rules = [rule for rule in who if isinstance(rule, Mapping)] if isinstance(who, (list, tuple)) else []
    found = [finder_of(str(rule.get("by"))) for rule in rules]
    return any(item is not None and item.rises for item in found)
