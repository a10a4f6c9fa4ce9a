"""What a report may be filled in with: places, categories, ways, groups, presets, people (G02)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from models.accidents.records import LEVELS, REPORT_ACCIDENTS
from models.accidents.reporting import unit_for
from models.accidents.standards import accident_rules
from models.core import clock
from models.core.actor import Actor
from models.core.fields import spaced
from models.core.ledger.query import contains
from models.core.ledger.references import load_rows
from models.messages.presets import bound, expand, groups_of, preset_for, preset_receivers
from models.messages.ways import PERSONAL_WAYS, ChatGroup
from models.organization.records import Company, Person

_FOUND = 20
_DEFAULT_NAME = "本单位安全管理员（未设预案）"


def options(actor: Actor, *, unit: int | None = None) -> dict[str, Any]:
    """Everything that the form offers for one of the actor's units. Raises as `report` does for the unit."""
    actor.require(REPORT_ACCIDENTS)
    company, _ = unit_for(actor, unit)
    sites = (
        Company.select(Company.id, Company.name)
        .where(Company.company_root == company.id, Company.kind == "site")
        .order_by(Company.path)
    )
    groups = groups_of(company.id).order_by(ChatGroup.name)
    rules = accident_rules()
    return {
        "company": _named(company),
        "sites": [_named(row) for row in sites],
        "categories": list(rules.categories(clock.today())),
        "ways": [{"value": choice.value, "title": choice.title} for choice in PERSONAL_WAYS],
        "groups": [_named(row) for row in groups],
        "presets": _presets(company.id),
        "grades": [asdict(threshold) for threshold in rules.thresholds],
        "bypass": rules.bypass,
    }


def _named(row: Any) -> dict[str, str]:
    return {"id": str(row.id), "name": row.name}


def _presets(company_id: int) -> list[dict[str, Any]]:
    """What is told to whom for each level, when the reporter chooses nobody."""
    told = []
    counted: dict[Any, int] = {}
    for level in LEVELS:
        preset, receivers = preset_for(company_id, level), preset_receivers(company_id, level)
        if receivers.preset not in counted:
            counted[receivers.preset] = len(expand(receivers, company_id))
        told.append(
            {
                "level": level,
                "name": _DEFAULT_NAME if preset is None else preset.name,
                "ways": list(receivers.ways),
                "persons": counted[receivers.preset],
                "groups": len(receivers.groups),
            }
        )
    return told


def people(actor: Actor, *, q: str = "", unit: int | None = None) -> list[dict[str, Any]]:
    """At most 20 people of the unit by part of the name, safety officers first; names and places only."""
    actor.require(REPORT_ACCIDENTS)
    company, _ = unit_for(actor, unit)
    query = bound(company.id).select_extend(Person.name, Person.role, Person.site)
    wanted = spaced(q)[:30]
    if wanted:
        query = query.where(contains(Person.name, wanted))
    rows = list(query.order_by(Person.role.desc(), Person.name, Person.id).limit(_FOUND))
    sites = load_rows(Company, {row.site_id for row in rows} - {None})
    return [
        {
            "id": str(row.id),
            "name": row.name,
            "role": Person.role.title_of(row.role),
            "site": sites[row.site_id].name if row.site_id in sites else None,
        }
        for row in rows
    ]
