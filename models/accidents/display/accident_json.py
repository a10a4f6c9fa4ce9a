"""An accident as the doors show it (shape Accident of docs/messages.md), for one or for a page of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from models.accidents import photos
from models.accidents.access import HELP, permitted, sees_receipt_only
from models.accidents.alarm.calls import help_of
from models.accidents.display.notices import in_stead, mine, told_counts
from models.accidents.records import UNIT, Accident, AccidentDuty, AccidentVersion
from models.accidents.regulations.reporting_duties import authorities, entered_late, is_late
from models.accidents.regulations.standards import rules_for
from models.accidents.report.facts import FACTS
from models.accidents.report.supplements import KINDS
from models.accidents.report.unverified import caller_of
from models.core.fields import Link, moment_text
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.equipment.records import Equipment
from models.grid.records import GridNode
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
        AccidentDuty.select()
        .where(AccidentDuty.accident.in_(ids), AccidentDuty.kind == UNIT)
        .order_by(AccidentDuty.sequence)
    )
    machines = load_rows(Equipment, {row.equipment_id for row in accidents} - {None})
    pictures = defaultdict(list)
    for item in photos.of(ids):
        pictures[item.row_id].append(item)
    own, told = mine(actor, ids), told_counts(ids)
    others = in_stead(own)
    helping = help_of(actor, ids)
    called = mine(actor, ids, HELP) if any(helping.values()) else {}
    return [
        receipt(row)
        if sees_receipt_only(actor, row)
        else _facts(row)
        | {
            "company": _named(nodes.get(row.company_id)),
            "site": _named(nodes.get(row.site_id)),
            "equipment": _named(machines.get(row.equipment_id)),
            "grid": _named(places.get(row.grid_id)),
            "reporter": _named(people.get(row.reporter_id)),
            "versions": [version_json(item) for item in versions[row.id]],
            "photos": [photo_json(actor, item) for item in pictures[row.id]],
            "duties": [duty_json(item) for item in duties[row.id]],
            "mine": own.get(row.id),
            "stands_for": others.get(row.id, []),
            "told": told[row.id],
            "help": helping[row.id],
            "called": called.get(row.id),
            "can": permitted(actor, row),
        }
        for row in accidents
    ]


_NOTHING = {"total": 0, "acknowledged": 0, "on_site": 0, "need_help": 0}
_NO = dict.fromkeys(("update", "tell_all", "correct", "close", "do_duty"), False)


def receipt(row: Accident) -> dict[str, Any]:
    """What a stranger sees of their own report: their words and its number; of the unit not even its name."""
    first = AccidentVersion.get(AccidentVersion.accident == row.id, AccidentVersion.number == 1)
    said = first.facts.get("said") or {}
    kept = {name: first.facts.get(name) for name in FACTS if name not in ("site", "grid", "equipment")}
    loss = kept.get("direct_loss_wan")
    return (
        _facts(row)
        | kept
        | {
            "direct_loss_wan": None if loss is None else float(loss),
            "place": said.get("place") or "您报告的地点",
            "lng": None, "lat": None,
            "level": first.facts["level"], "level_text": "", "provisional": True,
            "company": {"id": str(said.get("company") or ""), "name": said.get("unit_name") or "您报告的单位"},
            "site": None, "grid": None, "equipment": None, "basis": None, "special_level": None,
            "authorities": [], "reporter": None, "closing": None, "situations_text": [], "rules_version": None,
            "version": 1, "versions": [version_json(first)],
            "photos": [], "duties": [], "mine": None,
            "stands_for": [], "told": dict(_NOTHING), "help": [], "called": None, "can": dict(_NO),
        }
    )  # fmt: skip


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
    found = rules_for(row.happened_at)
    until = found.rules.changes_until(row.happened_at, row.category)
    titles = {item.code: item.title for item in found.rules.situations}
    return facts | {
        "id": str(row.id),
        "number": row.number,
        "level": row.level,
        "provisional": row.provisional,
        "level_text": level_text(row),
        "state": row.state,
        "reported_at": moment_text(row.reported_at),
        "changes_until": moment_text(until),
        "changes_days": found.rules.change_window(row.category),
        "changes_basis": found.basis("changes"),
        "special_level": row.special_level,
        "situations_text": [titles.get(code, code) for code in row.situations or ()],
        "basis": row.basis,
        "rules_version": row.rules_version,
        "entered_late_minutes": entered_late(row),
        "authorities": [{"by": step.by, "to": step.to, "minutes": step.minutes} for step in authorities(row)],
        "authorities_basis": found.basis("authorities"),
        "version": row.versions,
        "held": row.is_held,
        "unverified": row.unverified,
        "caller": caller_of(row) if row.unverified else None,
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
        "starts_at": moment_text(row.starts_at),
        "way": row.way,
        "way_text": None if row.way is None else AccidentDuty.way.title_of(row.way),
        "entered_at": moment_text(row.entered_at),
        "basis": row.basis,
    }


def photo_json(actor: Actor, item: Any) -> dict[str, str]:
    """A photo, and where the actor's door gives it."""
    path = _PHOTO.get(actor.door, _PHOTO_ON_PHONE)
    return {"id": str(item.id), "url": path.format(accident=item.row_id, photo=item.id)}
