"""Who is told of an accident, by which ways: what the reporter chose, or what the unit set beforehand (G02, X04)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from peewee import ModelSelect

from models.core.errors import Invalid
from models.messages.chains import Preset, PresetGroup, PresetPerson
from models.messages.ways import CARD, PERSONAL_WAYS, SMS, SYSTEM, ChatGroup
from models.organization.records import Binding, Person

ANY = "any"
MAX_CHOSEN = 2000  # more than that is a preset with everyone
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
    """Who is told by preset. A unit without any tells its safety officers: an accident is never told to nobody."""
    preset = preset_for(company_id, level)
    if preset is None:
        return Receivers(ways=_WITHOUT_PRESET)
    groups = PresetGroup.select(PresetGroup.group).join(ChatGroup).where(PresetGroup.preset == preset.id)
    return Receivers(
        ways=tuple(preset.ways),
        groups=tuple(row.group_id for row in groups.where(ChatGroup.enabled)),
        preset=preset.id,
        chain=preset.chain_id,
    )


def chosen_receivers(company_id: int, level: str, chosen: Any) -> Receivers:
    """Who the reporter chose, {persons, groups, ways}; the chain is the preset's. Raises Invalid at `receivers`.

    None stands for the preset. Persons are of the unit and bound to it, groups the unit's or the group's.
    """
    if chosen is None:
        return preset_receivers(company_id, level)
    persons = _ids(chosen, "persons")
    groups = _ids(chosen, "groups")
    ways = list(dict.fromkeys(chosen.get("ways") or ()))
    known = {choice.value for choice in PERSONAL_WAYS}
    if not set(ways) <= known:
        raise _refused("ways", "没有这种通知方式")
    if not persons and not groups:
        raise _refused("persons", "请至少选择一个人或一个群")
    if len(persons) > MAX_CHOSEN:
        raise _refused("persons", f"一次最多选 {MAX_CHOSEN} 人，更多请用预案")
    if persons and bound(company_id).where(Person.id.in_(persons)).count() != len(persons):
        raise _refused("persons", "有人不在本单位，请重新选择")
    if groups and groups_of(company_id).where(ChatGroup.id.in_(groups)).count() != len(groups):
        raise _refused("groups", "有的群已停用或不属于本单位，请重新选择")
    preset = preset_for(company_id, level)
    return Receivers(
        ways=tuple(ways) or (SYSTEM,),
        groups=tuple(groups),
        persons=tuple(persons),
        chain=None if preset is None else preset.chain_id,
    )


def _ids(chosen: Any, name: str) -> list[int]:
    given = chosen.get(name) or [] if isinstance(chosen, Mapping) else None
    if not isinstance(given, Sequence) or not all(
        str(item).isdecimal() and len(str(item)) < 19 for item in given
    ):
        raise _refused(name, "请从列表中选择")
    return sorted({int(item) for item in given})


def _refused(name: str, sentence: str) -> Invalid:
    return Invalid(fields={f"receivers.{name}": sentence})


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
