"""What the role editor offers (J04)."""

from __future__ import annotations

from typing import Any

from models.core.security.rights import SCOPE_TITLES, all_rights


def rights_on_offer() -> dict[str, Any]:
    """Every right with its words, and every scope, narrowest first."""
    return {
        "items": [{"name": item.name, "title": item.title, "group": item.group} for item in all_rights()],
        "scopes": [{"value": scope.key, "title": title} for scope, title in SCOPE_TITLES.items()],
    }
