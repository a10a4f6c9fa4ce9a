"""Presets: who is told of something grave, by which ways and in which chats, as a unit set it beforehand (G02, E09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from peewee import ModelSelect

from models.messages.channels.records import CARD, SMS, SYSTEM, ChatGroup
from models.messages.escalation.records import ANY, HAZARD, Preset, PresetGroup, PresetPerson
from models.organization.records import Binding, Person

_WITHOUT_PRESET = (SYSTEM, CARD, SMS)


@dataclass(frozen=True)
class Receivers:
    """Who is to be told. `persons` None: those of the preset, or of none the unit's safety officers."""

    ways: tuple[str, ...]
    groups: tuple[int, ...] = ()
    persons: tuple[int, ...] | None = None
    preset: int | None = None
    chain: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As a version and the outbox keep it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Receivers:
        """What was kept."""
        persons = kept.get("persons")
        return cls(
            ways=tuple(kept.get("ways") or ()),
            groups=tuple(kept.get("groups") or ()),
            persons=None if persons is None else tuple(persons),
            preset=kept.get("preset"),
            chain=kept.get("chain"),
        )


def preset_for(company_id: int, level: str) -> Preset | None:
    """The unit's preset for the level, else its one for any level, else the group's in the same order."""
    rows = Preset.select().where(
        Preset.level.in_((level, ANY)), (Preset.company == company_id) | Preset.company.is_null()
    )
    found = sorted(rows, key=lambda row: (row.company_id is None, row.level == ANY, -row.id))
    return found[0] if found else None


def preset_receivers(company_id: int, level: str) -> Receivers:
    """Who is told of an accident by preset. A unit without any tells its safety officers: never is nobody told."""
    preset = preset_for(company_id, level)
    return Receivers(ways=_WITHOUT_PRESET) if preset is None else _receivers_of(preset)


def hazard_receivers(company_id: int, level: str) -> list[Receivers]:
    """Who is told of a hazard of a level by preset: the unit's own and the whole group's, both where both are there.

    So a unit may tell more people and chats, but what the group wants to hear it hears all the same (E09).
    """
    ours = (Preset.company == company_id) | Preset.company.is_null()
    rows = Preset.select().where(Preset.level == HAZARD + level, ours)
    return [_receivers_of(preset) for preset in rows.order_by(Preset.id)]


def _receivers_of(preset: Preset) -> Receivers:
    groups = PresetGroup.select(PresetGroup.group).join(ChatGroup).where(PresetGroup.preset == preset.id)
    return Receivers(
        ways=tuple(preset.ways),
        groups=tuple(row.group_id for row in groups.where(ChatGroup.enabled)),
        preset=preset.id,
        chain=preset.chain_id,
    )


def bound(company_id: int | None = None) -> ModelSelect:
    """The query of people who belong to the unit (or to any)."""
    query = (
        Person.select(Person.id)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Binding.state == "approved")
    )
    return query if company_id is None else query.where(Person.company == company_id)


def groups_of(company_id: int) -> ModelSelect:
    """The query of group chats that the unit may tell: its own and the whole group's, while enabled."""
    return ChatGroup.select().where(
        (ChatGroup.company == company_id) | ChatGroup.company.is_null(), ChatGroup.enabled
    )


def expand(receivers: Receivers, company_id: int) -> list[int]:
    """The ids of all persons to be told, each once; who has left a unit is not among them."""
    if receivers.persons is not None:
        people = bound().where(Person.id.in_(receivers.persons or (0,)))
    else:
        preset = Preset.get_or_none(Preset.id == receivers.preset) if receivers.preset else None
        if preset is None:
            people = bound(company_id).where(Person.role == "safety_officer")
        elif preset.everyone:
            named = PresetPerson.select(PresetPerson.person).where(PresetPerson.preset == preset.id)
            people = bound().where((Person.company == company_id) | Person.id.in_(named))
        else:
            people = bound().join(PresetPerson, on=(PresetPerson.person == Person.id)).where(
                PresetPerson.preset == preset.id
            )  # fmt: skip
    return sorted({row_id for (row_id,) in people.tuples()})
