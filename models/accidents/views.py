"""An accident as the doors show it (shape Accident of docs/messages.md), for one or for a page of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from models.accidents import photos
from models.accidents.duties import is_late
from models.accidents.facts import FACTS
from models.accidents.finding import permitted
from models.accidents.notices import mine, told_counts
from models.accidents.records import Accident, AccidentDuty, AccidentVersion
from models.accidents.standards import accident_rules
from models.accidents.supplements import KINDS
from models.core.actor import Actor
from models.core.fields import Link, moment_text
from models.core.ledger.references import load_rows
from models.hazards.grid import GridNode
from models.organization.records import Company, Person

_PHOTO = {"console": "/api/console/v1/accidents/{accident}/attachments/{photo}"}
_PHOTO_ON_PHONE = "/api/mp/v1/photos/{photo}"


def accident_json(actor: Actor, accident: Accident) -> dict[str, Any]:
    """One accident as it is now."""
    return accidents_json(actor, [Accident.get_by_id(accident.id)])[0]


def reported_json(actor: Actor, accident: Accident, photos_named: Sequence[str]) -> dict[str, Any]:
    """One accident as a report of it is answered, with those of the photos named that did not get to it."""
    return accident_json(actor, accident) | {"photos_gone": photos.gone(accident, photos_named)}


def accidents_json(actor: Actor, accidents: Sequence[Accident]) -> list[dict[str, Any]]:
    """Accidents in order; a page of them costs as many queries as one."""
    ids = [row.id for row in accidents]
    nodes = load_rows(
        Company, {row.company_id for row in accidents} | {row.site_id for row in accidents} - {None}
    )
    people = load_rows(Person, {row.reporter_id for row in accidents} - {None})
    places = load_rows(GridNode, {row.grid_id for row in accidents} - {None})
    versions = _grouped(
        AccidentVersion.select().where(AccidentVersion.accident.in_(ids)).order_by(AccidentVersion.number)
    )
    duties = _grouped(
        AccidentDuty.select().where(AccidentDuty.accident.in_(ids)).order_by(AccidentDuty.sequence)
    )
    pictures = defaultdict(list)
    for item in photos.of(ids):
        pictures[item.row_id].append(item)
    own, told = mine(actor, ids), told_counts(ids)
    return [
        _facts(row)
        | {
            "company": _named(nodes.get(row.company_id)),
            "site": _named(nodes.get(row.site_id)),
            "grid": _named(places.get(row.grid_id)),
            "reporter": _named(people.get(row.reporter_id)),
            "versions": [version_json(item) for item in versions[row.id]],
            "photos": [photo_json(actor, item) for item in pictures[row.id]],
            "duties": [duty_json(item) for item in duties[row.id]],
            "mine": own.get(row.id),
            "told": told[row.id],
            "can": permitted(actor, row),
        }
        for row in accidents
    ]


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.accident_id].append(row)
    return found


def _facts(row: Accident) -> dict[str, Any]:
    facts = {}
    for name in FACTS:
        field: Any = Accident._meta.fields[name]
        if not isinstance(field, Link):
            value = row.__data__.get(name)
            facts[name] = None if value is None else field.plain(value)
    until = accident_rules().changes_until(row.happened_at, row.category)
    return facts | {
        "id": str(row.id),
        "number": row.number,
        "level": row.level,
        "provisional": row.provisional,
        "level_text": level_text(row),
        "state": row.state,
        "reported_at": moment_text(row.reported_at),
        "changes_until": moment_text(until),
        "version": row.versions,
        "closing": row.closing,
        "closed_at": moment_text(row.closed_at),
    }


def level_text(accident: Accident) -> str:
    """The level in words: `较大事故（下界初判）`."""
    return f"{accident.level}事故" + ("（下界初判）" if accident.provisional else "")


def _named(row: Any) -> dict[str, str] | None:
    return None if row is None else {"id": str(row.get_id()), "name": row.name}


def version_json(row: AccidentVersion) -> dict[str, Any]:
    """One version: what kind, when, by whom, and the titles of what it changed."""
    return {
        "number": row.number,
        "kind": row.kind,
        "kind_text": KINDS.get(row.kind, row.kind),
        "at": moment_text(row.at),
        "by": row.by_name,
        "note": row.note,
        "changed": [line["title"] for line in row.changed or []],
        "changes": [
            {"title": line["title"], "old": _words(line["old"]), "new": _words(line["new"])}
            for line in row.changed or []
        ],
    }


def _words(value: Any) -> str | None:
    return None if value is None else str(value)


def duty_json(row: AccidentDuty) -> dict[str, Any]:
    """One clock of the law."""
    return {
        "sequence": row.sequence,
        "title": row.title,
        "to_whom": row.to_whom,
        "due_at": moment_text(row.due_at),
        "done_at": moment_text(row.done_at),
        "done_by": row.done_by,
        "note": row.note,
        "late": is_late(row),
    }


def photo_json(actor: Actor, item: Any) -> dict[str, str]:
    """A photo, and where the actor's door gives it."""
    path = _PHOTO.get(actor.door, _PHOTO_ON_PHONE)
    return {"id": str(item.id), "url": path.format(accident=item.row_id, photo=item.id)}
