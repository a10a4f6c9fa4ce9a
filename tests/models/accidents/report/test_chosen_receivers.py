"""Who is told: the unit's preset before the group's, what was chosen before both, and never nobody (G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.report.chosen_receivers import chosen_receivers
from models.accidents.report_options import options, people
from models.core.errors import Forbidden, Invalid
from models.messages.channels.records import ChatGroup
from models.messages.escalation.presets import Receivers, expand, preset_for, preset_receivers
from models.messages.escalation.records import Chain, Preset, PresetGroup, PresetPerson
from tests.models.accidents.conftest import Scene


def preset(
    scene: Scene, level: str = "any", *, company: Any = "own", ways: Any = ("system",), **values: Any
) -> Preset:
    owner = scene.unit if company == "own" else company
    return Preset.create(company=owner, name=f"预案{level}", level=level, ways=list(ways), **values)


def test_the_units_own_level_then_its_any_then_the_groups(scene: Scene) -> None:
    assert preset_for(scene.unit.id, "较大") is None
    shared_any = preset(scene, company=None)
    shared = preset(scene, "较大", company=None)
    own_any = preset(scene)
    own = preset(scene, "重大")
    preset(scene, "较大", company=scene.plant.unit("别家"))

    def chosen(level: str) -> int:
        found = preset_for(scene.unit.id, level)
        assert found is not None
        return int(found.id)

    assert (chosen("重大"), chosen("较大"), chosen("一般")) == (own.id, own_any.id, own_any.id)
    Preset.delete().where(Preset.company == scene.unit.id).execute()
    assert (chosen("较大"), chosen("一般")) == (shared.id, shared_any.id)


def test_without_a_preset_the_safety_officers_are_told(scene: Scene) -> None:
    receivers = preset_receivers(scene.unit.id, "一般")
    assert receivers.ways == ("system", "card", "sms")
    assert expand(receivers, scene.unit.id) == sorted([scene.officer.id, scene.second.id])
    scene.leave(scene.second)
    assert expand(receivers, scene.unit.id) == [scene.officer.id]


def test_named_people_and_everybody(scene: Scene) -> None:
    made = preset(scene, everyone=False)
    PresetPerson.create(preset=made, person=scene.boss)
    PresetPerson.create(preset=made, person=scene.second)
    scene.leave(scene.second)
    receivers = preset_receivers(scene.unit.id, "一般")
    assert expand(receivers, scene.unit.id) == [scene.boss.id]
    other = scene.plant.unit("别家")
    outside = scene.plant.person(4, other)
    PresetPerson.create(preset=made, person=outside)
    Preset.update(everyone=True).where(Preset.id == made.id).execute()
    everybody = sorted([scene.worker.id, scene.officer.id, scene.boss.id, outside.id])
    assert expand(receivers, scene.unit.id) == everybody


def test_groups_that_are_off_are_left_out(scene: Scene) -> None:
    made = preset(scene)
    on = ChatGroup.create(company=scene.unit, name="应急群", kind="robot")
    off = ChatGroup.create(company=scene.unit, name="旧群", kind="robot", enabled=False)
    for group in (on, off):
        PresetGroup.create(preset=made, group=group)
    assert preset_receivers(scene.unit.id, "一般").groups == (on.id,)
    with pytest.raises(Invalid):
        chosen_receivers(scene.unit.id, "一般", {"groups": [off.id]})


def test_who_was_chosen_comes_before_the_preset_but_keeps_its_chain(scene: Scene) -> None:
    chain = Chain.create(company=scene.unit, name="升级")
    preset(scene, chain=chain)
    chosen = chosen_receivers(
        scene.unit.id, "一般", {"persons": [str(scene.boss.id)], "ways": ["sms", "sms"]}
    )
    assert chosen == Receivers(ways=("sms",), persons=(scene.boss.id,), chain=chain.id)
    assert Receivers.from_json(chosen.as_json()) == chosen
    assert expand(chosen, scene.unit.id) == [scene.boss.id]


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({}, "persons"),
        ({"persons": [], "groups": []}, "persons"),
        ({"persons": ["999999"]}, "persons"),
        ({"persons": ["x"]}, "persons"),
        ({"persons": list(range(1, 2002))}, "persons"),
        ({"groups": ["999999"]}, "groups"),
        ({"persons": ["1"], "ways": ["pigeon"]}, "ways"),
    ],
)
def test_wrong_choices_are_said(scene: Scene, chosen: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        chosen_receivers(scene.unit.id, "一般", chosen)
    assert set(caught.value.fields) == {f"receivers.{field}"}


def test_nobody_of_another_unit_and_nobody_who_left(scene: Scene) -> None:
    outside = scene.plant.person(4, scene.plant.unit("别家"))
    scene.leave(scene.boss)
    for person in (outside, scene.boss):
        with pytest.raises(Invalid):
            chosen_receivers(scene.unit.id, "一般", {"persons": [str(person.id)]})


def test_options_of_the_form(scene: Scene) -> None:
    preset(scene, "一般", everyone=True)
    told = options(scene.actor())
    assert told["company"]["name"] == "清源水务"
    assert len(told["categories"]) == 27
    assert [way["value"] for way in told["ways"]] == ["system", "card", "sms", "email"]
    assert [(item["level"], item["persons"]) for item in told["presets"]] == [
        ("一般", 4), ("较大", 2), ("重大", 2), ("特别重大", 2),
    ]  # fmt: skip
    other = scene.plant.unit("别家")
    with pytest.raises(Invalid):
        options(scene.actor(), unit=other.id)
    with pytest.raises(Forbidden):
        options(scene.member("supervisor"))


def test_people_to_choose_from_are_named_and_nothing_more(scene: Scene) -> None:
    found = people(scene.actor())
    assert [item["name"] for item in found][:2] == ["周守正", "陈安澜"] or [item["name"] for item in found][
        :2
    ] == ["陈安澜", "周守正"]
    assert {key for item in found for key in item} == {"id", "name", "role", "site"}
    assert [item["name"] for item in people(scene.actor(), q="沈")] == ["沈立新"]
    assert people(scene.actor(), q="%") == []
    scene.leave(scene.boss)
    assert people(scene.actor(), q="沈") == []
