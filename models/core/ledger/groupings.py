"""Whole groups of what a field may hold, taken with one tap: a department's people, a post's, everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.core.errors import NotFound
from models.core.fields import People
from models.core.hooks import Hook
from models.core.ledger.declaration import Ledger
from models.core.ledger.reading.options import strongest
from models.core.ledger.reading.references import attach, label_of, visible
from models.core.ledger.reference_check import link_of
from models.core.security.actor import Actor

#: Beyond so many rows to choose from no groups are offered: who has that many searches.
MOST = 3000


@dataclass(frozen=True)
class Grouping:
    """A group: what kind it is (部门), what it is called, and the ids of its rows."""

    kind: str
    title: str
    ids: tuple[int, ...]


#: By a ledger's name and those of its rows that may be chosen: the groups that these are in.
GROUPINGS: Hook[[str, Sequence[Any]], Sequence[Grouping]] = Hook("core.groupings")


def takes_groups(ledger: Ledger) -> bool:
    """Whether some field of the ledger takes people, and so whole groups of them."""
    return any(isinstance(item.field, People) for item in ledger.derived)


def groupings(actor: Actor, ledger: Ledger, field: str) -> dict[str, Any]:
    """The groups for the field `field`: `{"items": [{"kind", "title", "ids"}], "names": {id: name}}`, empty where too many.

    Nothing is in them that a pick list would not find. Raises NotFound for a field that takes no groups.
    """
    actor.require(ledger.rights["read"])
    derived = ledger.derived_named(field)
    declared = None if derived is None else derived.field
    link = link_of(declared)
    if not isinstance(declared, People) or link is None:
        raise NotFound("没有这个选项", cause="这一项没有可选的内容", advice="请刷新页面后再试")
    rows = list(visible(actor, link, strongest(actor, ledger)).limit(MOST + 1))
    if len(rows) > MOST:
        return {"items": [], "names": {}}
    attach(link.rel_model, rows)
    found = [each for answer in GROUPINGS(declared.to, rows) for each in answer]
    items = [
        {"kind": each.kind, "title": each.title, "ids": [str(one) for one in each.ids]} for each in found
    ]
    named = {row_id for each in found for row_id in each.ids}
    return {
        "items": items,
        "names": {str(row.get_id()): label_of(row, link.to) for row in rows if row.get_id() in named},
    }


__all__ = ["GROUPINGS", "Grouping", "groupings", "takes_groups"]
