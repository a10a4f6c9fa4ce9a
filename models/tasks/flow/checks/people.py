"""Faults of the rules that name people (H07): nobody named, a way that is unknown, a role, post, field or step that is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from models.administration.records import Role
from models.core.fields import Facts, Link
from models.organization.records import Person
from models.tasks.flow.checks.conditions import check_condition
from models.tasks.flow.checks.faults import Look
from models.tasks.flow.definition import NOTIFY
from models.tasks.people.finders import Finder, finder_of

Check = Callable[[Look, str, Mapping[str, Any], bool], None]
_STARTER, _HOLDER = "starter", "holder"


def check_rules(look: Look, path: str, rules: Any, *, empty: str, ladder: bool = False) -> None:
    """Note the faults of a list of rules. `empty` is said where there is none; `ladder`: there are holders by then."""
    if not isinstance(rules, (list, tuple)) or (not rules and empty):
        look.fault(path, empty or "格式不对，请删掉重新添加")
        return
    for number, rule in enumerate(rules):
        _check_rule(look, f"{path}.{number}", rule, ladder)


def _check_rule(look: Look, path: str, rule: Any, ladder: bool) -> None:
    by = rule.get("by") if isinstance(rule, Mapping) else None
    found = finder_of(by) if isinstance(by, str) else None
    if found is None:
        look.fault(path, f"没有“{str(by)[:20]}”这种选人的办法，请重新选择")
        return
    check_condition(look, f"{path}.when", rule.get("when"))
    missing = [name for name in found.needs if rule.get(name) in (None, "")]
    if missing:
        look.fault(f"{path}.{missing[0]}", _please(found))
        return
    if by == _HOLDER and not ladder:
        look.fault(path, "这时还没有办理人，“正在办理的人”只能用在超时提醒里，请换一种")
    if by in _CHECKS:
        _CHECKS[by](look, path, rule, ladder)


def _please(found: Finder) -> str:
    return f"“{found.title}”还没有选好，请补全"


def _level(look: Look, path: str, rule: Mapping[str, Any], ladder: bool) -> None:
    if rule["level"] not in (0, 1, 2, 3, 4, 5) or isinstance(rule["level"], bool):
        look.fault(f"{path}.level", "网格层级只能是 1 到 5，或 0（所在网格）")


def _role(look: Look, path: str, rule: Mapping[str, Any], ladder: bool) -> None:
    if not Role.select().where(Role.code == str(rule["code"])).exists():
        look.fault(f"{path}.code", f"角色“{str(rule['code'])[:30]}”已经没有了，请换一个角色")


def _person(look: Look, path: str, rule: Mapping[str, Any], ladder: bool) -> None:
    number = rule["id"]
    good = isinstance(number, int) and not isinstance(number, bool)
    if not good or not Person.select().where(Person.id == number).exists():
        look.fault(f"{path}.id", "选的人已经不在名单里，请换一个人")


def _number(look: Look, path: str, rule: Mapping[str, Any], ladder: bool) -> None:
    if not isinstance(rule["id"], int) or isinstance(rule["id"], bool):
        look.fault(f"{path}.id", "请从列表中重新选择")


def _field(look: Look, path: str, rule: Mapping[str, Any], ladder: bool) -> None:
    name = rule["name"]
    column = look.fields.get(name) if isinstance(name, str) else None
    if column is None:
        look.fault(f"{path}.name", f"字段“{str(name)[:30]}”已经没有了，请换一个字段")
    elif not (isinstance(column, Link) and column.rel_model is Person) and not isinstance(column, Facts):
        look.fault(f"{path}.name", f"“{column.title}”里填的不是人员，请换一个字段")


def _doer(look: Look, path: str, rule: Mapping[str, Any], ladder: bool) -> None:
    _done_step(look, f"{path}.step", rule["step"])


def _superior(look: Look, path: str, rule: Mapping[str, Any], ladder: bool) -> None:
    of = rule["of"]
    if of == _HOLDER and not ladder:
        look.fault(f"{path}.of", "这时还没有办理人，请改成发起人的上级，或某一步办理人的上级")
    elif of not in (_STARTER, _HOLDER):
        _done_step(look, f"{path}.of", of)


def _done_step(look: Look, path: str, key: Any) -> None:
    """A step whose doer is meant must be there, and be done by somebody."""
    steps = [step for step in look.steps if isinstance(step, Mapping) and step.get("key") == key]
    if not steps:
        look.fault(path, "指着的步骤已经没有了，请换一步")
    elif steps[0].get("kind") == NOTIFY:
        look.fault(path, f"步骤“{steps[0].get('title')}”只是通知，没有人办理，请换一步")


_CHECKS: dict[str, Check] = {
    "grid_owner": _level, "role": _role, "person": _person, "post": _number, "field": _field, "doer": _doer,
    "superior": _superior,
}  # fmt: skip
