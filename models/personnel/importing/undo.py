"""What hangs on people whom a sheet has made, and what goes with taking it back (Q05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.core.history import Change
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from models.personnel.bindings import bindings
from models.personnel.hooks import HELD_OF_MANY
from models.training.records import Certificate

_CHUNK = 400


def holds(actor: Actor, people: Sequence[Person]) -> dict[int, str]:
    """Why a file can't go any more: somebody signs in by it, clocked in, or has certificates that were entered since."""
    told = {row.id: "已经开通了账号" for row in people if row.account_id is not None}
    ids = [row.id for row in people]
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        for kept in HELD_OF_MANY(part):
            told |= kept
        entered = Certificate.select(Certificate.person).where(
            Certificate.person.in_(part), Certificate.source != "registry"
        )
        told |= {person_id: "已经登记了证照" for (person_id,) in entered.tuples()}
    return told


def brought_back(actor: Actor, began: datetime) -> set[int]:
    """Whom an import of the actor's that began then has bound again."""
    lines = Change.select(Change.row_id).where(
        Change.account_id == actor.account_id, Change.door == "import", Change.at >= began,
        Change.table == "binding", Change.action == "restore",
    )  # fmt: skip
    ids = [row_id for (row_id,) in lines.tuples()]
    found: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        rows = Binding.select(Binding.person).where(Binding.id.in_(ids[start : start + _CHUNK]))
        found |= {person_id for (person_id,) in rows.tuples()}
    return found


def undo(actor: Actor, person: Person) -> None:
    """Who was brought back by the sheet is out again."""
    binding = Binding.get_or_none(Binding.person == person.id)
    if binding is None:
        return
    last: Any = (
        Change.select()
        .where(Change.table == "binding", Change.row_id == binding.id)
        .order_by(Change.id.desc())
        .first()
    )
    if last is not None and (last.action, last.door, last.account_id) == (
        "restore",
        "import",
        actor.account_id,
    ):
        bindings.end(actor, binding, "撤回导入")


__all__ = ["brought_back", "holds", "undo"]
