"""Which preset is taken, and whom it tells: the unit's before the group's, the level's before any (G02, E09)."""

from __future__ import annotations

from typing import Any

import pytest

from models.messages.escalation.presets import (
    Receivers,
    bound,
    expand,
    groups_of,
    hazard_receivers,
    preset_for,
    preset_receivers,
)
from models.messages.escalation.records import ANY, HAZARD, Chain, Preset, PresetGroup, PresetPerson
from tests.support.people_to_tell import Crowd

pytestmark = pytest.mark.one_engine


def make(company: Any, level: str = ANY, **values: Any) -> Preset:
    """A preset."""
    return Preset.create(company=company, level=level, name="预案", **{"ways": ["card"], **values})


def test_the_units_before_the_groups_and_the_levels_before_any(crowd: Crowd) -> None:
    order = [
        make(crowd.unit, "较大"), make(crowd.unit, ANY), make(None, "较大"), make(None, ANY),
    ]  # fmt: skip
    make(crowd.other, "较大")
    make(crowd.unit, "一般")
    newer = make(None, ANY)
    assert preset_for(crowd.unit.id, "较大") == order[0]
    for gone, next_ in ((0, order[1]), (1, order[2]), (2, newer)):
        order[gone].delete_instance()
        assert preset_for(crowd.unit.id, "较大") == next_
    newer.delete_instance()
    assert preset_for(crowd.unit.id, "较大") == order[3]
    order[3].delete_instance()
    assert preset_for(crowd.unit.id, "较大") is None
    assert preset_receivers(crowd.unit.id, "较大") == Receivers(ways=("system", "card", "sms"))


def test_a_hazard_is_told_by_the_units_and_by_the_groups_preset(crowd: Crowd) -> None:
    own, whole = make(crowd.unit, HAZARD + "重大"), make(None, HAZARD + "重大", ways=["sms"])
    make(crowd.other, HAZARD + "重大")
    make(crowd.unit, HAZARD + "一般")
    make(crowd.unit, "重大")
    found = hazard_receivers(crowd.unit.id, "重大")
    assert [(each.preset, each.ways) for each in found] == [(own.id, ("card",)), (whole.id, ("sms",))]


def test_chats_that_are_off_are_not_told(crowd: Crowd) -> None:
    chain = Chain.create(company=crowd.unit, name="催")
    preset, other = make(crowd.unit, chain=chain), make(crowd.unit, "一般")
    own, off, theirs = crowd.chat(crowd.unit), crowd.chat(crowd.unit, enabled=False), crowd.chat(crowd.unit)
    foreign, shared = crowd.chat(crowd.other), crowd.chat(None)
    for of, chat in ((preset, own), (preset, off), (other, theirs)):
        PresetGroup.create(preset=of, group=chat)
    told = preset_receivers(crowd.unit.id, "重大")
    assert (told.groups, told.chain, told.preset) == ((own.id,), chain.id, preset.id)
    assert {row.id for row in groups_of(crowd.unit.id)} == {own.id, theirs.id, shared.id}
    assert foreign.id in {row.id for row in groups_of(crowd.other.id)}


def test_whom_a_preset_tells(crowd: Crowd) -> None:
    worker, officer = crowd.person(), crowd.person(role="safety_officer")
    stranger, gone = crowd.person(unit=crowd.other, role="safety_officer"), crowd.person(bound="ended")
    above = crowd.person(unit=crowd.group)
    preset = make(crowd.unit)
    for person in (above, gone):
        PresetPerson.create(preset=preset, person=person)
    PresetPerson.create(preset=make(crowd.unit, "一般"), person=stranger)
    by = Receivers(ways=("card",), preset=preset.id)
    unit = crowd.unit.id
    assert expand(by, unit) == [above.id]
    Preset.update(everyone=True).where(Preset.id == preset.id).execute()
    assert expand(by, unit) == sorted([worker.id, officer.id, above.id])
    for none in (Receivers(ways=()), Receivers(ways=(), preset=99_999)):
        assert expand(none, unit) == [officer.id]
    assert expand(Receivers(ways=(), persons=(worker.id, gone.id), preset=preset.id), unit) == [worker.id]
    assert expand(Receivers(ways=(), persons=()), unit) == []
    assert {row.id for row in bound(unit)} == {worker.id, officer.id}
    assert {row.id for row in bound()} == {worker.id, officer.id, stranger.id, above.id}


@pytest.mark.parametrize("persons", [None, (), (3, 1)])
def test_what_is_kept_of_receivers_is_read_as_it_was(persons: tuple[int, ...] | None) -> None:
    made = Receivers(ways=("card", "sms"), groups=(4,), persons=persons, preset=5, chain=6)
    kept = {**made.as_json(), "ways": list(made.ways), "persons": None if persons is None else list(persons)}
    assert Receivers.from_json(kept) == made
    assert Receivers.from_json({}) == Receivers(ways=())
