"""People by department, or all of a unit, for fields that take several (A06)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core.ledger.groupings import GROUPINGS, Grouping
from models.core.ledger.reading.references import load_rows
from models.organization.records import Binding, Company, Person

_CHUNK = 400


def belonging(people: Sequence[Person]) -> list[Person]:
    """Those of `people` who belong to their unit now."""
    ids = [row.id for row in people]
    bound: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        rows = Binding.select(Binding.person).where(
            Binding.person.in_(ids[start : start + _CHUNK]), Binding.state == "approved"
        )
        bound |= {person_id for (person_id,) in rows.tuples()}
    return [row for row in people if row.id in bound]


@GROUPINGS.answer
def of_units(ledger: str, rows: Sequence[Any]) -> Sequence[Grouping]:
    """Everybody of each unit, and each department's people; who left their unit is in none."""
    if ledger != "persons":
        return ()
    people = belonging(rows)
    nodes = load_rows(
        Company, {row.company_id for row in people} | {row.department_id for row in people} - {None}
    )
    units, departments = _by(people, "company"), _by(people, "department")
    several = len(units) > 1

    def title(department: Company) -> str:
        unit = nodes.get(department.company_root)
        return f"{unit.name} · {department.name}" if several and unit is not None else department.name

    everybody = [
        Grouping("全部", nodes[node].name if several else "全部", tuple(ids)) for node, ids in units.items()
    ]
    order = sorted(departments, key=lambda node: (nodes[node].sequence, nodes[node].name_sort, node))
    return [*everybody, *(Grouping("部门", title(nodes[node]), tuple(departments[node])) for node in order)]


def _by(people: Sequence[Person], name: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in people:
        node = row.__data__.get(name)
        if node is not None:
            found.setdefault(node, []).append(row.id)
    return found


__all__ = ["belonging", "of_units"]
