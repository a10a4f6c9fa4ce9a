"""What a job was begun under, and whether that is still held: its file is given out to nobody else (X09, J04).

A job keeps the rights that it was begun under with how far each reached. Who holds less by now (a role fell, another
site, another of their units) neither sees the job nor gets its file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.core.security.rights import Scope

Held = dict[str, dict[str, Any]]


AN_HOUR = usage_limits.UsageLimit(
    "jobs", 200, timedelta(hours=1), "任务太多",
    "您 1 小时内已导入、导出或打印了 200 次", "请 {minutes} 分钟后再试；需要大量数据时，请一次导出全部",
)  # fmt: skip


def count_one(actor: Actor) -> None:
    """Count one more job of the actor. Raises TooMany beyond what anybody needs in an hour."""
    if actor.account_id is not None:
        usage_limits.spend(AN_HOUR, actor.account_id)


def held(actor: Actor, names: Iterable[str]) -> Held:
    """These rights of the actor, and how far each reaches, to be kept as JSON."""
    return {name: _reach(actor, name) for name in dict.fromkeys(names)}


def still_held(actor: Actor, kept: Mapping[str, Any] | None) -> bool:
    """Whether the actor holds all of it still, each as far as then or farther. False for what was never kept."""
    return kept is not None and all(_covers(actor, name, then) for name, then in kept.items())


def _reach(actor: Actor, name: str) -> dict[str, Any]:
    scope = actor.rights[name]
    if scope not in (Scope.SITE, Scope.DEPARTMENT):
        return {"scope": int(scope)}
    places = actor.places_of(name)
    return {"scope": int(scope), "sites": list(places.sites), "departments": list(places.departments)}


def _covers(actor: Actor, name: str, then: Mapping[str, Any]) -> bool:
    now = actor.rights.get(name)
    if now is None or now < then["scope"]:
        return False
    if now >= Scope.COMPANY:
        return True
    places = actor.places_of(name)
    return set(then.get("sites", ())) <= {*places.sites} and set(then.get("departments", ())) <= {
        *places.departments
    }


__all__ = ["Held", "held", "still_held"]
