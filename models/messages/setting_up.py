"""What may be set up for telling people, and what not: chains, presets, contacts, a unit's own words (X04, J08)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from models.core.actor import Actor
from models.core.errors import Conflict, Invalid
from models.core.ledger.plain import plain_create, plain_delete, plain_edit
from models.messages import wordings
from models.messages.chains import HAZARD, Chain, ChainStep, Preset, PresetGroup, PresetPerson, Wording
from models.messages.ways import ChatGroup, Contact
from models.organization.records import Person

Values = dict[str, Any]


def create_contact(actor: Actor, values: Values) -> Contact:
    """Keep how a person is reached. Raises Invalid for a person who stands in for themselves or is of elsewhere."""
    _check_contact(values.get("company"), values.get("person"), values)
    made: Contact = plain_create(Contact)(actor, values)
    return made


def edit_contact(actor: Actor, record: Contact, values: Values) -> Contact:
    """Change it, by the same rules."""
    _check_contact(record.company_id, record.person_id, values)
    made: Contact = plain_edit(Contact)(actor, record, values)
    return made


def _check_contact(company_id: Any, person_id: Any, values: Values) -> None:
    wrong: dict[str, str] = {}
    for name, title in (("deputy", "代理人"), ("superior", "上级")):
        other = values.get(name)
        if other is not None and other == person_id:
            wrong[name] = f"{title}不能是本人"
    person = Person.get_or_none(Person.id == person_id)
    if person is not None and company_id is not None and person.company_id != company_id:
        wrong["person"] = "这个人不是所选单位的"
    if wrong:
        raise Invalid(fields=wrong)


def create_chain(actor: Actor, values: Values) -> Chain:
    """Make a chain with its steps in order. Raises Invalid for one without any."""
    steps = _steps(values)
    made: Chain = plain_create(Chain)(actor, values)
    _keep_steps(made, steps or [])
    return made


def edit_chain(actor: Actor, record: Chain, values: Values) -> Chain:
    """Change it; steps are replaced as a whole where they were sent. What runs already goes on as it began."""
    steps = _steps(values)
    made = record.change(**values)
    if steps is not None:
        _keep_steps(made, steps)
    return made


def _steps(values: Values) -> list[Values] | None:
    steps: list[Values] | None = values.pop("steps", None)
    if steps is not None and not steps:
        raise Invalid(fields={"steps": "请至少加一步：等多久以后，找谁，用什么方式"})
    return steps


def _keep_steps(chain: Chain, steps: list[Values]) -> None:
    ChainStep.delete().where(ChainStep.chain == chain.id).execute()
    for place, step in enumerate(steps, 1):
        ChainStep.create(chain=chain.id, company=chain.company_id, sequence=place, **step)


def delete_chain(actor: Actor, record: Chain) -> None:
    """Delete a chain with its steps. Raises Conflict with the names while a preset uses it."""
    users = [row.name for row in Preset.select(Preset.name).where(Preset.chain == record.id)]
    if users:
        raise Conflict(
            f"“{record.name}”正在使用，不能删除",
            code="chain_in_use",
            cause="这些预案用着它：" + "、".join(users[:5]),
            advice="请先在预案里换一条升级链，或者把它停用",
        )
    ChainStep.delete().where(ChainStep.chain == record.id).execute()
    plain_delete(Chain)(actor, record)


def create_preset(actor: Actor, values: Values) -> Preset:
    """Make a preset with its people and groups, who must be of its company (of the group's: of any)."""
    persons, groups = _parts(values)
    _check_preset(values.get("company"), persons, groups, values.get("everyone"))
    _check_chain(values.get("level"), values.get("chain"))
    made: Preset = plain_create(Preset)(actor, values)
    _keep(made.id, persons, groups)
    return made


def edit_preset(actor: Actor, record: Preset, values: Values) -> Preset:
    """Change it; people and groups are replaced as a whole where they were sent."""
    persons, groups = _parts(values)
    _check_preset(record.company_id, persons, groups, True)
    _check_chain(values.get("level", record.level), values.get("chain", record.chain_id))
    made = record.change(**values)  # also where people alone were sent: two editors must notice each other
    _keep(record.id, persons, groups)
    return made


def delete_preset(actor: Actor, record: Preset) -> None:
    """Delete a preset; what was told by it stays."""
    _keep(record.id, [], [])
    plain_delete(Preset)(actor, record)


def _parts(values: Values) -> tuple[list[int] | None, list[int] | None]:
    return values.pop("persons", None), values.pop("groups", None)


def _check_preset(
    company_id: int | None, persons: list[int] | None, groups: list[int] | None, everyone: Any
) -> None:
    wrong: dict[str, str] = {}
    if persons is not None:
        rows = Person.select(Person.company).where(Person.id.in_(persons or [0]))
        strangers = [row for row in rows if company_id is not None and row.company_id != company_id]
        if strangers or len(rows) != len(persons):
            wrong["persons"] = f"有 {len(persons) - len(rows) + len(strangers)} 个人不是这个单位的，请去掉"
    if groups is not None:
        own = ChatGroup.select().where(ChatGroup.id.in_(groups or [0]))
        if any(row.company_id not in (None, company_id) for row in own) or len(own) != len(groups):
            wrong["groups"] = "有的群不是这个单位的，请去掉"
    if not persons and not groups and not everyone:
        wrong["persons"] = "请选择通知谁：人员、群，或者“本单位全体人员”"
    if wrong:
        raise Invalid(fields=wrong)


def _check_chain(level: str | None, chain: Any) -> None:
    if chain is not None and (level or "").startswith(HAZARD):
        raise Invalid(fields={"chain": "隐患的通知不用回应，不会升级；催办在“流程”里设置"})


def _keep(preset_id: int, persons: Iterable[int] | None, groups: Iterable[int] | None) -> None:
    if persons is not None:
        PresetPerson.delete().where(PresetPerson.preset == preset_id).execute()
        for person_id in persons:
            PresetPerson.create(preset=preset_id, person=person_id)
    if groups is not None:
        PresetGroup.delete().where(PresetGroup.preset == preset_id).execute()
        for group_id in groups:
            PresetGroup.create(preset=preset_id, group=group_id)


def create_wording(actor: Actor, values: Values) -> Wording:
    """Keep a unit's words. Raises Invalid where a `{…}` stands for nothing."""
    wordings.check(values)
    made: Wording = plain_create(Wording)(actor, values)
    return made


def edit_wording(actor: Actor, record: Wording, values: Values) -> Wording:
    """Change them, by the same rule."""
    wordings.check(values)
    made: Wording = plain_edit(Wording)(actor, record, values)
    return made
