"""Two labels for a newcomer to scan: of what the first phone's holder may use, and of what they may not (Q01)."""

from __future__ import annotations

from models.core import clock
from models.equipment.records import Equipment
from models.organization.records import Person

_TRUCK, _CRANE = "叉车", "起重机"  # the first phone is a truck driver's


def scannable(person: Person) -> list[tuple[str, str, bool]]:
    """(name, label code, whether the gate lets the person in): at most one of each kind, inspected and in use."""
    here = (Equipment.company == person.__data__["company"]) & (Equipment.state == "in_use")
    inspected = here & (Equipment.next_inspection_on > clock.today())
    found: list[tuple[str, str, bool]] = []
    for kind, good in ((_TRUCK, True), (_CRANE, False)):
        named = inspected & Equipment.name.contains(kind)
        row = Equipment.select().where(named).order_by(Equipment.id).first()
        if row is not None:
            found.append((str(row.name), str(row.label_code), good))
    return found


__all__ = ["scannable"]
