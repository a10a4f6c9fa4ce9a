"""A hazard as both doors show it: what it is, its photos before and after, and in plain words what became of it (E09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.fields import moment_text
from models.core.files import photos
from models.core.files.attachments import LATER
from models.core.security.actor import Actor
from models.hazards.access import find_hazard, is_reporter
from models.hazards.display.context import Around, cases_of
from models.hazards.records import (
    EDIT_HAZARDS,
    PLANNING,
    RECTIFYING,
    REPORT_HAZARDS,
    REPORTED,
    UNDER_WAY,
    Hazard,
)
from models.hazards.report.duplicates import Likely
from models.hazards.report.open_hazard import LEDGER
from models.hazards.treatment.extensions import may_ask
from models.organization.records import REVEAL_IDS

_PHOTO = {"console": "/api/console/v1/hazards/{row}/attachments/{photo}"}
_PHOTO_ON_PHONE = "/api/mp/v1/photos/{photo}"
_TEXTS = (
    *("what", "place", "category", "reason", "measures", "duty_note", "funds", "plan_note", "result"),
    *("review_note", "criterion_said", "number"),
)
_MOMENTS = ("found_at", "reported_at", "due_at", "rectified_at", "closed_at")

photos.shown_by(LEDGER, find_hazard, upload=REPORT_HAZARDS, original=REVEAL_IDS)


def hazard_view(actor: Actor, hazard_id: int) -> dict[str, Any]:
    """One hazard that the actor may read. Raises NotFound, Forbidden."""
    return hazards_json(actor, [find_hazard(actor, hazard_id)])[0]


def hazards_json(actor: Actor, hazards: Sequence[Hazard]) -> list[dict[str, Any]]:
    """Hazards in order; a page of them costs as many queries as one."""
    ids = [row.id for row in hazards]
    around = Around(hazards)
    pictures = _pictures(actor, ids)
    cases = cases_of(ids)
    return [
        _own(row)
        | around.of(row)
        | {
            "photos_before": pictures[row.id, photos.BEFORE],
            "photos_after": pictures[row.id, photos.AFTER],
            "photos_returned": pictures[row.id, photos.RETURNED],
            "case": cases.get(row.id),
            "became": around.became(row),
            "points": around.points(actor, row),
            "mine": is_reporter(actor, row),
            "extension": around.extensions.get(row.id),
            "can": can(actor, row),
        }
        for row in hazards
    ]


def _own(row: Hazard) -> dict[str, Any]:
    told: dict[str, Any] = {name: row.__data__.get(name) for name in _TEXTS}
    told |= {name: moment_text(row.__data__.get(name)) for name in _MOMENTS}
    for name in ("state", "level", "origin"):
        value = row.__data__.get(name)
        told |= {name: value, f"{name}_text": Hazard._meta.fields[name].title_of(value)}
    for name in ("lng", "lat", "funds_wan"):
        value = row.__data__.get(name)
        told[name] = None if value is None else float(value)
    return told | {
        "id": str(row.id),
        "late": bool(row.late),
        "overdue": is_overdue(row),
        "extensions": row.extensions,
        "version": row.version,
    }


def is_overdue(row: Hazard) -> bool:
    """Whether it should have been put right by now, and is not."""
    return bool(row.state in (PLANNING, RECTIFYING) and row.due_at is not None and row.due_at < clock.now())


def can(actor: Actor, row: Hazard) -> dict[str, bool]:
    """What the actor may do beside what their tasks ask: {withdraw, extend, edit}."""
    edits = actor.may(EDIT_HAZARDS, row)
    return {
        "withdraw": row.state in UNDER_WAY and (edits or (row.state == REPORTED and is_reporter(actor, row))),
        "extend": row.state == RECTIFYING and may_ask(actor, row),
        "edit": edits and row.state in UNDER_WAY,
    }


def _pictures(actor: Actor, ids: Sequence[int]) -> dict[tuple[int, str], list[dict[str, str]]]:
    found: dict[tuple[int, str], list[dict[str, str]]] = defaultdict(list)
    path = _PHOTO.get(actor.door, _PHOTO_ON_PHONE)
    for item in photos.of(LEDGER, ids):
        if item.stage == LATER:  # added when it was closed: in the console's 附件, beside the evidence
            continue
        stage = item.stage if item.stage in (photos.AFTER, photos.RETURNED) else photos.BEFORE
        found[item.row_id, stage].append(
            {"id": str(item.id), "url": path.format(row=item.row_id, photo=item.id)}
        )
    return found


def likely_json(actor: Actor, likely: Sequence[Likely]) -> list[dict[str, Any]]:
    """Near-same hazards with what tells them apart: words, place, state, photo, how far and how like."""
    shown = hazards_json(actor, [item.hazard for item in likely])
    names = ("id", "number", "what", "where", "state", "state_text", "reported_at", "reporter", "became")
    return [
        {name: row[name] for name in names}
        | {
            "picture": next((each["url"] for each in row["photos_before"]), None),
            "likeness": round(item.likeness, 2),
            "metres": item.metres,
        }
        for item, row in zip(likely, shown, strict=True)
    ]
