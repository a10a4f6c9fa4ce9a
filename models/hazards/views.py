"""A hazard as both doors show it: what it is, its photos before and after, and in plain words what became of it (E09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import fn

from models.core import clock, photos
from models.core.actor import Actor
from models.core.errors import AnbanError
from models.core.fields import moment_text
from models.core.ledger.references import load_rows
from models.hazards.duplicates import Likely
from models.hazards.extensions import may_ask
from models.hazards.grid import GridNode
from models.hazards.opening import LEDGER
from models.hazards.places import paths_in_words
from models.hazards.reading import find_hazard, is_reporter
from models.hazards.records import (
    CLOSED,
    EDIT_HAZARDS,
    PLANNING,
    RECTIFYING,
    REJECTED,
    REPORTED,
    REVIEWING,
    UNDER_WAY,
    Extension,
    Hazard,
    HazardSource,
    MajorCriterion,
)
from models.objectives.records import Point
from models.organization.records import Company, Person
from models.tasks.records import OPEN, RUNNING, Case, Task

_PHOTO = {"console": "/api/console/v1/hazards/{row}/attachments/{photo}"}
_PHOTO_ON_PHONE = "/api/mp/v1/photos/{photo}"
_TEXTS = (
    *("what", "place", "category", "reason", "measures", "duty_note", "funds", "plan_note", "result"),
    *("review_note", "number"),
)
_MOMENTS = ("found_at", "reported_at", "due_at", "rectified_at", "closed_at")

photos.shown_by(LEDGER, find_hazard)


def hazard_view(actor: Actor, hazard_id: Any) -> dict[str, Any]:
    """One hazard that the actor may read. Raises NotFound, Forbidden."""
    return hazards_json(actor, [find_hazard(actor, hazard_id)])[0]


def hazards_json(actor: Actor, hazards: Sequence[Hazard]) -> list[dict[str, Any]]:
    """Hazards in order; a page of them costs as many queries as one."""
    ids = [row.id for row in hazards]
    around = _Around(hazards)
    pictures = _pictures(actor, ids)
    cases = _cases(ids)
    return [
        _own(row)
        | around.of(row)
        | {
            "photos_before": pictures[row.id, photos.BEFORE],
            "photos_after": pictures[row.id, photos.AFTER],
            "case": cases.get(row.id),
            "became": around.became(row),
            "points": around.points(actor, row),
            "mine": is_reporter(actor, row),
            "extension": around.extensions.get(row.id),
            "can": _can(actor, row),
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


def _can(actor: Actor, row: Hazard) -> dict[str, bool]:
    edits = actor.may(EDIT_HAZARDS, row)
    return {
        "withdraw": row.state in UNDER_WAY and (edits or (row.state == REPORTED and is_reporter(actor, row))),
        "extend": row.state == RECTIFYING and may_ask(actor, row),
        "edit": edits and row.state in UNDER_WAY,
    }


class _Around:
    """What stands around some hazards: places, people, sources, who has them now; loaded for all at once."""

    def __init__(self, hazards: Sequence[Hazard]) -> None:
        ids = [row.id for row in hazards]
        self.nodes = load_rows(GridNode, {row.grid_id for row in hazards} - {None})
        self.words = paths_in_words(list(self.nodes.values()))
        self.units = load_rows(
            Company, {row.company_id for row in hazards} | {row.site_id for row in hazards} - {None}
        )
        people = {each for row in hazards for each in (row.reporter_id, row.rectifier_id, row.reviewer_id)}
        self.people = load_rows(Person, people - {None})
        self.sources = load_rows(HazardSource, {row.source_id for row in hazards} - {None})
        self.criteria = load_rows(MajorCriterion, {row.criterion_id for row in hazards} - {None})
        self.same = load_rows(Hazard, {row.duplicate_of_id for row in hazards} - {None})
        self.holders = holders(ids)
        self.extensions = _extensions(ids)
        self._points = _points(ids)

    def of(self, row: Hazard) -> dict[str, Any]:
        """Names and ids of what it points at."""
        node = self.nodes.get(row.grid_id)
        criterion = self.criteria.get(row.criterion_id)
        same = self.same.get(row.duplicate_of_id)
        parts = [self.words[node.id]] if node is not None else []
        return {
            "grid": _named(node),
            "where": " · ".join([*parts, *([row.place] if row.place else [])]),
            "company": _named(self.units.get(row.company_id)),
            "site": _named(self.units.get(row.site_id)),
            "reporter": _named(self.people.get(row.reporter_id)),
            "rectifier": _named(self.people.get(row.rectifier_id)),
            "reviewer": _named(self.people.get(row.reviewer_id)),
            "source": _named(self.sources.get(row.source_id)),
            "criterion": None if criterion is None else {"id": str(criterion.id), "name": criterion.title},
            "duplicate_of": None if same is None else {"id": str(same.id), "name": same.number},
            "holders": self.holders[row.id],
        }

    def became(self, row: Hazard) -> str:
        """What became of it, as one would tell the reporter."""
        waiting = "、".join(self.holders[row.id][:3])
        if row.state == REPORTED:
            return f"已收到，等{waiting or '责任人'}确认"
        kind = Hazard.level.title_of(row.level) or "隐患"
        if row.state == PLANNING:
            return f"确认是{kind}，{waiting or '责任人'}正在安排整改"
        if row.state == RECTIFYING:
            return f"{self._name(row.rectifier_id)}正在整改，{_until(row)}"
        if row.state == REVIEWING:
            return f"{self._name(row.rectifier_id)}已整改，等{waiting or '复核人'}复核"
        if row.state == CLOSED:
            when = f"，{clock.local(row.closed_at):%m月%d日}闭环" if row.closed_at is not None else ""
            return f"{self._name(row.rectifier_id)}已整改完成{when}。谢谢您"
        if row.state == REJECTED:
            same = self.same.get(row.duplicate_of_id)
            if same is not None:
                return f"和 {same.number} 是同一个问题，一起处理"
            return f"判定不是隐患：{row.reason}" if row.reason else "判定不是隐患"
        return "已撤回"

    def _name(self, person_id: int | None) -> str:
        person = self.people.get(person_id or 0)
        return person.name if person is not None else "整改人"

    def points(self, actor: Actor, row: Hazard) -> int:
        """The points that the actor got for it."""
        return sum(self._points.get((row.id, person), 0) for person in actor.person_ids)


def _until(row: Hazard) -> str:
    if row.due_at is None:
        return "没有定期限"
    due = clock.local(row.due_at)
    return (
        f"{due:%m月%d日 %H:%M} 前完成"
        if row.due_at >= clock.now()
        else f"应在 {due:%m月%d日 %H:%M} 前完成，已超期"
    )


def holders(hazard_ids: Sequence[int]) -> dict[int, list[str]]:
    """By hazard, the names of those who are to do something about it now."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = (
        Task.select(Task.subject_id, Person.name)
        .join(Person, on=(Task.person == Person.id))
        .where(
            Task.subject_kind == "hazard", Task.subject_id.in_(list(hazard_ids) or [0]), Task.state == OPEN
        )
        .order_by(Task.id)
        .tuples()
    )
    for hazard_id, name in rows:
        if name not in found[hazard_id]:
            found[hazard_id].append(name)
    return found


