"""Who is told of an accident, by which ways, where the reporter chose: checked (G02). Presets: models.messages.escalation.presets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.core.errors import Invalid
from models.core.row_ids import all_ids
from models.messages.channels.records import PERSONAL_WAYS, SYSTEM, ChatGroup
from models.messages.escalation.presets import Receivers, bound, groups_of, preset_for, preset_receivers
from models.organization.records import Person

MAX_CHOSEN = 2000  # more than that is a preset with everyone


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
    if not known.issuperset(ways):
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
    ids = all_ids(given) if isinstance(given, Sequence) else None
    if ids is None:
        raise _refused(name, "请从列表中选择")
    return sorted(ids)


def _refused(name: str, sentence: str) -> Invalid:
    return Invalid(fields={f"receivers.{name}": sentence})
