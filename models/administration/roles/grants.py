"""What a role grants: rights with the scope that each reaches (J04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.core.errors import Malformed
from models.core.fields import Facts
from models.core.security.rights import SCOPE_TITLES, Scope, all_rights

Reach = dict[str, Scope]

_SCOPES = {scope.key: scope for scope in Scope}


class RoleRights(Facts):
    """A role's rights, as `[{"right": "equipment.read", "scope": "company"}, …]`."""

    kind = "grants"

    def clean(self, value: Any) -> list[dict[str, str]] | None:
        """The grants in order of declaration, of a right named twice the wider. Raises Malformed."""
        if value in (None, ""):
            return None
        if not isinstance(value, list):
            raise Malformed("wrong_type", "权限的格式不对")
        named: Reach = {}
        for item in value:
            name, scope = _one(item)
            named[name] = max(scope, named.get(name, scope))
        return pack(named)


def _one(item: Any) -> tuple[str, Scope]:
    name = item.get("right") if isinstance(item, dict) else None
    scope = item.get("scope") if isinstance(item, dict) else None
    if not isinstance(name, str) or name not in {right.name for right in all_rights()}:
        raise Malformed("no_such_right", f"没有“{str(name)[:40]}”这项权限")
    if not isinstance(scope, str) or scope not in _SCOPES:
        raise Malformed("no_such_scope", "范围只能是：" + "、".join(SCOPE_TITLES.values()))
    return name, _SCOPES[scope]


def pack(reach: Mapping[str, Scope]) -> list[dict[str, str]]:
    """How grants are stored."""
    return [
        {"right": right.name, "scope": reach[right.name].key} for right in all_rights() if right.name in reach
    ]


def unpack(stored: Any) -> Reach:
    """The rights of stored grants; what is not known (any more) grants nothing."""
    known = {right.name for right in all_rights()}
    return {
        item["right"]: _SCOPES[item["scope"]]
        for item in (stored if isinstance(stored, list) else ())
        if isinstance(item, dict)
        and isinstance(item.get("right"), str)
        and item["right"] in known
        and isinstance(item.get("scope"), str)
        and item["scope"] in _SCOPES
    }


def union(parts: Iterable[Mapping[str, Scope]]) -> Reach:
    """All rights of `parts`, each as far as the widest part reaches."""
    whole: Reach = {}
    for part in parts:
        if not whole:
            whole.update(part)
            continue
        for name, scope in part.items():
            if name not in whole or scope > whole[name]:
                whole[name] = scope
    return whole


def exceeding(wanted: Mapping[str, Scope], own: Mapping[str, Scope]) -> list[str]:
    """The rights in `wanted` that reach farther than in `own`: nobody gives what they do not have."""
    return [name for name, scope in wanted.items() if own.get(name, 0) < scope]