def _cases(ids: Sequence[int]) -> dict[int, str]:
    """By hazard, its latest case."""
    rows = Case.select(Case.subject_id, fn.MAX(Case.id)).where(
        Case.kind == "hazard", Case.subject_id.in_(list(ids) or [0])
    )
    return {subject: str(case) for subject, case in rows.group_by(Case.subject_id).tuples()}


def _points(ids: Sequence[int]) -> dict[tuple[int, int], int]:
    rows = Point.select(Point.subject_id, Point.person, fn.SUM(Point.points)).where(
        Point.subject_kind == "hazard", Point.subject_id.in_(list(ids) or [0])
    )
    return {
        (subject, person): int(points)
        for subject, person, points in rows.group_by(Point.subject_id, Point.person).tuples()
    }


def _extensions(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By hazard, the latest request for more time."""
    rows = Extension.select().where(Extension.hazard.in_(list(ids) or [0])).order_by(Extension.id)
    return {
        row.hazard_id: {
            "id": str(row.id),
            "state": row.state,
            "state_text": Extension.state.title_of(row.state),
            "due_at": moment_text(row.due_at),
            "reason": row.reason,
        }
        for row in rows
    }


def _pictures(actor: Actor, ids: Sequence[int]) -> dict[tuple[int, str], list[dict[str, str]]]:
    found: dict[tuple[int, str], list[dict[str, str]]] = defaultdict(list)
    path = _PHOTO.get(actor.door, _PHOTO_ON_PHONE)
    for item in photos.of(LEDGER, ids):
        stage = photos.AFTER if item.stage == photos.AFTER else photos.BEFORE
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


def withdraw(actor: Actor, hazard_id: Any, reason: str = "") -> Hazard:
    """Take a hazard back, which ends its case. Raises Conflict once it was judged, Forbidden, NotFound."""
    from models.tasks.starting import running_case
    from models.tasks.withdrawing import call_off

    hazard = find_hazard(actor, hazard_id)
    if not _can(actor, hazard)["withdraw"]:
        raise _not_withdrawn(hazard)
    case = running_case("hazard", hazard.id)
    if case is not None:
        from models.tasks import acts

        acts.withdraw(actor, case.id, reason)
    else:
        call_off(actor, "hazard", hazard.id)
    return Hazard.get_by_id(hazard.id)


def _not_withdrawn(hazard: Hazard) -> AnbanError:
    from models.core.errors import Conflict

    return Conflict(
        "不能撤回",
        code="wrong_state",
        cause=f"它现在是“{Hazard.state.title_of(hazard.state)}”，或者不是您上报的",
        advice="请联系网格责任人处理",
    )


def _named(row: Any) -> dict[str, str] | None:
    return None if row is None else {"id": str(row.get_id()), "name": row.name}


__all__ = [
    "RUNNING",
    "datetime",
    "hazard_view",
    "hazards_json",
    "holders",
    "is_overdue",
    "likely_json",
    "withdraw",
]
