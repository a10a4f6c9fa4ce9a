"""Transition tables, exhaustively: every change from every state, with and without the right, and races."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.records import Accident
from models.core.errors import Conflict, Forbidden
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.hazards.records import Extension, Hazard
from models.objectives.records import InvestmentPlan
from models.organization.records import Binding, Person
from models.regulations.records import Document
from models.tasks.records import Errand
from scripts import draw_states
from tests.support.clock_in_plant import Plant

TABLE = Binding.transitions
assert TABLE is not None
STATES = [choice.value for choice in Binding.state.options]


def test_docs_draw_the_tables_as_they_are() -> None:
    assert draw_states.TARGET.read_text("utf-8") == draw_states.text(), "run python -m scripts.draw_states"


def test_every_move_leads_between_states_that_the_record_has() -> None:
    """Of every record that has moves: a new one adds nothing here."""
    found = draw_states.with_states()
    assert {Accident, Binding, Document, Errand, Extension, Hazard, InvestmentPlan} <= set(found)
    for record in found:
        table = record.transitions
        assert table is not None
        states = {choice.value for choice in record._meta.fields[table.field].options}
        for item in table.items:
            assert {*item.start, item.to} <= states, (record.__name__, item.name)


def _binding(plant: Plant, state: str) -> Binding:
    person = Person.get()
    Binding.update(state=state).where(Binding.person == person).execute()
    return Binding.get(Binding.person == person)


def _actor(plant: Plant, right: str) -> Actor:
    return Actor(account_id=1, name="审核", company_id=plant.units[0].id, rights={right: Scope.COMPANY})


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", [item.name for item in TABLE.items])
def test_every_change_from_every_state(plant: Plant, name: str, state: str) -> None:
    change, binding = TABLE.named(name), _binding(plant, state)
    if state in change.start:
        binding.move(name, _actor(plant, change.right), reason="好")
        assert (Binding.get_by_id(binding.id).state, Binding.get_by_id(binding.id).version) == (change.to, 2)
        return
    with pytest.raises(Conflict) as refused:
        binding.move(name, _actor(plant, change.right))
    assert refused.value.code == "wrong_state"
    assert Binding.state.title_of(state) in refused.value.cause
    assert Binding.get_by_id(binding.id).state == state


@pytest.mark.parametrize("name", [item.name for item in TABLE.items])
def test_no_change_without_its_right(plant: Plant, name: str) -> None:
    change = TABLE.named(name)
    binding = _binding(plant, change.start[0])
    with pytest.raises(Forbidden):
        binding.move(name, Actor(account_id=1, name="路人", company_id=plant.units[0].id, rights={}))
    assert Binding.get_by_id(binding.id).state == change.start[0]


def test_of_two_who_decide_at_once_one_wins(plant: Plant) -> None:
    actor: Any = _actor(plant, TABLE.named("approve").right)
    first, second = _binding(plant, "waiting"), Binding.get()
    first.move("approve", actor)
    with pytest.raises(Conflict) as refused:
        second.move("refuse", actor)
    assert refused.value.code == "changed_meanwhile"
    assert Binding.get().state == "approved"
