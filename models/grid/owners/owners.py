"""Who is responsible for a place, and what becomes of open tasks when somebody else is (E01)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models.core import history
from models.core.errors import Invalid
from models.core.security.actor import Actor
from models.grid.places import chain
from models.grid.records import EDIT_GRID, GridNode
from models.organization.records import Binding, Person


def check_owner(company_id: int, person_id: int | None) -> None:
    """Raise Invalid at `owner` unless the person belongs to the company now."""
    if person_id is None:
        return
    bound = Person.select().join(Binding, on=(Binding.person == Person.id)).where(
        Person.id == person_id, Person.company == company_id, Binding.state == "approved"
    )  # fmt: skip
    if not bound.exists():
        raise Invalid(fields={"owner": "责任人要是本单位的在职人员，请从列表中选择"})


def line_of(node: GridNode | int | None, level: int = 0) -> list[int]:
    """The owners (person ids) from a place up to the top, the nearest first, each once.

    With `level` from the place of that level on (of the next one above, where the grid leaves it out); a place that is
    higher already begins with itself. Whether they are still there is not asked here.
    """
    return list(dict.fromkeys(owner for owner in owners_up(node, level) if owner is not None))


def owners_up(node: GridNode | int | None, level: int = 0) -> list[int | None]:
    """The owner of every place from one up to the top, None for a place without: each keeps its place in the line,
    whoever comes and goes at the others."""
    places = chain(node)
    if level:
        places = [place for place in places if int(place.level) <= level] or places[-1:]
    return [place.owner_id for place in places]


def owner_of(node: GridNode | int | None, level: int = 0, lift: int = 0) -> Person | None:
    """The person responsible for a place: the nearest owner who still belongs to the unit, `lift` owners higher."""
    line = line_of(node, level)
    here = _here(line)
    there = [here[each] for each in line if each in here]
    return there[lift] if lift < len(there) else None


def answering(nodes: Sequence[GridNode]) -> dict[int, Person]:
    """By id, who answers for each of many places; one without anybody is left out."""
    lines = {node.id: [int(part) for part in reversed(node.path.split("/")) if part] for node in nodes}
    ids = {each for line in lines.values() for each in line}
    owned = GridNode.select(GridNode.id, GridNode.owner).where(
        GridNode.id.in_(ids or {0}), GridNode.owner.is_null(False)
    )
    owner = {row.id: row.owner_id for row in owned}
    here = _here(set(owner.values()))
    found: dict[int, Person] = {}
    for node_id, line in lines.items():
        person = next((here[owner[each]] for each in line if owner.get(each) in here), None)
        if person is not None:
            found[node_id] = person
    return found


def _here(person_ids: Iterable[int]) -> dict[int, Person]:
    """Those of the people who belong to their unit now."""
    bound = Person.select().join(Binding, on=(Binding.person == Person.id)).where(
        Person.id.in_(sorted(person_ids) or [0]), Binding.state == "approved"
    )  # fmt: skip
    return {row.id: row for row in bound}


def change_owner(actor: Actor, node: GridNode, person_id: int | None, *, hand_over: bool = True) -> int:
    """Make somebody else responsible for a place; gives how many open tasks went over to them.

    What the one before has open as the owner of this place goes to the new one, both are told. Without a new owner it
    goes to whoever is responsible above. Raises Invalid at `owner`, Forbidden.
    """
    actor.require(EDIT_GRID, node)
    check_owner(node.company_id, person_id)
    before: Any = node.owner_id
    if before == person_id:
        return 0
    node.change(owner=person_id)
    history.note(actor, node, "owner", history.differences(GridNode, {"owner": before}, {"owner": person_id}))
    if before is None or not hand_over:
        return 0
    from models.grid.owners.task_handover import hand_over_place

    return hand_over_place(actor, node, before)
