"""What a report may be filled in with: places, categories, ways, groups, presets, people (G02)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from models.accidents.records import REPORT_ACCIDENTS
from models.accidents.regulations.rulebook import LEVELS
from models.accidents.regulations.standards import accident_rules
from models.accidents.report import unverified
from models.accidents.report.reporting import unit_for
from models.core import clock
from models.core.fields import spaced
from models.core.ledger.reading.query import contains
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.equipment.records import Equipment, EquipmentType
from models.grid.places import FoundPlace
from models.grid.records import GridNode
from models.grid.tree import found_json
from models.hazards.report.scanned_place import by_scan
from models.messages.channels.records import PERSONAL_WAYS, ChatGroup
from models.messages.escalation.presets import bound, expand, groups_of, preset_for, preset_receivers
from models.organization.records import Company, Person

_FOUND = 20
_NAMING = (Equipment.name, Equipment.code, Equipment.register_code, Equipment.use_cert_no)
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
        "grades": [
            {name: getattr(item, name) for name in ("level", "deaths", "serious_injuries", "direct_loss_wan")}
            for item in rules.thresholds
        ],
        "bypass": rules.bypass,
        "situations": [
            {
                "value": item.code,
                "title": item.title,
                "level": item.level,
                "types": list(item.equipment_types),
            }
            for item in rules.situations
        ],
        "special_categories": sorted(rules.special_categories),
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


def equipment(actor: Actor, *, q: str = "", scan: str = "", unit: int | None = None) -> dict[str, Any]:
    """Equipment that a report may name: what the label `scan` stands for, or at most 20 rows by `q`.

    `q` is part of the name or of a number, or a whole label code. Gives {items: [{id, name, type, type_code, number,
    location, node}], node, elsewhere}: `node` is the place of each, or of the label that was scanned. Empty for what is
    no label of the unit; `elsewhere` where it is another unit's. An accident that names equipment is judged by its own
    rules too. Raises as `report` does for the unit.
    """
    actor.require(REPORT_ACCIDENTS)
    company, _ = unit_for(actor, unit)
    if scan.strip():
        node, found = by_scan([company.id], scan)
        other = found is None and node is None and unverified.elsewhere(scan)
        return _found_equipment([found] if found is not None else [], node, elsewhere=other)
    rows = Equipment.select().where(Equipment.company == company.id, Equipment.state != "scrapped")
    wanted = spaced(q)[:30]
    labelled = None
    if wanted:
        _, labelled = by_scan([company.id], wanted)
        rows = rows.where(reduce(or_, (contains(column, wanted) for column in _NAMING)))
    listed = list(rows.order_by(Equipment.name_sort, Equipment.id).limit(_FOUND))
    if labelled is not None:
        listed = [labelled, *(row for row in listed if row.id != labelled.id)][:_FOUND]
    return _found_equipment(listed, None)


def _found_equipment(
    rows: Sequence[Equipment], node: GridNode | None, *, elsewhere: bool = False
) -> dict[str, Any]:
    types = load_rows(EquipmentType, {row.type_id for row in rows})
    nodes = load_rows(GridNode, {row.grid_id for row in rows} - {None})
    places = [each for each in ([node] if node is not None else nodes.values()) if each.enabled]
    shown = {int(each["id"]): each for each in found_json([FoundPlace(each, "scan") for each in places])}
    return {
        "items": [
            {
                "id": str(row.id),
                "name": row.name,
                "type": types[row.type_id].name,
                "type_code": types[row.type_id].code,
                "number": row.use_cert_no or row.code or row.register_code,
                "location": row.location,
                "node": shown.get(row.grid_id),
            }
            for row in rows
        ],
        "node": None if node is None else shown.get(node.id),
        "elsewhere": elsewhere,
    }


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
