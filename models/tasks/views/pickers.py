"""Who can be given a task, and what a flow can be drawn with: what forms and the flow editor pick from (H03, H07)."""

from __future__ import annotations

from typing import Any

from models.core.errors import NotFound
from models.core.fields import Link, spaced
from models.core.ledger.reading import describe
from models.core.ledger.reading.query import contains
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.organization.belonging import own_units
from models.organization.records import Binding, Company, Person
from models.tasks.access import find_case
from models.tasks.people.finders import Finder, all_finders
from models.tasks.rights import ACT_TASKS, EDIT_FLOWS, GIVE_TASKS, READ_FLOWS, READ_TASKS
from models.tasks.subjects import Served, all_served

_MOST = 20


def people(
    actor: Actor, q: str = "", case_id: int | None = None, company: int | None = None
) -> list[dict[str, Any]]:
    """At most 20 people who belong to the case's unit, to `company`, or to the one worked
    for, by part of the name.

    Names and places only. Raises NotFound for a case that the actor may not see, or another unit.
    """
    actor.require(READ_TASKS)
    if case_id:
        company = find_case(actor, case_id).company_id
    else:
        company = company or actor.company_id
        if company and int(company) not in _reached(actor):
            raise NotFound("没有这个单位")
    query = (
        Person.select(Person.id, Person.name, Person.role, Person.site)
        .join(Binding, on=(Binding.person == Person.id))
        .where(Person.company == int(company or 0), Binding.state == "approved")
    )
    wanted = spaced(q)[:30]
    if wanted:
        query = query.where(contains(Person.name, wanted))
    rows = list(query.order_by(Person.role.desc(), Person.name, Person.id).limit(_MOST))
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


def _reached(actor: Actor) -> set[int]:
    """The units whose people somebody may choose from: to give them tasks, to name them in a flow, to act with them,
    and where they belong themselves. Who has left a unit chooses nobody of it."""
    rights = (GIVE_TASKS, EDIT_FLOWS, ACT_TASKS)
    return {company for right in rights for company in actor.whole_companies(right)} | set(own_units(actor))


def kinds(actor: Actor) -> list[dict[str, Any]]:
    """Every served kind with what a flow of it may name: fields, inputs, transitions, effects, people."""
    actor.require(READ_FLOWS)
    common = {"who": [_finder(actor, found) for found in all_finders().values()]}
    return [_kind(served) | common for served in all_served()]


def _finder(actor: Actor, found: Finder) -> dict[str, Any]:
    offered = {} if found.offers is None else found.offers(actor)
    return {
        "by": found.by,
        "title": found.title,
        "needs": list(found.needs),
        "choices": {
            name: [{"value": value, "title": title} for value, title in choices]
            for name, choices in offered.items()
        },
    }


def kind(actor: Actor, name: str) -> dict[str, Any]:
    """One of them. Raises NotFound."""
    found = next((item for item in kinds(actor) if item["kind"] == name), None)
    if found is None:
        raise NotFound("没有这种事项")
    return found


def _kind(served: Served) -> dict[str, Any]:
    fields = served.fields()
    inputs = served.inputs(None)
    table = served.record.transitions
    moves = () if table is None else table.items
    people_in = [name for name, field in fields.items() if isinstance(field, Link) and field.to == "persons"]
    return {
        "kind": served.kind,
        "title": served.title,
        "fields": [describe.field_json(name, field) for name, field in fields.items()],
        "inputs": [
            *({"name": name, "title": field.title, "kind": field.kind} for name, field in inputs.items()),
            *({"name": name, "title": "照片", "kind": "photos"} for name in served.photo_inputs if name not in inputs),
        ],
        "transitions": [{"value": move.name, "title": move.title} for move in moves],
        "effects": [
            {"value": name, "title": effect.title, "needs": list(effect.needs)}
            for name, effect in served.effects.items()
        ],
        "person_fields": [{"value": name, "title": fields[name].title} for name in people_in],
        "moment_fields": [
            {"value": name, "title": field.title} for name, field in fields.items() if field.kind == "moment"
        ],
        "has_grid": served.grid_of is not Served.__dataclass_fields__["grid_of"].default,
    }  # fmt: skip
