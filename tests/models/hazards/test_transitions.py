"""The tables of hazards and extensions, exhaustively: every change from every state, and without the right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.clock import now
from models.core.errors import Conflict, Forbidden
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.hazards.records import Extension, Hazard
from tests.support.clock_in_plant import Plant

KINDS = {"hazard": Hazard, "extension": Extension}
WALK = [
    (kind, item.name, choice.value)
    for kind, record in KINDS.items()
    for item in record.transitions.items  # type: ignore[union-attr]
    for choice in record.state.options
]


def _row(plant: Plant, kind: str, state: str) -> Any:
    hazard = Hazard.create(company=plant.units[0], what="电缆裸露", number=f"YH{state}", state=state)
    if kind == "hazard":
        return hazard
    return Extension.create(
        company=plant.units[0], hazard=hazard, due_at_before=now(), due_at=now() + timedelta(days=1), reason="等配件",
        state=state,
    )  # fmt: skip


def _actor(plant: Plant, *rights: str) -> Actor:
    return Actor(1, "办理", company_id=plant.units[0].id, rights=dict.fromkeys(rights, Scope.COMPANY))


@pytest.mark.parametrize(("kind", "name", "state"), WALK)
def test_every_change_from_every_state(plant: Plant, kind: str, name: str, state: str) -> None:
    record: Any = KINDS[kind]
    change, row = record.transitions.named(name), _row(plant, kind, state)
    if state in change.start:
        row.move(name, _actor(plant, change.right))
        assert (record.get_by_id(row.id).state, record.get_by_id(row.id).version) == (change.to, 2)
        return
    with pytest.raises(Conflict) as refused:
        row.move(name, _actor(plant, change.right))
    assert refused.value.code == "wrong_state"
    assert record.get_by_id(row.id).state == state


@pytest.mark.parametrize(("kind", "name"), sorted({(kind, name) for kind, name, _ in WALK}))
def test_without_the_right_nothing_moves(plant: Plant, kind: str, name: str) -> None:
    record: Any = KINDS[kind]
    change = record.transitions.named(name)
    row = _row(plant, kind, change.start[0])
    with pytest.raises(Forbidden):
        row.move(name, _actor(plant))
    assert record.get_by_id(row.id).state == change.start[0]


def test_what_is_over_stays_over() -> None:
    for record, ends in (
        (Hazard, {"closed", "rejected", "withdrawn"}),
        (Extension, {"granted", "refused", "withdrawn"}),
    ):
        table = record.transitions
        assert table is not None
        assert not {start for item in table.items for start in item.start} & ends
